using System.Security.Cryptography;
using ChannelHost.Storage.Archives;
using ChannelHost.Storage.Pruning;

namespace ChannelHost.Storage.Messages;

/// <summary>What an import asks a store, and does to it, in one transaction on the writer's thread.</summary>
internal interface IImportTarget
{
    /// <summary>The messages that a message of the archive became here, oldest first; none when it was never brought in.</summary>
    List<long> Imported(long originalId);

    /// <summary>When a message that was received here came, UTC ticks; null when there is none of this id.</summary>
    long? ReceivedAt(long id);

    /// <summary>True while anything of a message's content is there.</summary>
    bool HasContent(long id);

    /// <summary>The number of a data type.</summary>
    int DataType(string name);

    /// <summary>Adds a finished message, and notes what it was called.</summary>
    void Add(MessageRow row, ArchivedMessage message);
}

/// <summary>Puts messages of archives into a store, on its writer's thread.</summary>
internal static class MessageImport
{
    /// <summary>Adds those that are not there yet. Gives how many.</summary>
    /// <param name="target">The store, in a transaction.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="ids">An id for each.</param>
    /// <param name="isSameChannel">True when they come from this store's channel.</param>
    internal static int Add(IImportTarget target, IReadOnlyList<ArchivedMessage> messages, IReadOnlyList<long> ids, bool isSameChannel)
    {
        var added = 0;
        for (var index = 0; index < messages.Count; index++)
        {
            if (IsMissing(target, messages[index], isSameChannel))
            {
                Add(target, messages[index], ids[index], isSameChannel);
                added++;
            }
        }

        return added;
    }

    // Archived once with content and once more when its row went: the first has all of it. One that a crash left in the store and in the archive is still there, whole.
    private static bool IsMissing(IImportTarget target, ArchivedMessage message, bool isSameChannel)
    {
        var earlier = target.Imported(message.Id);
        if (isSameChannel && target.ReceivedAt(message.Id) == message.ReceivedAt.UtcTicks)
        {
            earlier.Add(message.Id);
        }

        return earlier.Count == 0 || (message.HasContent && !earlier.Exists(target.HasContent));
    }

    private static void Add(IImportTarget target, ArchivedMessage message, long id, bool isSameChannel)
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
            DataType = target.DataType(message.DataType),
            DuplicateOf = Link(target, message.DuplicateOf, isSameChannel),
            ControlId = message.ControlId,
            MessageType = message.MessageType,
            ContentHash = message is { ControlId: not null, Raw: { } raw } ? SHA256.HashData(raw)[..MessageTables.HashLength] : null,
            Metadata = message.Metadata,
            Error = message.Error,
            ReplayOf = Link(target, message.ReplayOf, isSameChannel),
            BatchId = message.BatchId == message.Id ? id : Link(target, message.BatchId, isSameChannel),
            Attachments = message.Attachments.Count,
        };
        target.Add(row, message);
    }

    // To the message as it is called here; none when that is neither kept nor was brought in before.
    private static long Link(IImportTarget target, long originalId, bool isSameChannel) => originalId == 0 ? 0
        : target.Imported(originalId) is [.., var last] ? last
        : isSameChannel && target.ReceivedAt(originalId) is not null ? originalId : 0;
}
