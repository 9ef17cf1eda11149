using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace ChannelHost.Storage.Messages.Sqlite;

/// <summary>One connection. Used by one thread at a time.</summary>
internal sealed unsafe class SqliteDatabase : IDisposable
{
    private readonly List<SqliteStatement> _statements = [];
    private GCHandle _self;
    private nint _handle;

    private SqliteDatabase(string path, nint handle)
    {
        Path = path;
        _handle = handle;
    }

    internal string Path { get; }

    internal nint Handle => _handle;

    /// <summary>Pages in the write-ahead log after this connection's last commit.</summary>
    internal int LogFrames { get; set; }

    /// <summary>False while a transaction is open.</summary>
    internal bool IsAutocommit => NativeSqlite.GetAutocommit(_handle) != 0;

    /// <summary>How many rows the last statement changed.</summary>
    internal int Changes => NativeSqlite.Changes(_handle);

    /// <summary>Opens a connection that never creates a file.</summary>
    internal static SqliteDatabase Open(string path, bool readOnly = false)
    {
        // No mutex inside SQLite: each connection has one user at a time by our own rules.
        var flags = (readOnly ? NativeSqlite.OpenReadOnly : NativeSqlite.OpenReadWrite) | NativeSqlite.OpenNoMutex;
        var code = NativeSqlite.Open(path, out var handle, flags, 0);
        var database = new SqliteDatabase(path, handle);
        if (code != NativeSqlite.Ok)
        {
            var failure = database.FailureFor(code);
            database.Dispose();
            throw failure;
        }

        _ = NativeSqlite.ExtendedResultCodes(handle, 1);
        return database;
    }

    internal void SetBusyTimeout(TimeSpan wait) => Check(NativeSqlite.BusyTimeout(_handle, (int)wait.TotalMilliseconds));

    /// <summary>Lets <see cref="LogFrames"/> follow this connection's commits.</summary>
    internal void WatchLog()
    {
        _self = GCHandle.Alloc(this, GCHandleType.Weak);
        NativeSqlite.WalHook(_handle, &Committed, GCHandle.ToIntPtr(_self));
    }

    /// <summary>Closing leaves the write-ahead log as it is: after an I/O error, or when a copy is only looked at.</summary>
    internal void LeaveLogOnClose() => _ = NativeSqlite.Configure(_handle, NativeSqlite.ConfigNoCheckpointOnClose, 1, 0);

    /// <summary>SQLite's own handle of the write-ahead log. The connection must have read from it.</summary>
    internal NativeFile* LogHandle()
    {
        var file = HandleOf(NativeSqlite.ControlJournalPointer);
        return file is not null && file->Methods is not null ? file : throw new InvalidOperationException($"{Path} has no write-ahead log that is open");
    }

    /// <summary>SQLite's own handle of the database file.</summary>
    internal NativeFile* FileHandle() => HandleOf(NativeSqlite.ControlFilePointer);

    internal SqliteStatement Prepare(string sql)
    {
        var bytes = Encoding.UTF8.GetBytes(sql);
        nint statement;
        fixed (byte* start = bytes)
        {
            Check(NativeSqlite.Prepare(_handle, start, bytes.Length, NativeSqlite.PreparePersistent, out statement, 0));
        }

        var prepared = new SqliteStatement(this, statement);
        _statements.Add(prepared);
        return prepared;
    }

    /// <summary>Runs one statement to its end.</summary>
    internal void Execute(string sql)
    {
        using var statement = Prepare(sql);
        while (statement.Step())
        {
            // Pragmas answer with rows that nobody needs.
        }
    }

    /// <summary>Runs a statement and gives the first column of its first row as a number; 0 without a row.</summary>
    internal long Number(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Integer(0) : 0;
    }

    /// <summary>Copies committed pages from the log into the file. Gives how many pages the log has and how many of them are copied.</summary>
    internal (int LogFrames, int Copied) Checkpoint(bool truncate)
    {
        var code = NativeSqlite.Checkpoint(
            _handle, 0, truncate ? NativeSqlite.CheckpointTruncate : NativeSqlite.CheckpointPassive, out var frames, out var copied);
        if ((code & 0xff) != NativeSqlite.Busy)
        {
            Check(code);
        }

        return (frames, copied);
    }

    /// <summary>
    /// Copies the whole database, page by page, into one that is empty. Inside of a transaction that has read something, what that transaction sees is copied, whatever
    /// is committed meanwhile.
    /// </summary>
    /// <param name="target">Another connection, to an empty file.</param>
    /// <param name="between">Called after each megabyte; what it throws ends the copying.</param>
    internal void CopyTo(SqliteDatabase target, Action between)
    {
        const int pagesAtOnce = 256;
        const string main = "main";
        var copy = NativeSqlite.BackupBegin(target._handle, main, _handle, main);
        if (copy == 0)
        {
            throw target.FailureFor(NativeSqlite.Misuse);
        }

        int code;
        try
        {
            while ((code = NativeSqlite.BackupStep(copy, pagesAtOnce)) == NativeSqlite.Ok)
            {
                between();
            }
        }
        finally
        {
            _ = NativeSqlite.BackupEnd(copy);
        }

        if (code != NativeSqlite.Done)
        {
            throw target.FailureFor(code);
        }
    }

    internal void ReleaseMemory() => _ = NativeSqlite.ReleaseMemory(_handle);

    /// <summary>Ends the running statement of this connection; the one call that another thread may make.</summary>
    internal void Interrupt() => NativeSqlite.InterruptNow(_handle);

    internal void Check(int code)
    {
        if (code != NativeSqlite.Ok)
        {
            throw FailureFor(code);
        }
    }

    internal SqliteFailure FailureFor(int code) =>
        new(code, _handle == 0 ? "out of memory" : Marshal.PtrToStringUTF8((nint)NativeSqlite.ErrorMessage(_handle)) ?? "unknown error");

    internal void Forget(SqliteStatement statement) => _statements.Remove(statement);

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var last = _statements.Count - 1; last >= 0; last--)
        {
            _statements[last].Dispose();
        }

        var handle = Interlocked.Exchange(ref _handle, 0);
        if (handle != 0)
        {
            _ = NativeSqlite.Close(handle);
        }

        if (_self.IsAllocated)
        {
            _self.Free();
        }
    }

    private NativeFile* HandleOf(int pointer)
    {
        NativeFile* file = null;
        Check(NativeSqlite.Control(_handle, 0, pointer, &file));
        return file;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Committed(nint argument, nint database, byte* name, int frames)
    {
        if (GCHandle.FromIntPtr(argument).Target is SqliteDatabase self)
        {
            self.LogFrames = frames;
        }

        return NativeSqlite.Ok;
    }
}
