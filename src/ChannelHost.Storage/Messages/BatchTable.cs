using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// How far batches were taken that are not through. It moves in the commit of the part it speaks of, so after a crash it says neither more nor less than
/// what is stored. Used by the writer's thread only, but for <see cref="Read"/>.
/// </summary>
internal sealed class BatchTable
{
    // Of batches that never came again (the file was deleted by hand) the newest so many are remembered.
    private const int Most = 10_000;

    private readonly SqliteDatabase _database;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _forgetOldest;
    private readonly SqliteStatement _advance;
    private readonly SqliteStatement _end;

    internal BatchTable(SqliteDatabase database)
    {
        _database = database;
        _begin = database.Prepare("REPLACE INTO batches(once_key, batch_id, parts, part_check) VALUES (?1, ?2, 1, ?3)");
        _forgetOldest = database.Prepare("DELETE FROM batches WHERE id <= (SELECT MAX(id) FROM batches) - ?1");
        _advance = database.Prepare("UPDATE batches SET parts = ?2, part_check = ?3 WHERE once_key = ?1 AND parts = ?2 - 1");
        _end = database.Prepare("DELETE FROM batches WHERE once_key = ?1");
    }

    /// <summary>Goes on by one part.</summary>
    /// <exception cref="StoreException">The part before is not stored.</exception>
    internal void Advance(long messageId, BatchStep step)
    {
        if (step.Number == 1)
        {
            _begin.Bind(1, step.OnceKey).Bind(2, messageId).Bind(3, step.Check).Run();
            _forgetOldest.Bind(1, Most).Run();
        }
        else
        {
            _advance.Bind(1, step.OnceKey).Bind(2, step.Number).Bind(3, step.Check).Run();
            if (_database.Changes == 0)
            {
                throw new StoreException($"part {step.Number} of a batch was not stored, because the part before it was not");
            }
        }

        if (step.IsLast)
        {
            _end.Bind(1, step.OnceKey).Run();
        }
    }

    /// <summary>How far a batch was taken; null when it never began or is through.</summary>
    internal static BatchProgress? Read(SqliteDatabase database, string onceKey)
    {
        using var find = database.Prepare("SELECT parts, batch_id, part_check FROM batches WHERE once_key = ?1");
        find.Bind(1, onceKey);
        return find.Step() ? new BatchProgress((int)find.Integer(0), find.Integer(1), find.Integer(2)) : null;
    }
}
