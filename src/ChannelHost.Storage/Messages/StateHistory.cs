using System.Text;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// State changes beside the messages they follow from. What the state file has safely is folded, not dropped: of each map key the newest value and of
/// each once-key the fact that it was taken stay here, so that a lost state file can be built anew.
/// </summary>
internal static class StateHistory
{
    /// <summary>Inserts what <see cref="Write"/> binds.</summary>
    internal const string Insert = "INSERT INTO state_changes VALUES (?1, ?2, ?3, ?4)";

    /// <summary>Of once-keys the newest so many are remembered.</summary>
    internal const int MostTaken = 1_000_000;

    // Removed keys leave a row behind, for a state file that is older than the folded part; the newest so many are enough.
    private const int MostRemoved = 10_000;

    /// <summary>Runs <see cref="Insert"/>.</summary>
    internal static void Write(SqliteStatement insert, ContentCodec codec, long sequence, long messageId, ReadOnlySpan<byte> changes)
    {
        var stored = codec.Write(ChangesPlace(sequence), changes);
        insert.Bind(1, sequence).Bind(2, messageId).Bind(3, stored).Bind(4, CheckOf(sequence, messageId, stored)).Run();
    }

    /// <summary>Records after a sequence: the folded part first, when the reader does not have it yet.</summary>
    internal static IReadOnlyList<RecordedStateChanges> Read(SqliteDatabase database, ContentCodec codec, long afterSequence, int count)
    {
        var records = new List<RecordedStateChanges>();
        var hasAllFolded = database.Number("SELECT state_forgotten FROM progress") <= afterSequence
            || ReadFolded(database, codec, afterSequence, count, records);
        if (hasAllFolded && records.Count < count)
        {
            ReadRecent(database, codec, afterSequence, count - records.Count, records);
        }

        return records;
    }

    /// <summary>Folds recorded changes up to a sequence. Gives how many records were folded, and the last of them; the caller writes it down as forgotten.</summary>
    internal static (int Count, long Last) Fold(SqliteDatabase database, ContentCodec codec, long upToSequence, int most)
    {
        var records = new List<RecordedStateChanges>();
        ReadRecent(database, codec, 0, most, records, upToSequence);
        if (records.Count == 0)
        {
            return (0, 0);
        }

        using (var map = database.Prepare(
            """
            INSERT INTO state_map(key, sequence, value, sealed_key, crc) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET sequence = excluded.sequence, value = excluded.value, sealed_key = excluded.sealed_key, crc = excluded.crc
            """))
        using (var taken = database.Prepare("INSERT INTO state_taken(sequence, once_key, crc) VALUES (?1, ?2, ?3)"))
        {
            foreach (var record in records)
            {
                Fold(record, codec, map, taken);
            }
        }

        var last = records[^1].Sequence;
        Run(database, "DELETE FROM state_changes WHERE sequence <= ?1", last);
        Run(database, "DELETE FROM state_taken WHERE id <= (SELECT MAX(id) FROM state_taken) - ?1", MostTaken);
        Run(database, """
            DELETE FROM state_map WHERE value IS NULL AND sequence <= (
                SELECT sequence FROM state_map WHERE value IS NULL ORDER BY sequence DESC LIMIT 1 OFFSET ?1)
            """, MostRemoved);
        return (records.Count, last);
    }

    /// <summary>Brings some rows to the present form, and moves the place on. Damaged ones stay as they are: a new checksum would make them look sound. Gives how many it met.</summary>
    internal static int Reseal(SqliteDatabase database, ContentCodec codec, ResealingPlace place, int most)
    {
        var done = ResealChanges(database, codec, place, most);
        done += done < most ? ResealMap(database, codec, place, most - done) : 0;
        return done < most ? done + ResealTaken(database, codec, place, most - done) : done;
    }

    private static int ResealChanges(SqliteDatabase database, ContentCodec codec, ResealingPlace place, int most)
    {
        var met = 0;
        var records = new List<(long Sequence, long MessageId, byte[] Changes)>();
        using (var find = database.Prepare($"SELECT sequence, message_id, changes, crc FROM state_changes WHERE sequence > ?3 AND {Other("changes")} ORDER BY sequence LIMIT ?2"))
        {
            BindForm(find, codec).Bind(2, most).Bind(3, place.Changes);
            while (find.Step())
            {
                met++;
                place.Changes = find.Integer(0);
                if (IsSound(find) && Opened(() => codec.Read(ChangesPlace(find.Integer(0)), find.Bytes(2))) is { } changes)
                {
                    records.Add((find.Integer(0), find.Integer(1), changes));
                }
            }
        }

        using var write = database.Prepare("REPLACE INTO state_changes VALUES (?1, ?2, ?3, ?4)");
        foreach (var (sequence, messageId, changes) in records)
        {
            Write(write, codec, sequence, messageId, changes);
        }

        return met;
    }

