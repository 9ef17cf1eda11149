using ChannelHost.Engine.Destinations;

namespace ChannelHost.Engine.Recovery;

/// <summary>Marks queued messages that the partner may have got already, so that their next attempt says so.</summary>
internal sealed class DoubtMarks(IMessageStore store, DeliveryLeases leases)
{
    /// <summary>At a start: what the last process had on its way is marked, unless it ended in peace.</summary>
    /// <exception cref="StoreException">It cannot be marked: nothing must be sent.</exception>
    public async Task TakeOverAsync(bool wasCleanStop)
    {
        foreach (var queue in store.Counts().Where(count => count is { Status: MessageStatus.Queued, Count: > 0 } && count.Connector != "source").ToList())
        {
            var left = leases.Left(queue.Connector);
            if (left.Count == 0)
            {
                continue;
            }

            if (!wasCleanStop)
            {
                await MarkAsync(queue.Connector, left).ConfigureAwait(false);
            }

            leases.Forget(queue.Connector);
        }
    }

    /// <summary>Marks those of these messages that still wait.</summary>
    /// <exception cref="StoreException">It cannot be marked.</exception>
    public async Task MarkAsync(string destination, IReadOnlyCollection<long> messages)
    {
        var marks = new List<Task>(messages.Count);
        foreach (var id in messages)
        {
            if (store.ReadSizes(id)?.Summary.Destinations.FirstOrDefault(entry => entry.Name == destination) is { Status: MessageStatus.Queued } found)
            {
                marks.Add(store.UpdateAsync(new DestinationUpdate
                {
                    MessageId = id,
                    Destination = destination,
                    Status = MessageStatus.Queued,
                    ExpectedStatus = MessageStatus.Queued,
                    Attempts = found.Attempts,
                    IsReattempt = found.IsReattempt,
                    IsUncertain = true,
                    Error = found.Error,
                }).AsTask());
            }
        }

        await Task.WhenAll(marks).ConfigureAwait(false);
    }

    /// <summary>Marks the oldest that wait.</summary>
    /// <exception cref="StoreException">It cannot be marked.</exception>
    public Task MarkOldestAsync(string destination, int count) =>
        MarkAsync(destination, [.. store.ReadQueue(destination, 0, count).Select(work => work.MessageId)]);
}
