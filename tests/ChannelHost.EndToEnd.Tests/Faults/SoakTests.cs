using System.Diagnostics;
using System.Globalization;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Testing.Network;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>
/// A host at half of the load that it can take, for a long time, with a fault a minute from a fixed seed: <c>scripts/faults.sh soak --minutes 30</c>. What it can
/// take, from the first message's sending to the last one's delivery, is measured first. After each round the load ends, the ledgers are joined and the process is
/// measured, so what goes wrong is known by its round.
/// </summary>
public sealed class SoakTests
{
    private const int Connections = 16;
    private const int Measured = 30_000;
    private static readonly TimeSpan Loaded = TimeSpan.FromSeconds(45);

    // Not a fault, so that what it holds in peace is known.
    private const string Nothing = "nothing";
    private static readonly string[] Kinds = ["kill", "partner-cut", "partner-stall", "sender-cut", "disk-full", "restart", "redeploy", Nothing];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    [Trait("Row", "F66")]
    public async Task FaultAMinuteUnderLoad_NothingLostAndNothingGrows()
    {
        var minutes = Number("CHANNELHOST_SOAK_MINUTES", 30);
        var seed = Number("CHANNELHOST_SOAK_SEED", 4711);
        var random = new Random(seed);
        await using var host = new FaultyHost(diskMegabytes: 8_192, retention: "2m");
        await host.StartAsync(Token);
        await MostAsync(host, "W");
        var most = await MostAsync(host, "M");
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"it takes {most:0} messages/s, and gets {most / 2:0}"));
        var readings = new List<ProcessReading>();
        var kinds = new Queue<string>();
        var started = Stopwatch.GetTimestamp();
        for (var round = 0; round == 0 || Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(minutes); round++)
        {
            if (kinds.Count == 0)
            {
                var shuffled = Kinds.Where(kind => kind != "disk-full" || host.Disk is not null).ToArray();
                random.Shuffle(shuffled);
                kinds = new Queue<string>(shuffled);
            }

            var kind = kinds.Dequeue();
            var (injections, counters) = await RoundAsync(host, kind, round, random.Next(5_000, 15_000), most / 2);
            var reading = ProcessReading.Of(host.Host.ProcessId);
            readings.Add(reading);
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round + 1} after {Stopwatch.GetElapsedTime(started).TotalMinutes:0.0} min, {kind} ({injections}): {counters}; {reading.ResidentMegabytes:0} MB, {reading.Descriptors} descriptors, {reading.Threads} threads, {host.DataBytes / 1048576.0:0.0} MB of data"));
            counters.AssertHeld(injections, expected: 1, mostDuplicates: 48 + (Connections * 2 * injections));
        }

        AssertFlat(readings, reading => reading.ResidentMegabytes, "memory (MB)", allowance: 48);
        AssertFlat(readings, reading => reading.Descriptors, "descriptors", allowance: 24);
        AssertFlat(readings, reading => reading.Threads, "threads", allowance: 16);
    }

    // From the first one sent to the last one delivered, as fast as answers come: messages a second.
    private static async Task<double> MostAsync(FaultyHost host, string prefix)
    {
        var began = Stopwatch.GetTimestamp();
        await new LedgerSender(host.SenderPort, seed: 0, prefix).SendAsync(Measured, Connections, Token);
        await host.QuietAsync(Token);
        return Measured / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<(int Injections, Counters Counters)> RoundAsync(FaultyHost host, string kind, int round, int milliseconds, double rate)
    {
        var began = DateTimeOffset.UtcNow;
        using var loaded = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var sender = new LedgerSender(host.SenderPort, seed: round * 100_000, prefix: $"R{round:D3}-") { Every = TimeSpan.FromSeconds(Connections / rate) };
        var sending = sender.SendAsync((int)(Loaded.TotalSeconds * rate), Connections, loaded.Token);
        await Task.Delay(milliseconds, Token);
        var injections = await InjectAsync(host, kind);
        await sending;
        await host.QuietAsync(Token);
        return (injections, await host.CountAsync([sender], Token, began));
    }

    /// <summary>How many times the fault was seen to happen.</summary>
    private static async Task<int> InjectAsync(FaultyHost host, string kind)
    {
        var before = host.Cuts;
        switch (kind)
        {
            case "kill":
                await host.KillAsync(Token);
                return 1;
            case "restart":
                await host.RestartAsync(Token);
                return 1;
            case "redeploy":
                await host.RedeployAsync(Token);
                return 1;
            case "partner-cut":
            case "sender-cut":
                for (var cut = 0; cut < 10; cut++)
                {
                    Action<Cut> inject = kind == "partner-cut" ? host.CutPartner : host.CutSenders;
                    inject(cut % 2 == 0 ? Cut.Rst : Cut.Fin);
                    await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Token);
                }

                return host.Cuts - before;
            case "partner-stall":
                var answered = host.Receiver.Count;
                host.Receiver.HoldAnswers();
                await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, Token);
                host.Receiver.Answer();

                // Each that came and was not answered in time was sent again: more came than the one that was read first.
                return host.Receiver.Count - answered;
            case "disk-full":
                var filled = host.Disk!.Fill();
                await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, Token);
                host.Disk.Free();
                return filled > 0 ? 1 : 0;
            default:
                return 1;
        }
    }

    // The first third warms up; what the last third holds is compared with the second.
    private static void AssertFlat(List<ProcessReading> readings, Func<ProcessReading, double> of, string what, double allowance)
    {
        var third = readings.Count / 3;
        if (third == 0)
        {
            return;
        }

        var before = Median(readings.Skip(third).Take(third).Select(of));
        var after = Median(readings.Skip(readings.Count - third).Select(of));
        Assert.True(after <= before + allowance, string.Create(CultureInfo.InvariantCulture, $"{what} grew from {before:0} to {after:0} (medians of the second and the last third; {allowance} allowed)"));
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
