using System.Diagnostics;
using ChannelHost.Storage.Messages.Reading;
using ChannelHost.Storage.Messages.Sqlite;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Storage.Messages.Writing;

/// <summary>
/// The one writer of a store. Callers hand work over; a thread commits everything that waits in one transaction and completes it all. The thread
/// lives while there is work and a little longer: hundreds of idle channels cost neither threads nor open files.
/// </summary>
internal sealed partial class MessageWriter
{
    private const int MostEntriesTogether = 4_096;
    private const long MostBytesTogether = 16 << 20;
    private const int MostWaiting = 50_000;
    private const long MostBytesWaiting = 512L << 20;
    private const int FramesToCopyWhenBusy = 2_000;
    private const int StackSize = 256 << 10;

    private readonly string _channel;
    private readonly string _path;
    private readonly StoreText _text;
    private readonly NameTable _names;
    private readonly StatusCounts _counts;
    private readonly IdSequence _ids;
    private readonly ReadConnections _readers;
    private readonly bool _keepContent;
    private readonly WriterTimes _times;
    private readonly StoreMeter _meter;
    private readonly ILogger _logger;

    // Handed over by callers.
    private readonly object _gate = new();
    private List<StoreWork> _waiting = [];
    private long _waitingBytes;
    private bool _threadRuns;
    private bool _threadWaits;
    private bool _closing;
    private TaskCompletionSource? _stopped;

    // The writer's thread only.
    private List<StoreWork> _group = [];
    private WriterSession? _session;
    private long _acknowledged;
    private long _failedAt;

    private volatile string? _fault;

    internal MessageWriter(
        string channel,
        string path,
        StoreText text,
        NameTable names,
        StatusCounts counts,
        IdSequence ids,
        ReadConnections readers,
        bool keepContent,
        WriterTimes times,
        StoreMeter meter,
        ILogger logger)
    {
        _channel = channel;
        _path = path;
        _text = text;
        _names = names;
        _counts = counts;
        _ids = ids;
        _readers = readers;
        _keepContent = keepContent;
        _times = times;
        _meter = meter;
        _logger = logger;
    }

    /// <summary>Why nothing can be stored now; null while it can.</summary>
    internal string? Fault => _fault;

    /// <summary>Opens the file once, checks it, and takes over where it stands. Called before any work is handed over.</summary>
    internal WriterSession OpenFirst()
    {
        OpeningCheck.Header(_path);
        _session = WriterSession.Open(_path, _names, _counts, _keepContent, acknowledged: 0);
        _acknowledged = _session.Tables.Commits;
        StartLingering();
        return _session;
    }

    /// <summary>Hands work over. Work is committed in the order of these calls.</summary>
    /// <exception cref="StoreException">The store is closed, or too much waits.</exception>
    internal void Hand(StoreWork work)
    {
        lock (_gate)
        {
            if (_closing)
            {
                throw _text.Closed();
            }

            if (work.IsIntake && (_waiting.Count >= MostWaiting || _waitingBytes >= MostBytesWaiting))
            {
                throw _text.Full(_waiting.Count);
            }

            _waiting.Add(work);
            _waitingBytes += work.Size;
            if (_threadWaits)
            {
                _threadWaits = false;
                Monitor.Pulse(_gate);
            }

            StartThread();
        }
    }

    /// <summary>Commits what waits and closes the file.</summary>
    internal Task StopAsync()
    {
        lock (_gate)
        {
            _closing = true;
            _stopped ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            StartThread();
            Monitor.Pulse(_gate);
            return _stopped.Task;
        }
    }

    // A channel that never gets a message must not keep its files open either.
    private void StartLingering()
    {
        lock (_gate)
        {
            StartThread();
        }
    }

    private void StartThread()
    {
        if (_threadRuns)
        {
            return;
        }

        _threadRuns = true;
        new Thread(Run, StackSize) { IsBackground = true, Name = $"store {_channel}" }.Start();
    }

