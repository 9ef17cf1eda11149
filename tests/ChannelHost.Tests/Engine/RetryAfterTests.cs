using ChannelHost.Engine.Cases;
using ChannelHost.Engine.Destinations;
using ChannelHost.Tests.Engine.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Engine;

/// <summary>A partner that asks not to be called: nobody calls it, whatever the queue's own pauses say.</summary>
public sealed class RetryAfterTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly EngineFixture _engine;
    private readonly CollectingDestination _next = new();
    private readonly CollectingDestination _other = new();
    private bool _isBusy = true;

    public RetryAfterTests()
    {
        _engine = new EngineFixture(_time);
        _next.Answer = (_, _) => ValueTask.FromResult(_isBusy ? Response.TryAgain("429") with { RetryAfter = TimeSpan.FromMinutes(2) } : Response.Sent("collected"));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(QueueMode.Always)]
    [InlineData(QueueMode.OnFailure)]
    [Trait("Row", "F53")]
    public async Task QueuedMessages_WaitOutThePauseAndOtherDestinationsDoNot(QueueMode mode)
    {
        await _engine.DeployAsync(_engine.Channel(_engine.Destination("next", _next, mode), _engine.Destination("other", _other)));
        await _engine.SendAsync(EngineFixture.Adt("C1"));
        await _next.WaitForAsync(1, Token);
        _isBusy = false;
        await _engine.SendAsync(EngineFixture.Adt("C2"));

        // The queue's own pause is 20 ms: it is over many times before the partner's is.
        for (var step = 0; step < 119; step++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Single(_next.Attempts);
        Assert.Equal(2, _other.Attempts.Count);
        await AdvanceUntilAsync(() => _next.Sent.Count == 2);
        Assert.Equal(3, _next.Attempts.Count);
        Assert.Equal([1L, 1, 2], _next.Attempts.Select(attempt => attempt.MessageId));
    }

    [Theory]
    [Trait("Row", "F72")]
    [InlineData(-24, 90)]
    [InlineData(0, 90)]
    [InlineData(24, 0)]
    public void ClockThatStepsBeforeARestart_MakesNoPauseLongerThanThePartnerAsked(int hours, int seconds)
    {
        var state = new CaseState(new Dictionary<string, object?>());
        new PartnerPauses("test/one", state, _time, NullLogger.Instance).Of("next").Begin(TimeSpan.FromSeconds(90), random: 0);

        var stepped = new FakeTimeProvider(_time.GetUtcNow().AddHours(hours));
        var left = new PartnerPauses("test/one", state, stepped, NullLogger.Instance).Of("next").Left;

        Assert.InRange(left, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds + 1));
    }

    [Fact]
    [Trait("Row", "F53")]
    public async Task NoQueue_MessagesDuringThePauseFailWithoutAnAttempt()
    {
        await _engine.DeployAsync(_engine.Channel(_engine.Destination("next", _next)));
        var first = await _engine.SendAsync(EngineFixture.Adt("C1"));
        _isBusy = false;
        var second = await _engine.SendAsync(EngineFixture.Adt("C2"));
        var attempts = _next.Attempts.Count;
        _time.Advance(TimeSpan.FromMinutes(3));
        var third = await _engine.SendAsync(EngineFixture.Adt("C3"));

        Assert.Equal(1, attempts);
        Assert.Equal(MessageStatus.Error, first.Status);
        Assert.Equal(MessageStatus.Error, second.Status);
        Assert.Contains("no attempt was made", second.Reason, StringComparison.Ordinal);
        Assert.Equal(MessageStatus.Sent, third.Status);
    }

    [Fact]
    [Trait("Row", "F53")]
    public void Pause_IsNeverShorterThanAskedAndALongerOneStays()
    {
        foreach (var random in new[] { 0, 0.5, 1 })
        {
            var pause = new PartnerPause(_time);
            pause.Begin(TimeSpan.FromSeconds(60), random);
            pause.Begin(TimeSpan.FromSeconds(1), 1);

            Assert.InRange(pause.Left, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(64));
            _time.Advance(TimeSpan.FromSeconds(60));
            Assert.True(pause.Left > TimeSpan.Zero);
            _time.Advance(TimeSpan.FromSeconds(6));
            Assert.Equal(TimeSpan.Zero, pause.Left);
        }
    }

    private async Task AdvanceUntilAsync(Func<bool> condition)
    {
        var deadline = Environment.TickCount64 + 20_000;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, "the messages were not delivered after the pause");
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, Token);
        }
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();
}
