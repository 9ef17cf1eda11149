using System.Globalization;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>A channel's store with many messages in it, made by the store's own writer before a host runs on it: as a long day of traffic leaves it.</summary>
internal sealed class PreparedStore(HostFolder folder, string channel)
{
    // Handed over and not yet committed: enough for large groups, little enough to lie in memory.
    private const int Ahead = 4_000;

    /// <summary>The control id of a prepared message.</summary>
    public static string ControlId(int number) => string.Create(CultureInfo.InvariantCulture, $"P{number:D7}");

    /// <summary>Adds messages.</summary>
    /// <param name="messages">How many.</param>
    /// <param name="firstReceived">When the first was received; the others follow, a millisecond apart.</param>
    /// <param name="destinations">Where each stands.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task FillAsync(int messages, DateTimeOffset firstReceived, Func<int, IReadOnlyList<DestinationRecord>> destinations, CancellationToken cancellationToken)
    {
        await using var stores = new ChannelStores(folder.Data, NullLoggerFactory.Instance, TimeProvider.System);
        await using var store = stores.OpenMessages(channel, new StoreSettings());
        var handedOver = new Queue<Task>();
        for (var number = 0; number < messages; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            handedOver.Enqueue(store.AddAsync(new MessageRecord
            {
                Id = store.NextId(),
                ReceivedAt = firstReceived.AddMilliseconds(number),
                Status = MessageStatus.Transformed,
                Raw = Some.Adt(ControlId(number), number),
                DataType = "hl7v2",
                ControlId = ControlId(number),
                MessageType = "ADT^A04",
                ChannelMap = new Dictionary<string, object?> { ["mrn"] = "4711" },
                Destinations = destinations(number),
            }).AsTask());
            while (handedOver.Count >= Ahead)
            {
                await handedOver.Dequeue();
            }
        }

        await Task.WhenAll(handedOver);
    }

    /// <summary>Looks into it while no host runs on it.</summary>
    public async Task<T> LookAsync<T>(Func<IMessageStore, T> look)
    {
        await using var stores = new ChannelStores(folder.Data, NullLoggerFactory.Instance, TimeProvider.System);
        await using var store = stores.OpenMessages(channel, new StoreSettings());
        return look(store);
    }
}
