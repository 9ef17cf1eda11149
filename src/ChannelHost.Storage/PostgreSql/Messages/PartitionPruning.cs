using ChannelHost.Storage.Messages;
using ChannelHost.Storage.PostgreSql.Schema;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>
/// Removes what is too old as whole tables, beside the traffic. For each partition: the writer takes no more changes for it (<see cref="LeavingIds"/>), its messages
/// are counted, one commit takes it out of the counts and of <c>partitions</c> (with that it is gone), and its tables go when nobody reads them any more. A kill
/// between two steps leaves a partition that is there, or tables that belong to none, which the next run removes.
/// </summary>
internal sealed partial class PartitionPruning(PgMessageStore store, LeavingIds leaving, string channel, ILogger logger)
{
    // A read of so many rows ends well before the limit of an answer, also on a slow disk.
    private const long IdsTogether = 100_000;
    private const int RowsTogether = 5_000;

    private ChannelTables Tables => store.Tables;

    /// <summary>Removes the partitions that hold nothing younger and in which nothing waits.</summary>
    /// <param name="olderThan">UTC ticks.</param>
    /// <param name="onlyEmpty">True: those alone that hold no message.</param>
    /// <param name="going">Called before a partition goes.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    /// <returns>How many messages went, and the last id of those partitions that a later run removes; 0 for none.</returns>
    internal async Task<(int Removed, long Postponed)> RunAsync(long olderThan, bool onlyEmpty, Action<PgPartition> going, CancellationToken cancellationToken)
    {
        var (removed, postponed) = (0, 0L);
        var isClear = RemoveTables(cancellationToken);
        foreach (var partition in store.Read(connection => Closed(connection, Tables)))
        {
            if (await NewestAsync(partition, cancellationToken) >= olderThan)
            {
                continue;
            }

            if (isClear)
            {
                removed += await RemoveAsync(partition, onlyEmpty, going, cancellationToken);
                isClear = RemoveTables(cancellationToken);
            }
            else if (!onlyEmpty)
            {
                // A table takes one partition at a time off. Going through this one row by row instead would be work for hours.
                postponed = partition.EndId - 1;
            }
        }

        return (removed, postponed);
    }

    /// <summary>The partitions that take no new ids, oldest first.</summary>
    private static List<PgPartition> Closed(NpgsqlConnection connection, ChannelTables tables) => connection.List(
        row => new PgPartition(row.GetInt32(0), row.GetInt64(1), row.GetInt64(2), row.IsDBNull(3) ? null : row.GetInt64(3)),
        """
        SELECT p.number, p.first_id, p.end_id, p.received_to FROM channelhost.partitions p JOIN channelhost.channels c ON c.id = p.channel
        WHERE p.channel = $1 AND p.end_id <= c.id_ceiling - 100000 ORDER BY p.number
        """, tables.Channel);

    // Read once in the life of a partition: it takes no more messages.
    private async Task<long> NewestAsync(PgPartition partition, CancellationToken cancellationToken)
    {
        if (partition.ReceivedTo is { } known)
        {
            return known;
        }

        var newest = store.Read(connection => connection.Number(
            "SELECT coalesce(max(imported_at), 0) FROM channelhost.imported WHERE channel = $1 AND message_id >= $2 AND message_id < $3", Tables.Channel, partition.FirstId, partition.EndId));
        foreach (var (from, to) in Portions(partition, cancellationToken))
        {
            newest = Math.Max(newest, store.Read(connection => connection.Number(
                $"SELECT coalesce(max(received_at), 0) FROM {Tables.Messages}_p{partition.Number} WHERE id >= $1 AND id < $2", from, to)));
        }

        await store.Hand(new AloneEntry<int>((connection, _) => connection.Run(
            "UPDATE channelhost.partitions SET received_to = $3 WHERE channel = $1 AND number = $2", Tables.Channel, partition.Number, newest)));
        return newest;
    }

    private async Task<int> RemoveAsync(PgPartition partition, bool onlyEmpty, Action<PgPartition> going, CancellationToken cancellationToken)
    {
        try
        {
            if (!await store.Hand(new AloneEntry<bool>((connection, _) => Close(connection, partition, onlyEmpty))))
            {
                return 0;
            }

            var counted = Count(partition, cancellationToken);
            going(partition);
            return await store.Hand(new AloneEntry<int>((connection, group) => TakeOut(connection, group.Counts, partition, counted)));
        }
        catch
        {
            leaving.Remove(partition);
            throw;
        }
    }

