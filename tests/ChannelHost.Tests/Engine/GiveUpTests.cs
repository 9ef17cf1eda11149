using System.Text;
using ChannelHost.Engine.Deployment;
using ChannelHost.Engine.Destinations;
using ChannelHost.Engine.Figures;
using ChannelHost.Tests.Engine.Support;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Engine;

/// <summary>When a partner fails again and again: giving up, leaving it alone, keeping below its rate.</summary>
public sealed class GiveUpTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly EngineFixture _engine;
    private readonly CollectingDestination _partner = new();
    private Func<Response> _answer = () => Response.TryAgain("connection refused");

    public GiveUpTests()
    {
        _engine = new EngineFixture(_time);
        _partner.Answer = (_, _) => ValueTask.FromResult(_answer());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Theory]
    [InlineData(GiveUp.Error, MessageStatus.Error)]
    [InlineData(GiveUp.DeadLetter, MessageStatus.DeadLetter)]
    [InlineData(GiveUp.Drop, MessageStatus.Dropped)]
    public async Task AfterItsAttempts_TheMessageEndsAsTheChannelSaysAndIsCounted(GiveUp how, MessageStatus status)
    {
        await DeployAsync(QueueMode.Always, queue => queue with { Attempts = 3, OnGiveUp = how });
        await _engine.SendAsync(EngineFixture.Adt("C1"));
        await AdvanceUntilAsync(() => _engine.Store().Read(1)!.Summary.Destinations[0].Status == status);

        Assert.Contains("Gave up after 3 attempts", _engine.Store().Read(1)!.Summary.Destinations[0].Error, StringComparison.Ordinal);
        var figures = _engine.Engine.StatusOf("test/one")!.Figures;
        Assert.Equal(1, how switch { GiveUp.Error => figures.Failed, GiveUp.DeadLetter => figures.DeadLetters, _ => figures.Dropped });
        Assert.Equal(1, figures.Failed + figures.DeadLetters + figures.Dropped);
    }

    [Fact]
    public async Task DeadLetter_TheSenderThatWaitsIsToldAndItCanBeQueuedAgain()
    {
        await DeployAsync(QueueMode.OnFailure, queue => queue with { OnGiveUp = GiveUp.DeadLetter });
        _answer = () => Response.Failed("rejected");
        var response = await _engine.SendAsync(EngineFixture.Adt("C1"));
        await _engine.StoredAsync(1, summary => summary.Destinations[0].Status == MessageStatus.DeadLetter);
        _answer = () => Response.Sent("ok");

        var again = await _engine.Engine.OperationsOf("test/one")!.RetryAsync("one", 1, Token);
        await _engine.StoredAsync(1, summary => summary.Destinations[0].Status == MessageStatus.Sent);

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.True(again.IsDone, again.Told);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DeadLetterSentAgain_HasItsAttemptsAnew(bool isRestarted)
    {
        QueueSettings Limited(QueueSettings queue) => queue with { Attempts = 3, OnGiveUp = GiveUp.DeadLetter };
        await DeployAsync(QueueMode.Always, Limited);
        await _engine.SendAsync(EngineFixture.Adt("C1"));
        await AdvanceUntilAsync(() => At.Status == MessageStatus.DeadLetter);

        await SendAgainAsync(isRestarted, Limited);
        await AdvanceUntilAsync(() => At is { Status: MessageStatus.DeadLetter, Attempts: > 3 });

        Assert.Equal(6, At.Attempts);
        Assert.Contains("Gave up after 3 attempts since it was sent again (6 in all)", At.Error, StringComparison.Ordinal);
        Assert.Equal(6, _partner.Attempts.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OldMessageSentAgain_IsAsYoungAsANewOne(bool isRestarted)
    {
        QueueSettings Limited(QueueSettings queue) => queue with { MaximumAge = TimeSpan.FromMinutes(10), Delay = TimeSpan.FromMinutes(4), MaximumDelay = TimeSpan.FromMinutes(4) };
        await DeployAsync(QueueMode.Always, Limited);
        await _engine.SendAsync(EngineFixture.Adt("C1"));
        await AdvanceUntilAsync(() => At.Status == MessageStatus.Error);
        var before = _partner.Attempts.Count;

        await SendAgainAsync(isRestarted, Limited);
        await AdvanceUntilAsync(() => At.Status == MessageStatus.Error);

        Assert.InRange(_partner.Attempts.Count - before, 3, 5);
        Assert.Contains("sent again longer ago", At.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OlderThanItMayBe_IsGivenUpAtItsNextFailure()
    {
        await DeployAsync(QueueMode.Always, queue => queue with { MaximumAge = TimeSpan.FromMinutes(10), Delay = TimeSpan.FromMinutes(4), MaximumDelay = TimeSpan.FromMinutes(4) });
        await _engine.SendAsync(EngineFixture.Adt("C1"));
        await AdvanceUntilAsync(() => _engine.Store().Read(1)!.Summary.Destinations[0].Status == MessageStatus.Error);

        Assert.Contains("maximumAge", _engine.Store().Read(1)!.Summary.Destinations[0].Error, StringComparison.Ordinal);
        Assert.InRange(_partner.Attempts.Count, 3, 5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task FailuresInARow_OpenTheBreakerUntilOneAttemptSucceeds(int lanes)
    {
        await DeployAsync(QueueMode.Always, queue => queue with { Lanes = lanes, Breaker = new BreakerSettings { Failures = 3, OpenFor = TimeSpan.FromMinutes(5) } });
        for (var number = 1; number <= 10; number++)
        {
            await _engine.SendAsync(EngineFixture.Adt($"C{number}"));
        }

        await AdvanceUntilAsync(() => Queue.Breaker == BreakerState.Open, TimeSpan.FromMilliseconds(10));
        var whenOpen = _partner.Attempts.Count;
        for (var second = 0; second < 100; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.InRange(whenOpen, 3, 3 + lanes);
        Assert.InRange(_partner.Attempts.Count, 3, 3 + lanes);
        await AdvanceUntilAsync(() => _partner.Attempts.Count > whenOpen + 1);
        _answer = () => Response.Sent("ok");
        await AdvanceUntilAsync(() => _partner.Sent.Count == 10, TimeSpan.FromMinutes(1));

        Assert.Equal(BreakerState.Closed, Queue.Breaker);
    }

    [Fact]
    public async Task BreakerIsOpenAndNobodyQueues_SendersAreToldAtOnceWithoutAnAttempt()
    {
        await DeployAsync(QueueMode.Never, queue => queue with { Breaker = new BreakerSettings { Failures = 2, OpenFor = TimeSpan.FromMinutes(5) } });
        await _engine.SendAsync(EngineFixture.Adt("C1"));
        await _engine.SendAsync(EngineFixture.Adt("C2"));

        var third = await _engine.SendAsync(EngineFixture.Adt("C3"));

        Assert.Equal(2, _partner.Attempts.Count);
        Assert.Contains("circuit breaker is open", third.Reason, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMinutes(6));
        _answer = () => Response.Sent("ok");
        Assert.Equal(MessageStatus.Sent, (await _engine.SendAsync(EngineFixture.Adt("C4"))).Status);
    }

    [Fact]
    public async Task MessagesThatThePartnerRefuses_DoNotOpenTheBreaker()
    {
        await DeployAsync(QueueMode.Never, queue => queue with { Breaker = new BreakerSettings { Failures = 2 } });
        _answer = () => Response.Failed("rejected: no such patient");
        for (var number = 0; number < 6; number++)
        {
            await _engine.SendAsync(EngineFixture.Adt($"C{number}"));
        }

        Assert.Equal(6, _partner.Attempts.Count);
    }

    [Fact]
    public async Task AnswersThatAskForAnotherAttempt_DoNotOpenTheBreaker()
    {
        await DeployAsync(QueueMode.Never, queue => queue with { Breaker = new BreakerSettings { Failures = 2 } });
        for (var number = 0; number < 6; number++)
        {
            var answer = $"MSH|^~\\&|LAB|CLINIC|HUB|HUB|20261101093000||ACK|A{number}|P|2.5\rMSA|AE|C{number}\r";
            _answer = () => Response.TryAgain("The partner answered AE, an error.", Encoding.UTF8.GetBytes(answer));
            await _engine.SendAsync(EngineFixture.Adt($"C{number}"));
        }

        Assert.Equal(6, _partner.Attempts.Count);
    }

    [Fact]
    public async Task PauseThatThePartnerAskedFor_OutlivesARestart()
    {
        await DeployAsync(QueueMode.Always, queue => queue);
        _answer = () => Response.TryAgain("429") with { RetryAfter = TimeSpan.FromMinutes(10) };
        await _engine.SendAsync(EngineFixture.Adt("C1"));
        await _partner.WaitForAsync(1, Token);
        await EngineFixture.UntilAsync(() => Queue.NextAttempt > _time.GetUtcNow() + TimeSpan.FromMinutes(9));
        await _engine.RestartAsync();
        _answer = () => Response.Sent("ok");
        await DeployAsync(QueueMode.Always, queue => queue);
        for (var minute = 0; minute < 9; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(5, Token);
        }

        Assert.Single(_partner.Attempts);
        await AdvanceUntilAsync(() => _partner.Sent.Count == 1);
    }

    [Fact]
    public void Rate_IsKeptAndAllowsABurstOfATenthOfASecond()
    {
        var rate = new SendRate(100, _time);
        var waits = Enumerable.Range(0, 30).Select(_ => rate.Reserve().TotalMilliseconds).ToList();

        Assert.All(waits.Take(10), wait => Assert.True(wait <= 0, $"waits {wait} ms"));
        Assert.Equal(Enumerable.Range(1, 20).Select(number => number * 10.0), waits.Skip(10).Select(wait => Math.Round(wait)));
        _time.Advance(TimeSpan.FromMilliseconds(150));
        Assert.Equal(60, Math.Round(rate.Reserve().TotalMilliseconds));
    }

    [Fact]
    public void AttemptOfBeforeTheBreakerOpened_IsNotTakenForTheProbe()
    {
        var breaker = new CircuitBreaker(new BreakerSettings { Failures = 2, OpenFor = TimeSpan.FromSeconds(10) }, _time);
        var (first, second, third, fourth) = (breaker.TryEnter()!.Value, breaker.TryEnter()!.Value, breaker.TryEnter()!.Value, breaker.TryEnter()!.Value);
        breaker.Done(first, true);
        Assert.True(breaker.Done(second, true));
        _time.Advance(TimeSpan.FromSeconds(11));
        var probe = breaker.TryEnter();

        breaker.Done(third, null);
        Assert.False(breaker.Done(fourth, true));

        Assert.True(probe!.Value.IsProbe);
        Assert.Null(breaker.TryEnter());
        Assert.Equal(BreakerState.HalfOpen, breaker.State);
        breaker.Done(probe.Value, null);
        Assert.True(breaker.TryEnter()!.Value.IsProbe);
    }

    [Theory]
    [InlineData(RetryJitter.Fifth, 800, 1000)]
    [InlineData(RetryJitter.Equal, 500, 1000)]
    [InlineData(RetryJitter.Full, 1, 1000)]
    public void Jitter_ShortensAPauseByAsMuchAsItSays(RetryJitter jitter, int shortest, int longest)
    {
        var settings = new QueueSettings { Delay = TimeSpan.FromSeconds(1), Jitter = jitter };

        Assert.Equal(shortest, RetryDelay.After(settings, 1, 1).TotalMilliseconds, 1);
        Assert.Equal(longest, RetryDelay.After(settings, 1, 0).TotalMilliseconds, 1);
        Assert.Equal(60_000, RetryDelay.After(settings, 40, 0).TotalMilliseconds, 1);
    }

    private QueueStatus Queue => _engine.Engine.OperationsOf("test/one")!.Queues().Single();

    private Task DeployAsync(QueueMode mode, Func<QueueSettings, QueueSettings> change)
    {
        var destination = _engine.Destination("one", _partner, mode);
        return _engine.DeployAsync(_engine.Channel(destination with { Queue = change(destination.Queue) }));
    }

    private DestinationSummary At => _engine.Store().Read(1)!.Summary.Destinations[0];

    private async Task SendAgainAsync(bool isRestarted, Func<QueueSettings, QueueSettings> change)
    {
        await _engine.Engine.OperationsOf("test/one")!.SetPausedAsync("one", isPaused: isRestarted, Token);
        var outcomes = await _engine.Engine.OperationsOf("test/one")!.ResendAsync(1, "one", Token);
        Assert.True(Assert.Single(outcomes).IsDone, outcomes[0].Told);
        if (isRestarted)
        {
            await _engine.RestartAsync();
            await DeployAsync(QueueMode.Always, change);
            await _engine.Engine.OperationsOf("test/one")!.SetPausedAsync("one", isPaused: false, Token);
        }
    }

    private async Task AdvanceUntilAsync(Func<bool> condition, TimeSpan? step = null)
    {
        var deadline = Environment.TickCount64 + 20_000;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, "it did not come to that");
            _time.Advance(step ?? TimeSpan.FromSeconds(10));
            await Task.Delay(5, Token);
        }
    }
}
