using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages.Writing;

/// <summary>The connection that writes, from its opening with all checks to its closing. Used by one thread at a time.</summary>
internal sealed class WriterSession : IDisposable
{
    private readonly CommitMark _mark;
    private readonly WriteAheadLog _log;
    private readonly LogCopier _copier;

    private WriterSession(MessageTables tables, WriteAheadLog log, CommitMark mark, long idCeiling, long stateForgotten)
    {
        Tables = tables;
        _log = log;
        _mark = mark;
        _copier = new LogCopier(tables.Database.Path);
        IdCeiling = idCeiling;
        StateForgotten = stateForgotten;
    }

    internal MessageTables Tables { get; }

    internal long IdCeiling { get; }

    internal long StateForgotten { get; }

    internal int LogFrames => Tables.Database.LogFrames;

    /// <summary>Pages that were committed since the last checkpoint.</summary>
    internal int FramesToCopy { get; private set; }

    /// <summary>How many the last copy left: those that came meanwhile, and those that somebody who reads needs in the log.</summary>
    internal int FramesLeft { get; private set; }

    /// <summary>
    /// Opens the file and makes sure that it can be used: the last commits that callers were told of are there, the newest pages can be read.
    /// Does not read the whole of a big file. <see cref="OpeningCheck.Header"/> comes before, where no connection is open.
    /// </summary>
    /// <param name="path">The database.</param>
    /// <param name="names">Loaded from the file.</param>
    /// <param name="counts">Loaded from the file.</param>
    /// <param name="codec">How content is written.</param>
    /// <param name="keepContent">What is kept of finished messages.</param>
    /// <param name="acknowledged">The last commit that this process told callers of; 0 when it told of none.</param>
    /// <exception cref="InvalidDataException">The file is not what it should be.</exception>
    internal static WriterSession Open(string path, NameTable names, StatusCounts counts, ContentCodec codec, bool keepContent, long acknowledged)
    {
        var database = SqliteDatabase.Open(path);
        WriteAheadLog? log = null;
        CommitMark? mark = null;
        try
        {
            MessageSchema.PrepareWriter(database);
            MessageSchema.Check(database);
            OpeningCheck.Commits(database, Math.Max(acknowledged, CommitMark.Read(path) ?? 0));
            MessageSchema.Upgrade(database);
            EncryptionTable.Adopt(database, codec);
            OpeningCheck.Recent(database, codec);
            names.Load(database);
            counts.Load(database);
            var (frames, _) = database.Checkpoint(truncate: false);
            database.LogFrames = Math.Max(frames, 0);
            log = WriteAheadLog.Open(database, frames);
            mark = CommitMark.Open(path);
            var tables = new MessageTables(database, names, counts, codec, keepContent);
            var (ceiling, forgotten) = tables.Load();
            return new WriterSession(tables, log, mark, ceiling, forgotten);
        }
        catch
        {
            // The log stays: whatever is wrong must not be made worse by writing it into the file.
            database.LeaveLogOnClose();
            database.Dispose();
            log?.Dispose();
            mark?.Dispose();
            throw;
        }
    }

    /// <summary>Commits the running transaction.</summary>
    /// <param name="idCeiling">See <see cref="IdSequence.CeilingToWrite"/>.</param>
    /// <param name="bytes">About how many bytes were written.</param>
    internal void Commit(long idCeiling, long bytes)
    {
        var before = LogFrames;
        _log.MakeRoom(before, bytes);
        CrashPoints.Pass("committing");
        Tables.Commit(idCeiling);
        CrashPoints.Pass("committed");
        _log.Committed(LogFrames);
        FramesToCopy += LogFrames > before ? LogFrames - before : LogFrames;
        _mark.TryWrite(Tables.Commits);
    }

    /// <summary>See <see cref="WriteAheadLog.IsClean"/>.</summary>
    internal bool IsLogClean => _log.IsClean;

    internal void AskForCleanLog() => _log.AskForClean();

    /// <summary>True while a copy beside the traffic goes on, or waits to be taken.</summary>
    internal bool IsCopying => _copier.IsBusy;

    /// <summary>True when <see cref="TakeCopy"/> need not wait.</summary>
    internal bool IsCopied => _copier.IsDone;

    /// <summary>Begins to copy what is committed from the log into the database, beside the traffic.</summary>
    internal void BeginCopy() => _copier.Begin(_log.Round);

    /// <summary>Waits for the copy's end.</summary>
    internal void TakeCopy()
    {
        var (copied, round) = _copier.Take();
        FramesToCopy = FramesLeft = round == _log.Round ? Math.Max(LogFrames - copied, 0) : LogFrames;
    }

    /// <summary>Copies what is committed from the log into the database, here and now. No copy may go on beside it.</summary>
    internal void Checkpoint()
    {
        var (frames, copied) = Tables.Database.Checkpoint(truncate: false);
        FramesToCopy = FramesLeft = frames > copied ? frames - copied : 0;
    }

    /// <summary>
    /// Closes after a failure of the disk. What the failed commit left in the log is cut off, so that it cannot come back; the log itself stays,
    /// because a checkpoint on a failing disk is the last thing to try.
    /// </summary>
    internal void Abandon()
    {
        _copier.Dispose();
        Tables.Database.LeaveLogOnClose();
        Tables.Dispose();
        _mark.Dispose();
        try
        {
            _log.CutBack();
        }
        finally
        {
            _log.Dispose();
        }
    }

    /// <summary>Closes in peace: SQLite copies the log into the file and removes it.</summary>
    public void Dispose()
    {
        _copier.Dispose();
        _mark.Sync();
        Tables.Dispose();
        _log.Dispose();
        _mark.Dispose();
    }
}
