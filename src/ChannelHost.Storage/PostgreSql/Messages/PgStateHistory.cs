using System.Text;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>
/// State changes beside the messages they follow from; what was folded keeps each map key's newest value and the once-keys. Where the channel is encrypted a map's key is found
/// by a keyed hash, because a script's keys may be patients' numbers, and stands sealed beside it.
/// </summary>
internal static class PgStateHistory
{
    /// <summary>All rows of a channel ($1) as <see cref="IsSound"/> looks at them, their sequence first.</summary>
    internal const string AllRows =
        """
        SELECT sequence, 0, key, value, key_hash FROM channelhost.state_map WHERE channel = $1
        UNION ALL SELECT sequence, 1, changes, NULL, NULL FROM channelhost.state_changes WHERE channel = $1
        UNION ALL SELECT sequence, 2, once_key, NULL, NULL FROM channelhost.state_taken WHERE channel = $1
        """;

    private const int KeySlot = 1;

    // Removed keys leave a row behind, for readers that stand before their removal; the newest so many are enough.
    private const int MostRemoved = 10_000;

    /// <summary>Where recorded changes belong.</summary>
    internal static ContentPlace PlaceOf(long sequence) => new(ContentKind.StateChanges, sequence);

    /// <summary>Records after a sequence: the folded part first, when the reader does not have it yet.</summary>
    internal static IReadOnlyList<RecordedStateChanges> Read(NpgsqlConnection connection, int channel, ContentCodec codec, long afterSequence, int count)
    {
        var records = new List<RecordedStateChanges>();
        var hasAllFolded = connection.Number("SELECT state_forgotten FROM channelhost.channels WHERE id = $1", channel) <= afterSequence
            || ReadFolded(connection, channel, codec, afterSequence, count, records);
        if (hasAllFolded && records.Count < count)
        {
            records.AddRange(ReadRecent(connection, channel, codec, afterSequence, count - records.Count, long.MaxValue));
        }

        return records;
    }

    /// <summary>Folds recorded changes up to a sequence; part of the caller's transaction. Gives how many records were folded.</summary>
    internal static int Fold(NpgsqlConnection connection, int channel, ContentCodec codec, long upToSequence, int most)
    {
        var records = ReadRecent(connection, channel, codec, 0, most, upToSequence);
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

        WriteMap(connection, channel, codec, map);
        WriteTaken(connection, channel, codec, taken);
        var last = records[^1].Sequence;
        connection.Run("DELETE FROM channelhost.state_changes WHERE channel = $1 AND sequence <= $2", channel, last);
        connection.Run("UPDATE channelhost.channels SET state_forgotten = $2 WHERE id = $1", channel, last);
        return records.Count;
    }

    /// <summary>Brings some of it to the present form; part of the caller's transaction. Gives the place behind it; the same one when nothing was left.</summary>
    internal static PgStatePlace Reseal(NpgsqlConnection connection, int channel, ContentCodec codec, PgStatePlace place, int most)
    {
        var next = ResealChanges(connection, channel, codec, place, most);
        next = next == place ? ResealMap(connection, channel, codec, place, most) : next;
        return next == place ? ResealTaken(connection, channel, codec, place, most) : next;
    }

    /// <summary>False when a sealed row is not what was sealed for its place. One whose key is not there is not opened.</summary>
    internal static bool IsSound(ContentCodec codec, NpgsqlDataReader row)
    {
        var (sequence, kind, stored) = (row.GetInt64(0), row.GetInt32(1), row.GetFieldValue<byte[]>(2));
        if (kind != 0)
        {
            return Opens(codec, kind == 1 ? PlaceOf(sequence) : TakenPlace(sequence), stored);
        }

        var place = PlaceOf(row.GetFieldValue<byte[]>(4));
        return Opens(codec, place with { Slot = KeySlot }, stored) && Opens(codec, place, row.BytesOrNull(3));
    }

    private static bool Opens(ContentCodec codec, in ContentPlace place, byte[]? stored)
    {
        var isSound = true;
        if (stored is not null && SealedPiece.Is(stored))
        {
            SealedValues.Opened(stored, codec, place, ref isSound);
        }

        return isSound;
    }

