using ChannelHost.Storage.Messages;
using ChannelHost.Storage.PostgreSql.Schema;
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

    /// <summary>The next ids after one, with whether they were received before the limit. Ids follow time nearly, not exactly.</summary>
    internal static List<(long Id, bool IsOld)> Look(NpgsqlConnection connection, ChannelTables tables, long afterId, long olderThan) => connection.List(
        row => (row.GetInt64(0), row.GetInt64(1) < olderThan),
        $"SELECT id, received_at FROM {tables.Messages} WHERE id > $1 ORDER BY id LIMIT $2", afterId, Window);

    /// <summary>Removes those of the messages that are finished. A damaged row stays, for people to see.</summary>
    internal static int Remove(MessageGroup group, IEnumerable<long> ids)
    {
        var removed = 0;
        foreach (var id in ids)
        {
            if (group.Message(id) is { Row.IsSound: true } message
                && message.Row.Status != MessageStatus.Received
                && message.Destinations.All(destination => destination.Row.IsSound && destination.Row.Status is not (MessageStatus.Queued or MessageStatus.Pending)))
            {
                group.Remove(message);
                removed++;
            }
        }

        return removed;
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
            ReceivedTo = connection.Number($"SELECT coalesce(max(received_at), 0) FROM {tables.Messages}_p{partition.Number}"),
        });
    }

    /// <summary>Drops a partition in which nothing waits, and takes it out of the counts; part of the caller's transaction. Gives how many messages went; 0 when something waits.</summary>
    internal static int Drop(NpgsqlConnection connection, ChannelTables tables, StatusCounts counts, PgPartition partition)
    {
        var (messages, destinations) = ($"{tables.Messages}_p{partition.Number}", $"{tables.Destinations}_p{partition.Number}");
        var waits = connection.Number($"SELECT (SELECT count(*) FROM {messages} WHERE status = 0) + (SELECT count(*) FROM {destinations} WHERE status IN (4, 5))");
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
