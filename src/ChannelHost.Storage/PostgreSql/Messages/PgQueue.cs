using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Reading;
using ChannelHost.Storage.PostgreSql.Schema;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>Reads what waits: queues, and what a restart must finish.</summary>
internal static class PgQueue
{
    /// <summary>The next work of a queue after an id, and what is damaged among it. Last: where to go on; the greatest number at the end.</summary>
    internal static (List<DestinationWork> Work, List<DamagedEntry> Damaged, long Last) Read(
        NpgsqlConnection connection, ChannelTables tables, NameTable names, ContentCodec codec, int destination, long afterId, int count, QueueSlice slice)
    {
        var rows = Rows(connection, tables, destination, afterId, count, slice);
        var page = PageOf(rows);
        if (page.Count == 0)
        {
            return ([], [], long.MaxValue);
        }

        int[] slots =
        [
            ContentSlot.Raw, ContentSlot.Encoded, ContentSlot.SourceMap, ContentSlot.ChannelMap,
            ContentSlot.SentTo(destination), ContentSlot.ConnectorMapOf(destination), ContentSlot.ChannelMapOf(destination),
        ];
        var ids = page.Select(row => row.MessageId).ToArray();
        var loaded = PgRows.Load(connection, tables, names, codec, ids, [.. ids.SelectMany(id => slots.Select(slot => ContentSlot.Key(id, slot)))]);
        var (work, damaged) = (new List<DestinationWork>(page.Count), new List<DamagedEntry>());
        foreach (var row in page)
        {
            // Read anew together with its content: it may have moved on since.
            if (loaded.Destinations(row.MessageId).FirstOrDefault(now => now.Destination == destination) is not { MessageId: > 0, Status: MessageStatus.Queued } current)
            {
                continue;
            }

            try
            {
                work.Add(MessageViews.Work(loaded, current));
            }
            catch (InvalidDataException failure)
            {
                damaged.Add(new DamagedEntry(row.MessageId, destination, failure.Message));
            }
        }

        return (work, damaged, page.Count == rows.Count && rows.Count < count ? long.MaxValue : page[^1].MessageId);
    }

    /// <summary>The ids of the first messages of a queue.</summary>
    internal static long[] Oldest(NpgsqlConnection connection, ChannelTables tables, int destination, int window) =>
        [.. Rows(connection, tables, destination, 0, window, default).Select(row => row.MessageId)];

    /// <summary>What a restart must finish after an id: the next messages, and what is damaged among them.</summary>
    internal static (List<UnfinishedMessage> Messages, List<DamagedEntry> Damaged, long Last) Unfinished(
        NpgsqlConnection connection, ChannelTables tables, NameTable names, ContentCodec codec, long afterId, int count)
    {
        var ids = connection.List(
            row => row.GetInt64(0),
            $"""
            (SELECT id FROM {tables.Messages} WHERE status = 0 AND id > $1 ORDER BY id LIMIT $2)
            UNION (SELECT DISTINCT message_id FROM {tables.Destinations} WHERE status = 5 AND message_id > $1 ORDER BY message_id LIMIT $2)
            ORDER BY 1 LIMIT $2
            """, afterId, count).ToArray();
        var (messages, damaged) = (new List<UnfinishedMessage>(), new List<DamagedEntry>());
        var bytes = 0L;
        foreach (var id in ids)
        {
            var loaded = PgRows.Load(connection, tables, names, codec, [id], allContents: true);
            try
            {
                var row = loaded.Message(id) ?? throw new InvalidDataException("the message's row is missing");
                if (!row.IsSound)
                {
                    throw new InvalidDataException("the stored row of this message is damaged: its checksum does not fit");
                }

                var pending = MessageViews.Pending(loaded, id, damaged);
                if (pending.Count > 0 || row.Status == MessageStatus.Received)
                {
                    messages.Add(new UnfinishedMessage(MessageViews.Message(loaded, id)!, pending));
                    bytes += row.Size;
                }
            }
            catch (InvalidDataException failure)
            {
                damaged.Add(new DamagedEntry(id, StatusCounts.Source, failure.Message));
                damaged.AddRange(loaded.Destinations(id)
                    .Where(row => row.Status == MessageStatus.Pending)
                    .Select(row => new DamagedEntry(id, row.Destination, failure.Message)));
            }

            if (bytes >= MessageViews.PageBytes)
            {
                return (messages, damaged, id);
            }
        }

        return (messages, damaged, ids.Length < count ? long.MaxValue : ids[^1]);
    }

    // How large a row's content is, is asked with the row: a page must not be read before it is known that it fits into memory.
    private static List<(long MessageId, int Flags, long Bytes)> Rows(
        NpgsqlConnection connection, ChannelTables tables, int destination, long afterId, int count, QueueSlice slice)
    {
        var values = new List<object> { destination, afterId, count };
        var only = "";
        if (slice.OnlyKey != 0)
        {
            only = " AND order_key = $4 AND order_key <> 0";
            values.Add(slice.OnlyKey);
        }
        else if (slice.WithoutKeys is { Count: > 0 } without)
        {
            only = " AND (order_key = 0 OR order_key <> ALL ($4))";
            values.Add(without.Where(key => key != 0).ToArray());
        }

        return connection.List(
            row => (row.GetInt64(0), row.GetInt32(1), row.GetInt64(2)),
            $"""
            SELECT q.message_id, q.flags, coalesce((
                SELECT sum(octet_length(c.data)) FROM {tables.Contents} c
                WHERE c.key IN (q.message_id << 16, (q.message_id << 16) + 1, (q.message_id << 16) + $1 * 4)), 0)::bigint
            FROM (SELECT message_id, flags FROM {tables.Destinations}
                WHERE destination = $1 AND status = 4 AND message_id > $2{only} ORDER BY message_id LIMIT $3) q
            ORDER BY q.message_id
            """, [.. values]);
    }

    private static List<(long MessageId, int Flags, long Bytes)> PageOf(List<(long MessageId, int Flags, long Bytes)> rows)
    {
        var bytes = 0L;
        for (var index = 0; index < rows.Count; index++)
        {
            bytes += rows[index].Bytes;
            if (bytes >= MessageViews.PageBytes)
            {
                return rows[..(index + 1)];
            }
        }

        return rows;
    }
}