    private void Run()
    {
        while (true)
        {
            try
            {
                if (!TakeGroup())
                {
                    return;
                }

                WorkOnGroup();
            }
            catch (Exception failure)
            {
                // Nothing is expected to get here; were the thread to end, all callers would wait for ever.
                FailGroup(GiveUp(failure));
            }

            _group.Clear();
        }
    }

    private void WorkOnGroup()
    {
        if (_group.Count > 0)
        {
            CommitGroup();
        }
        else if (_fault is not null)
        {
            Probe();
        }

        CheckpointWhenDue(FramesToCopyWhenBusy);
    }

    // Waits for work. False: the thread must end, having closed the file.
    private bool TakeGroup()
    {
        var idleSince = Stopwatch.GetTimestamp();
        while (true)
        {
            var isIdle = false;
            lock (_gate)
            {
                if (_waiting.Count == 0 && !_closing)
                {
                    _threadWaits = true;
                    isIdle = !Monitor.Wait(_gate, _fault is null ? _times.Quiet : _times.RetryAfter);
                    _threadWaits = false;
                }

                if (_waiting.Count > 0)
                {
                    TakeWaiting();
                    return true;
                }

                if (_closing)
                {
                    break;
                }
            }

            if (!isIdle)
            {
                continue;
            }

            if (_fault is not null)
            {
                return true;
            }

            CheckpointWhenDue(1);
            if (Stopwatch.GetElapsedTime(idleSince) > _times.Linger && EndIdle())
            {
                return false;
            }
        }

        CloseForGood();
        return false;
    }

    private void TakeWaiting()
    {
        long bytes = 0;
        var count = 0;
        while (count < _waiting.Count && count < MostEntriesTogether && (bytes < MostBytesTogether || count == 0))
        {
            bytes += _waiting[count++].Size;
        }

        if (count == _waiting.Count)
        {
            (_group, _waiting) = (_waiting, _group);
            _waitingBytes = 0;
            return;
        }

        _group.AddRange(_waiting.GetRange(0, count));
        _waiting.RemoveRange(0, count);
        _waitingBytes -= bytes;
    }

    private void CommitGroup()
    {
        if (_fault is not null && _session is null && Stopwatch.GetElapsedTime(_failedAt) < _times.RetryAfter)
        {
            FailGroup(new StoreException(_fault));
            return;
        }

        try
        {
            OpenSession();
            ExecuteAndCommit();
        }
        catch (Exception failure)
        {
            var reason = GiveUp(failure);
            FailGroup(reason);
            return;
        }

        Recovered();
        foreach (var work in _group)
        {
            work.Complete();
        }

        _group.Clear();
    }

    // Entries that cannot be stored are taken out one by one, and the rest of the group runs anew.
    private void ExecuteAndCommit()
    {
        while (true)
        {
            var session = _session!;
            Begin(session);
            StoreWork? current = null;
            try
            {
                long bytes = 0;
                foreach (var work in _group)
                {
                    current = work;
                    work.Execute(session.Tables);
                    bytes += work.Size;
                }

                current = null;
                var ceiling = _ids.CeilingToWrite();
                var startedAt = Stopwatch.GetTimestamp();
                session.Commit(ceiling, bytes);
                _meter.Committed(startedAt);
                _ids.Raise(ceiling);
                _acknowledged = session.Tables.Commits;
                return;
            }
            catch (Exception failure) when (current is not null && ConcernsOneEntry(failure))
            {
                session.Tables.Rollback();
                _group.Remove(current);
                current.Fail(_text.Entry(failure));
            }
        }
    }

    private static bool ConcernsOneEntry(Exception failure) => failure is not SqliteFailure sqlite || sqlite.ConcernsOneEntry;