    private static int ResealMap(SqliteDatabase database, ContentCodec codec, ResealingPlace place, int most)
    {
        var met = 0;
        var rows = new List<(byte[] StoredKey, bool IsHidden, long Sequence, string Key, byte[]? Value)>();
        using (var find = database.Prepare(
            $"""
            SELECT sequence, 0, key, value, sealed_key, crc FROM state_map
            WHERE (?3 IS NULL OR key > ?3) AND ((sealed_key IS NULL AND length(?1) > 0) OR (sealed_key IS NOT NULL AND {Other("sealed_key")})) ORDER BY key LIMIT ?2
            """))
        {
            BindForm(find, codec).Bind(2, most);
            _ = place.MapKey is not { } after ? find.BindNull(3) : place.IsMapKeyHidden ? find.Bind(3, after) : find.BindUtf8(3, after);
            while (find.Step())
            {
                met++;
                (place.MapKey, place.IsMapKeyHidden) = (find.Bytes(2).ToArray(), find.IsBlob(2));
                if (Opened(() => StateMapRow.Read(find, codec)) is { Key: not null } row)
                {
                    rows.Add((place.MapKey, !find.IsNull(4), find.Integer(0), row.Key, row.Value));
                }
            }
        }

        using var remove = database.Prepare("DELETE FROM state_map WHERE key = ?1");
        using var write = database.Prepare("INSERT INTO state_map(key, sequence, value, sealed_key, crc) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING");
        foreach (var row in rows)
        {
            // A newer value of the key may have been written in the present form meanwhile; then the old one just goes.
            _ = row.IsHidden ? remove.Bind(1, row.StoredKey) : remove.BindUtf8(1, row.StoredKey);
            remove.Run();
            StateMapRow.Write(write, codec, row.Key, row.Sequence, row.Value);
        }

        return met;
    }

    private static int ResealTaken(SqliteDatabase database, ContentCodec codec, ResealingPlace place, int most)
    {
        var met = 0;
        var rows = new List<(long Id, long Sequence, string Key)>();
        using (var find = database.Prepare($"SELECT sequence, 0, once_key, crc, id FROM state_taken WHERE id > ?3 AND {Other("once_key")} ORDER BY id LIMIT ?2"))
        {
            BindForm(find, codec).Bind(2, most).Bind(3, place.Taken);
            while (find.Step())
            {
                met++;
                place.Taken = find.Integer(4);
                if (IsSound(find) && Opened(() => codec.ReadText(TakenPlace(find.Integer(0)), find.Bytes(2))) is { } key)
                {
                    rows.Add((find.Integer(4), find.Integer(0), key));
                }
            }
        }

        using var write = database.Prepare("UPDATE state_taken SET sequence = ?1, once_key = ?2, crc = ?3 WHERE id = ?4");
        foreach (var (id, sequence, key) in rows)
        {
            write.Bind(4, id);
            WriteTaken(write, codec, sequence, key);
        }

        return met;
    }

