using System.Diagnostics;
using System.Text;
using ChannelHost.Abstractions;
using ChannelHost.Storage;
using ChannelHost.Storage.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Benchmarks.Storage;

/// <summary>
/// What the message store takes on this machine's disk, beside the rate of bare syncs measured in the same run.
/// <c>dotnet run -c Release --project tests/ChannelHost.Benchmarks -- store [folder]</c>
/// </summary>
internal static class StoreFigures
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);
    private static readonly byte[] Content = Encoding.UTF8.GetBytes(new string('x', 1_000));

    internal static async Task RunAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        Console.WriteLine($"bare syncs, overwriting 32 KB:        {BareSyncs(folder, extend: false),10:N0} /s");
        Console.WriteLine($"bare syncs, extending by 32 KB:       {BareSyncs(folder, extend: true),10:N0} /s");
        foreach (var callers in new[] { 1, 8, 32, 256 })
        {
            await MeasureAsync(folder, callers);
        }
    }

    private static double BareSyncs(string folder, bool extend)
    {
        var path = Path.Combine(folder, "bare");
        var descriptor = Posix.Open(path, Posix.ReadWrite | Posix.Create, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var bytes = new byte[32 << 10];
        Posix.WriteAll(descriptor, new byte[4 << 20], path);
        Posix.Sync(descriptor, path);
        var watch = Stopwatch.StartNew();
        var syncs = 0;
        while (watch.Elapsed.TotalSeconds < 1.5)
        {
            Posix.TryWriteAt(descriptor, bytes, extend ? (4L << 20) + (long)syncs * bytes.Length : syncs % 128 * (long)bytes.Length);
            Posix.Sync(descriptor, path);
            syncs++;
        }

        Posix.Close(descriptor);
        File.Delete(path);
        return syncs / watch.Elapsed.TotalSeconds;
    }

    private static async Task MeasureAsync(string folder, int callers)
    {
        var data = Path.Combine(folder, $"data-{callers}");
        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }

        await using var stores = new ChannelStores(data, NullLoggerFactory.Instance, TimeProvider.System);
        await using var store = stores.OpenMessages("bench/messages", new StoreSettings());
        var next = new Lock();
        await RunCallersAsync(store, next, callers, TimeSpan.FromSeconds(1), []);
        var latencies = new List<double>[callers];
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        var messages = await RunCallersAsync(store, next, callers, Duration, latencies);
        watch.Stop();
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        var all = latencies.SelectMany(list => list).Order().ToArray();
        Console.WriteLine(
            $"{callers,4} callers, message + update each: {messages / watch.Elapsed.TotalSeconds,10:N0} messages/s, "
            + $"{cpu.TotalMicroseconds / messages,6:N1} us CPU, {bytes / messages,6:N0} bytes allocated a message, "
            + $"add p50 {all[all.Length / 2],6:N2} ms, p99 {all[(int)(all.Length * 0.99)],6:N2} ms, max {all[^1],6:N1} ms");
    }

    private static async Task<long> RunCallersAsync(IMessageStore store, Lock next, int callers, TimeSpan duration, List<double>[] latencies)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var mine = new List<double>(100_000);
            long count = 0;
            while (Stopwatch.GetTimestamp() < end)
            {
                var began = Stopwatch.GetTimestamp();
                ValueTask<StoredOutcome> added;
                long id;
                lock (next)
                {
                    id = store.NextId();
                    added = store.AddAsync(Message(id));
                }

                await added;
                mine.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                await store.UpdateAsync(new DestinationUpdate { MessageId = id, Destination = "ehr", Status = MessageStatus.Sent, Attempts = 1, SentAt = DateTimeOffset.UtcNow });
                count++;
            }

            if (latencies.Length > 0)
            {
                latencies[caller] = mine;
            }

            return count;
        })));
        return counts.Sum();
    }

    private static MessageRecord Message(long id) => new()
    {
        Id = id,
        ReceivedAt = DateTimeOffset.UtcNow,
        Status = MessageStatus.Transformed,
        Raw = Content,
        DataType = "hl7v2",
        ControlId = $"{(uint)HashCode.Combine(id):x8}-{id}",
        MessageType = "ADT^A01",
        SourceMap = new Dictionary<string, object?> { ["remoteAddress"] = "127.0.0.1:55555" },
        Metadata = new Dictionary<string, string> { ["mrn"] = $"M{id % 5000}" },
        Destinations = [new DestinationRecord { Name = "ehr", Status = MessageStatus.Queued }],
    };
}
