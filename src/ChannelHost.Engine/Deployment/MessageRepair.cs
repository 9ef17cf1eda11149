using ChannelHost.Engine.Destinations;
using ChannelHost.Engine.Sources;

namespace ChannelHost.Engine.Deployment;

/// <summary>
/// What people do with messages that ended somewhere without being delivered: send them again as they are or with other content, or leave it at that. To be called in
/// the channel's turn (<see cref="ChannelOperations"/>).
/// </summary>
internal static class MessageRepair
{
    /// <summary>Queues a message again that ended at a destination, before those that wait.</summary>
    public static async Task<OperationOutcome> RequeueAsync(DeployedChannel channel, DestinationLane lane, long id, DestinationSummary found)
    {
        var name = lane.Definition.Name;
        if (found.IsUnmade)
        {
            return new OperationOutcome(false, $"message {id} has nothing to send to {name}: the scripts failed. 'replay' processes it anew");
        }

        var told = $"message {id} is queued again at {name}, before those that wait";
        if (!channel.Resends.TryAdd(name, id))
        {
            return new OperationOutcome(false, $"{ResendWindow.Most} messages that were sent again still wait at {name}; message {id} is left as it is. Ask again when they are through")
            {
                IsForLater = true,
            };
        }

        var isQueued = await lane.RequeueAsync(id, async () =>
        {
            var update = new DestinationUpdate
            {
                MessageId = id,
                Destination = name,
                Status = MessageStatus.Queued,
                ExpectedStatus = found.Status,
                Attempts = found.Attempts,
                IsReattempt = found.IsReattempt,
                IsUncertain = found.IsUncertain,
                Error = found.Error,
            };
            if (await channel.Store.UpdateAsync(update).ConfigureAwait(false) == DestinationUpdate.NotAnyMore)
            {
                told = $"message {id} is not {Ended(found.Status)} at {name} any more; nothing was done";
                return null;
            }

            try
            {
                if (channel.Store.ReadQueued(name, id) is { } work)
                {
                    // The store goes on counting all attempts.
                    lane.SentAgain(id, found.Attempts);
                    return work;
                }
            }
            catch (StoreException)
            {
                // Nobody would send it before the next start, so it is as it was; the caller is told why.
                await channel.Store.UpdateAsync(update with { Status = found.Status, ExpectedStatus = MessageStatus.Queued }).ConfigureAwait(false);
                throw;
            }

            told = $"message {id} cannot be read from the store any more; it is marked there";
            return null;
        }).ConfigureAwait(false);
        return new OperationOutcome(isQueued, told);
    }

    /// <summary>Queues a message again where it ended.</summary>
    public static Task<IReadOnlyList<RepairOutcome>> ResendAsync(DeployedChannel channel, long id, string? destination) => WhereItEndedAsync(
        channel, id, destination, "there is nothing to send again. 'replay' processes it anew",
        [MessageStatus.Error, MessageStatus.DeadLetter, MessageStatus.Dropped],
        destination is null ? [MessageStatus.Error, MessageStatus.DeadLetter] : [MessageStatus.Error, MessageStatus.DeadLetter, MessageStatus.Dropped],
        async found => !channel.Version!.Lanes.TryGetValue(found.Name, out var lane)
                ? new OperationOutcome(false, $"the channel has no destination {found.Name} any more: bring it back, or 'replay' the message")
            : channel.Store.ReadSizes(id) is { } stored && !found.IsUnmade && !stored.Sent.ContainsKey(found.Name)
                ? new OperationOutcome(false, $"what message {id} was to send to {found.Name} is not kept any more (store.keep)")
            : await RequeueAsync(channel, lane, id, found).ConfigureAwait(false));

    /// <summary>Leaves it at that.</summary>
    public static Task<IReadOnlyList<RepairOutcome>> DismissAsync(DeployedChannel channel, long id, string? destination, string why) => WhereItEndedAsync(
        channel, id, destination, "there is nothing to leave out. 'queue skip' gives up on one that waits",
        [MessageStatus.Error, MessageStatus.DeadLetter],
        [MessageStatus.Error, MessageStatus.DeadLetter],
        found => DropAsync(channel, id, found, $"Given up by hand: {why}"));

    /// <summary>Sends one destination other content than was made for it, as a new message that is linked to the stored one.</summary>
    public static async Task<ReplayOutcome> SendEditedAsync(DeployedChannel channel, DestinationLane lane, long id, ReadOnlyMemory<byte> content)
    {
        var name = lane.Definition.Name;
        if (channel.Store.Read(id) is not { } stored)
        {
            return new ReplayOutcome(id, 0, MessageStatus.Error, $"there is no message {id}; it may have been pruned");
        }

        if (stored.Summary.Destinations.FirstOrDefault(found => found.Name == name) is not { } before)
        {
            return new ReplayOutcome(id, 0, MessageStatus.Error, $"message {id} does not go to {name}");
        }

        if (before.Status is MessageStatus.Queued or MessageStatus.Pending)
        {
            // Both would be sent.
            return new ReplayOutcome(id, 0, MessageStatus.Error, $"message {id} still waits at {name}: give up on it first ('queue skip')");
        }

        var newId = channel.Store.NextId();
        if (!channel.Resends.TryAdd(name, newId))
        {
            return new ReplayOutcome(id, 0, MessageStatus.Error, $"{ResendWindow.Most} messages that were sent again still wait at {name}. Ask again when they are through");
        }

        var record = Edited(channel, stored, before, newId, content);
        var isQueued = await lane.RequeueAsync(newId, async () =>
        {
            await channel.Store.AddAsync(record).ConfigureAwait(false);
            return channel.Store.ReadQueued(name, newId);
        }).ConfigureAwait(false);
        if (!isQueued)
        {
            return new ReplayOutcome(id, newId, MessageStatus.Error, $"message {newId} cannot be read from the store any more; it is marked there");
        }

        channel.Figures.Received();
        await ReplacedAsync(channel, stored.Summary, name, newId).ConfigureAwait(false);
        return new ReplayOutcome(id, newId, MessageStatus.Queued, null);
    }