    // Who reads what does not open is told, and so is verify.
    private static T? Opened<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException)
        {
            return default;
        }
    }

    // Sealed pieces tell their key in their second to ninth byte; what is written in the clear has none there.
    private static string Other(string column) =>
        $"CASE WHEN length(?1) = 0 THEN typeof({column}) = 'blob' AND hex(substr({column}, 1, 1)) IN ('F8', 'F9') "
        + $"ELSE substr(CAST({column} AS BLOB), 2, 8) <> ?1 OR hex(substr(CAST({column} AS BLOB), 1, 1)) NOT IN ('F8', 'F9') END";

    private static SqliteStatement BindForm(SqliteStatement statement, ContentCodec codec) =>
        statement.Bind(1, codec.Seals ? Convert.FromHexString(codec.PresentForm) : []);

    /// <summary>Damaged rows, for the check of the whole file.</summary>
    internal static IEnumerable<long> Damaged(SqliteDatabase database)
    {
        using var recent = database.Prepare("SELECT sequence, message_id, changes, crc FROM state_changes");
        while (recent.Step())
        {
            if (!IsSound(recent))
            {
                yield return recent.Integer(0);
            }
        }

        using var map = database.Prepare("SELECT sequence, 0, key, value, sealed_key, crc FROM state_map");
        while (map.Step())
        {
            if (!StateMapRow.IsSound(map))
            {
                yield return map.Integer(0);
            }
        }

        using var taken = database.Prepare("SELECT sequence, 0, once_key, crc FROM state_taken");
        while (taken.Step())
        {
            if (!IsSound(taken))
            {
                yield return taken.Integer(0);
            }
        }
    }

    private static void Fold(RecordedStateChanges record, ContentCodec codec, SqliteStatement map, SqliteStatement taken)
    {
        foreach (var change in record.Changes)
        {
            switch (change.Kind)
            {
                case StateChangeKind.MapPut:
                    StateMapRow.Write(map, codec, change.Key, record.Sequence, PlainJson.WriteValue(change.Value));
                    break;
                case StateChangeKind.MapRemove:
                    StateMapRow.Write(map, codec, change.Key, record.Sequence, null);
                    break;
                case StateChangeKind.Taken:
                    WriteTaken(taken, codec, record.Sequence, change.Key);
                    break;
                default:
                    throw new InvalidDataException($"state change {record.Sequence} has the unknown kind {(byte)change.Kind}");
            }
        }
    }

    private static void Run(SqliteDatabase database, string sql, long value)
    {
        using var statement = database.Prepare(sql);
        statement.Bind(1, value).Run();
    }

    private static void ReadRecent(
        SqliteDatabase database, ContentCodec codec, long afterSequence, int count, List<RecordedStateChanges> records, long upToSequence = long.MaxValue)
    {
        using var recent = database.Prepare(
            "SELECT sequence, message_id, changes, crc FROM state_changes WHERE sequence > ?1 AND sequence <= ?3 ORDER BY sequence LIMIT ?2");
        recent.Bind(1, afterSequence).Bind(2, count).Bind(3, upToSequence);
        while (recent.Step())
        {
            if (!IsSound(recent))
            {
                throw new InvalidDataException($"the state changes {recent.Integer(0)} are damaged: their checksum does not fit");
            }

            var changes = codec.Read(ChangesPlace(recent.Integer(0)), recent.Bytes(2));
            records.Add(new RecordedStateChanges(recent.Integer(0), recent.Integer(1), PlainJson.ReadChanges(changes)));
        }
    }

    // False: there is more of the folded part. Changes of one sequence come together, so that a reader goes on after whole records.
    private static bool ReadFolded(SqliteDatabase database, ContentCodec codec, long afterSequence, int count, List<RecordedStateChanges> records)
    {
        using var folded = database.Prepare("""
            SELECT sequence, 0, key, value, sealed_key, crc FROM state_map WHERE sequence > ?1 AND sequence <= ?2
            UNION ALL SELECT sequence, 2, once_key, NULL, NULL, crc FROM state_taken WHERE sequence > ?1 AND sequence <= ?2
            ORDER BY 1
            """);
        var end = PageEnd(database, afterSequence, count);
        folded.Bind(1, afterSequence).Bind(2, end);
        var changes = new List<StateChange>();
        long sequence = 0;
        while (folded.Step())
        {
            if (folded.Integer(0) != sequence)
            {
                Add(records, sequence, changes);
                if (records.Count == count)
                {
                    return false;
                }

                changes = [];
                sequence = folded.Integer(0);
            }

            changes.Add(Change(folded, codec));
        }

        Add(records, sequence, changes);
        return end == long.MaxValue;
    }

    // A million once-keys are read in pages; sorting all of them for each page would take minutes.
    private static long PageEnd(SqliteDatabase database, long afterSequence, int count)
    {
        using var end = database.Prepare("SELECT sequence FROM state_taken WHERE sequence > ?1 ORDER BY sequence LIMIT 1 OFFSET ?2");
        end.Bind(1, afterSequence).Bind(2, count);
        var result = end.Step() ? end.Integer(0) : long.MaxValue;
        end.Reset();
        return result;
    }

    private static void Add(List<RecordedStateChanges> records, long sequence, List<StateChange> changes)
    {
        if (changes.Count > 0)
        {
            records.Add(new RecordedStateChanges(sequence, 0, changes));
        }
    }

    private static StateChange Change(SqliteStatement row, ContentCodec codec)
    {
        var sequence = row.Integer(0);
        if (row.Integer(1) == 0)
        {
            var (key, value) = StateMapRow.Read(row, codec);
            return value is null ? new StateChange(StateChangeKind.MapRemove, key) : new StateChange(StateChangeKind.MapPut, key, PlainJson.ReadValue(value));
        }

        return row.IsNull(5) || row.Integer(5) == CheckOf(sequence, 0, row.Bytes(2))
            ? new StateChange(StateChangeKind.Taken, codec.ReadText(TakenPlace(sequence), row.Bytes(2)))
            : throw new InvalidDataException($"the once-key of the state changes {sequence} is damaged: its checksum does not fit");
    }

    private static void WriteTaken(SqliteStatement insert, ContentCodec codec, long sequence, string onceKey)
    {
        var text = Encoding.UTF8.GetBytes(onceKey);
        var stored = codec.Write(TakenPlace(sequence), text);
        insert.Bind(1, sequence);
        _ = codec.Seals ? insert.Bind(2, stored) : insert.BindUtf8(2, stored);
        insert.Bind(3, CheckOf(sequence, 0, stored)).Run();
    }

    private static ContentPlace ChangesPlace(long sequence) => new(ContentKind.StateChanges, sequence);

    private static ContentPlace TakenPlace(long sequence) => new(ContentKind.OnceKey, sequence);

    private static bool IsSound(SqliteStatement row) => row.IsNull(3) || row.Integer(3) == CheckOf(row.Integer(0), row.Integer(1), row.Bytes(2));

    private static long CheckOf(long sequence, long messageId, ReadOnlySpan<byte> stored)
    {
        var check = new RowCheck();
        check.Add(sequence);
        check.Add(messageId);
        check.Add(stored);
        return check.Value;
    }
}
