using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Sqlite;
using ChannelHost.Storage.PostgreSql.Schema;
using ChannelHost.Storage.Pruning;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>Removes finished messages past their time: whole partitions where nothing in them is younger or waits, else a few in a transaction.</summary>
internal static class PgPruning
{
    /// <summary>How many messages are looked at in one read.</summary>
    internal const int Window = 5_000;

    /// <summary>How many messages go in one transaction.</summary>
    internal const int Together = 500;

    // Of batches that never came again the newest so many are remembered.
    private const int MostBatches = 10_000;

    /// <summary>The next messages after an id that were received, or brought in from an archive, before the limit, and the last id looked at; 0 at the end.</summary>
    internal static (List<PgPruneItem> Old, long Last) Look(NpgsqlConnection connection, ChannelTables tables, long afterId, long olderThan)
    {
        var seen = connection.List(
            row => new PgPruneItem(row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2)),
            $"""
            SELECT m.id, coalesce(i.imported_at, m.received_at), EXISTS (SELECT 1 FROM {tables.Contents} c WHERE c.key = m.id << 16)
            FROM (SELECT id, received_at FROM {tables.Messages} WHERE id > $1 ORDER BY id LIMIT $2) m
            LEFT JOIN channelhost.imported i ON i.channel = $3 AND i.message_id = m.id ORDER BY m.id
            """, afterId, Window, tables.Channel);
        return (seen.FindAll(message => message.Since < olderThan), seen.Count == 0 ? 0 : seen[^1].Id);
    }

    /// <summary>How many messages are finished and hold no dead letter: those that a limit of their number counts.</summary>
    internal static long Counted(NpgsqlConnection connection, ChannelTables tables) => connection.Number(
        $"""
        SELECT (SELECT count(*) FROM {tables.Messages}) - (SELECT count(*) FROM (
            SELECT id FROM {tables.Messages} WHERE status = 0 UNION SELECT message_id FROM {tables.Destinations} WHERE status = 4
            UNION SELECT message_id FROM {tables.Destinations} WHERE status = 5 UNION SELECT message_id FROM {tables.Destinations} WHERE status = 7) w)
        """);

    /// <summary>What becomes of each of the messages; those that stay are left out. A damaged row stays, for people to see.</summary>
    internal static List<PgPruneItem> Judge(PruningRules rules, Func<PgPruneItem, (MessageRow Row, IEnumerable<DestinationRow> Destinations)?> rows, IEnumerable<PgPruneItem> messages)
    {
        var due = new List<PgPruneItem>();
        foreach (var item in messages)
        {
            if (rows(item) is not { Row.IsSound: true } found || found.Destinations.Any(at => !at.IsSound))
            {
                continue;
            }

            var verdict = item.IsExcess
                ? PruningRules.IsCounted(found.Row.Status, Statuses(found.Destinations)) ? PruningVerdict.Goes : PruningVerdict.Stays
                : rules.Judge(item.Since, found.Row.Status, Statuses(found.Destinations));
            if (verdict == PruningVerdict.Goes || (verdict == PruningVerdict.LosesContent && item.HasContent))
            {
                due.Add(item with { Verdict = verdict, Stamp = StampOf(found.Row, found.Destinations) });
            }
        }

        return due;
    }

    /// <summary>Does with each of the messages what was decided, unless it changed since. Gives how many were removed.</summary>
    internal static int Remove(MessageGroup group, IEnumerable<PgPruneItem> messages)
    {
        var removed = 0;
        foreach (var item in messages)
        {
            if (group.Message(item.Id) is not { } message || StampOf(message.Row, Rows(message)) != item.Stamp)
            {
                continue;
            }

            if (item.Verdict == PruningVerdict.Goes)
            {
                group.Remove(message);
                removed++;
            }
            else
            {
                group.DropContents(message);
            }
        }

        return removed;
    }

    private static IEnumerable<DestinationRow> Rows(StagedMessage message) => message.Destinations.Where(destination => !destination.IsDropped).Select(destination => destination.Row);

    private static MessageStatus[] Statuses(IEnumerable<DestinationRow> destinations) => [.. destinations.Select(destination => destination.Status)];

    /// <summary>Any change of a row is another stamp.</summary>
    internal static long StampOf(MessageRow row, IEnumerable<DestinationRow> destinations)
    {
        var check = new RowCheck();
        check.Add(row.Check());
        foreach (var destination in destinations.OrderBy(destination => destination.Destination))
        {
            check.Add(destination.Check());
        }

        return check.Value;
    }

    /// <summary>The partitions that take no new ids, oldest first, with the span of time they hold; what is not known of it yet is looked up.</summary>
    internal static List<PgPartition> Closed(NpgsqlConnection connection, ChannelTables tables)
    {
        var closed = connection.List(
            row => new PgPartition(row.GetInt32(0), row.GetInt64(1), row.GetInt64(2), row.IsDBNull(3) ? null : row.GetInt64(3)),
            """
            SELECT p.number, p.first_id, p.end_id, p.received_to FROM channelhost.partitions p JOIN channelhost.channels c ON c.id = p.channel
            WHERE p.channel = $1 AND p.end_id <= c.id_ceiling - 100000 ORDER BY p.number
            """, tables.Channel);
        return closed.ConvertAll(partition => partition.ReceivedTo is not null ? partition : partition with
        {
            ReceivedTo = connection.Number(
                $"""
                SELECT greatest(coalesce((SELECT max(received_at) FROM {tables.Messages}_p{partition.Number}), 0), coalesce((
                    SELECT max(imported_at) FROM channelhost.imported WHERE channel = $1 AND message_id >= $2 AND message_id < $3), 0))
                """, tables.Channel, partition.FirstId, partition.EndId),
        });
    }

    /// <summary>Drops a partition in which nothing waits, and takes it out of the counts; part of the caller's transaction. Gives how many messages went; 0 when something waits.</summary>
    internal static int Drop(NpgsqlConnection connection, ChannelTables tables, StatusCounts counts, PgPartition partition, bool onlyEmpty)
    {
        var (messages, destinations) = ($"{tables.Messages}_p{partition.Number}", $"{tables.Destinations}_p{partition.Number}");
        var waits = connection.Number($"SELECT (SELECT count(*) FROM {messages} WHERE status = 0) + (SELECT count(*) FROM {destinations} WHERE status IN (4, 5))");
        waits += onlyEmpty ? connection.Number($"SELECT count(*) FROM (SELECT 1 FROM {messages} LIMIT 1) m") : 0;
        if (waits > 0)
        {
            connection.Run(
                "UPDATE channelhost.partitions SET received_to = $3 WHERE channel = $1 AND number = $2 AND received_to IS NULL", tables.Channel, partition.Number, partition.ReceivedTo!.Value);
            return 0;
        }

        var removed = 0;
        foreach (var (status, count) in connection.List(row => ((MessageStatus)row.GetInt16(0), (int)row.GetInt64(1)), $"SELECT status, count(*) FROM {messages} GROUP BY status"))
        {
            counts.Add(StatusCounts.Source, status, -count);
            removed += count;
        }

        foreach (var (connector, status, count) in connection.List(
            row => (row.GetInt32(0), (MessageStatus)row.GetInt16(1), (int)row.GetInt64(2)), $"SELECT destination, status, count(*) FROM {destinations} GROUP BY destination, status"))
        {
            counts.Add(connector, status, -count);
        }

        connection.Run(
            "DELETE FROM channelhost.answers WHERE channel = $1 AND message_id >= $2 AND message_id < $3", tables.Channel, partition.FirstId, partition.EndId);
        connection.Run(
            "DELETE FROM channelhost.imported WHERE channel = $1 AND message_id >= $2 AND message_id < $3", tables.Channel, partition.FirstId, partition.EndId);
        tables.DropPartition(connection, partition.Number);
        return removed;
    }

    /// <summary>Forgets batches that never came again.</summary>
    internal static int ForgetBatches(NpgsqlConnection connection, int channel) => connection.Run(
        """
        DELETE FROM channelhost.batches WHERE channel = $1 AND batch_id < (
            SELECT batch_id FROM channelhost.batches WHERE channel = $1 ORDER BY batch_id DESC LIMIT 1 OFFSET $2)
        """, channel, MostBatches);
}
