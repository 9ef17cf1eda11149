using System.Text;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// State changes beside the messages they follow from. What the state file has safely is folded, not dropped: of each map key the newest value and of
/// each once-key the fact that it was taken stay here, so that a lost state file can be built anew.
/// </summary>
internal static class StateHistory
{
    /// <summary>Of once-keys the newest so many are remembered.</summary>
    internal const int MostTaken = 1_000_000;

    // Removed keys leave a row behind, for a state file that is older than the folded part; the newest so many are enough.
    private const int MostRemoved = 10_000;

    /// <summary>Records after a sequence: the folded part first, when the reader does not have it yet.</summary>
    internal static IReadOnlyList<RecordedStateChanges> Read(SqliteDatabase database, long afterSequence, int count)
    {
        var records = new List<RecordedStateChanges>();
        var hasAllFolded = database.Number("SELECT state_forgotten FROM progress") <= afterSequence
            || ReadFolded(database, afterSequence, count, records);
        if (hasAllFolded && records.Count < count)
        {
            ReadRecent(database, afterSequence, count - records.Count, records);
        }

        return records;
    }

    /// <summary>Folds recorded changes up to a sequence. Gives how many records were folded.</summary>
    internal static int Fold(SqliteDatabase database, long upToSequence, int most)
    {
        var records = new List<RecordedStateChanges>();
        ReadRecent(database, 0, most, records, upToSequence);
        if (records.Count == 0)
        {
            return 0;
        }

        using (var map = database.Prepare(
            "INSERT INTO state_map VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET sequence = excluded.sequence, value = excluded.value"))
        using (var taken = database.Prepare("INSERT INTO state_taken(sequence, once_key) VALUES (?1, ?2)"))
        {
            foreach (var record in records)
            {
                Fold(record, map, taken);
            }
        }

        var last = records[^1].Sequence;
        Run(database, "DELETE FROM state_changes WHERE sequence <= ?1", last);
        Run(database, "UPDATE progress SET state_forgotten = ?1", last);
        Run(database, "DELETE FROM state_taken WHERE id <= (SELECT MAX(id) FROM state_taken) - ?1", MostTaken);
        Run(database, """
            DELETE FROM state_map WHERE value IS NULL AND sequence <= (
                SELECT sequence FROM state_map WHERE value IS NULL ORDER BY sequence DESC LIMIT 1 OFFSET ?1)
            """, MostRemoved);
        return records.Count;
    }

    private static void Fold(RecordedStateChanges record, SqliteStatement map, SqliteStatement taken)
    {
        foreach (var change in record.Changes)
        {
            switch (change.Kind)
            {
                case StateChangeKind.MapPut:
                    map.Bind(1, change.Key).Bind(2, record.Sequence).Bind(3, PlainJson.WriteValue(change.Value)).Run();
                    break;
                case StateChangeKind.MapRemove:
                    map.Bind(1, change.Key).Bind(2, record.Sequence).BindNull(3).Run();
                    break;
                case StateChangeKind.Taken:
                    taken.Bind(1, record.Sequence).Bind(2, change.Key).Run();
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
        SqliteDatabase database, long afterSequence, int count, List<RecordedStateChanges> records, long upToSequence = long.MaxValue)
    {
        using var recent = database.Prepare(
            "SELECT sequence, message_id, changes FROM state_changes WHERE sequence > ?1 AND sequence <= ?3 ORDER BY sequence LIMIT ?2");
        recent.Bind(1, afterSequence).Bind(2, count).Bind(3, upToSequence);
        while (recent.Step())
        {
            records.Add(new RecordedStateChanges(recent.Integer(0), recent.Integer(1), PlainJson.ReadChanges(recent.Bytes(2))));
        }
    }

    // False: there is more of the folded part. Changes of one sequence come together, so that a reader goes on after whole records.
    private static bool ReadFolded(SqliteDatabase database, long afterSequence, int count, List<RecordedStateChanges> records)
    {
        using var folded = database.Prepare("""
            SELECT sequence, 0, key, value FROM state_map WHERE sequence > ?1 AND sequence <= ?2
            UNION ALL SELECT sequence, 2, once_key, NULL FROM state_taken WHERE sequence > ?1 AND sequence <= ?2
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

            changes.Add(Change(folded));
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

    private static StateChange Change(SqliteStatement row)
    {
        var key = Encoding.UTF8.GetString(row.Bytes(2));
        if (row.Integer(1) != 0)
        {
            return new StateChange(StateChangeKind.Taken, key);
        }

        return row.IsNull(3) ? new StateChange(StateChangeKind.MapRemove, key) : new StateChange(StateChangeKind.MapPut, key, PlainJson.ReadValue(row.Bytes(3)));
    }
}
