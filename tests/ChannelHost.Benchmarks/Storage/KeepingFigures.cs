using System.Diagnostics;
using System.Globalization;
using System.Text;
using ChannelHost.Abstractions;
using ChannelHost.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Benchmarks.Storage;

/// <summary>
/// Searching and pruning in a store with many messages, and what that does to intake beside it.
/// <c>dotnet run -c Release --project tests/ChannelHost.Benchmarks -- keeping [messages] [folder]</c>
/// </summary>
internal static class KeepingFigures
{
    private const string Channel = "bench/keeping";
    private static readonly DateTimeOffset Old = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly StoreSettings Settings = new() { Retention = TimeSpan.FromDays(30), SearchText = true };

    internal static async Task RunAsync(int messages, string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        var watch = Stopwatch.StartNew();
        await using (var stores = Open(folder))
        {
            await FillAsync(stores.OpenMessages(Channel, Settings), messages);
        }

        Console.WriteLine($"{messages:N0} messages stored in {watch.Elapsed.TotalSeconds:N0} s; {Size(folder, "messages.db") >> 20:N0} MB");
        await using var again = Open(folder);
        var store = again.OpenMessages(Channel, Settings);
        watch.Restart();
        while (Directory.GetFiles(Path.Combine(folder, "channels", "bench", "keeping", "texts"), "*.text").Length < (messages - 1_024) >> 14)
        {
            await Task.Delay(100);
        }

        Console.WriteLine($"indexes of texts complete {watch.Elapsed.TotalSeconds:N1} s after opening; {Size(folder, "*.text") >> 20:N0} MB");
        Searches(store, messages);
        await PruneAsync(store, messages);
        Console.WriteLine($"after pruning: {Size(folder, "messages.db") >> 20:N0} MB");
    }

    private static void Searches(IMessageStore store, int messages)
    {
        Find(store, "control id", new MessageQuery { ControlId = $"C{messages / 3}" });
        Find(store, "MRN", new MessageQuery { Metadata = ("mrn", "M777") });
        Find(store, "error at a destination", new MessageQuery { Destination = "ehr", Status = MessageStatus.Error });
        Find(store, "rare destination, sent", new MessageQuery { Destination = "rare", Status = MessageStatus.Sent });
        Find(store, "an hour of it", new MessageQuery { From = Old.AddSeconds(messages / 2.0), To = Old.AddSeconds(messages / 2.0 + 3_600) });
        Find(store, "error text", new MessageQuery { ErrorText = $"reason {messages / 1_000 * 500}" });
        Find(store, "text, one message", new MessageQuery { Text = $"|VISIT{messages / 2}|" });
        Find(store, "text, none", new MessageQuery { Text = "NOBODY HAS THIS" });
        Find(store, "text, very many", new MessageQuery { Text = "SMITH" });
    }

    private static void Find(IMessageStore store, string what, MessageQuery query)
    {
        var first = Stopwatch.StartNew();
        var page = store.Search(query);
        first.Stop();
        var second = Stopwatch.StartNew();
        store.Search(query);
        Console.WriteLine($"{what,-24} {page.Messages.Count,4} found{(page.Before > 0 ? ", more" : "      ")}  first {first.Elapsed.TotalMilliseconds,8:N1} ms, again {second.Elapsed.TotalMilliseconds,8:N1} ms");
    }

    private static async Task PruneAsync(IMessageStore store, int messages)
    {
        var before = await IntakeAsync(store, TimeSpan.FromSeconds(30), Task.Delay(Timeout.Infinite, CancellationToken.None));
        var watch = Stopwatch.StartNew();
        var pruning = Task.Run(() => store.PruneAsync(Old.AddDays(400), CancellationToken.None));
        var during = await IntakeAsync(store, TimeSpan.FromHours(2), pruning);
        var removed = await pruning;
        Console.WriteLine($"intake of 500/s alone:  p50 {before.P50,6:N2} ms, p99 {before.P99,6:N2} ms");
        Console.WriteLine($"intake beside pruning:  p50 {during.P50,6:N2} ms, p99 {during.P99,6:N2} ms; {removed:N0} of {messages:N0} removed, {removed / watch.Elapsed.TotalSeconds:N0}/s");
    }

    // 500 messages a second, one after the other is not waited for: latency counts from when a message was due.
    private static async Task<(double P50, double P99)> IntakeAsync(IMessageStore store, TimeSpan atMost, Task until)
    {
        var latencies = new List<double>();
        var began = Stopwatch.GetTimestamp();
        var running = new List<Task>();
        for (var count = 0; !until.IsCompleted && Stopwatch.GetElapsedTime(began) < atMost; count++)
        {
            var due = TimeSpan.FromMilliseconds(count * 2);
            while (Stopwatch.GetElapsedTime(began) < due)
            {
                await Task.Delay(1);
            }

            running.Add(AddAsync());
        }

        await Task.WhenAll(running);
        latencies.Sort();
        return (latencies[latencies.Count / 2], latencies[latencies.Count * 99 / 100]);

        async Task AddAsync()
        {
            var start = Stopwatch.GetTimestamp();
            var id = store.NextId();
            await store.AddAsync(Message(id) with { ReceivedAt = Old.AddDays(399) });
            lock (latencies)
            {
                latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }
    }

    private static async Task FillAsync(IMessageStore store, int messages)
    {
        var last = Task.CompletedTask;
        for (var count = 1; count <= messages; count++)
        {
            last = store.AddAsync(Message(store.NextId())).AsTask();
            if (count % 5_000 == 0)
            {
                await last;
            }
        }

        await last;
    }

    private static MessageRecord Message(long id) => new()
    {
        Id = id,
        ReceivedAt = Old.AddSeconds(id),
        Status = MessageStatus.Transformed,
        Raw = Encoding.UTF8.GetBytes(Content(id)),
        DataType = "hl7v2",
        ControlId = $"C{id}",
        MessageType = "ADT^A01",
        Metadata = new Dictionary<string, string> { ["mrn"] = $"M{id % 50_000}" },
        Destinations =
        [
            id % 1_000 == 0
                ? new DestinationRecord { Name = "ehr", Status = MessageStatus.Error, Error = $"reason {id}" }
                : new DestinationRecord { Name = id % 20_000 == 1 ? "rare" : "ehr", Status = MessageStatus.Sent },
        ],
    };

    private static string Content(long id)
    {
        string[] names = ["SMITH", "JONES", "GARCIA", "PATEL", "NGUYEN", "ROSSI", "HAAS"];
        var hash = (ulong)id * 0x9E37_79B9_7F4A_7C15;
        var text = new StringBuilder(1_000);
        text.Append(CultureInfo.InvariantCulture, $"MSH|^~\\&|PMS|CLINIC|EHR|HOSPITAL|20260101||ADT^A01^ADT_A01|C{id}|P|2.5.1\rPID|1||{hash % 1_000_000}^^^CLINIC^MR||{names[id % 7]}^{hash:X}||19700101|F\rPV1|1|O|||||||||||||||||VISIT{id}|\r");
        for (var line = 1; text.Length < 900; line++)
        {
            hash = hash * 6_364_136_223_846_793_005 + 1;
            text.Append(CultureInfo.InvariantCulture, $"OBX|{line}|NM|{hash >> 48}-4^VALUE^LN||{hash >> 56}.{(hash >> 40) & 0xff}|mmol/L|||||F\r");
        }

        return text.ToString();
    }

    private static ChannelStores Open(string folder) => new(folder, NullLoggerFactory.Instance, TimeProvider.System);

    private static long Size(string folder, string pattern) => Directory.GetFiles(folder, pattern, SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
}
