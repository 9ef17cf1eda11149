using System.Diagnostics;
using System.Globalization;
using ChannelHost.EndToEnd.Tests.Support;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>Long queues, at their full size: what they cost at a start and in memory, how fast they empty, and that nothing in them is lost or turned around.</summary>
public sealed class BacklogTests
{
    private const int Connections = 16;
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(60);

    // scripts/faults.sh --full
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("CHANNELHOST_FAULTS_FULL") == "1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    [Trait("Row", "F13")]
    public async Task PartnerIsAwayForHours_AllArriveInOrderAndMemoryStaysFlat()
    {
        const int Healthy = 10_000;
        const int Outage = 240_000;
        await using var host = new BacklogHost();
        host.Write();
        host.OpenPartner();
        await host.StartAsync(Token);

        // 1. In peace, as fast as both sides can
        var peace = new LedgerSender(host.Listen, seed: 1, prefix: "H");
        await new LedgerSender(host.Listen, seed: 9, prefix: "W").SendAsync(2_000, Connections, Token);
        await host.UntilDeliveredAsync(2_000, Long, Token);
        var started = Stopwatch.GetTimestamp();
        await peace.SendAsync(Healthy, Connections, Token);
        await host.UntilDeliveredAsync(2_000 + Healthy, Long, Token);
        var healthy = Healthy / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await host.ClosePartnerAsync();
        var before = ProcessReading.Of(host.Host.ProcessId);

        // 2. The partner is gone
        var outage = new LedgerSender(host.Listen, seed: 100_000, prefix: "D") { Pause = IsFull ? TimeSpan.FromMilliseconds(20) : TimeSpan.Zero };
        started = Stopwatch.GetTimestamp();
        await outage.SendAsync(Outage, IsFull ? 4 : Connections, Token);
        var intake = Stopwatch.GetElapsedTime(started);
        Assert.Equal(Outage, await host.CountAsync(MessageStatus.Queued, Token));

        // 3. It is back. The first attempt comes within the retry's pause: the rate is that of what follows.
        host.OpenPartner();
        await host.UntilDeliveredAsync(2_000 + Healthy + 1, Long, Token);
        var drained = await host.UntilDeliveredAsync(2_000 + Healthy + Outage, Long, Token);
        await host.Host.UntilAsync("told that all is sent", async () => await host.CountAsync(MessageStatus.Queued, Token) == 0, Token);
        var after = ProcessReading.Of(host.Host.ProcessId);

        var rate = Outage / drained.TotalSeconds;
        var counters = await Counters.OfAsync([outage], host.Ledger, host.Host, BacklogHost.Channel, Token);
        Tell($"{Outage} queued in {intake.TotalSeconds:0} s ({Outage / intake.TotalSeconds:0}/s), drained at {rate:0}/s, healthy {healthy:0}/s; peak {before.PeakMegabytes:0} MB before, {after.PeakMegabytes:0} MB after: {counters}");
        counters.AssertHeld(1, 1, mostDuplicates: 0);
        Assert.Equal(Outage, counters.Confirmed);
        Assert.True(after.PeakMegabytes - before.PeakMegabytes <= 200, $"memory grew from {before.PeakMegabytes:0} to {after.PeakMegabytes:0} MB");
        Assert.True(rate >= 0.8 * healthy, $"drained at {rate:0}/s after {healthy:0}/s in peace");
    }

