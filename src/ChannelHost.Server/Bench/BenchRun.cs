using System.Diagnostics;
using System.Runtime.InteropServices;
using ChannelHost.Server.Commands;

namespace ChannelHost.Server.Bench;

/// <summary>One whole measurement: makes the folders, starts the host, drives the load, asks the disk, tidies up.</summary>
internal sealed class BenchRun(BenchPlan plan, Terminal terminal)
{
    // The runtime compiles hot code anew in the background for some seconds; that is a host's first minute, not its rate.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(1.5);

    private readonly List<double> _syncs = [];

    /// <summary>Measures.</summary>
    public async Task<BenchReport> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(plan.Folder, $"bench-{Path.GetRandomFileName()}")).FullName;
        try
        {
            Probe(folder);
            return plan.Channels > 0 ? await DeployManyAsync(folder, cancellationToken) : await LoadAsync(folder, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<BenchReport> DeployManyAsync(string folder, CancellationToken cancellationToken)
    {
        var channels = Path.Combine(folder, "channels");
        BenchChannels.WriteManyChannels(channels, Path.Combine(folder, "out"), BenchHost.FreePorts(plan.Channels, 20_000));
        await using var host = await BenchHost.StartAsync(channels, Path.Combine(folder, "data"), plan.Store, TimeSpan.FromMinutes(3), cancellationToken);
        return Report(host, ProcessFigures.ResidentMegabytes(host.ProcessId), []);
    }

    private async Task<BenchReport> LoadAsync(string folder, CancellationToken cancellationToken)
    {
        var channels = Path.Combine(folder, "channels");
        var port = BenchHost.FreePorts(1, 19_000)[0];
        using var receiver = plan.WithDestination ? new LoadReceiver() : null;
        BenchChannels.WriteLoadChannel(channels, port, receiver?.Port, plan.Threads);
        await using var host = await BenchHost.StartAsync(channels, Path.Combine(folder, "data"), plan.Store, TimeSpan.FromMinutes(1), cancellationToken);
        if (host.Ready.Running != 1)
        {
            throw new CommandFailure(ExitCode.Internal, $"the bench channel does not run: {string.Join("; ", host.Ready.Channels.Select(channel => channel.Reason))}");
        }

        var resident = ProcessFigures.ResidentMegabytes(host.ProcessId);
        await DriveAsync("warming up", host, port, 4, WarmUp, null, run: 0, cancellationToken);
        var levels = new List<BenchLevel>();
        foreach (var connections in plan.Connections)
        {
            levels.Add(await DriveAsync($"{connections} connections", host, port, connections, plan.Duration, plan.Messages, levels.Count + 1, cancellationToken));
            Probe(folder);
        }

        return Report(host, resident, levels);
    }

    private async Task<BenchLevel> DriveAsync(
        string what, BenchHost host, int port, int connections, TimeSpan duration, int? messages, int run, CancellationToken cancellationToken)
    {
        var message = BenchChannels.Message();
        var senders = Enumerable.Range(0, connections).Select(at => new LoadConnection(port, message, (run * 100) + at + 1)).ToList();
        try
        {
            var left = messages ?? int.MaxValue;
            var hostCpu = ProcessFigures.CpuSeconds(host.ProcessId);
            var ownCpu = ProcessFigures.CpuSeconds(Environment.ProcessId);
            var started = Stopwatch.GetTimestamp();
            await ProgressBar.RunForAsync(terminal, what, messages is null ? duration : null, messages, async sent =>
                await Task.WhenAll(senders.Select(sender => OnThread(() => sender.Run(
                    () => !cancellationToken.IsCancellationRequested && Interlocked.Decrement(ref left) >= 0 && (messages is not null || Stopwatch.GetElapsedTime(started) < duration),
                    sent)))));
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            cancellationToken.ThrowIfCancellationRequested();
            return Level(senders, seconds, ProcessFigures.CpuSeconds(host.ProcessId) - hostCpu, ProcessFigures.CpuSeconds(Environment.ProcessId) - ownCpu, ProcessFigures.ResidentMegabytes(host.ProcessId));
        }
        finally
        {
            senders.ForEach(sender => sender.Dispose());
        }
    }

    private BenchLevel Level(List<LoadConnection> senders, double seconds, double hostCpu, double ownCpu, double resident)
    {
        var times = senders.SelectMany(sender => sender.Times).Order().ToArray();
        if (times.Length == 0)
        {
            throw new CommandFailure(ExitCode.Problems, $"no message was answered: {senders.Select(sender => sender.Failure).FirstOrDefault(failure => failure is not null)}");
        }

        if (senders.Select(sender => sender.Failure).FirstOrDefault(failure => failure is not null) is { } failure)
        {
            terminal.Fail(ExitCode.Problems, $"some messages failed, for example: {failure}");
        }

        return new BenchLevel(
            senders.Count,
            times.Length,
            senders.Sum(sender => sender.Failures),
            Math.Round(seconds, 2),
            Math.Round(times.Length / seconds, 1),
            Milliseconds(times[times.Length / 2]),
            Milliseconds(times[(int)(times.Length * 0.99)]),
            Milliseconds(times[^1]),
            Math.Round(hostCpu / times.Length * 1000, 3),
            Math.Round(ownCpu / times.Length * 1000, 3),
            Math.Round(resident, 1));
    }

    private BenchReport Report(BenchHost host, double resident, IReadOnlyList<BenchLevel> levels) => new()
    {
        Cores = Environment.ProcessorCount,
        Runtime = RuntimeInformation.FrameworkDescription,
        StartToReadySeconds = Math.Round(host.StartToReadySeconds, 3),
        StartCpuSeconds = Math.Round(host.StartCpuSeconds, 2),
        DiskSyncsPerSecond = Math.Round(_syncs.Order().ElementAt(_syncs.Count / 2), 0),
        Destination = plan.WithDestination ? "mllp" : "none",
        Channels = Math.Max(1, plan.Channels),
        ChannelsRunning = host.Ready.Running,
        ResidentMegabytesWhenReady = Math.Round(resident, 1),
        PeakMegabytes = Math.Round(ProcessFigures.PeakMegabytes(host.ProcessId), 1),
        Levels = levels,
    };

    private void Probe(string folder) => _syncs.Add(SyncProbe.Measure(folder, ProbeTime));

    private static double Milliseconds(long ticks) => Math.Round(ticks * 1000.0 / Stopwatch.Frequency, 3);

    private static Task OnThread(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
