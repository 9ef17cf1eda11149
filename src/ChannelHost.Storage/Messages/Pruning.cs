using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>Removes finished messages past their time, a few in a transaction, and hands free pages back to the file system.</summary>
internal static class Pruning
{
    /// <summary>How many messages are looked at in one read.</summary>
    internal const int Window = 2_000;

    /// <summary>How many messages go in one transaction: few enough that intake beside it hardly waits.</summary>
    internal const int Together = 100;

    private const int PagesTogether = 256;

    /// <summary>The next ids after one, with whether they were received before the limit. Ids follow time nearly, not exactly.</summary>
    internal static List<(long Id, bool IsOld)> Look(SqliteDatabase database, long afterId, long olderThan)
    {
        using var look = database.Prepare("SELECT id, received_at FROM messages WHERE id > ?1 ORDER BY id LIMIT ?2");
        look.Bind(1, afterId).Bind(2, Window);
        var found = new List<(long, bool)>(Window);
        while (look.Step())
        {
            found.Add((look.Integer(0), look.Integer(1) < olderThan));
        }

        return found;
    }

    /// <summary>Removes those of the messages that are finished. A damaged row stays, for people to see.</summary>
    internal static int Remove(MessageTables tables, IEnumerable<long> ids)
    {
        var removed = 0;
        foreach (var id in ids)
        {
            if (tables.Message(id) is not { IsSound: true } message || message.Status == MessageStatus.Received)
            {
                continue;
            }

            var destinations = tables.DestinationsOf(id);
            if (destinations.Any(row => !row.IsSound || row.Status is MessageStatus.Queued or MessageStatus.Pending))
            {
                continue;
            }

            tables.Remove(message, destinations);
            removed++;
        }

        return removed;
    }

    /// <summary>Gives some free pages back. Gives how many are still free.</summary>
    internal static long Shrink(MessageTables tables)
    {
        tables.Database.Execute($"PRAGMA incremental_vacuum({PagesTogether})");
        return tables.Database.Number("PRAGMA freelist_count");
    }
}