    [Theory(Explicit = true)]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Row", "F14")]
    public async Task PoisonAmongTenThousand_EndsInErrorAndAllOthersArrive(bool atTheSource)
    {
        const int Messages = 10_000;
        const string Poison = "X005000";
        await using var host = new BacklogHost();
        host.Write(atTheSource ? $"if (msg['MSH']['MSH.10']['MSH.10.1'].toString() == '{Poison}') throw new Error('cannot read this one');" : "", attempts: 3);
        host.OpenPartner(id => !atTheSource && id == Poison);
        await host.StartAsync(Token);
        var sender = new LedgerSender(host.Listen, seed: 14, prefix: "X");

        var sending = sender.SendAsync(Messages, Connections, Token);
        long? blockedBy = null;
        if (!atTheSource)
        {
            await host.Host.UntilAsync("held up by one message", async () => (blockedBy = (await host.Host.ChannelAsync(BacklogHost.Channel, Token)).Destinations[0].BlockedBy) is not null, Token, TimeSpan.FromMinutes(5));
        }

        await sending;
        await host.Host.UntilAsync("through", async () => await host.CountAsync(MessageStatus.Sent, Token) == Messages - 1, Token, TimeSpan.FromMinutes(5));

        var poison = Assert.Single(await host.Host.MessagesAsync(BacklogHost.Channel, Token, atTheSource ? "&status=error" : "&destinationStatus=error"));
        var others = host.Ledger.Where(delivery => delivery.ControlId != Poison).Select(delivery => delivery.ControlId).ToHashSet(StringComparer.Ordinal);
        Tell($"poison {(atTheSource ? "in the transformer" : "at the partner")}: {others.Count} of {Messages - 1} others delivered, message {poison.Id} in error: {poison.Error ?? poison.Destinations[0].Error}");
        Assert.Equal(Poison, poison.ControlId);
        Assert.Equal(Messages - 1, others.Count);
        Assert.Equal(0, await host.CountAsync(MessageStatus.Queued, Token));
        if (atTheSource)
        {
            Assert.Contains("cannot read this one", poison.Error, StringComparison.Ordinal);
            Assert.Contains(Poison, Assert.Single(sender.Refused), StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(poison.Id, blockedBy);
            Assert.Equal(3, poison.Destinations[0].Attempts);
            Assert.Equal(3, host.Ledger.Count(delivery => delivery.ControlId == Poison));
        }
    }

    [Fact(Explicit = true)]
    [Trait("Row", "F15")]
    public async Task MillionQueued_StartsAtOnceAndDrainsInOrderOverRestarts()
    {
        const int Queued = 1_000_000;
        var drain = IsFull ? Queued : 24_000;
        var empty = await EmptyAsync();
        await using var host = new BacklogHost();
        var store = new PreparedStore(host.Folder, BacklogHost.Channel);
        DestinationRecord[] waiting = [new DestinationRecord { Name = "next", Status = MessageStatus.Queued }];
        var started = Stopwatch.GetTimestamp();
        await store.FillAsync(Queued, DateTimeOffset.UtcNow.AddDays(-1), _ => waiting, Token);
        var prepared = Stopwatch.GetElapsedTime(started);
        host.Write();

        // 1. Nobody takes them: the host listens, and takes one more
        var first = await host.StartToListenAsync(Token);
        var late = new LedgerSender(host.Listen, seed: 15, prefix: "L");
        await late.SendAsync(1, 1, Token);
        Assert.Equal(1, late.ConfirmedCount);
        Assert.Equal(Queued + 1, await host.CountAsync(MessageStatus.Queued, Token));

        // 2. The partner is there: a third, SIGTERM, a third, SIGKILL, the last third
        host.OpenPartner();
        await host.UntilDeliveredAsync(1, Long, Token);
        var took = await host.UntilDeliveredAsync(drain / 3, Long, Token);
        var peak = ProcessReading.Of(host.Host.ProcessId).PeakMegabytes;
        var stop = await host.StopAsync(Token);
        var second = await host.StartToListenAsync(Token);
        await host.UntilDeliveredAsync(drain * 2 / 3, Long, Token);
        peak = Math.Max(peak, ProcessReading.Of(host.Host.ProcessId).PeakMegabytes);
        await host.KillAsync(Token);
        var third = await host.StartToListenAsync(Token);
        await host.UntilDeliveredAsync(drain, Long, Token);
        peak = Math.Max(peak, ProcessReading.Of(host.Host.ProcessId).PeakMegabytes);
        await host.StopAsync(Token);

        // 3. What the ledger says, and what the store says
        var deliveries = host.Ledger.Select(delivery => delivery.ControlId).ToList();
        var firsts = deliveries.Distinct(StringComparer.Ordinal).ToList();
        var inversions = firsts.Where((id, number) => number < Queued && id != PreparedStore.ControlId(number)).Count();
        var duplicates = deliveries.CountBy(id => id).Where(id => id.Value > 1).ToList();
        var (sent, queued, marked) = await store.LookAsync(opened => (
            Count(opened, MessageStatus.Sent),
            Count(opened, MessageStatus.Queued),
            duplicates.Count(id => Assert.Single(opened.Find(new MessageQuery { ControlId = id.Key })).Destinations[0].IsReattempt)));
        Tell(string.Create(CultureInfo.InvariantCulture, $"{Queued} queued (prepared in {prepared.TotalSeconds:0} s): listening after {first.TotalSeconds:0.0}, {second.TotalSeconds:0.0} (SIGTERM, stopped in {stop.TotalSeconds:0.0}) and {third.TotalSeconds:0.0} s (SIGKILL), {empty.Listening.TotalSeconds:0.0} s with none; peak {peak:0} MB, {empty.PeakMegabytes:0} MB with none; {drain / 3 / took.TotalSeconds:0}/s; {firsts.Count} drained, LOST {Queued + 1 - sent - queued}, ORDER {inversions}, DUP {duplicates.Count}, of them marked {marked}"));
        Assert.Equal(Queued + 1, sent + queued);
        Assert.Equal(0, inversions);
        Assert.InRange(sent, firsts.Count - 1, firsts.Count);
        Assert.Equal(duplicates.Count, marked);
        Assert.True(duplicates.Count <= 64, $"{duplicates.Count} were delivered again");
        Assert.All(new[] { first, second, third }, start => Assert.True(
            start <= TimeSpan.FromSeconds(10) || start <= empty.Listening + TimeSpan.FromSeconds(5), $"listening after {start.TotalSeconds:0.0} s, with nothing queued after {empty.Listening.TotalSeconds:0.0} s"));
        Assert.True(peak - empty.PeakMegabytes <= 200, $"{peak:0} MB, with nothing queued {empty.PeakMegabytes:0} MB");
    }

    /// <summary>What such a host needs that has nothing in its queue, and takes and delivers a little.</summary>
    private static async Task<(TimeSpan Listening, double PeakMegabytes)> EmptyAsync()
    {
        await using var host = new BacklogHost();
        host.Write();
        host.OpenPartner();
        var listening = await host.StartToListenAsync(Token);
        await new LedgerSender(host.Listen, seed: 3, prefix: "E").SendAsync(2_000, 4, Token);
        await host.UntilDeliveredAsync(2_000, Long, Token);
        return (listening, ProcessReading.Of(host.Host.ProcessId).PeakMegabytes);
    }

    private static long Count(IMessageStore store, MessageStatus status) =>
        store.Counts().Where(count => count.Connector == "next" && count.Status == status).Sum(count => count.Count);

    private static void Tell(string what) => TestContext.Current.TestOutputHelper?.WriteLine(what);
}
