using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Schema;

/// <summary>A table of a partition that is not in <c>partitions</c> any more.</summary>
/// <param name="Parent">The table it is, or was, a part of.</param>
/// <param name="Name">Its name with the schema.</param>
/// <param name="IsAttached">False: it stands alone.</param>
/// <param name="IsPending">True: it was taken off, which ends when those are done who began to read before.</param>
internal sealed record LeftTable(string Parent, string Name, bool IsAttached, bool IsPending)
{
    private const string LockNotAvailable = "55P03";
    private const string AnotherIsPending = "55000";

    /// <summary>
    /// Those of a channel, in the order in which they must go: a table keeps one that is pending at most, and messages go last, so that nobody finds
    /// something without its message.
    /// </summary>
    internal static List<LeftTable> All(NpgsqlConnection connection, ChannelTables tables) => connection.List(
        row => new LeftTable(row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetBoolean(3)),
        """
        SELECT t.parent, 'channelhost.' || c.relname, i.inhrelid IS NOT NULL, coalesce(i.inhdetachpending, false)
        FROM unnest($2::text[]) WITH ORDINALITY AS t(parent, place)
        JOIN pg_class c ON c.relnamespace = 'channelhost'::regnamespace AND c.relkind = 'r' AND 'channelhost.' || c.relname ~ ('^' || t.parent || '_p[0-9]+$')
        LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
        WHERE NOT EXISTS (SELECT 1 FROM channelhost.partitions p WHERE p.channel = $1 AND p.number::text = substring(c.relname FROM '[0-9]+$'))
        ORDER BY coalesce(i.inhdetachpending, false) DESC, t.place, c.oid
        """, tables.Channel, (string[])[tables.Contents, tables.Attachments, tables.Metadata, tables.Destinations, tables.Messages]);

    /// <summary>Takes it off and drops it; not in a transaction. False when somebody still reads it: it is gone for all who begin to read now, and is dropped another time.</summary>
    internal bool TryRemove(NpgsqlConnection connection)
    {
        try
        {
            if (IsAttached)
            {
                connection.RunAll($"ALTER TABLE {Parent} DETACH PARTITION {Name} {(IsPending ? "FINALIZE" : "CONCURRENTLY")}");
            }

            connection.RunAll($"DROP TABLE {Name}");
            return true;
        }
        catch (PostgresException held) when (held.SqlState is LockNotAvailable or AnotherIsPending)
        {
            return false;
        }
    }
}
