using System.Diagnostics;
using ChannelHost.Storage.Messages.Reading;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Storage.Messages.Writing;

/// <summary>
/// The writer's way to its file over failures and rests: it opens it when there is work, gives it up after an error, opens and checks it anew,
/// and closes it when there is nothing to do. All but <see cref="Fault"/> belongs to the writer's thread.
/// </summary>
internal sealed partial class WriterConnection(
    string channel,
    string path,
    StoreText text,
    NameTable names,
    StatusCounts counts,
    IdSequence ids,
    ReadConnections readers,
    ContentCodec codec,
    bool keepContent,
    WriterTimes times,
    StoreMeter meter,
    ILogger logger)
{
    // Under a load that writes faster than the disk copies, the rest would never get small.
    private const int MostCopiesInARow = 4;

    private WriterSession? _session;
    private int _copiesInARow;
    private long _acknowledged;
    private long _writtenCeiling;
    private long _failedAt;
    private volatile string? _fault;

    // Counted, so that who asks while a commit ends is not passed over. The second one belongs to the writer's thread.
    private int _cleanLogAsked;
    private volatile int _cleanLogDone;

    /// <summary>Why nothing can be stored now; null while it can.</summary>
    internal string? Fault => _fault;

    /// <summary>False from <see cref="AskForCleanLog"/> until the log holds nothing of what was removed before.</summary>
    internal bool IsLogClean => _cleanLogDone == Volatile.Read(ref _cleanLogAsked);

    /// <summary>From any thread: the log is to be cleaned with the next commits. A log that is closed is removed by SQLite, which does as well.</summary>
    internal void AskForCleanLog() => Interlocked.Increment(ref _cleanLogAsked);

    /// <summary>True when the log wants the writer: enough waits to be copied into the file, a copy has ended, or the log takes no more until it has.</summary>
    internal bool IsCopyDue =>
        _session is { } session && (session.IsCopying ? session.IsCopied || IsLogFull(session) : session.FramesToCopy >= FramesToCopy(session));

    /// <summary>True when the file was given up so short a time ago that it is not tried again yet.</summary>
    internal bool IsResting => _fault is not null && _session is null && times.RetryAfter > Stopwatch.GetElapsedTime(_failedAt);

    /// <summary>The open session; opens and checks the file when it is closed.</summary>
    internal WriterSession Open()
    {
        if (_session is not null)
        {
            return _session;
        }

        // A log that somebody left here, by being killed most likely, may hold what was pruned.
        if (WriteAheadLog.IsLeftAt(path))
        {
            AskForCleanLog();
        }

        if (_fault is null && _acknowledged > 0)
        {
            // After a rest: the file was closed in peace, and readers may have opened it again.
            return Take(WriterSession.Open(path, names, counts, codec, keepContent, _acknowledged));
        }

        // The header is read by another descriptor than SQLite's, and closing that would drop the locks of connections that are open.
        readers.Pause();
        try
        {
            OpeningCheck.Header(path);
            return Take(WriterSession.Open(path, names, counts, codec, keepContent, _acknowledged));
        }
        finally
        {
            readers.Resume();
        }
    }

    /// <summary>Begins a transaction, and waits for others who hold the file's lock.</summary>
    internal void Begin(Func<bool> mustEnd)
    {
        var session = Open();
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                session.Tables.Begin();
                return;
            }
            catch (SqliteFailure failure) when (failure.IsBusy && !mustEnd() && times.BusyPatience > Stopwatch.GetElapsedTime(began))
            {
                // SQLite has waited a second for the lock; from here on people should see why nothing moves.
                if (_fault is null)
                {
                    _fault = text.Failed(failure).Message;
                    Log.Waiting(logger, channel, path);
                }
            }
        }
    }

    /// <summary>Commits; callers may be told when it returns.</summary>
    internal void Commit(long bytes)
    {
        var session = _session!;
        var ceiling = ids.CeilingToWrite();
        var startedAt = Stopwatch.GetTimestamp();
        var asked = Volatile.Read(ref _cleanLogAsked);
        var cleansLog = asked != _cleanLogDone;
        if (cleansLog && session.IsLogClean)
        {
            session.AskForCleanLog();
        }

        session.Commit(ceiling, bytes);
        if (cleansLog && session.IsLogClean)
        {
            _cleanLogDone = asked;
        }

        meter.Committed(startedAt);
        ids.Raise(ceiling);
        _writtenCeiling = ceiling;
        _acknowledged = session.Tables.Commits;
        if (_fault is not null)
        {
            _fault = null;
            Log.WorksAgain(logger, channel, path);
        }
    }

    /// <summary>
    /// After a failure: takes back what was not committed. A full disk or a lock leaves the connection good; anything else closes it.
    /// Gives what callers are told.
    /// </summary>
    internal StoreException GiveUp(Exception failure)
    {
        if (_session is { } session)
        {
            try
            {
                session.Tables.Rollback();
            }
            catch (SqliteFailure rollback)
            {
                Log.RollbackFailed(logger, rollback, channel, path);
                failure = rollback;
            }

            if (failure is not SqliteFailure { LeavesConnectionGood: true })
            {
                _session = null;
                Abandon(session);
            }
        }

        var reason = text.Stopped(failure);
        if (_fault != reason.Message)
        {
            Log.Failed(logger, failure, channel, path);
        }

        _fault = reason.Message;
        _failedAt = Stopwatch.GetTimestamp();
        return reason;
    }

    /// <summary>Between commits: begins a copy of the log when enough waits for it, and takes one that has ended. Nobody waits, but when the log is full or begins anew.</summary>
    internal void CopyWhenDue()
    {
        if (!IsLogClean)
        {
            CopyNow();
            return;
        }

        if (!IsCopyDue || _fault is not null)
        {
            return;
        }

        var session = _session!;
        try
        {
            if (!session.IsCopying)
            {
                session.BeginCopy();
                return;
            }

            session.TakeCopy();
            if (session.LogFrames < times.FramesToBeginAnew || session.FramesToCopy == 0)
            {
                return;
            }

            if (session.FramesToCopy > times.FramesToWaitFor && !IsLogFull(session) && _copiesInARow++ < MostCopiesInARow)
            {
                session.BeginCopy();
                return;
            }

            _copiesInARow = 0;
            session.Checkpoint();
        }
        catch (SqliteFailure failure)
        {
            GiveUp(failure);
        }
    }

    /// <summary>Copies all that is committed from the log into the file, here and now.</summary>
    internal void CopyNow()
    {
        if (_session is not { } session || _fault is not null)
        {
            return;
        }

        try
        {
            if (session.IsCopying)
            {
                session.TakeCopy();
            }

            if (session.FramesToCopy > 0)
            {
                session.Checkpoint();
            }
        }
        catch (SqliteFailure failure)
        {
            GiveUp(failure);
        }
    }

    /// <summary>Closes the file unless somebody reads; false when it stays open.</summary>
    internal bool TryRest()
    {
        WriteExactCeiling();
        if (_fault is not null || !readers.TryPause())
        {
            return false;
        }

        CloseSession();
        readers.Resume();
        return true;
    }

    /// <summary>Closes the file for good.</summary>
    internal void Close()
    {
        WriteExactCeiling();
        readers.Pause();
        CloseSession();
        readers.Resume();
    }

    // What a reader keeps in the log is not asked for again with each commit.
    private int FramesToCopy(WriterSession session) => Math.Max(times.FramesToCopy, session.FramesLeft + times.FramesToCopy / 2);

    // A log that a reader kept hold of for long is not waited for: its copy goes on beside the traffic, however long it takes.
    private bool IsLogFull(WriterSession session) => session.LogFrames >= times.MostFrames && session.FramesToCopy < 2 * times.MostFrames;

    private WriterSession Take(WriterSession session)
    {
        _session = session;
        _acknowledged = session.Tables.Commits;
        _writtenCeiling = session.IdCeiling;
        return session;
    }

    private void Abandon(WriterSession session)
    {
        readers.Pause();
        try
        {
            session.Abandon();
        }
        catch (IOException failure)
        {
            // The log could not be cut: the next opening finds more commits than were told of, which is safe; senders were told no and send again.
            Log.CutFailed(logger, failure, channel, path);
        }
        finally
        {
            readers.Resume();
        }
    }

    // A rest or an ordinary stop leaves no gap in the numbering.
    private void WriteExactCeiling()
    {
        if (_session is not { } session || _fault is not null || ids.Last == _writtenCeiling)
        {
            return;
        }

        try
        {
            session.Tables.Begin();
            var last = ids.Uncover();
            session.Commit(last, 0);
            ids.Raise(last);
            _writtenCeiling = last;
            _acknowledged = session.Tables.Commits;
        }
        catch (SqliteFailure failure)
        {
            GiveUp(failure);
        }
    }

    private void CloseSession()
    {
        try
        {
            _session?.Dispose();
        }
        catch (IOException failure)
        {
            Log.CloseFailed(logger, failure, channel, path);
        }
        finally
        {
            _session = null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Channel {Channel}: {Path} cannot be written")]
        internal static partial void Failed(ILogger logger, Exception failure, string channel, string path);

        [LoggerMessage(Level = LogLevel.Error, Message = "Channel {Channel}: {Path}: a transaction could not be taken back; the file is opened anew")]
        internal static partial void RollbackFailed(ILogger logger, Exception failure, string channel, string path);

        [LoggerMessage(Level = LogLevel.Error, Message = "Channel {Channel}: {Path}: what a failed commit left in the log could not be cut off")]
        internal static partial void CutFailed(ILogger logger, Exception failure, string channel, string path);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Channel {Channel}: {Path} could not be closed in peace; the next opening checks it")]
        internal static partial void CloseFailed(ILogger logger, Exception failure, string channel, string path);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Channel {Channel}: {Path} is locked by another program; waiting")]
        internal static partial void Waiting(ILogger logger, string channel, string path);

        [LoggerMessage(Level = LogLevel.Information, Message = "Channel {Channel}: {Path} can be written again")]
        internal static partial void WorksAgain(ILogger logger, string channel, string path);
    }
}
