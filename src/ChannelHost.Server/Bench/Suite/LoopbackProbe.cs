using System.Diagnostics;

namespace ChannelHost.Server.Bench.Suite;

/// <summary>Measures what loopback can do at best for MLLP: blocking sockets and a thread for each connection, on both sides, and nothing in between.</summary>
internal static class LoopbackProbe
{
    /// <summary>Round trips per second: a frame of 1 KB one way, an acknowledgment back.</summary>
    public static double Measure(int connections, TimeSpan duration)
    {
        using var receiver = new LoadReceiver();
        var message = SuiteMessages.Adt();
        var senders = Enumerable.Range(1, connections).Select(number => new LoadConnection(receiver.Port, message, number)).ToList();
        var started = Stopwatch.GetTimestamp();
        var threads = senders.Select(sender => new Thread(() => sender.Run(() => Stopwatch.GetElapsedTime(started) < duration, static () => { })) { IsBackground = true }).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        senders.ForEach(sender => sender.Dispose());
        return senders.Sum(sender => sender.Times.Count) / seconds;
    }
}