    private void Begin(WriterSession session)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                session.Tables.Begin();
                return;
            }
            catch (SqliteFailure failure) when (failure.IsBusy && !Volatile.Read(ref _closing) && _times.BusyPatience > Stopwatch.GetElapsedTime(began))
            {
                // SQLite has waited a second for the lock; from here on people should see why nothing moves.
                if (_fault is null)
                {
                    _fault = _text.Failed(new SqliteFailure(NativeSqlite.Busy, "database is locked")).Message;
                    Log.Waiting(_logger, _channel, _path);
                }
            }
        }
    }

    // After a failure nothing of the group is stored. A full disk or a lock leaves the connection good; anything else closes it.
    private StoreException GiveUp(Exception failure)
    {
        var session = _session;
        if (session is not null)
        {
            try
            {
                session.Tables.Rollback();
            }
            catch (SqliteFailure rollback)
            {
                Log.RollbackFailed(_logger, rollback, _channel, _path);
                failure = rollback;
            }

            if (failure is not SqliteFailure { LeavesConnectionGood: true })
            {
                _session = null;
                Abandon(session);
            }
        }

        var reason = _text.Stopped(failure);
        if (_fault != reason.Message)
        {
            Log.Failed(_logger, failure, _channel, _path);
        }

        _fault = reason.Message;
        _failedAt = Stopwatch.GetTimestamp();
        return reason;
    }

    private void Abandon(WriterSession session)
    {
        _readers.Pause();
        try
        {
            session.Abandon();
        }
        catch (IOException failure)
        {
            // The log could not be cut: the next opening finds more commits than were told of, which is safe; senders were told no and send again.
            Log.CutFailed(_logger, failure, _channel, _path);
        }
        finally
        {
            _readers.Resume();
        }
    }

    private void Probe()
    {
        try
        {
            OpenSession();
            ExecuteAndCommit();
            Recovered();
        }
        catch (Exception failure)
        {
            GiveUp(failure);
        }
    }

    private void Recovered()
    {
        if (_fault is not null)
        {
            _fault = null;
            Log.WorksAgain(_logger, _channel, _path);
        }
    }

    private void OpenSession()
    {
        if (_session is not null)
        {
            return;
        }

        if (_fault is null)
        {
            // After a rest: the file was closed in peace, and readers may have opened it again.
            _session = WriterSession.Open(_path, _names, _counts, _keepContent, _acknowledged);
            return;
        }

        // The header is read by another descriptor than SQLite's, and closing that would drop the locks of connections that are open.
        _readers.Pause();
        try
        {
            OpeningCheck.Header(_path);
            _session = WriterSession.Open(_path, _names, _counts, _keepContent, _acknowledged);
        }
        finally
        {
            _readers.Resume();
        }
    }

    private void FailGroup(StoreException reason)
    {
        foreach (var work in _group)
        {
            work.Fail(reason);
        }

        _group.Clear();
    }

    private void CheckpointWhenDue(int frames)
    {
        if (_session is not { } session || session.FramesToCopy < frames || _fault is not null)
        {
            return;
        }

        try
        {
            session.Checkpoint();
        }
        catch (SqliteFailure failure)
        {
            GiveUp(failure);
        }
    }

    // True when the thread may end; false when work came while the file was being closed.
    private bool EndIdle()
    {
        if (!_readers.TryPause())
        {
            return false;
        }

        CloseSession();
        _readers.Resume();
        lock (_gate)
        {
            if (_waiting.Count > 0 || _closing || _fault is not null)
            {
                return false;
            }

            _threadRuns = false;
            return true;
        }
    }

    private void CloseForGood()
    {
        WriteExactCeiling();
        _readers.Pause();
        CloseSession();
        _readers.Resume();
        lock (_gate)
        {
            _threadRuns = false;
            _stopped!.TrySetResult();
        }
    }

    // An ordinary stop leaves no gap in the numbering.
    private void WriteExactCeiling()
    {
        if (_session is not { } session || _fault is not null)
        {
            return;
        }

        try
        {
            session.Tables.Begin();
            session.Commit(_ids.Last, 0);
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
            Log.CloseFailed(_logger, failure, _channel, _path);
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
