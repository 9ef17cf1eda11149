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
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);
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

        await MeasureIntakeAsync(folder);
        await MeasureIdleAsync(folder);
    }

    // Intake alone into one store that grows, then what it costs to open it and to read its queue from the middle.
    private static async Task MeasureIntakeAsync(string folder)
    {
        var data = Fresh(folder, "data-intake");
        const int messages = 200_000;
        var watch = new Stopwatch();
        await using (var stores = new ChannelStores(data, NullLoggerFactory.Instance, TimeProvider.System))
        {
            var store = stores.OpenMessages("bench/messages", new StoreSettings());
            var next = new Lock();
            for (var part = 1; part <= 4; part++)
            {
                var cpu = Process.GetCurrentProcess().TotalProcessorTime;
                watch.Restart();
                await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Task.Run(async () =>
                {
                    for (var count = 0; count < messages / 4 / 500; count++)
                    {
                        ValueTask<StoredOutcome> added;
                        lock (next)
                        {
                            added = store.AddAsync(Message(store.NextId()));
                        }

                        await added;
                    }
                })));
                cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
                Console.WriteLine(
                    $"intake alone, 500 callers, up to message {part * messages / 4,7:N0}: {messages / 4 / watch.Elapsed.TotalSeconds,7:N0} messages/s, "
                    + $"{cpu.TotalMicroseconds / messages * 4,5:N1} us CPU a message");
            }
        }

        watch.Restart();
        await using var reopened = new ChannelStores(data, NullLoggerFactory.Instance, TimeProvider.System);
        var queue = reopened.OpenMessages("bench/messages", new StoreSettings());
        Console.WriteLine($"opening it with {messages:N0} queued: {watch.Elapsed.TotalMilliseconds,7:N1} ms");
        watch.Restart();
        var read = 0;
        for (long after = messages / 2; after < messages / 2 + 20_000; after += 100)
        {
            read += queue.ReadQueue("ehr", after, 100).Count;
        }

        Console.WriteLine($"reading its queue from the middle, 100 at a time: {watch.Elapsed.TotalMicroseconds / read,5:N1} us a message");
    }

    private static async Task MeasureIdleAsync(string folder)
    {
        const int channels = 500;
        var data = Fresh(folder, "data-idle");
        var before = WorkingSet();
        await using var stores = new ChannelStores(data, NullLoggerFactory.Instance, TimeProvider.System);
        for (var number = 0; number < channels; number++)
        {
            var store = stores.OpenMessages($"bench/c{number}", new StoreSettings());
            stores.OpenState($"bench/c{number}", store, new StateSettings());
            await store.AddAsync(Message(store.NextId()));
        }

        Console.WriteLine($"{channels} channels after a message each: {(WorkingSet() - before) >> 20,4} MB more, {Process.GetCurrentProcess().Threads.Count,4} threads, {Descriptors(),5} descriptors");
        await Task.Delay(TimeSpan.FromSeconds(12));
        Console.WriteLine($"{channels} channels at rest:              {(WorkingSet() - before) >> 20,4} MB more, {Process.GetCurrentProcess().Threads.Count,4} threads, {Descriptors(),5} descriptors");
    }

    private static long WorkingSet()
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static int Descriptors() => Directory.GetFiles("/proc/self/fd").Length;

    private static string Fresh(string folder, string name)
    {
        var data = Path.Combine(folder, name);
        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }

        return data;
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
        var data = Fresh(folder, $"data-{callers}");

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
