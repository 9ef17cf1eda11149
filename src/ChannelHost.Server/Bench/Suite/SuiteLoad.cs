using System.Diagnostics;
using ChannelHost.Server.Commands;

namespace ChannelHost.Server.Bench.Suite;

/// <summary>Drives load at a host and reads what that cost.</summary>
internal sealed class SuiteLoad(BenchHost host, HttpClient http, Terminal terminal)
{
    private static readonly TimeSpan DrainPatience = TimeSpan.FromMinutes(2);

    private int _connections;

    /// <summary>Sends as fast as answers come, or at a rate.</summary>
    /// <param name="what">For the progress bar.</param>
    /// <param name="port">The channel's listener.</param>
    /// <param name="message">The message.</param>
    /// <param name="connections">How many connections.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="rate">Messages per second over all connections; null for as fast as answers come.</param>
    /// <param name="partner">Who gets the messages; the round ends when it has them all. Null where nobody does.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<LoadResult> DriveAsync(
        string what, int port, byte[] message, int connections, TimeSpan duration, double? rate, LoadReceiver? partner, CancellationToken cancellationToken)
    {
        var senders = Enumerable.Range(0, connections).Select(_ => new LoadConnection(port, message, ++_connections)).ToList();
        try
        {
            var before = await HostFigures.ReadAsync(host, http, cancellationToken);
            var receivedBefore = partner?.Received ?? 0;
            var started = Stopwatch.GetTimestamp();
            bool MayGoOn() => !cancellationToken.IsCancellationRequested && Stopwatch.GetElapsedTime(started) < duration;
            var every = rate is { } perSecond ? connections / perSecond : 0;
            await ProgressBar.RunForAsync(terminal, what, duration, null, async sent => await Task.WhenAll(senders.Select((sender, at) => OnThread(() =>
            {
                if (rate is null)
                {
                    sender.Run(MayGoOn, sent);
                }
                else
                {
                    sender.RunPaced(MayGoOn, TimeSpan.FromSeconds(every), TimeSpan.FromSeconds(every * at / connections));
                }
            }))));
            cancellationToken.ThrowIfCancellationRequested();
            if (partner is not null)
            {
                await UntilDeliveredAsync(partner, receivedBefore + senders.Sum(sender => sender.Times.Count), cancellationToken);
            }

            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var after = await HostFigures.ReadAsync(host, http, cancellationToken);
            return Result(senders, seconds, before, after);
        }
        finally
        {
            senders.ForEach(sender => sender.Dispose());
        }
    }

    private static async Task UntilDeliveredAsync(LoadReceiver partner, int count, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (partner.Received < count)
        {
            if (Stopwatch.GetElapsedTime(started) > DrainPatience)
            {
                throw new CommandFailure(ExitCode.Problems, $"the partner still waits for {count - partner.Received} messages, {DrainPatience.TotalSeconds:0} s after the last was sent");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, cancellationToken);
        }
    }

    private LoadResult Result(List<LoadConnection> senders, double seconds, HostFigures before, HostFigures after)
    {
        var times = senders.SelectMany(sender => sender.Times).Order().ToArray();
        var failure = senders.Select(sender => sender.Failure).FirstOrDefault(failure => failure is not null);
        if (times.Length == 0)
        {
            throw new CommandFailure(ExitCode.Problems, $"no message was answered: {failure}");
        }

        if (failure is not null)
        {
            terminal.Fail(ExitCode.Problems, $"some messages failed, for example: {failure}");
        }

        return new LoadResult(
            times.Length,
            senders.Sum(sender => sender.Failures),
            seconds,
            Milliseconds(times[times.Length / 2]),
            Milliseconds(times[(int)(times.Length * 0.99)]),
            after.CpuSeconds - before.CpuSeconds,
            after.AllocatedBytes - before.AllocatedBytes,
            after.SwitchesSince(before),
            after.Collections - before.Collections,
            after.PausedSeconds - before.PausedSeconds);
    }

    private static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;

    private static Task OnThread(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
