using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ChannelHost.Engine.Deployment;
using ChannelHost.Tests.Engine.Support;
using CsCheck;

namespace ChannelHost.Tests.Engine;

/// <summary>Queues that send several messages at once: what goes side by side, what stays in order, what a failure holds up.</summary>
public sealed class LaneTests
{
    private const string Channel = "test/one";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SeveralKeys_AreSentAtOnceAndOneKeyNever()
    {
        await using var engine = new EngineFixture();
        var partner = new Partner { Meets = 4 };
        await engine.DeployAsync(Of(engine, Keyed(engine, partner.Destination, lanes: 4)));
        for (var number = 0; number < 40; number++)
        {
            await engine.SendAsync(Message($"K{number % 8}", number));
        }

        await EngineFixture.UntilAsync(() => partner.Sent.Count == 40);

        Assert.Equal(4, partner.MostAtOnce);
        partner.AssertOrder();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task MessageThatFails_ParksItsKeyAndNobodyElse(int lanes)
    {
        await using var engine = new EngineFixture();
        var isHealed = false;
        var partner = new Partner { Refuses = (key, number) => key == "K1" && number == 1 && !Volatile.Read(ref isHealed) };
        await engine.DeployAsync(Of(engine, Keyed(engine, partner.Destination, lanes)));
        for (var number = 0; number < 30; number++)
        {
            await engine.SendAsync(Message($"K{number % 3}", number));
        }

        await EngineFixture.UntilAsync(() => partner.Sent.Count == 20);
        Assert.DoesNotContain(partner.Sent, sent => sent.Key == "K1");
        await EngineFixture.UntilAsync(() => Operations(engine).Queues() is [{ Queued: 10, Parked: 1, BlockedBy: 2 }]);
        Volatile.Write(ref isHealed, true);
        await EngineFixture.UntilAsync(() => partner.Sent.Count == 30);

        partner.AssertOrder();
    }

    [Fact]
    public async Task WithoutAKey_AMessageThatFailsHoldsNobodyUp()
    {
        await using var engine = new EngineFixture();
        var isHealed = false;
        var partner = new Partner { Refuses = (_, number) => number == 1 && !Volatile.Read(ref isHealed) };
        await engine.DeployAsync(Of(engine, Laned(engine, partner.Destination, 3)));
        for (var number = 1; number <= 20; number++)
        {
            await engine.SendAsync(Message($"K{number}", number));
        }

        await EngineFixture.UntilAsync(() => partner.Sent.Count == 19);
        Volatile.Write(ref isHealed, true);
        await EngineFixture.UntilAsync(() => partner.Sent.Count == 20);

        Assert.Equal(1, partner.Sent[^1].Number);
    }

    [Fact]
    public async Task MoreThanTheWindowHolds_EveryKeyStaysInOrder()
    {
        const int Count = 4_000;
        await using var engine = new EngineFixture();
        var isUp = false;
        var partner = new Partner { Refuses = (_, _) => !Volatile.Read(ref isUp) };
        await engine.DeployAsync(Of(engine, Keyed(engine, partner.Destination, lanes: 4)));

        // Few keys with much, so that some do not fit into memory, and many with little.
        await Parallel.ForEachAsync(Enumerable.Range(0, Count), Token, async (number, _) => await engine.SendAsync(Message(number % 3 == 0 ? $"K{number % 4}" : $"L{number % 700}", number)));
        Volatile.Write(ref isUp, true);
        Operations(engine).Queues();
        await EngineFixture.UntilAsync(() => partner.Sent.Count >= Count);

        Assert.Equal(Count, partner.Sent.Count);
        partner.AssertOrderOfIds();
    }

    [Theory]
    [InlineData(QueueMode.Never)]
    [InlineData(QueueMode.OnFailure)]
    public async Task SendersThatWait_AreServedAtOnceInTheOrderOfTheirKeys(QueueMode mode)
    {
        await using var engine = new EngineFixture();
        var failures = 0;
        var partner = new Partner { Refuses = (_, number) => mode == QueueMode.OnFailure && number % 7 == 0 && Interlocked.Increment(ref failures) % 3 != 0 };
        await engine.DeployAsync(Of(engine, Keyed(engine, partner.Destination, lanes: 4, mode)));

        await Parallel.ForEachAsync(Enumerable.Range(0, 300), Token, async (number, _) => await engine.SendAsync(Message($"K{number % 5}", number)));
        await EngineFixture.UntilAsync(() => partner.Sent.Count == 300);

        partner.AssertOrderOfIds();
    }

    [Fact]
    public async Task SameKeysOverARestart_StayInOrder()
    {
        await using var engine = new EngineFixture();
        var isUp = false;
        var partner = new Partner { Refuses = (_, _) => !Volatile.Read(ref isUp) };
        await engine.DeployAsync(Of(engine, Keyed(engine, partner.Destination, lanes: 4)));
        for (var number = 0; number < 60; number++)
        {
            await engine.SendAsync(Message($"K{number % 6}", number));
        }

        await engine.RestartAsync();
        Volatile.Write(ref isUp, true);
        await engine.DeployAsync(Of(engine, Keyed(engine, partner.Destination, lanes: 4)));
        for (var number = 60; number < 90; number++)
        {
            await engine.SendAsync(Message($"K{number % 6}", number));
        }

        await EngineFixture.UntilAsync(() => partner.Sent.Count == 90);

        partner.AssertOrder();
    }

    [Fact]
    [Trait("Row", "P3")]
    public async Task KilledWhileSending_TheNextAttemptsAreMarkedAndTheOthersAreNot()
    {
        await using var engine = new EngineFixture();
        var partner = new Partner { Hangs = (_, number) => number >= 100 };
        await engine.DeployAsync(Of(engine, Keyed(engine, partner.Destination, lanes: 3)));
        for (var number = 100; number < 400; number++)
        {
            await engine.SendAsync(Message($"K{number}", number));
        }

        await EngineFixture.UntilAsync(() => partner.Destination.Attempts.Count == 3);
        var cutOff = partner.Destination.Attempts.Select(attempt => attempt.MessageId).ToHashSet();
        await engine.RestartAsync();
        var after = new Partner();
        await engine.DeployAsync(Of(engine, Keyed(engine, after.Destination, lanes: 3)));
        await EngineFixture.UntilAsync(() => after.Sent.Count == 300);

        Assert.All(after.Destination.Attempts.Where(attempt => cutOff.Contains(attempt.MessageId)), attempt => Assert.True(attempt.IsReattempt));
        Assert.InRange(after.Destination.Attempts.Count(attempt => attempt.IsReattempt), 3, 3 + (2 * 48));
    }

    [Fact]
    public async Task QueuedBeforeThereWereKeys_GoesBeforeWhatCameAfterwards()
    {
        await using var engine = new EngineFixture();
        var isUp = false;
        var partner = new Partner { Refuses = (_, _) => !Volatile.Read(ref isUp) };
        await engine.DeployAsync(engine.Channel(engine.Destination("one", partner.Destination, QueueMode.Always)));
        for (var number = 0; number < 20; number++)
        {
            await engine.SendAsync(Message($"K{number % 4}", number));
        }

        await engine.DeployAsync(Of(engine, Keyed(engine, partner.Destination, lanes: 4)));
        for (var number = 20; number < 60; number++)
        {
            await engine.SendAsync(Message($"K{number % 4}", number));
        }

        Volatile.Write(ref isUp, true);
        await EngineFixture.UntilAsync(() => partner.Sent.Count == 60);

        partner.AssertOrder();
        Assert.Equal(Enumerable.Range(0, 20), partner.Sent.Take(20).Select(sent => sent.Number));
    }

    [Fact]
    public async Task KeySettingChangesWhileMessagesWait_WhatWasQueuedBeforeGoesFirst()
    {
        await using var engine = new EngineFixture();
        var isUp = false;
        var partner = new Partner { Refuses = (_, _) => !Volatile.Read(ref isUp) };
        await engine.DeployAsync(Of(engine, Keyed(engine, partner.Destination, lanes: 4)));
        for (var number = 0; number < 20; number++)
        {
            await engine.SendAsync(Message($"K{number % 4}", number));
        }

        var other = Keyed(engine, partner.Destination, lanes: 4);
        await engine.DeployAsync(Of(engine, other with { Queue = other.Queue with { Key = Template.Parse("patient ${mrn}") } }));
        for (var number = 20; number < 60; number++)
        {
            await engine.SendAsync(Message($"K{number % 4}", number));
        }

        Volatile.Write(ref isUp, true);
        await EngineFixture.UntilAsync(() => partner.Sent.Count == 60);

        partner.AssertOrder();
    }

    [Fact]
    public async Task ParkedMessage_CanBeGivenUpTriedNowAndQueuedAgain()
    {
        await using var engine = new EngineFixture();
        var isHealed = false;
        var partner = new Partner { Refuses = (key, number) => number == 1 && !Volatile.Read(ref isHealed) };
        var destination = Keyed(engine, partner.Destination, lanes: 2);
        await engine.DeployAsync(Of(engine, destination with { Queue = destination.Queue with { Delay = TimeSpan.FromHours(1), MaximumDelay = TimeSpan.FromHours(1) } }));
        await engine.SendAsync(Message("K", 1));
        await engine.SendAsync(Message("K", 2));
        await engine.SendAsync(Message("L", 3));
        await EngineFixture.UntilAsync(() => partner.Sent.Count == 1 && Operations(engine).Queues()[0].Parked == 1);

        var retried = await Operations(engine).RetryAsync("one", 1, Token);
        await EngineFixture.UntilAsync(() => partner.Destination.Attempts.Count(attempt => attempt.MessageId == 1) == 2 && Operations(engine).Queues()[0].Parked == 1);
        var notYet = await Operations(engine).RetryAsync("one", 2, Token);
        var skipped = await Operations(engine).SkipAsync("one", 1, "bad", Token);
        await EngineFixture.UntilAsync(() => partner.Sent.Count == 2);
        Volatile.Write(ref isHealed, true);
        await engine.StoredAsync(1, summary => summary.Destinations[0].Status == MessageStatus.Error);
        var again = await Operations(engine).RetryAsync("one", 1, Token);
        await EngineFixture.UntilAsync(() => partner.Sent.Count == 3);

        Assert.Equal((true, false, true, true), (retried.IsDone, notYet.IsDone, skipped.IsDone, again.IsDone));
        Assert.Equal([3, 2, 1], partner.Sent.Select(sent => sent.Number));
    }

    [Fact]
    public async Task Paused_NothingIsSentUntilItGoesOn()
    {
        await using var engine = new EngineFixture();
        var partner = new Partner();
        await engine.DeployAsync(Of(engine, Keyed(engine, partner.Destination, lanes: 4)));
        await Operations(engine).SetPausedAsync("one", isPaused: true, Token);
        for (var number = 0; number < 20; number++)
        {
            await engine.SendAsync(Message($"K{number % 4}", number));
        }

        Assert.True((await Operations(engine).SkipAsync("one", 2, "not wanted", Token)).IsDone);
        Assert.True((await Operations(engine).SkipAsync("one", 20, "not wanted", Token)).IsDone);
        Assert.Empty(partner.Destination.Attempts);
        await Operations(engine).SetPausedAsync("one", isPaused: false, Token);
        await EngineFixture.UntilAsync(() => partner.Sent.Count == 18);

        partner.AssertOrder();
    }

    [Fact]
    public async Task KeyOfAScript_KeepsOrderByIt()
    {
        await using var engine = new EngineFixture();
        var partner = new Partner { Meets = 2 };
        var destination = engine.Destination("one", partner.Destination, QueueMode.Always);
        await engine.DeployAsync(Of(engine, destination with
        {
            Queue = destination.Queue with { Lanes = 2, KeyScript = EngineFixture.Script("return msg['PID']['PID.3']['PID.3.1'].toString();", "test/one/key.js") },
        }));
        for (var number = 0; number < 20; number++)
        {
            await engine.SendAsync(Message($"K{number % 2}", number));
        }

        await EngineFixture.UntilAsync(() => partner.Sent.Count == 20);

        partner.AssertOrder();
        Assert.Equal(2, partner.MostAtOnce);
    }

    [Fact]
    public void RandomKeysFailuresRedeploymentsAndRestarts_NeverTurnTwoMessagesOfAKeyAround() =>
        Gen.Select(Gen.Int[1, 8], Gen.Int[1, 12], Gen.Int[0, 40], Gen.Int[0, 3], Gen.Int).Sample(
            (lanes, keys, failing, breaks, seed) => TurnAroundAsync(lanes, keys, failing, breaks, seed).GetAwaiter().GetResult(), iter: 12, threads: 1);

    private static async Task TurnAroundAsync(int lanes, int keys, int failing, int breaks, int seed)
    {
        var random = new Random(seed);
        await using var engine = new EngineFixture();
        var partner = new Partner { Refuses = (_, _) => { lock (random) { return random.Next(100) < failing; } } };
        var sent = 0;
        for (var part = 0; part <= breaks; part++)
        {
            var mode = random.Next(2) == 0 ? QueueMode.Always : QueueMode.OnFailure;
            await engine.DeployAsync(Of(engine, Keyed(engine, partner.Destination, lanes, mode)));
            for (var number = 0; number < 40; number++)
            {
                await engine.SendAsync(Message($"K{random.Next(keys)}", sent++));
            }

            if (part < breaks && random.Next(2) == 0)
            {
                await engine.RestartAsync(graceful: random.Next(2) == 0);
            }
        }

        if (engine.Engine.StatusOf(Channel) is not { Condition: ChannelCondition.Running })
        {
            await engine.DeployAsync(Of(engine, Keyed(engine, partner.Destination, lanes)));
        }

        await EngineFixture.UntilAsync(() => partner.Sent.Select(one => one.Number).Distinct().Count() == sent);
        partner.AssertOrder();
    }

    private static DestinationDefinition Laned(EngineFixture engine, CollectingDestination partner, int lanes, QueueMode mode = QueueMode.Always)
    {
        var destination = engine.Destination("one", partner, mode);
        return destination with { Queue = destination.Queue with { Lanes = lanes } };
    }

    private static DestinationDefinition Keyed(EngineFixture engine, CollectingDestination partner, int lanes, QueueMode mode = QueueMode.Always)
    {
        var destination = Laned(engine, partner, lanes, mode);
        return destination with { Queue = destination.Queue with { Key = Template.Parse("${mrn}") } };
    }

    private static ChannelDefinition Of(EngineFixture engine, DestinationDefinition destination) =>
        engine.Channel(destination) with { Metadata = new Dictionary<string, string> { ["mrn"] = "PID-3.1" } };

    private static ChannelOperations Operations(EngineFixture engine) => engine.Engine.OperationsOf(Channel)!;

    private static string Message(string key, int number) =>
        $"MSH|^~\\&|PMS|CLINIC|HUB|HUB|20261101093000||ADT^A08|{number.ToString(CultureInfo.InvariantCulture)}|P|2.5\rPID|1||{key}^^^CLINIC^MR||Quill^Marta\r";

    /// <summary>Takes messages, remembers what it took in which order, and sees when two of a key are there at once.</summary>
    private sealed class Partner
    {
        private readonly ConcurrentDictionary<string, int> _underWay = new();
        private readonly ConcurrentQueue<(string Key, int Number, long Id)> _sent = new();
        private int _atOnce;

        public Partner() => Destination.Answer = AnswerAsync;

        public CollectingDestination Destination { get; } = new();

        public Func<string, int, bool> Refuses { get; init; } = (_, _) => false;

        public Func<string, int, bool> Hangs { get; init; } = (_, _) => false;

        /// <summary>So many messages wait for one another before the first is answered.</summary>
        public int Meets { get; init; }

        public int MostAtOnce { get; private set; }

        public IReadOnlyList<(string Key, int Number, long Id)> Sent => [.. _sent];

        public void AssertOrder() => Assert.All(
            _sent.GroupBy(sent => sent.Key), ofKey => Assert.Equal(ofKey.Select(sent => sent.Number).Distinct().Order(), ofKey.Select(sent => sent.Number).Distinct()));

        public void AssertOrderOfIds() => Assert.All(
            _sent.GroupBy(sent => sent.Key), ofKey => Assert.Equal(ofKey.Select(sent => sent.Id).Order(), ofKey.Select(sent => sent.Id)));

        private async ValueTask<Response> AnswerAsync(OutgoingMessage message, CancellationToken cancellationToken)
        {
            var fields = Encoding.UTF8.GetString(message.Content.Span).Split('\r');
            var (key, number) = (fields[1].Split('|')[3].Split('^')[0], int.Parse(fields[0].Split('|')[9], CultureInfo.InvariantCulture));
            Assert.Equal(1, _underWay.AddOrUpdate(key, 1, (_, count) => count + 1));
            var atOnce = Interlocked.Increment(ref _atOnce);
            MostAtOnce = Math.Max(MostAtOnce, atOnce);
            try
            {
                if (Meets > 0)
                {
                    await EngineFixture.UntilAsync(() => MostAtOnce >= Meets);
                }

                if (Hangs(key, number))
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }

                await Task.Yield();
                if (Refuses(key, number))
                {
                    return Response.TryAgain("not now");
                }

                _sent.Enqueue((key, number, message.MessageId));
                return Response.Sent("ok");
            }
            finally
            {
                Interlocked.Decrement(ref _atOnce);
                _underWay.AddOrUpdate(key, 0, (_, count) => count - 1);
            }
        }
    }
}
