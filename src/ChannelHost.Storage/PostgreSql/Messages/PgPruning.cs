using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Sqlite;
using ChannelHost.Storage.PostgreSql.Schema;
using ChannelHost.Storage.Pruning;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>Removes finished messages past their time, a few in a transaction; whole partitions go by <see cref="PartitionPruning"/>.</summary>
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
            SELECT m.id, coalesce(i.imported_at, m.received_at),
                coalesce(i.imported_at, m.received_at) < $4 AND EXISTS (SELECT 1 FROM {tables.Contents} c WHERE c.key = m.id << 16)
            FROM (SELECT id, received_at FROM {tables.Messages} WHERE id > $1 ORDER BY id LIMIT $2) m
            LEFT JOIN channelhost.imported i ON i.channel = $3 AND i.message_id = m.id ORDER BY m.id
            """, afterId, Window, tables.Channel, olderThan);
        return (seen.FindAll(message => message.Since < olderThan), seen.Count == 0 ? 0 : seen[^1].Id);
    }

    /// <summary>How many messages are finished and hold no dead letter: those that a limit of their number counts.</summary>
    internal static long Counted(NpgsqlConnection connection, ChannelTables tables) => connection.Number(
        $"""
        SELECT (SELECT coalesce(sum(n), 0)::bigint FROM channelhost.counts WHERE channel = $1 AND connector = {StatusCounts.Source}) - (SELECT count(*) FROM (
            SELECT id FROM {tables.Messages} WHERE status = 0 UNION SELECT message_id FROM {tables.Destinations} WHERE status = 4
            UNION SELECT message_id FROM {tables.Destinations} WHERE status = 5 UNION SELECT message_id FROM {tables.Destinations} WHERE status = 7) w)
        """, tables.Channel);

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

    /// <summary>Forgets batches that never came again.</summary>
    internal static int ForgetBatches(NpgsqlConnection connection, int channel) => connection.Run(
        """
        DELETE FROM channelhost.batches WHERE channel = $1 AND batch_id < (
            SELECT batch_id FROM channelhost.batches WHERE channel = $1 ORDER BY batch_id DESC LIMIT 1 OFFSET $2)
        """, channel, MostBatches);
}