    private static PgStatePlace ResealChanges(NpgsqlConnection connection, int channel, ContentCodec codec, PgStatePlace place, int most)
    {
        var met = connection.List(
            row => (Sequence: row.GetInt64(0), Stored: row.GetFieldValue<byte[]>(1)),
            $"SELECT sequence, changes FROM channelhost.state_changes WHERE channel = $1 AND sequence > $4 AND {PgForms.Differs("changes", "$2")} ORDER BY sequence LIMIT $3",
            channel, PgForms.KeyOf(codec), most, place.Changes);
        if (met.Count == 0)
        {
            return place;
        }

        var rows = PgStatePlace.Opened(met, row => (row.Sequence, Changes: codec.Read(PlaceOf(row.Sequence), row.Stored)));
        connection.Run(
            """
            UPDATE channelhost.state_changes s SET changes = u.changes FROM unnest($2::bigint[], $3::bytea[]) AS u(sequence, changes)
            WHERE s.channel = $1 AND s.sequence = u.sequence
            """,
            channel, rows.Select(row => row.Sequence).ToArray(), rows.Select(row => (byte[]?)PgRowForm.Stored(codec, PlaceOf(row.Sequence), row.Changes)).ToArray());
        return place with { Changes = met[^1].Sequence, Damaged = place.Damaged + met.Count - rows.Count };
    }

    private static PgStatePlace ResealMap(NpgsqlConnection connection, int channel, ContentCodec codec, PgStatePlace place, int most)
    {
        var met = connection.List(
            row => (Hash: row.GetFieldValue<byte[]>(0), Key: row.GetFieldValue<byte[]>(1), Sequence: row.GetInt64(2), Value: row.BytesOrNull(3)),
            $"SELECT key_hash, key, sequence, value FROM channelhost.state_map WHERE channel = $1 AND key_hash > $4 AND {PgForms.Differs("key", "$2")} ORDER BY key_hash LIMIT $3",
            channel, PgForms.KeyOf(codec), most, place.MapKey);
        if (met.Count == 0)
        {
            return place;
        }

        var rows = PgStatePlace.Opened(met, row =>
        {
            var key = codec.ReadText(PlaceOf(row.Hash) with { Slot = KeySlot }, row.Key);
            return (row.Hash, Key: key, row.Sequence, Value: row.Value is { } value ? codec.Read(PlaceOf(row.Hash), value) : null);
        });
        connection.Run("DELETE FROM channelhost.state_map WHERE channel = $1 AND key_hash = ANY($2)", channel, rows.Select(row => (byte[]?)row.Hash).ToArray());
        // A key may stand there in two forms, while the channel changes over: the newer one counts.
        var map = new Dictionary<string, (long Sequence, byte[]? Value)>(StringComparer.Ordinal);
        foreach (var row in rows.OrderBy(row => row.Sequence))
        {
            map[row.Key] = (row.Sequence, row.Value);
        }

        WriteMap(connection, channel, codec, map);
        return place with { MapKey = met[^1].Hash, Damaged = place.Damaged + met.Count - rows.Count };
    }

    private static PgStatePlace ResealTaken(NpgsqlConnection connection, int channel, ContentCodec codec, PgStatePlace place, int most)
    {
        var met = connection.List(
            row => (Id: row.GetInt64(0), Sequence: row.GetInt64(1), Stored: row.GetFieldValue<byte[]>(2)),
            $"SELECT id, sequence, once_key FROM channelhost.state_taken WHERE channel = $1 AND id > $4 AND {PgForms.Differs("once_key", "$2")} ORDER BY id LIMIT $3",
            channel, PgForms.KeyOf(codec), most, place.Taken);
        if (met.Count == 0)
        {
            return place;
        }

        var rows = PgStatePlace.Opened(met, row => (row.Id, row.Sequence, Key: codec.Read(TakenPlace(row.Sequence), row.Stored)));
        connection.Run(
            "UPDATE channelhost.state_taken s SET once_key = u.once_key FROM unnest($2::bigint[], $3::bytea[]) AS u(id, once_key) WHERE s.channel = $1 AND s.id = u.id",
            channel, rows.Select(row => row.Id).ToArray(), rows.Select(row => (byte[]?)PgRowForm.Stored(codec, TakenPlace(row.Sequence), row.Key)).ToArray());
        return place with { Taken = met[^1].Id, Damaged = place.Damaged + met.Count - rows.Count };
    }

