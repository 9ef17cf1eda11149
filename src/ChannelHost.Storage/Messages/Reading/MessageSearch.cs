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
        var byDestination = hasDestination && status is not null && query.ControlId is null && !hasMetadata;
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

        return sql.Append(" ORDER BY m.id DESC LIMIT ?2").ToString();
    }
}
