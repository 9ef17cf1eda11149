using System.Globalization;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>A host that removes a million old messages while new ones come in.</summary>
public sealed class PruningLoadTests
{
    private const int Old = 1_000_000;
    private const int StillQueued = 1_000;
    private const int Young = 1_000;
    private const int Senders = 10;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    [Trait("Row", "F22")]
    public async Task MillionOldMessagesArePrunedUnderLoad_OnlyTheyGoAndSendersDoNotNotice()
    {
        await using var host = new BacklogHost();
        DestinationRecord[] waiting = [new DestinationRecord { Name = "next", Status = MessageStatus.Queued }];
        DestinationRecord[] through = [new DestinationRecord { Name = "next", Status = MessageStatus.Filtered }];
        var store = new PreparedStore(host.Folder, BacklogHost.Channel);
        await store.FillAsync(Old, DateTimeOffset.UtcNow.AddDays(-60), number => number % (Old / StillQueued) == 0 ? waiting : through, Token);
        await store.FillAsync(Young, DateTimeOffset.UtcNow.AddDays(-1), _ => through, Token);

        // 1. What senders see while nothing is pruned. The partner is away, so that what waits goes on waiting.
        host.Write();
        await host.StartAsync(Token);
        var probe = new IntakeProbe(host.Listen, Senders);
        await probe.MeasureAsync(TimeSpan.FromSeconds(5), Token);
        var before = await probe.MeasureAsync(TimeSpan.FromSeconds(20), Token);
        await host.StopAsync(Token);
        var full = Bytes(host);

        // 2. The same while a million messages go
        host.Write(store: "retention: 30d");
        await host.StartAsync(Token);
        using var pruned = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var measuring = probe.MeasureUntilAsync(pruned.Token, Token);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        await host.Host.UntilAsync("rid of the old ones", async () => await host.CountAsync(MessageStatus.Filtered, Token) <= Young, Token, TimeSpan.FromMinutes(30));
        var took = System.Diagnostics.Stopwatch.GetElapsedTime(started);
        await pruned.CancelAsync();
        var during = await measuring;
        await host.Host.UntilAsync("small again", () => Task.FromResult(Bytes(host) < full / 4), Token, TimeSpan.FromMinutes(5));

        var queued = await host.CountAsync(MessageStatus.Queued, Token);
        var fault = (await host.Host.ChannelAsync(BacklogHost.Channel, Token)).Reason;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Old - StillQueued} of {Old} pruned in {took.TotalSeconds:0} s beside {during.Rate:0} messages/s, {StillQueued} queued, {Young} young and {probe.Sent} new ones stay; {full >> 20} MB before, {Bytes(host) >> 20} MB after"));
        Assert.Null(fault);
        Assert.Equal(StillQueued + probe.Sent, queued);
        Assert.Equal(Young, await host.CountAsync(MessageStatus.Filtered, Token));
        await host.StopAsync(Token);
        var (code, said) = await host.Folder.RunAsync(null, Token, "verify", host.Folder.Data);
        Assert.True(code == 0, said);
        during.AssertAsBefore(before);
    }

    private static long Bytes(BacklogHost host) =>
        Directory.EnumerateFiles(host.Folder.Data, "messages.db*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
}