    private static void WriteMap(NpgsqlConnection connection, int channel, ContentCodec codec, Dictionary<string, (long Sequence, byte[]? Value)> map)
    {
        if (map.Count == 0)
        {
            return;
        }

        var rows = map.Select(entry =>
        {
            var hash = HashOf(codec, entry.Key);
            return (
                Hash: hash,
                Key: PgRowForm.Stored(codec, PlaceOf(hash) with { Slot = KeySlot }, Encoding.UTF8.GetBytes(entry.Key)),
                entry.Value.Sequence,
                Value: entry.Value.Value is { } value ? PgRowForm.Stored(codec, PlaceOf(hash), value) : null);
        }).ToList();
        connection.Run(
            """
            INSERT INTO channelhost.state_map SELECT $1, * FROM unnest($2::bytea[], $3::bytea[], $4::bigint[], $5::bytea[])
            ON CONFLICT (channel, key_hash) DO UPDATE SET key = excluded.key, sequence = excluded.sequence, value = excluded.value
            WHERE excluded.sequence >= state_map.sequence
            """,
            channel,
            rows.Select(row => (byte[]?)row.Hash).ToArray(),
            rows.Select(row => (byte[]?)row.Key).ToArray(),
            rows.Select(row => row.Sequence).ToArray(),
            rows.Select(row => row.Value).ToArray());
        connection.Run(
            """
            DELETE FROM channelhost.state_map WHERE channel = $1 AND value IS NULL AND sequence <= (
                SELECT sequence FROM channelhost.state_map WHERE channel = $1 AND value IS NULL ORDER BY sequence DESC LIMIT 1 OFFSET $2)
            """, channel, MostRemoved);
    }

    private static void WriteTaken(NpgsqlConnection connection, int channel, ContentCodec codec, List<(long Sequence, string Key)> taken)
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
            taken.Select(key => (byte[]?)PgRowForm.Stored(codec, TakenPlace(key.Sequence), Encoding.UTF8.GetBytes(key.Key))).ToArray());
        connection.Run("DELETE FROM channelhost.state_taken WHERE channel = $1 AND id <= $2", channel, last + taken.Count - StateHistory.MostTaken);
    }

    private static List<RecordedStateChanges> ReadRecent(NpgsqlConnection connection, int channel, ContentCodec codec, long afterSequence, int count, long upToSequence) => connection.List(
        row => new RecordedStateChanges(row.GetInt64(0), row.GetInt64(1), PlainJson.ReadChanges(codec.Read(PlaceOf(row.GetInt64(0)), row.GetFieldValue<byte[]>(2)))),
        "SELECT sequence, message_id, changes FROM channelhost.state_changes WHERE channel = $1 AND sequence > $2 AND sequence <= $4 ORDER BY sequence LIMIT $3",
        channel, afterSequence, count, upToSequence);

    // False: there is more of the folded part. Changes of one sequence come together, so that a reader goes on after whole records.
    private static bool ReadFolded(NpgsqlConnection connection, int channel, ContentCodec codec, long afterSequence, int count, List<RecordedStateChanges> records)
    {
        // A million once-keys are read in pages.
        var end = connection.List(
            row => row.GetInt64(0),
            "SELECT sequence FROM channelhost.state_taken WHERE channel = $1 AND sequence > $2 ORDER BY sequence LIMIT 1 OFFSET $3", channel, afterSequence, count)
            .FirstOrDefault(long.MaxValue);
        var changes = connection.List(
            row => (Sequence: row.GetInt64(0), Change: Change(row, codec)),
            """
            SELECT sequence, 0, key, value, key_hash FROM channelhost.state_map WHERE channel = $1 AND sequence > $2 AND sequence <= $3
            UNION ALL SELECT sequence, 2, once_key, NULL, NULL FROM channelhost.state_taken WHERE channel = $1 AND sequence > $2 AND sequence <= $3
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

    private static StateChange Change(NpgsqlDataReader row, ContentCodec codec)
    {
        var stored = row.GetFieldValue<byte[]>(2);
        if (row.GetInt32(1) != 0)
        {
            return new StateChange(StateChangeKind.Taken, codec.ReadText(TakenPlace(row.GetInt64(0)), stored));
        }

        var place = PlaceOf(row.GetFieldValue<byte[]>(4));
        var key = codec.ReadText(place with { Slot = KeySlot }, stored);
        return row.BytesOrNull(3) is { } value
            ? new StateChange(StateChangeKind.MapPut, key, PlainJson.ReadValue(codec.Read(place, value)))
            : new StateChange(StateChangeKind.MapRemove, key);
    }

    private static byte[] HashOf(ContentCodec codec, string key) => codec.Seals ? codec.Index!.Of("map", key) : PgHash.Long(key);

    private static ContentPlace PlaceOf(byte[] keyHash) => new(ContentKind.StateValue, 0, Name: Convert.ToHexStringLower(keyHash));

    private static ContentPlace TakenPlace(long sequence) => new(ContentKind.OnceKey, sequence);
}
