using System.Text;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages.Reading;

/// <summary>Finds messages, newest first, by the index that narrows most. Values are bound, never written into the statement.</summary>
internal static class MessageSearch
{
    private const int Most = 1_000;

    internal static List<MessageSummary> Find(MessageReader reader, MessageQuery query)
    {
        int? destination = null;
        int? metadata = null;
        if (query.Destination is { } destinationName)
        {
            if (!reader.Names.TryFind(NameKind.Destination, destinationName, out var number))
            {
                return [];
            }

            destination = number;
        }

        if (query.Metadata is { } pair)
        {
            if (!reader.Names.TryFind(NameKind.Metadata, pair.Name, out var number))
            {
                return [];
            }

            metadata = number;
        }

        var ids = Ids(reader.Database, query, destination, metadata);
        var found = new List<MessageSummary>(ids.Count);
        foreach (var id in ids)
        {
            if (MessageViews.Summary(reader, id) is { } summary)
            {
                found.Add(summary);
            }
        }

        return found;
    }

    private static List<long> Ids(SqliteDatabase database, MessageQuery query, int? destination, int? metadata)
    {
        using var find = database.Prepare(Statement(query, destination is not null, metadata is not null));
        find.Bind(1, query.BeforeId > 0 ? query.BeforeId : long.MaxValue).Bind(2, Math.Clamp(query.Count, 1, Most));
        if (query.ControlId is not null)
        {
            find.Bind(3, query.ControlId);
        }

        if (destination is not null)
        {
            find.Bind(4, destination.Value);
        }

        if (metadata is not null)
        {
            find.Bind(5, metadata.Value).Bind(6, query.Metadata!.Value.Value);
        }

        if (query.BatchId > 0)
        {
            find.Bind(7, query.BatchId);
        }

        if (query.ReplayOf > 0)
        {
            find.Bind(8, query.ReplayOf);
        }

        if (query.From is { } from)
        {
            find.Bind(9, from.UtcTicks);
        }

        if (query.To is { } to)
        {
            find.Bind(10, to.UtcTicks);
        }

        if (query.Text is { } text)
        {
            find.Bind(11, Encoding.UTF8.GetBytes(text)).Bind(12, text);
        }

        var ids = new List<long>();
        while (find.Step())
        {
            ids.Add(find.Integer(0));
        }

        return ids;
    }

    // The status stands in the statement as a number, not as a parameter: only so can SQLite use the partial indexes.
    private static string Statement(MessageQuery query, bool hasDestination, bool hasMetadata)
    {
        var status = query.Status is { } wanted ? (int?)wanted : null;
        var byDestination = hasDestination && status is not null && query.ControlId is null && !hasMetadata && !HasMore(query);
        var sql = new StringBuilder();
        if (byDestination)
        {
            sql.Append("SELECT d.message_id AS id FROM destinations d WHERE d.destination = ?4 AND d.status = ").Append(status).Append(" AND d.message_id < ?1");
            return sql.Append(" ORDER BY d.message_id DESC LIMIT ?2").ToString();
        }

        sql.Append(hasMetadata && query.ControlId is null
            ? "SELECT m.id FROM metadata x CROSS JOIN messages m ON m.id = x.message_id WHERE x.name = ?5 AND x.value = ?6 AND x.message_id < ?1"
            : "SELECT m.id FROM messages m WHERE m.id < ?1");
        if (query.ControlId is not null)
        {
            sql.Append(" AND m.control_id = ?3");
            if (hasMetadata)
            {
                sql.Append(" AND EXISTS (SELECT 1 FROM metadata x WHERE x.name = ?5 AND x.value = ?6 AND x.message_id = m.id)");
            }
        }

        if (hasDestination)
        {
            sql.Append(" AND EXISTS (SELECT 1 FROM destinations d WHERE d.message_id = m.id AND d.destination = ?4");
            sql.Append(status is null ? ")" : $" AND d.status = {status})");
        }
        else if (status is not null)
        {
            sql.Append(" AND m.status = ").Append(status);
        }

        AppendMore(sql, query);
        return sql.Append(" ORDER BY m.id DESC LIMIT ?2").ToString();
    }

    private static bool HasMore(MessageQuery query) =>
        query.BatchId > 0 || query.ReplayOf > 0 || query.From is not null || query.To is not null || query.Text is not null;

    // The links stand there twice so that SQLite sees that the partial indexes cover them.
    private static void AppendMore(StringBuilder sql, MessageQuery query)
    {
        sql.Append(query.BatchId > 0 ? " AND m.batch_id <> 0 AND m.batch_id = ?7" : "");
        sql.Append(query.ReplayOf > 0 ? " AND m.replay_of <> 0 AND m.replay_of = ?8" : "");
        sql.Append(query.From is not null ? " AND m.received_at >= ?9" : "");
        sql.Append(query.To is not null ? " AND m.received_at < ?10" : "");
        sql.Append(query.Text is not null
            ? " AND (instr(m.error, ?12) > 0 OR EXISTS (SELECT 1 FROM contents c WHERE c.key = m.id << 16 AND instr(c.data, ?11) > 0))"
            : "");
    }
}
