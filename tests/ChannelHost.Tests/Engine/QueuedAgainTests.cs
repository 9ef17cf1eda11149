using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ChannelHost.Engine.Deployment;
using ChannelHost.Engine.Destinations;
using ChannelHost.Tests.Engine.Support;

namespace ChannelHost.Tests.Engine;

/// <summary>Messages that do not come in the order of the others: queued again by a person, or handed over late.</summary>
public sealed class QueuedAgainTests : IAsyncDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private readonly EngineFixture _engine = new();
    private readonly CollectingDestination _partner = new();
    private readonly ConcurrentDictionary<int, Response> _refused = new();

    public QueuedAgainTests() =>
        _partner.Answer = (message, _) => ValueTask.FromResult(_refused.GetValueOrDefault(Number(message.Content.Span)) ?? Response.Sent("ok"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ChannelOperations Operations => _engine.Engine.OperationsOf("test/one")!;

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    [Trait("Row", "P3")]
    public async Task StrictQueueKilledWhileItSendsAnEditedMessage_TheNextAttemptIsMarked()
    {
        await _engine.DeployAsync(_engine.Channel(_engine.Destination("one", _partner, QueueMode.Always)));
        await _engine.SendAsync(Message("K", 1));
        await _engine.StoredAsync(1, summary => summary.Destinations[0].Status == MessageStatus.Sent);
        await Operations.SetPausedAsync("one", isPaused: true, Token);
        for (var number = 2; number <= 101; number++)
        {
            await _engine.SendAsync(Message("K", number));
        }

        var edited = await Operations.EditSentAsync(1, Encoding.UTF8.GetBytes(Message("K", 999)), "one", Token);
        _partner.Answer = async (message, cancellationToken) =>
        {
            if (Number(message.Content.Span) == 999)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return Response.Sent("ok");
        };
        await Operations.SetPausedAsync("one", isPaused: false, Token);
        await EngineFixture.UntilAsync(() => _partner.Attempts.Any(attempt => attempt.MessageId == edited.MessageId));
        await _engine.RestartAsync();
        var after = new CollectingDestination();
        await _engine.DeployAsync(_engine.Channel(_engine.Destination("one", after, QueueMode.Always)));
        await EngineFixture.UntilAsync(() => after.Attempts.Any(attempt => attempt.MessageId == 101));

        Assert.True(after.Attempts.First(attempt => attempt.MessageId == edited.MessageId).IsReattempt);
        Assert.Contains(after.Attempts, attempt => !attempt.IsReattempt);
    }

    [Fact]
    public async Task QueueWithLanesStoppedInPeace_NothingIsMarkedAfterwards()
    {
        _refused[1] = Response.TryAgain("not now");
        await _engine.DeployAsync(Keyed(lanes: 3));
        for (var number = 0; number < 30; number++)
        {
            await _engine.SendAsync(Message($"K{number % 3}", number));
        }

        await EngineFixture.UntilAsync(() => _partner.Sent.Count == 20);
        await _engine.RestartAsync(graceful: true);
        _refused.Clear();
        await _engine.DeployAsync(Keyed(lanes: 3));
        await EngineFixture.UntilAsync(() => _partner.Sent.Count == 30);

        Assert.DoesNotContain(_partner.Attempts, attempt => attempt.IsReattempt);
    }

    [Fact]
    public async Task MessageWithoutAKeyQueuedAgain_HoldsNobodyUp()
    {
        await ParkOneWithoutAKeyAsync();
        await _engine.SendAsync(Message("L", 2));
        await _engine.SendAsync(Message("M", 3));
        await EngineFixture.UntilAsync(() => _partner.Sent.Count == 2);
        _refused.Clear();
        Assert.True((await Operations.RetryAsync("one", 1, Token)).IsDone);
        await EngineFixture.UntilAsync(() => _partner.Sent.Count == 3);
    }

    [Fact]
    public async Task MessageWithoutAKeyQueuedAgainBeforeAKill_HoldsNobodyUpAfterIt()
    {
        await ParkOneWithoutAKeyAsync();
        await Operations.SetPausedAsync("one", isPaused: true, Token);
        await _engine.SendAsync(Message("L", 2));
        await _engine.RestartAsync();

        await _engine.DeployAsync(Keyed(lanes: 2));
        await Operations.SetPausedAsync("one", isPaused: false, Token);
        await _engine.SendAsync(Message("M", 3));
        await EngineFixture.UntilAsync(() => _partner.Sent.Count == 2);

        await EngineFixture.UntilAsync(() => Operations.Queues()[0] is { Parked: 1, Queued: 1 });
        _refused.Clear();
        Assert.True((await Operations.RetryAsync("one", 1, Token)).IsDone);
        await EngineFixture.UntilAsync(() => _partner.Sent.Count == 3);
    }

    [Theory]
    [Trait("Row", "P3")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task QueuedAgainBeforeARestart_GoesBehindWhatWasInHandAndBeforeTheOthers(bool isRedeployed)
    {
        _refused[1] = Response.Failed("rejected");
        _refused[2] = Response.TryAgain("not now");
        await _engine.DeployAsync(_engine.Channel(_engine.Destination("one", _partner, QueueMode.Always)));
        for (var number = 1; number <= 3; number++)
        {
            await _engine.SendAsync(Message("K", number));
        }

        await EngineFixture.UntilAsync(() => AttemptsAt(2) > 1);
        Assert.Equal(MessageStatus.Queued, (await Operations.EditSentAsync(1, Encoding.UTF8.GetBytes(Message("K", 999)), "one", Token)).Status);
        if (!isRedeployed)
        {
            await _engine.RestartAsync();
        }

        _refused.Clear();
        var after = new CollectingDestination();
        await _engine.DeployAsync(_engine.Channel(_engine.Destination("one", after, QueueMode.Always)));
        await after.WaitForAsync(3, Token);

        Assert.Equal([2, 999, 3], after.Sent.Select(text => Number(Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public async Task KilledWhileOneIsSentAndManyOlderOnesWaitAgain_TheOneIsMarked()
    {
        const int Again = 60;
        _partner.Answer = async (message, cancellationToken) =>
        {
            if (Number(message.Content.Span) <= Again)
            {
                return Response.Failed("rejected");
            }

            await Task.Delay(Timeout.Infinite, cancellationToken);
            return Response.Sent("never");
        };
        await _engine.DeployAsync(_engine.Channel(_engine.Destination("one", _partner, QueueMode.Always)));
        for (var number = 1; number <= Again + 1; number++)
        {
            await _engine.SendAsync(Message("K", number));
        }

        await EngineFixture.UntilAsync(() => AttemptsAt(Again + 1) == 1);
        for (var id = 1; id <= Again; id++)
        {
            Assert.True((await Operations.RetryAsync("one", id, Token)).IsDone);
        }

        await _engine.RestartAsync();
        var after = new CollectingDestination();
        await _engine.DeployAsync(_engine.Channel(_engine.Destination("one", after, QueueMode.Always)));
        await EngineFixture.UntilAsync(() => after.Sent.Count == Again + 1);

        Assert.True(after.Attempts[0] is { MessageId: Again + 1, IsReattempt: true });
    }

    [Fact]
    public void MessageThatIsNotQueuedAgainAfterAll_IsTakenAsItWas()
    {
        var control = new QueueControl(TimeProvider.System, 10);
        var first = control.Again(7);

        control.NotAgain(7, control.Again(7));

        Assert.Null(control.TryTake(7, 0));
        control.NotAgain(8, control.Again(8));
        Assert.Empty(control.QueuedAgain());
        Assert.NotNull(control.TryTake(7, first.Turn));
        Assert.NotNull(control.TryTake(8, 0));
    }

    [Fact]
    public async Task QueuedAgainBehindAParkedOne_IsNotTriedAtEveryArrivalAndStaysBeforeIt()
    {
        _refused[1] = Response.Failed("rejected");
        _refused[2] = Response.TryAgain("not now");
        await _engine.DeployAsync(Keyed(lanes: 1));
        await _engine.SendAsync(Message("K", 1));
        await _engine.SendAsync(Message("K", 2));
        await _engine.StoredAsync(1, summary => summary.Destinations[0].Status == MessageStatus.Error);
        await EngineFixture.UntilAsync(() => Operations.Queues()[0].Parked == 1);
        _refused[1] = Response.TryAgain("not now");
        Assert.True((await Operations.RetryAsync("one", 1, Token)).IsDone);
        await EngineFixture.UntilAsync(() => AttemptsAt(1) == 2);
        for (var number = 3; number < 8; number++)
        {
            await _engine.SendAsync(Message("K", number));
            await _engine.SendAsync(Message("L", number + 100));
        }

        await EngineFixture.UntilAsync(() => _partner.Sent.Count == 5);
        Assert.Equal((2, 1), (AttemptsAt(1), AttemptsAt(2)));
        _refused.Clear();
        Assert.True((await Operations.RetryAsync("one", 2, Token)).IsDone);
        await EngineFixture.UntilAsync(() => _partner.Sent.Count == 12);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7], _partner.Sent.Select(text => Number(Encoding.UTF8.GetBytes(text))).Where(number => number < 100));
    }

    [Fact]
    public async Task HandedOverBehindThePlaceThatWasRead_IsTakenOnce()
    {
        SortedSet<long> rows = [5, 6];
        var queue = new DestinationQueue("one", PagedStore.Of(rows), TimeProvider.System);

        Assert.Equal(5, await TakeAsync(queue));
        rows.Add(4);
        queue.Enqueue(Work(4), Task.CompletedTask);
        queue.Enqueue(Work(6), Task.CompletedTask);
        Assert.Equal(6, await TakeAsync(queue));
        Assert.Equal(4, await TakeAsync(queue));
        rows.Add(7);
        queue.Enqueue(Work(7), Task.CompletedTask);

        Assert.Equal(7, await TakeAsync(queue));
    }

    private static async Task<long> TakeAsync(DestinationQueue queue)
    {
        var entry = await queue.TakeAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Token);
        queue.Done();
        return entry.Work.MessageId;
    }

    private static DestinationWork Work(long id) => new() { MessageId = id, Content = new byte[] { 1 }, Attempts = 0 };

    private int AttemptsAt(long id) => _partner.Attempts.Count(attempt => attempt.MessageId == id);

    private ChannelDefinition Keyed(int lanes)
    {
        var destination = _engine.Destination("one", _partner, QueueMode.Always);
        var queue = destination.Queue with { Lanes = lanes, Key = Template.Parse("${mrn}"), Delay = Long, MaximumDelay = Long };
        return _engine.Channel(destination with { Queue = queue }) with { Metadata = new Dictionary<string, string> { ["mrn"] = "PID-3.1" } };
    }

    private static string Message(string key, int number) =>
        $"MSH|^~\\&|PMS|CLINIC|HUB|HUB|20261101093000||ADT^A08|{number.ToString(CultureInfo.InvariantCulture)}|P|2.5\rPID|1||{key}^^^CLINIC^MR||Quill^Marta\r";

    private static int Number(ReadOnlySpan<byte> content) => int.Parse(Encoding.UTF8.GetString(content).Split('|')[9], CultureInfo.InvariantCulture);

    // It failed before the destination had keys, was queued again among keyed ones, and the partner does not take it.
    private async Task ParkOneWithoutAKeyAsync()
    {
        _refused[1] = Response.Failed("rejected");
        await _engine.DeployAsync(_engine.Channel(_engine.Destination("one", _partner, QueueMode.Always)));
        await _engine.SendAsync(Message("K", 1));
        await _engine.StoredAsync(1, summary => summary.Destinations[0].Status == MessageStatus.Error);
        await _engine.DeployAsync(Keyed(lanes: 2));
        _refused[1] = Response.TryAgain("not now");
        Assert.True((await Operations.RetryAsync("one", 1, Token)).IsDone);
        await EngineFixture.UntilAsync(() => Operations.Queues()[0].Parked == 1);
    }
}
