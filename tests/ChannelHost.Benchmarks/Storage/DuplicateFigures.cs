using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChannelHost.Abstractions;
using ChannelHost.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Benchmarks.Storage;

/// <summary>
/// What looking for earlier copies costs a message: CPU time of the process, the look and what it adds to the commit, over a store that grows.
/// <c>dotnet run -c Release --project tests/ChannelHost.Benchmarks -- duplicates [folder]</c>
/// </summary>
internal static class DuplicateFigures
{
    private const int Messages = 60_000;
    private const int Callers = 250;
    private const int Rounds = 2;

    internal static async Task RunAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        for (var round = 1; round <= Rounds; round++)
        {
            foreach (var (name, by) in new (string, DuplicateKey?)[] { ("off", null), ("control-id", DuplicateKey.ControlId), ("control-id-and-content", DuplicateKey.ControlIdAndContent), ("content", DuplicateKey.Content) })
            {
                Console.WriteLine($"{name,-24}{await MeasureAsync(folder, by),8:N1} us of CPU a message");
            }
        }
    }

    private static async Task<double> MeasureAsync(string folder, DuplicateKey? by)
    {
        var data = Path.Combine(folder, "data-duplicates");
        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }

        await using var stores = new ChannelStores(data, NullLoggerFactory.Instance, TimeProvider.System);
        var store = stores.OpenMessages("bench/messages", new StoreSettings());
        await AddAsync(store, by, Messages / 2);
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        await AddAsync(store, by, Messages);
        return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMicroseconds / Messages;
    }

    private static Task AddAsync(IMessageStore store, DuplicateKey? by, int messages)
    {
        var order = new Lock();
        return Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var count = 0; count < messages / Callers; count++)
            {
                var controlId = Guid.NewGuid().ToString("N");
                var content = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"MSH|^~\\&|PMS|CLINIC|||20260301||ADT^A08|{controlId}|P|2.5\r{new string('x', 950)}"));
                var hash = by is null ? default : Look(store, by.Value, controlId, content);
                ValueTask<StoredOutcome> added;
                lock (order)
                {
                    added = store.AddAsync(new MessageRecord
                    {
                        Id = store.NextId(),
                        ReceivedAt = DateTimeOffset.UtcNow,
                        Status = MessageStatus.Transformed,
                        Raw = content,
                        DataType = "hl7v2",
                        ControlId = controlId,
                        ContentHash = hash,
                        IsContentIndexed = by == DuplicateKey.Content,
                    });
                }

                await added;
            }
        })));
    }

    private static ReadOnlyMemory<byte> Look(IMessageStore store, DuplicateKey by, string controlId, byte[] content)
    {
        var hash = SHA256.HashData(content).AsMemory(0, 16);
        var earlier = store.FindEarlier(new EarlierQuery(
            by == DuplicateKey.Content ? null : controlId, by == DuplicateKey.ControlId ? default : hash, DateTimeOffset.UtcNow.AddDays(-7)));
        return earlier == 0 ? hash : throw new InvalidOperationException("A new message was taken for a copy.");
    }
}