    /// <summary>A message went in place of another: where that one was a dead letter, it is none any more.</summary>
    public static async Task ReplacedAsync(DeployedChannel channel, MessageSummary original, string? destination, long newId)
    {
        foreach (var found in original.Destinations)
        {
            if (found.Status == MessageStatus.DeadLetter && (destination is null || destination == found.Name))
            {
                await DropAsync(channel, original.Id, found, $"Message {newId} went in its place.").ConfigureAwait(false);
            }
        }
    }

    /// <summary>A status in words.</summary>
    public static string Word(MessageStatus status) => status == MessageStatus.DeadLetter ? "a dead letter" : status.ToString().ToLowerInvariant();

    private static string Ended(MessageStatus status) => status == MessageStatus.Error ? "in error" : Word(status);

    private static async Task<IReadOnlyList<RepairOutcome>> WhereItEndedAsync(
        DeployedChannel channel, long id, string? destination, string nothing, MessageStatus[] possible, MessageStatus[] wanted, Func<DestinationSummary, Task<OperationOutcome>> repair)
    {
        if (channel.Store.ReadSizes(id)?.Summary is not { } message)
        {
            return [new RepairOutcome(id, destination, false, $"channel {channel.Name} has no message {id}")];
        }

        if (destination is not null && message.Destinations.All(found => found.Name != destination))
        {
            return [new RepairOutcome(id, destination, false, $"message {id} does not go to {destination}")];
        }

        var outcomes = new List<RepairOutcome>();
        foreach (var found in message.Destinations)
        {
            if ((destination is null || found.Name == destination) && wanted.Contains(found.Status))
            {
                var outcome = await repair(found).ConfigureAwait(false);
                outcomes.Add(new RepairOutcome(id, found.Name, outcome.IsDone, outcome.Told) { IsForLater = outcome.IsForLater });
            }
        }

        if (outcomes.Count > 0)
        {
            return outcomes;
        }

        var where = destination is null
            ? $"message {id} is not {string.Join(" or ", possible.Select(Ended))} at any destination"
            : $"message {id} is {Word(message.Destinations.First(found => found.Name == destination).Status)} at {destination}";
        return [new RepairOutcome(id, destination, false, $"{where}: {nothing}")];
    }

    private static async Task<OperationOutcome> DropAsync(DeployedChannel channel, long id, DestinationSummary found, string why)
    {
        var update = new DestinationUpdate
        {
            MessageId = id,
            Destination = found.Name,
            Status = MessageStatus.Dropped,
            ExpectedStatus = found.Status,
            Attempts = found.Attempts,
            IsReattempt = found.IsReattempt,
            IsUncertain = found.IsUncertain,
            Error = found.Error is null ? why : $"{why} Before: {found.Error}",
        };
        return await channel.Store.UpdateAsync(update).ConfigureAwait(false) == DestinationUpdate.NotAnyMore
            ? new OperationOutcome(false, $"message {id} is not {Ended(found.Status)} at {found.Name} any more; nothing was done")
            : new OperationOutcome(true, $"message {id} at {found.Name} is dropped; it is kept");
    }

    /// <summary>What the sender sent stays what it was: only what this destination gets is another.</summary>
    private static MessageRecord Edited(DeployedChannel channel, StoredMessage stored, DestinationSummary before, long id, ReadOnlyMemory<byte> content)
    {
        var summary = stored.Summary;
        return new MessageRecord
        {
            Id = id,
            ReceivedAt = channel.Now,
            Status = MessageStatus.Transformed,
            Raw = stored.Raw ?? content,
            Encoded = stored.Encoded,
            DataType = summary.DataType,
            ControlId = summary.ControlId,
            MessageType = summary.MessageType,
            SourceMap = ReplayedMessage.SourceMapOf(stored.SourceMap, summary.Id, isEdited: true),
            ChannelMap = stored.ChannelMap,
            Metadata = summary.Metadata.Count > 0 ? summary.Metadata : null,
            ReplayOf = summary.Id,
            Attachments = summary.Attachments > 0 ? channel.Store.ReadAttachments(summary.Id) : [],
            Destinations =
            [
                new DestinationRecord
                {
                    Name = before.Name,
                    Status = MessageStatus.Queued,
                    OrderKey = before.OrderKey,
                    Content = content,
                    ConnectorMap = stored.ConnectorMaps.GetValueOrDefault(before.Name),
                    ChannelMap = stored.ChannelMaps.GetValueOrDefault(before.Name),
                },
            ],
        };
    }
}
