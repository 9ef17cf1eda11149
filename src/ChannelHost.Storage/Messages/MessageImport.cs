using System.Security.Cryptography;
using ChannelHost.Storage.Archives;
using ChannelHost.Storage.Pruning;

namespace ChannelHost.Storage.Messages;

/// <summary>Puts messages of archives into the tables, on the writer's thread.</summary>
internal static class MessageImport
{
    /// <summary>Adds those that are not there yet. Gives how many.</summary>
    /// <param name="tables">The tables, in a transaction.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="ids">An id for each.</param>
    /// <param name="origin">The channel they come from.</param>
    /// <param name="isSameChannel">True when that is this store's.</param>
    /// <param name="now">When they are brought in.</param>
    internal static int Add(MessageTables tables, IReadOnlyList<ArchivedMessage> messages, IReadOnlyList<long> ids, string origin, bool isSameChannel, DateTimeOffset now)
    {
        var added = 0;
        for (var index = 0; index < messages.Count; index++)
        {
            if (IsMissing(tables, messages[index], origin, isSameChannel))
            {
                Add(tables, messages[index], ids[index], origin, isSameChannel, now);
                added++;
            }
        }

        return added;
    }

    // Archived once with content and once more when its row went: the first has all of it. One that a crash left in the store and in the archive is still there, whole.
    private static bool IsMissing(MessageTables tables, ArchivedMessage message, string origin, bool isSameChannel)
    {
        var earlier = ImportTable.Find(tables.Database, message.Id, origin);
        if (isSameChannel && tables.Message(message.Id) is { } here && here.ReceivedAt == message.ReceivedAt.UtcTicks)
        {
            earlier.Add(message.Id);
        }

        return earlier.Count == 0 || (message.HasContent && !earlier.Exists(tables.HasContent));
    }

    private static void Add(MessageTables tables, ArchivedMessage message, long id, string origin, bool isSameChannel, DateTimeOffset now)
    {
        Span<MessageStatus> statuses = new MessageStatus[message.Destinations.Count];
        for (var index = 0; index < statuses.Length; index++)
        {
            statuses[index] = message.Destinations[index].Status;
        }

        if (!PruningRules.IsFinished(message.Status, statuses))
        {
            throw new StoreException($"message {message.Id} of the archive is not finished: no archive holds such, so this one was changed by hand; it is not brought in") { IsPermanent = true };
        }

        var row = new MessageRow
        {
            Id = id,
            ReceivedAt = message.ReceivedAt.UtcTicks,
            Status = message.Status,
            Size = message.Raw?.Length ?? message.Size,
            DataType = tables.NumberOf(NameKind.DataType, message.DataType),
            DuplicateOf = Link(tables, message.DuplicateOf, origin, isSameChannel),
            ControlId = message.ControlId,
            MessageType = message.MessageType,
            ContentHash = message is { ControlId: not null, Raw: { } raw } ? SHA256.HashData(raw)[..MessageTables.HashLength] : null,
            Metadata = message.Metadata,
            Error = message.Error,
            ReplayOf = Link(tables, message.ReplayOf, origin, isSameChannel),
            BatchId = message.BatchId == message.Id ? id : Link(tables, message.BatchId, origin, isSameChannel),
            Attachments = message.Attachments.Count,
        };
        tables.AddFinished(row, message);
        ImportTable.Add(tables.Database, id, message.Id, origin, now.UtcTicks);
    }

    // To the message as it is called here; none when that is neither kept nor was brought in before.
    private static long Link(MessageTables tables, long originalId, string origin, bool isSameChannel) => originalId == 0 ? 0
        : ImportTable.Find(tables.Database, originalId, origin) is [.., var last] ? last
        : isSameChannel && tables.Message(originalId) is not null ? originalId : 0;
}
