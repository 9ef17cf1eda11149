using System.Text;
using ChannelHost.Storage.Messages;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>State changes beside the messages they follow from; what was folded keeps each map key's newest value and the once-keys.</summary>
internal static class PgStateHistory
{
    // Removed keys leave a row behind, for readers that stand before their removal; the newest so many are enough.
    private const int MostRemoved = 10_000;

    /// <summary>Records after a sequence: the folded part first, when the reader does not have it yet.</summary>
    internal static IReadOnlyList<RecordedStateChanges> Read(NpgsqlConnection connection, int channel, long afterSequence, int count)
    {
        var records = new List<RecordedStateChanges>();
        var hasAllFolded = connection.Number("SELECT state_forgotten FROM channelhost.channels WHERE id = $1", channel) <= afterSequence
            || ReadFolded(connection, channel, afterSequence, count, records);
        if (hasAllFolded && records.Count < count)
        {
            records.AddRange(ReadRecent(connection, channel, afterSequence, count - records.Count, long.MaxValue));
        }

        return records;
    }

    /// <summary>Folds recorded changes up to a sequence; part of the caller's transaction. Gives how many records were folded.</summary>
    internal static int Fold(NpgsqlConnection connection, int channel, long upToSequence, int most)
    {
        var records = ReadRecent(connection, channel, 0, most, upToSequence);
        if (records.Count == 0)
        {
            return 0;
        }

        var map = new Dictionary<string, (long Sequence, byte[]? Value)>();
        var taken = new List<(long Sequence, string Key)>();
        foreach (var record in records)
        {
            foreach (var change in record.Changes)
            {
                switch (change.Kind)
                {
                    case StateChangeKind.MapPut:
                        map[change.Key] = (record.Sequence, PlainJson.WriteValue(change.Value));
                        break;
                    case StateChangeKind.MapRemove:
                        map[change.Key] = (record.Sequence, null);
                        break;
                    case StateChangeKind.Taken:
                        taken.Add((record.Sequence, change.Key));
                        break;
                    default:
                        throw new InvalidDataException($"state change {record.Sequence} has the unknown kind {(byte)change.Kind}");
                }
            }
        }

        WriteMap(connection, channel, map);
        WriteTaken(connection, channel, taken);
        var last = records[^1].Sequence;
        connection.Run("DELETE FROM channelhost.state_changes WHERE channel = $1 AND sequence <= $2", channel, last);
        connection.Run("UPDATE channelhost.channels SET state_forgotten = $2 WHERE id = $1", channel, last);
        return records.Count;
    }

    private static void WriteMap(NpgsqlConnection connection, int channel, Dictionary<string, (long Sequence, byte[]? Value)> map)
    {
        if (map.Count == 0)
        {
            return;
        }

        connection.Run(
            """
            INSERT INTO channelhost.state_map SELECT $1, * FROM unnest($2::bytea[], $3::bytea[], $4::bigint[], $5::bytea[])
            ON CONFLICT (channel, key_hash) DO UPDATE SET sequence = excluded.sequence, value = excluded.value
            """,
            channel,
            map.Keys.Select(key => (byte[]?)PgHash.Long(key)).ToArray(),
            map.Keys.Select(PgHash.Utf8).ToArray(),
            map.Values.Select(value => value.Sequence).ToArray(),
            map.Values.Select(value => value.Value).ToArray());
        connection.Run(
            """
            DELETE FROM channelhost.state_map WHERE channel = $1 AND value IS NULL AND sequence <= (
                SELECT sequence FROM channelhost.state_map WHERE channel = $1 AND value IS NULL ORDER BY sequence DESC LIMIT 1 OFFSET $2)
            """, channel, MostRemoved);
    }

    private static void WriteTaken(NpgsqlConnection connection, int channel, List<(long Sequence, string Key)> taken)
    {
        if (taken.Count == 0)
        {
            return;
        }

        var last = connection.Number("SELECT coalesce(max(id), 0) FROM channelhost.state_taken WHERE channel = $1", channel);
        connection.Run(
            "INSERT INTO channelhost.state_taken SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bytea[])",
            channel,
            Enumerable.Range(1, taken.Count).Select(number => last + number).ToArray(),
            taken.Select(key => key.Sequence).ToArray(),
            taken.Select(key => PgHash.Utf8(key.Key)).ToArray());
        connection.Run("DELETE FROM channelhost.state_taken WHERE channel = $1 AND id <= $2", channel, last + taken.Count - StateHistory.MostTaken);
    }

    private static List<RecordedStateChanges> ReadRecent(NpgsqlConnection connection, int channel, long afterSequence, int count, long upToSequence) => connection.List(
        row => new RecordedStateChanges(row.GetInt64(0), row.GetInt64(1), PlainJson.ReadChanges(row.GetFieldValue<byte[]>(2))),
        "SELECT sequence, message_id, changes FROM channelhost.state_changes WHERE channel = $1 AND sequence > $2 AND sequence <= $4 ORDER BY sequence LIMIT $3",
        channel, afterSequence, count, upToSequence);

    // False: there is more of the folded part. Changes of one sequence come together, so that a reader goes on after whole records.
    private static bool ReadFolded(NpgsqlConnection connection, int channel, long afterSequence, int count, List<RecordedStateChanges> records)
    {
        // A million once-keys are read in pages.
        var end = connection.List(
            row => row.GetInt64(0),
            "SELECT sequence FROM channelhost.state_taken WHERE channel = $1 AND sequence > $2 ORDER BY sequence LIMIT 1 OFFSET $3", channel, afterSequence, count)
            .FirstOrDefault(long.MaxValue);
        var changes = connection.List(
            row => (Sequence: row.GetInt64(0), Change: Change(row)),
            """
            SELECT sequence, 0, key, value FROM channelhost.state_map WHERE channel = $1 AND sequence > $2 AND sequence <= $3
            UNION ALL SELECT sequence, 2, once_key, NULL FROM channelhost.state_taken WHERE channel = $1 AND sequence > $2 AND sequence <= $3
            ORDER BY 1
            """, channel, afterSequence, end);
        foreach (var record in changes.GroupBy(change => change.Sequence))
        {
            if (records.Count == count)
            {
                return false;
            }

            records.Add(new RecordedStateChanges(record.Key, 0, [.. record.Select(change => change.Change)]));
        }

        return end == long.MaxValue;
    }

    private static StateChange Change(NpgsqlDataReader row)
    {
        var key = Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(2));
        return row.GetInt32(1) != 0 ? new StateChange(StateChangeKind.Taken, key)
            : row.BytesOrNull(3) is { } value ? new StateChange(StateChangeKind.MapPut, key, PlainJson.ReadValue(value))
            : new StateChange(StateChangeKind.MapRemove, key);
    }
}
