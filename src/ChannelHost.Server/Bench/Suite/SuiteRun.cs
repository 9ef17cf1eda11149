using System.Globalization;
using System.Runtime.InteropServices;
using ChannelHost.Server.Demo.StandIns;

namespace ChannelHost.Server.Bench.Suite;

/// <summary>All of <c>bench --suite</c>, one measurement after the other, the raw limits in between.</summary>
internal sealed class SuiteRun(SuitePlan plan, Terminal terminal)
{
    private const int Connections = 32;
    private const int MostWarmUps = 8;
    private const double Settled = 0.9;
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(1);

    private readonly SuiteLines _lines = new();
    private readonly List<SyncFigures> _syncs = [];

    /// <summary>Measures.</summary>
    public async Task<SuiteReport> RunAsync(CancellationToken cancellationToken)
    {
        var at = TimeProvider.System.GetUtcNow();
        var load = double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
        var folder = Directory.CreateDirectory(Path.Combine(plan.Folder, $"bench-{Path.GetRandomFileName()}")).FullName;
        try
        {
            Probe(folder);
            var roundTrips1 = LoopbackProbe.Measure(1, ProbeTime);
            var roundTrips32 = LoopbackProbe.Measure(Connections, ProbeTime);
            var empty = ScriptProbe.Transform("", SuiteMessages.Adt(), ProbeTime);
            var transform = ScriptProbe.Transform(SuiteMessages.AdtTransform, SuiteMessages.Adt(), ProbeTime * 3);
            var e4x = ScriptProbe.Transform(SuiteMessages.OruTransform, SuiteMessages.Oru(), ProbeTime * 3);
            var codec = ScriptProbe.Codec(ProbeTime);
            await MllpAsync(folder, roundTrips1, roundTrips32, transform.Microseconds, e4x.Microseconds, cancellationToken);
            await SftpAsync(Path.Combine(folder, "sftp"), cancellationToken);
            await PostgreSqlAsync(Path.Combine(folder, "postgresql"), cancellationToken);
            await StoredAsync(Path.Combine(folder, "stored"), cancellationToken);
            return new SuiteReport
            {
                Cores = Environment.ProcessorCount,
                Runtime = RuntimeInformation.FrameworkDescription,
                At = at,
                LoadBefore = load,
                Quick = plan.Quick,
                Limits = new RawLimits(
                    Math.Round(Syncs), Math.Round(SyncP99, 3), Math.Round(roundTrips1), Math.Round(roundTrips32), Math.Round(empty.Microseconds, 1), empty.Bytes,
                    Math.Round(transform.Microseconds, 1), transform.Bytes, Math.Round(e4x.Microseconds, 1), e4x.Bytes, Math.Round(codec.Microseconds, 1), codec.Bytes),
                Lines = _lines.All,
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private double Syncs => Median(_syncs.Select(sync => sync.PerSecond));

    private double SyncP99 => Median(_syncs.Select(sync => sync.P99Milliseconds));

    private async Task MllpAsync(string folder, double roundTrips1, double roundTrips32, double transform, double e4x, CancellationToken cancellationToken)
    {
        using var partner = new LoadReceiver();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var channels = SuiteChannels.Write(Path.Combine(folder, "channels"), partner.Port);
        await using var host = await BenchHost.StartAsync(Path.Combine(folder, "channels"), Path.Combine(folder, "data"), TimeSpan.FromMinutes(1), cancellationToken);
        if (host.Ready.Running != 3)
        {
            throw new CommandFailure(ExitCode.Internal, $"the suite's channels do not run: {string.Join("; ", host.Ready.Channels.Select(channel => channel.Reason))}");
        }

        var load = new SuiteLoad(host, http, terminal);
        var adt = SuiteMessages.Adt();
        async Task<LoadResult> Round(string what, int port, byte[] message, int connections, double? rate = null, LoadReceiver? to = null)
        {
            var result = await load.DriveAsync(what, port, message, connections, plan.Round, rate, to, cancellationToken);
            Probe(folder);
            return result;
        }

        // The runtime compiles hot code anew for as long as it has a core to do so: how long that takes is told by what messages cost, not by a clock.
        async Task Warm(string what, int port, byte[] message, LoadReceiver? to = null)
        {
            var before = double.MaxValue;
            for (var round = 0; round < MostWarmUps; round++)
            {
                var cost = (await load.DriveAsync(what, port, message, Connections, plan.WarmUp, null, to, cancellationToken)).CpuSecondsPer1000;
                if (cost > before * Settled)
                {
                    return;
                }

                before = cost;
            }
        }

        await Warm("warming up", channels.AdtPort, adt);
        var straight = await Round("MLLP to nowhere", channels.AdtPort, adt, Connections);
        Probe(folder);
        var syncsBefore = _syncs[^1].PerSecond;
        var single = await Round("one connection", channels.AdtPort, adt, 1);
        var syncsBeside = (syncsBefore + _syncs[^1].PerSecond) / 2;
        var half = await Round("half of the maximum", channels.AdtPort, adt, Connections, straight.Rate / 2);
        await Warm("warming up", channels.AdtToMllpPort, adt, partner);
        var onward = await Round("MLLP to MLLP", channels.AdtToMllpPort, adt, Connections, null, partner);
        await Warm("warming up", channels.OruPort, SuiteMessages.Oru());
        var oru = await Round("ORU in E4X", channels.OruPort, SuiteMessages.Oru(), Connections);

        _lines.Rate("mllp-none", "MLLP to no destination, 32 connections", 8_000, straight, Invariant($"loopback {roundTrips32:0} round trips/s, transform alone {1e6 / transform:0}/s on one core"));
        _lines.Rate("mllp-mllp", "MLLP to MLLP, queue always, 32 connections, end to end", 4_000, onward, Invariant($"loopback {roundTrips32:0} round trips/s"));
        _lines.Share(single, syncsBeside, roundTrips1);
        _lines.Cpu("cpu-none", "CPU of the host, no destination", 0.20, straight, Invariant($"transform alone {transform / 1000:0.000}"));
        _lines.Cpu("cpu-mllp", "CPU of the host, with an MLLP destination", 0.35, onward, Invariant($"transform alone {transform / 1000:0.000}"));
        _lines.P99(half, 1000 / Syncs, SyncP99);
        _lines.Allocation("allocation-none", "Allocated, no destination", adt.Length, straight);
        _lines.Allocation("allocation-mllp", "Allocated, with an MLLP destination", adt.Length, onward);
        _lines.Rate("oru-e4x", "3 KB ORU with 20 OBX, E4X loop over all, 32 connections", 2_500, oru, Invariant($"loop alone {1e6 / e4x:0}/s on one core"));
    }

    private async Task SftpAsync(string folder, CancellationToken cancellationToken)
    {
        const string What = "SFTP to SFTP, files of 2 KB";
        const string Aim = "300 files/s";
        if (LoopbackSshd.Program is null)
        {
            _lines.NotMeasured("sftp", What, Aim, "sshd is not installed (openssh-server)");
            return;
        }

        var (rate, cpu) = await SftpMeasure.RunAsync(folder, plan.Files, terminal, cancellationToken);
        _lines.Add("sftp", What, Aim, rate, "files/s", rate >= 300, "", Invariant($"{plan.Files} files, {cpu:0.00} s of CPU per 1,000"));
    }

    private async Task PostgreSqlAsync(string folder, CancellationToken cancellationToken)
    {
        const string What = "PostgreSQL store alone, 32 callers";
        const string Aim = "3,000 messages/s";
        if (plan.StoreConnection is not { } connection)
        {
            _lines.NotMeasured("postgresql", What, Aim, "--store-connection names the server");
            return;
        }

        var rate = await PostgreSqlMeasure.RunAsync(folder, connection, Connections, plan.Round, terminal, cancellationToken);
        _lines.Add("postgresql", What, Aim, rate, "messages/s", rate >= 3_000, Invariant($"{Syncs:0} syncs/s here"), "");
    }

    private async Task StoredAsync(string folder, CancellationToken cancellationToken)
    {
        var what = Invariant($"Cost of a message beside {plan.Stored:N0} stored ones, of that beside {StoredMeasure.Few:N0}");
        if (!plan.Long)
        {
            _lines.NotMeasured("stored", what, "at most 1.3 times", "--long measures it");
            return;
        }

        var (few, many) = await new StoredMeasure(plan, terminal).RunAsync(folder, cancellationToken);
        var ratio = many.CpuSecondsPer1000 / few.CpuSecondsPer1000;
        _lines.Add(
            "stored", what, "at most 1.3 times", ratio, "times", ratio <= 1.3, "",
            Invariant($"CPU s per 1,000: {few.CpuSecondsPer1000:0.000} and {many.CpuSecondsPer1000:0.000}; messages/s: {few.Rate:0} and {many.Rate:0}"));
    }

    private void Probe(string folder) => _syncs.Add(SyncProbe.MeasureTimes(folder, ProbeTime));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
