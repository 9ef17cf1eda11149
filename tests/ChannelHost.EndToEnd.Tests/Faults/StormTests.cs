using System.Diagnostics;
using System.Globalization;
using ChannelHost.EndToEnd.Tests.Support;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>Restarts and redeploys, one after the other, while messages flow; and a start with much left open.</summary>
public sealed class StormTests
{
    private const int Connections = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    [Trait("Row", "F16")]
    public async Task FiftyRestartsUnderLoad_EachStopsInTimeAndNothingIsSentAgainUnmarked()
    {
        const int Restarts = 50;
        await using var host = new FaultyHost();
        await host.StartAsync(Token);
        var (stop, sender, sending) = Load(host, "S");
        var slowest = TimeSpan.Zero;
        for (var restart = 0; restart < Restarts; restart++)
        {
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Token);
            var took = await host.RestartAsync(Token);
            slowest = took > slowest ? took : slowest;
        }

        await stop.CancelAsync();
        await sending;
        await host.QuietAsync(Token);
        var counters = await host.CountAsync(sender, Token);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Restarts} restarts, slowest stop {slowest.TotalSeconds:0.0} s: {counters}"));
        counters.AssertHeld(Restarts, Restarts, mostDuplicates: Restarts * Connections);
        Assert.True(slowest <= TimeSpan.FromSeconds(10), $"a stop took {slowest.TotalSeconds:0.0} s");
    }

    [Fact(Explicit = true)]
    [Trait("Row", "F70")]
    public async Task HundredRedeploysUnderLoad_NothingLostAndMemoryFlat()
    {
        const int Redeploys = 100;
        await using var host = new FaultyHost();
        await host.StartAsync(Token);
        var (stop, sender, sending) = Load(host, "V");
        var memory = new List<double>();
        for (var redeploy = 0; redeploy < Redeploys; redeploy++)
        {
            await host.RedeployAsync(Token);
            memory.Add(ProcessReading.Of(host.Host.ProcessId).ResidentMegabytes);
        }

        await stop.CancelAsync();
        await sending;
        await host.QuietAsync(Token);
        var counters = await host.CountAsync(sender, Token);
        var (middle, last) = (memory[(Redeploys / 2)..(Redeploys * 3 / 4)].Average(), memory[(Redeploys * 3 / 4)..].Average());
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Redeploys} redeploys: {counters}; {middle:0} MB in the third quarter, {last:0} MB in the last"));
        counters.AssertHeld(Redeploys, Redeploys, mostDuplicates: 0);
        Assert.True(last <= middle + 48, $"memory grew from {middle:0} to {last:0} MB");
    }

    [Fact(Explicit = true)]
    [Trait("Row", "F01")]
    public async Task TenThousandOpenAtTheKill_AreTakenUpAtMostTenSecondsLaterThanNone()
    {
        const int Open = 10_000;
        await using var host = new FaultyHost();
        var started = Stopwatch.GetTimestamp();
        await host.StartAsync(Token);
        var empty = Stopwatch.GetElapsedTime(started);
        host.Receiver.HoldAnswers();
        var sender = new LedgerSender(host.SenderPort, seed: 10, prefix: "O");
        await sender.SendAsync(Open, 16, Token);
        await host.Host.KillAsync(Token);
        await host.Host.DisposeAsync();
        host.Receiver.Answer();
        var delivered = host.Receiver.Count;
        started = Stopwatch.GetTimestamp();
        await host.StartAsync(Token);
        var ready = Stopwatch.GetElapsedTime(started);
        await host.Host.UntilAsync("delivering what was open", () => Task.FromResult(host.Receiver.Count > delivered + 1), Token);
        var first = Stopwatch.GetElapsedTime(started);
        await host.QuietAsync(Token);

        var counters = await host.CountAsync([sender], Token);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Open} open: ready after {empty.TotalSeconds:0.0} s with none, with them after {ready.TotalSeconds:0.0} s, delivering after {first.TotalSeconds:0.0} s, through after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s: {counters}"));
        counters.AssertHeld(1, 1, mostDuplicates: 64);
        Assert.True(first - empty <= TimeSpan.FromSeconds(10), $"the open messages were taken up {(first - empty).TotalSeconds:0} s later than a start takes that has none");
    }

    /// <summary>Sends in small lots until it is told to stop: each message that was begun gets its answer.</summary>
    private static (CancellationTokenSource Stop, List<ISenderLedger> Senders, Task Sending) Load(FaultyHost host, string prefix)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var senders = new List<ISenderLedger>();
        return (stop, senders, Task.Run(
            async () =>
            {
                for (var lot = 0; !stop.IsCancellationRequested; lot++)
                {
                    var sender = new LedgerSender(host.SenderPort, seed: lot * 1_000, prefix: $"{prefix}{lot:D4}-") { Pause = Pause };
                    senders.Add(sender);
                    await sender.SendAsync(200, Connections, Token);
                }
            },
            Token));
    }
}
