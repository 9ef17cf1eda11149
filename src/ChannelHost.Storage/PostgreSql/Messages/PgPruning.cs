using ChannelHost.Storage.Messages;
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

    /// <summary>The next ids after one of messages that were received before the limit, whether they have content, and the last id looked at; 0 at the end.</summary>
    internal static (List<(long Id, bool HasContent)> Old, long Last) Look(NpgsqlConnection connection, ChannelTables tables, long afterId, long olderThan)
    {
        var seen = connection.List(
            row => (Id: row.GetInt64(0), IsOld: row.GetInt64(1) < olderThan, HasContent: row.GetBoolean(2)),
            $"SELECT id, received_at, EXISTS (SELECT 1 FROM {tables.Contents} c WHERE c.key = m.id << 16) FROM {tables.Messages} m WHERE id > $1 ORDER BY id LIMIT $2", afterId, Window);
        return (seen.Where(message => message.IsOld).Select(message => (message.Id, message.HasContent)).ToList(), seen.Count == 0 ? 0 : seen[^1].Id);
    }

    /// <summary>How many messages are finished and hold no dead letter: those that a limit of their number counts.</summary>
    internal static long Counted(NpgsqlConnection connection, ChannelTables tables) => connection.Number(
        $"""
        SELECT (SELECT count(*) FROM {tables.Messages}) - (SELECT count(*) FROM (
            SELECT id FROM {tables.Messages} WHERE status = 0 UNION SELECT message_id FROM {tables.Destinations} WHERE status = 4
            UNION SELECT message_id FROM {tables.Destinations} WHERE status = 5 UNION SELECT message_id FROM {tables.Destinations} WHERE status = 7) w)
        """);

    /// <summary>Does with each of the messages what the rules say. A damaged row stays, for people to see. Gives how many were removed.</summary>
    internal static int Apply(MessageGroup group, PruningRules rules, IEnumerable<(long Id, bool HasContent)> messages)
    {
        var removed = 0;
        foreach (var (id, hasContent) in messages)
        {
            if (Sound(group, id) is not { } message)
            {
                continue;
            }

            switch (rules.Judge(message.Row.ReceivedAt, message.Row.Status, Statuses(message)))
            {
                case PruningVerdict.Goes:
                    group.Remove(message);
                    removed++;
                    break;
                case PruningVerdict.LosesContent when hasContent:
                    group.DropContents(message);
                    break;
            }
        }

        return removed;
    }

    /// <summary>Removes of the messages those that count against the limit, at most so many.</summary>
    internal static int RemoveCounted(MessageGroup group, IEnumerable<long> ids, long most)
    {
        var removed = 0;
        foreach (var id in ids)
        {
            if (removed < most && Sound(group, id) is { } message && PruningRules.IsCounted(message.Row.Status, Statuses(message)))
            {
                group.Remove(message);
                removed++;
            }
        }

        return removed;
    }

    private static StagedMessage? Sound(MessageGroup group, long id) =>
        group.Message(id) is { Row.IsSound: true } message && message.Destinations.TrueForAll(destination => destination.Row.IsSound) ? message : null;

    private static MessageStatus[] Statuses(StagedMessage message) => [.. message.Destinations.Where(destination => !destination.IsDropped).Select(destination => destination.Row.Status)];

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
