using ChannelHost.Storage.Messages.Reading;

namespace ChannelHost.Storage.Messages;

/// <summary>Sets to Error what can no longer be trusted, and only that.</summary>
internal static class DamagedEntries
{
    internal static bool SetError(MessageTables tables, DamagedEntry entry)
    {
        var reason = $"{entry.Reason}; restore message {entry.MessageId} from a backup, or ask the sender for it again";
        if (entry.Destination == StatusCounts.Source)
        {
            return SetSource(tables, entry.MessageId, reason);
        }

        if (tables.Destination(entry.MessageId, entry.Destination) is not { } row)
        {
            return false;
        }

        tables.Change(row, row with { Status = MessageStatus.Error, Error = reason, SentAt = null });
        return true;
    }

    private static bool SetSource(MessageTables tables, long messageId, string reason)
    {
        if (tables.Message(messageId) is not { } row)
        {
            return false;
        }

        tables.Change(row, row with { Status = MessageStatus.Error, Error = reason });
        return true;
    }
}
