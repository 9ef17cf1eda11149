using System.Diagnostics;
using System.Globalization;
using ChannelHost.Tests.Engine.Support;

namespace ChannelHost.Tests.Engine;

/// <summary>Queues with much in them: what is lost, what is turned around, what it costs.</summary>
public sealed class LaneLoadTests(ITestOutputHelper output)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, true, 1_000)]
    [InlineData(8, true, 1_000)]
    [InlineData(8, false, 1_000)]
    [Trait("Row", "F14")]
    public Task PoisonMessageInTheMiddle_EndsInErrorAndAllOthersArrive(int lanes, bool hasKey, int count) => PoisonAsync(lanes, hasKey, count);

    [Theory(Explicit = true)]
    [InlineData(1, false)]
    [InlineData(8, true)]
    [Trait("Row", "F14")]
    public Task PoisonMessageAmongTenThousand_EndsInErrorAndAllOthersArrive(int lanes, bool hasKey) => PoisonAsync(lanes, hasKey, 10_000);

    [Theory]
    [InlineData(1, 2_000)]
    [InlineData(4, 2_000)]
    [Trait("Row", "F13")]
    public Task PartnerIsAwayForLong_AllArriveInOrderWhenItIsBack(int lanes, int count) => AwayAsync(lanes, count);

    [Theory(Explicit = true)]
    [InlineData(1, 20_000)]
    [InlineData(8, 20_000)]
    [InlineData(8, 60_000)]
    [Trait("Row", "F13")]
    public Task PartnerIsAwayForVeryLong_AllArriveInOrderWhenItIsBack(int lanes, int count) => AwayAsync(lanes, count);

    [Fact]
    [Trait("Row", "F20")]
    public async Task DestinationsReorderedRenamedAndChangedWhileMessagesWait_NoneGoesElsewhere()
    {
        await using var engine = new EngineFixture();
        var isUp = false;
        ValueTask<Response> Answer(OutgoingMessage message, CancellationToken token) => ValueTask.FromResult(Volatile.Read(ref isUp) ? Response.Sent("ok") : Response.TryAgain("away"));
        var (first, second) = (new CollectingDestination { Answer = Answer }, new CollectingDestination { Answer = Answer });
        await engine.DeployAsync(Of(engine, Lanes(engine, "a", first, 4), Lanes(engine, "b", second, 1)));
        for (var number = 0; number < 200; number++)
        {
            await engine.SendAsync(Message($"K{number % 10}", number));
        }

        // The first is renamed, the second stands before it and has lanes now.
        await engine.DeployAsync(Of(engine, Lanes(engine, "b", second, 4), Lanes(engine, "c", first, 4)));
        Volatile.Write(ref isUp, true);
        await EngineFixture.UntilAsync(() => second.Sent.Count == 200);
        var orphan = engine.Engine.OperationsOf("test/one")!.Queues().Single(queue => queue.IsOrphan);

        Assert.Equal(("a", 200), (orphan.Destination, orphan.Queued));
        Assert.Empty(first.Sent);
        await engine.DeployAsync(Of(engine, Lanes(engine, "b", second, 4), Lanes(engine, "a", first, 2)));
        await EngineFixture.UntilAsync(() => first.Sent.Count == 200);
        Assert.Equal(200, second.Sent.Count);
    }

    /// <summary>What lanes are for: a partner that takes its time.</summary>
    [Theory(Explicit = true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(8, true)]
    [InlineData(8, false)]
    public async Task PartnerThatNeedsFiveMilliseconds_Throughput(int lanes, bool hasKey)
    {
        const int Count = 4_000;
        await using var engine = new EngineFixture();
        var partner = new CollectingDestination
        {
            Answer = async (_, token) =>
            {
                await Task.Delay(5, token);
                return Response.Sent("ok");
            },
        };
        await engine.DeployAsync(Of(engine, Lanes(engine, "one", partner, lanes, hasKey)));
        var operations = engine.Engine.OperationsOf("test/one")!;
        await operations.SetPausedAsync("one", isPaused: true, Token);
        await SendAsync(engine, Count);
        var watch = Stopwatch.StartNew();
        await operations.SetPausedAsync("one", isPaused: false, Token);
        await UntilAsync(() => partner.Attempts.Count == Count);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"lanes {lanes}, key {hasKey}: {Count / watch.Elapsed.TotalSeconds:F0} messages/s"));
        Assert.Equal(Count, partner.Attempts.Select(attempt => attempt.MessageId).Distinct().Count());
    }

    private static async Task PoisonAsync(int lanes, bool hasKey, int count)
    {
        await using var engine = new EngineFixture();
        var partner = new CollectingDestination { Answer = (message, _) => ValueTask.FromResult(message.MessageId == count / 2 ? Response.TryAgain("will not have it") : Response.Sent("ok")) };
        var destination = Lanes(engine, "one", partner, lanes, hasKey);
        await engine.DeployAsync(Of(engine, destination with { Queue = destination.Queue with { Attempts = 3 } }));
        await SendAsync(engine, count);
        await UntilAsync(() => partner.Attempts.Count == count + 2);

        var poison = await engine.StoredAsync(count / 2, summary => summary.Destinations is [{ Status: MessageStatus.Error }]);
        Assert.Equal(3, poison.Destinations[0].Attempts);
        Assert.Contains("will not have it", poison.Destinations[0].Error, StringComparison.Ordinal);
        Assert.Equal(count - 1, partner.Sent.Count);
    }

    private async Task AwayAsync(int lanes, int count)
    {
        await using var engine = new EngineFixture();
        var isUp = false;
        var partner = new CollectingDestination { Answer = (_, _) => ValueTask.FromResult(Volatile.Read(ref isUp) ? Response.Sent("ok") : Response.TryAgain("away")) };
        await engine.DeployAsync(Of(engine, Lanes(engine, "one", partner, lanes, hasKey: lanes > 1)));
        await SendAsync(engine, count);
        Volatile.Write(ref isUp, true);
        var watch = Stopwatch.StartNew();
        await UntilAsync(() => engine.Store().Counts().Any(status => status is { Connector: "one", Status: MessageStatus.Sent } && status.Count == count));

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"lanes {lanes}: {count} drained, {count / watch.Elapsed.TotalSeconds:F0} messages/s"));
        Assert.Equal(count, partner.Sent.Count);
        Assert.All(
            partner.Attempts.Where(attempt => attempt.Response?.Status == MessageStatus.Sent).GroupBy(attempt => lanes == 1 ? "" : attempt.Text.Split('|')[^3]),
            ofKey => Assert.Equal(ofKey.Select(attempt => attempt.MessageId).Order(), ofKey.Select(attempt => attempt.MessageId)));
    }

    private static Task SendAsync(EngineFixture engine, int count) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), Token, async (number, _) => await engine.SendAsync(Message($"K{number % 97}", number)));

    private static ChannelDefinition Of(EngineFixture engine, params DestinationDefinition[] destinations) =>
        engine.Channel(destinations) with { Metadata = new Dictionary<string, string> { ["mrn"] = "PID-3.1" } };

    private static DestinationDefinition Lanes(EngineFixture engine, string name, CollectingDestination partner, int lanes, bool hasKey = true)
    {
        var destination = engine.Destination(name, partner, QueueMode.Always);
        return destination with { Queue = destination.Queue with { Lanes = lanes, Key = hasKey && (lanes > 1 || name == "one") ? Template.Parse("${mrn}") : null } };
    }

    private static string Message(string key, int number) =>
        $"MSH|^~\\&|PMS|CLINIC|HUB|HUB|20261101093000||ADT^A08|{number.ToString(CultureInfo.InvariantCulture)}|P|2.5\rPID|1||{key}||Quill^Marta\r";

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromMinutes(5));
        while (!holds())
        {
            await Task.Delay(20, deadline.Token);
        }
    }
}
