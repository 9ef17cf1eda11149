using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// How far batches were taken that are not through. It moves in the commit of the part it speaks of, so after a crash it says neither more nor less than
/// what is stored. Used by the writer's thread only, but for what reads.
/// </summary>
internal sealed class BatchTable
{
    // Of batches that never came again (the file was deleted by hand) the newest so many are remembered.
    private const int Most = 10_000;

    private readonly SqliteDatabase _database;
    private readonly ContentCodec _codec;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _forgetOldest;
    private readonly SqliteStatement _advance;
    private readonly SqliteStatement _end;

    internal BatchTable(SqliteDatabase database, ContentCodec codec)
    {
        _database = database;
        _codec = codec;
        _begin = database.Prepare("REPLACE INTO batches(once_key, batch_id, parts, part_check, crc) VALUES (?1, ?2, 1, ?3, ?4)");
        _forgetOldest = database.Prepare("DELETE FROM batches WHERE id <= (SELECT MAX(id) FROM batches) - ?1");
        _advance = database.Prepare("UPDATE batches SET parts = ?2, part_check = ?3, crc = ?4 WHERE once_key = ?1 AND parts = ?2 - 1");
        _end = database.Prepare("DELETE FROM batches WHERE once_key = ?1");
    }

    /// <summary>Goes on by one part.</summary>
    /// <exception cref="StoreException">The part before is not stored.</exception>
    internal void Advance(long messageId, BatchStep step)
    {
        if (step.Number == 1)
        {
            BindKey(_begin, step.OnceKey, _codec.Seals).Bind(2, messageId).Bind(3, step.Check).Bind(4, CheckOf(1, step.Check)).Run();
            _forgetOldest.Bind(1, Most).Run();
        }
        else if (!TryAdvance(step, _codec.Seals) && !(_codec.Index is not null && TryAdvance(step, !_codec.Seals)))
        {
            throw new StoreException($"part {step.Number} of a batch was not stored, because the part before it was not");
        }

        if (step.IsLast)
        {
            BindKey(_end, step.OnceKey, _codec.Seals).Run();
            if (_codec.Index is not null)
            {
                BindKey(_end, step.OnceKey, !_codec.Seals).Run();
            }
        }
    }

    /// <summary>How far a batch was taken; null when it never began or is through.</summary>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    internal static BatchProgress? Read(SqliteDatabase database, ContentCodec codec, string onceKey) =>
        Read(database, codec, onceKey, codec.Seals) ?? (codec.Index is null ? null : Read(database, codec, onceKey, !codec.Seals));

    /// <summary>Takes keys that stand there in the clear out of sight, where they are to be. Gives how many.</summary>
    internal static int Hide(SqliteDatabase database, ContentCodec codec, int most)
    {
        if (!codec.Seals)
        {
            return 0;
        }

        var keys = new List<(long Id, string Key)>();
        using (var find = database.Prepare("SELECT id, once_key FROM batches WHERE typeof(once_key) = 'text' LIMIT ?1"))
        {
            find.Bind(1, most);
            while (find.Step())
            {
                keys.Add((find.Integer(0), find.Text(1)!));
            }
        }

        using var hide = database.Prepare("UPDATE batches SET once_key = ?2 WHERE id = ?1");
        foreach (var (id, key) in keys)
        {
            hide.Bind(1, id).Bind(2, codec.Index!.Of("batch", key)).Run();
        }

        return keys.Count;
    }

    /// <summary>True while batches are under way that were begun with a hidden key.</summary>
    internal static bool HasHidden(SqliteDatabase database) => database.Number("SELECT COUNT(*) FROM batches WHERE typeof(once_key) = 'blob'") > 0;

    /// <summary>Damaged rows, for the check of the whole file.</summary>
    internal static IEnumerable<long> Damaged(SqliteDatabase database)
    {
        using var all = database.Prepare("SELECT batch_id, parts, part_check, crc FROM batches WHERE crc IS NOT NULL");
        while (all.Step())
        {
            if (all.Integer(3) != CheckOf(all.Integer(1), all.Integer(2)))
            {
                yield return all.Integer(0);
            }
        }
    }

    private bool TryAdvance(BatchStep step, bool hidden)
    {
        BindKey(_advance, step.OnceKey, hidden).Bind(2, step.Number).Bind(3, step.Check).Bind(4, CheckOf(step.Number, step.Check)).Run();
        return _database.Changes > 0;
    }

    private static BatchProgress? Read(SqliteDatabase database, ContentCodec codec, string onceKey, bool hidden)
    {
        using var find = database.Prepare("SELECT parts, batch_id, part_check, crc FROM batches WHERE once_key = ?1");
        if (!BindKey(find, codec, onceKey, hidden).Step())
        {
            return null;
        }

        return find.IsNull(3) || find.Integer(3) == CheckOf(find.Integer(0), find.Integer(2))
            ? new BatchProgress((int)find.Integer(0), find.Integer(1), find.Integer(2))
            : throw new InvalidDataException("the progress of a batch is damaged: its checksum does not fit");
    }

    private SqliteStatement BindKey(SqliteStatement statement, string onceKey, bool hidden) => BindKey(statement, _codec, onceKey, hidden);

    // A batch that was begun before encryption was switched on or off is found by its other key.
    private static SqliteStatement BindKey(SqliteStatement statement, ContentCodec codec, string onceKey, bool hidden) =>
        hidden ? statement.Bind(1, codec.Index!.Of("batch", onceKey)) : statement.Bind(1, onceKey);

    private static long CheckOf(long parts, long partCheck)
    {
        var check = new RowCheck();
        check.Add(parts);
        check.Add(partCheck);
        return check.Value;
    }
}
