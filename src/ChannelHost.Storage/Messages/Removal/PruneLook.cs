using ChannelHost.Storage.Messages.Sqlite;
using ChannelHost.Storage.Pruning;

namespace ChannelHost.Storage.Messages.Removal;

/// <summary>Finds what is to go, block by block, on a connection that reads.</summary>
internal static class PruneLook
{
    /// <summary>The next block that may hold something to remove by its age, after a block; null when there is none.</summary>
    internal static long? NextBlock(SqliteDatabase database, long afterBlock, PruningRules rules)
    {
        using var next = database.Prepare("SELECT id FROM blocks WHERE id > ?1 AND first_at < ?2 ORDER BY id LIMIT 1");
        next.Bind(1, afterBlock).Bind(2, rules.YoungerStay);
        return next.Step() ? next.Integer(0) : null;
    }

    /// <summary>What of a block is to go by its age.</summary>
    internal static List<PruneItem> ByAge(SqliteDatabase database, long block, PruningRules rules)
    {
        var items = new List<PruneItem>();
        foreach (var message in Messages(database, block << BlockIndex.Bits, (block + 1) << BlockIndex.Bits))
        {
            var verdict = rules.Judge(message.Since, message.Status, message.Destinations);
            if (verdict == PruningVerdict.Goes || (verdict == PruningVerdict.LosesContent && HasContent(database, message.Id)))
            {
                items.Add(new PruneItem(message.Id, verdict, message.Stamp));
            }
        }

        return items;
    }

    /// <summary>The oldest messages of those that are counted, in a range of ids.</summary>
    internal static List<PruneItem> Oldest(SqliteDatabase database, long fromId, long toId, long most)
    {
        var items = new List<PruneItem>();
        foreach (var message in Messages(database, fromId, toId))
        {
            if (items.Count < most && PruningRules.IsCounted(message.Status, message.Destinations))
            {
                items.Add(new PruneItem(message.Id, PruningVerdict.Goes, message.Stamp));
            }
        }

        return items;
    }

    /// <summary>How many messages there are that do not count against the maximum: unfinished ones and dead letters.</summary>
    internal static long NotCounted(SqliteDatabase database, IEnumerable<int> destinations)
    {
        var sql = "SELECT id FROM messages WHERE status = 0 UNION SELECT message_id FROM destinations WHERE status = 5";
        foreach (var destination in destinations)
        {
            sql += $" UNION SELECT message_id FROM destinations WHERE destination = {destination} AND status = 4"
                + $" UNION SELECT message_id FROM destinations WHERE destination = {destination} AND status = 7";
        }

        return database.Number($"SELECT COUNT(*) FROM ({sql})");
    }

    /// <summary>The first message at or after an id; null when there is none.</summary>
    internal static long? FirstFrom(SqliteDatabase database, long id)
    {
        using var first = database.Prepare("SELECT id FROM messages WHERE id >= ?1 ORDER BY id LIMIT 1");
        first.Bind(1, id);
        return first.Step() ? first.Integer(0) : null;
    }

    private static List<Seen> Messages(SqliteDatabase database, long fromId, long toId)
    {
        var seen = new List<Seen>();
        using var messages = database.Prepare("""
            SELECT m.id, MAX(m.received_at, COALESCE((SELECT imported_at FROM imported i WHERE i.message_id = m.id), 0)), m.status, m.crc
            FROM messages m WHERE m.id >= ?1 AND m.id < ?2 ORDER BY m.id
            """);
        using var destinations = database.Prepare("SELECT message_id, status, crc FROM destinations WHERE message_id >= ?1 AND message_id < ?2 ORDER BY message_id");
        messages.Bind(1, fromId).Bind(2, toId);
        destinations.Bind(1, fromId).Bind(2, toId);
        var statuses = new List<MessageStatus>();
        var isMore = destinations.Step();
        while (messages.Step())
        {
            var id = messages.Integer(0);
            var stamp = messages.Integer(3);
            statuses.Clear();
            while (isMore && destinations.Integer(0) <= id)
            {
                if (destinations.Integer(0) == id)
                {
                    statuses.Add((MessageStatus)destinations.Integer(1));
                    stamp += destinations.Integer(2) << 1;
                }

                isMore = destinations.Step();
            }

            seen.Add(new Seen(id, messages.Integer(1), (MessageStatus)messages.Integer(2), [.. statuses], stamp));
        }

        return seen;
    }

    private static bool HasContent(SqliteDatabase database, long messageId)
    {
        using var contents = database.Prepare("SELECT 1 FROM contents WHERE key >= ?1 AND key < ?2 UNION ALL SELECT 1 FROM attachments WHERE message_id = ?3 LIMIT 1");
        contents.Bind(1, ContentSlot.FirstKey(messageId)).Bind(2, ContentSlot.FirstKey(messageId + 1)).Bind(3, messageId);
        return contents.Step();
    }

    private readonly record struct Seen(long Id, long Since, MessageStatus Status, MessageStatus[] Destinations, long Stamp);
}
