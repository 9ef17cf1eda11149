using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages.Writing;

/// <summary>
/// Copies the log into the database beside the writer, by a connection and a thread of its own: a copy of 2,000 pages and its syncs take milliseconds, and every message
/// that came in meanwhile would wait them out. The writer begins a copy, looks whether it is done, and closes this before its own connection.
/// </summary>
internal sealed class LogCopier(string path) : IDisposable
{
    private SqliteDatabase? _database;
    private PacedFile? _pace;
    private Task<int>? _copy;
    private ulong _round;

    /// <summary>True from <see cref="Begin"/> until the copy was taken by <see cref="Take"/>.</summary>
    internal bool IsBusy => _copy is not null;

    /// <summary>True when <see cref="Take"/> need not wait.</summary>
    internal bool IsDone => _copy is { IsCompleted: true };

    /// <summary>Begins to copy what is committed.</summary>
    /// <param name="round">Which round of the log this is.</param>
    internal void Begin(ulong round)
    {
        _round = round;
        _copy = Task.Factory.StartNew(Copy, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
    }

    /// <summary>Waits for the end of the copy. Gives how many pages of the log are in the database now, and of which round.</summary>
    /// <exception cref="SqliteFailure">It failed.</exception>
    internal (int Copied, ulong Round) Take()
    {
        var copy = _copy!;
        try
        {
            return (copy.GetAwaiter().GetResult(), _round);
        }
        finally
        {
            _copy = null;
        }
    }

    /// <summary>Waits for a copy that is under way and closes the connection. Why that copy failed does not matter any more: the log has it all.</summary>
    public void Dispose()
    {
        if (_copy is { } copy)
        {
            ((IAsyncResult)copy).AsyncWaitHandle.WaitOne();
            _ = copy.Exception;
            _copy = null;
        }

        _database?.Dispose();
        _database = null;
        _pace?.Dispose();
        _pace = null;
    }

    private int Copy()
    {
        if (_database is null)
        {
            _database = SqliteDatabase.Open(path);
            MessageSchema.PrepareCopier(_database);
            _pace = PacedFile.Attach(_database);
        }

        _pace?.Begin();
        var (_, copied) = _database.Checkpoint(truncate: false);
        return Math.Max(copied, 0);
    }
}