    // On the writer's thread: what was handed over before is committed, what comes after finds no message any more.
    private bool Close(NpgsqlConnection connection, PgPartition partition, bool onlyEmpty)
    {
        var (messages, destinations) = ($"{Tables.Messages}_p{partition.Number}", $"{Tables.Destinations}_p{partition.Number}");

        // Each along its own index: one condition on two statuses would read the whole table.
        var stays = connection.Number(
            $"""
            SELECT (EXISTS (SELECT 1 FROM {messages} WHERE status = 0) OR EXISTS (SELECT 1 FROM {destinations} WHERE status = 4)
                OR EXISTS (SELECT 1 FROM {destinations} WHERE status = 5))::integer
            """) > 0;
        if (stays || (onlyEmpty && connection.Number($"SELECT count(*) FROM (SELECT 1 FROM {messages} LIMIT 1) m") > 0))
        {
            return false;
        }

        leaving.Add(partition);
        return true;
    }

    private Dictionary<(int Connector, MessageStatus Status), int> Count(PgPartition partition, CancellationToken cancellationToken)
    {
        var counted = new Dictionary<(int Connector, MessageStatus Status), int>();
        foreach (var (from, to) in Portions(partition, cancellationToken))
        {
            foreach (var (connector, status, count) in store.Read(connection => connection.List(
                row => (row.GetInt32(0), (MessageStatus)row.GetInt16(1), (int)row.GetInt64(2)),
                $"""
                SELECT {StatusCounts.Source}, status, count(*) FROM {Tables.Messages}_p{partition.Number} WHERE id >= $1 AND id < $2 GROUP BY status
                UNION ALL SELECT destination, status, count(*) FROM {Tables.Destinations}_p{partition.Number} WHERE message_id >= $1 AND message_id < $2 GROUP BY destination, status
                """, from, to)))
            {
                counted[(connector, status)] = counted.GetValueOrDefault((connector, status)) + count;
            }
        }

        return counted;
    }

    private int TakeOut(NpgsqlConnection connection, StatusCounts counts, PgPartition partition, Dictionary<(int Connector, MessageStatus Status), int> counted)
    {
        if (connection.Run("DELETE FROM channelhost.partitions WHERE channel = $1 AND number = $2", Tables.Channel, partition.Number) == 0)
        {
            return 0;
        }

        foreach (var ((connector, status), count) in counted)
        {
            counts.Add(connector, status, -count);
        }

        return counted.Where(pair => pair.Key.Connector == StatusCounts.Source).Sum(pair => pair.Value);
    }

    // False when somebody still reads one of them. Not on the writer's way: it waits for readers.
    private bool RemoveTables(CancellationToken cancellationToken) => store.Beside(connection =>
    {
        RemoveRows(connection, cancellationToken);
        var held = 0;
        foreach (var table in LeftTable.All(connection, Tables))
        {
            cancellationToken.ThrowIfCancellationRequested();
            held += table.TryRemove(connection) ? 0 : 1;
        }

        if (held > 0)
        {
            Log.Held(logger, channel, held);
        }

        return held == 0;
    });

    // What else belongs to messages that are gone.
    private void RemoveRows(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var (first, end) in LeavingIds.Gaps(Tables.Partitions(connection)))
        {
            foreach (var table in (ReadOnlySpan<string>)["channelhost.answers", "channelhost.imported"])
            {
                int count;
                do
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    count = connection.Run(
                        $"""
                        DELETE FROM {table} WHERE channel = $1 AND message_id IN (
                            SELECT message_id FROM {table} WHERE channel = $1 AND message_id >= $2 AND message_id < $3 ORDER BY message_id LIMIT $4)
                        """, Tables.Channel, first, end, RowsTogether);
                }
                while (count == RowsTogether);
            }
        }
    }

    private static IEnumerable<(long From, long To)> Portions(PgPartition partition, CancellationToken cancellationToken)
    {
        for (var from = partition.FirstId; from < partition.EndId; from += IdsTogether)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return (from, Math.Min(from + IdsTogether, partition.EndId));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Channel {Channel}: {Tables} tables of old messages are still read by somebody (a dump?); the next pruning drops them")]
        internal static partial void Held(ILogger logger, string channel, int tables);
    }
}
