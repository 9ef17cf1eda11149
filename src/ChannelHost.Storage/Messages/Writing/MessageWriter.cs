using System.Diagnostics;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages.Writing;

/// <summary>
/// The one writer of a store. Callers hand work over; a thread commits everything that waits in one transaction and completes it all. The thread
/// lives while there is work and a little longer: hundreds of idle channels cost neither threads nor open files.
/// A caller who is alone commits its work itself while the thread waits: two hand-overs between threads cost such a caller as much as the sync.
/// </summary>
internal sealed class MessageWriter(string channel, StoreText text, WriterConnection connection, WriterTimes times, CommitSeats seats)
{
    private const int MostEntriesTogether = 4_096;
    private const long MostBytesTogether = 16 << 20;
    private const int MostWaiting = 50_000;
    private const long MostBytesWaiting = 512L << 20;
    private const int StackSize = 256 << 10;

    // Handed over by callers.
    private readonly object _gate = new();
    private List<StoreWork> _waiting = [];
    private long _waitingBytes;
    private bool _threadRuns;
    private bool _threadWaits;
    private bool _callerCommits;
    private int _callerCommitted;
    private bool _copyIsDue;
    private bool _closing;
    private TaskCompletionSource? _stopped;

    // The writer's thread, or the caller who commits while that waits.
    private List<StoreWork> _group = [];

    /// <summary>Why nothing can be stored now; null while it can.</summary>
    internal string? Fault => connection.Fault;

    /// <summary>See <see cref="WriterConnection.IsLogClean"/>.</summary>
    internal bool IsLogClean => connection.IsLogClean;

    internal void AskForCleanLog() => connection.AskForCleanLog();

    /// <summary>Opens the file once, checks it, and takes over where it stands. Called before any work is handed over.</summary>
    internal WriterSession OpenFirst()
    {
        var session = connection.Open();
        lock (_gate)
        {
            // A channel that never gets a message must not keep its files open either: the thread closes them.
            StartThread();
        }

        return session;
    }

    /// <summary>Hands work over. Work is committed in the order of these calls.</summary>
    /// <exception cref="StoreException">The store is closed, or too much waits.</exception>
    internal void Hand(StoreWork work)
    {
        lock (_gate)
        {
            Add(work);
            WakeThread();
        }
    }

    /// <summary>As <see cref="Hand"/>, and <see cref="CommitHere"/> follows on this thread: nobody is woken when it is the only work.</summary>
    /// <exception cref="StoreException">The store is closed, or too much waits.</exception>
    internal void HandToCommitHere(StoreWork work)
    {
        lock (_gate)
        {
            Add(work);
            if (!_threadWaits || _waiting.Count > 1)
            {
                WakeThread();
            }
        }
    }

    /// <summary>Commits what waits, here and now, when the thread waits and nobody else commits.</summary>
    internal void CommitHere()
    {
        List<StoreWork> group;
        lock (_gate)
        {
            if (_waiting.Count == 0 || _callerCommits)
            {
                // Whoever commits looks again when it is done.
                return;
            }

            if (!_threadWaits || _closing || connection.Fault is not null || !seats.TryTake())
            {
                WakeThread();
                return;
            }

            _callerCommits = true;
            TakeWaiting();
            group = _group;
        }

        StoreException? failure;
        try
        {
            failure = TryCommitGroup();
        }
        catch (Exception unexpected)
        {
            // As on the writer's own thread: whoever waits must hear of it.
            failure = connection.GiveUp(unexpected);
        }

        lock (_gate)
        {
            // The next one to commit takes another list: this one is told of below, when others may commit already.
            _group = [];
            _callerCommits = false;
            _callerCommitted++;
            _copyIsDue = connection.IsCopyDue;
            if (_waiting.Count > 0 || _closing || _copyIsDue)
            {
                WakeThread();
            }
        }

        seats.Leave();
        foreach (var work in group)
        {
            if (failure is null)
            {
                work.CompleteHere();
            }
            else
            {
                work.Fail(failure);
            }
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

    private void Add(StoreWork work)
    {
        if (_closing)
        {
            throw text.Closed();
        }

        if (work.IsIntake && (_waiting.Count >= MostWaiting || _waitingBytes >= MostBytesWaiting))
        {
            throw text.Full(_waiting.Count);
        }

        _waiting.Add(work);
        _waitingBytes += work.Size;
    }

    private void WakeThread()
    {
        if (_threadWaits && !_callerCommits)
        {
            _threadWaits = false;
            Monitor.Pulse(_gate);
        }

        StartThread();
    }

    private void StartThread()
    {
        if (!_threadRuns)
        {
            _threadRuns = true;
            new Thread(Run, StackSize) { IsBackground = true, Name = $"store {channel}" }.Start();
        }
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

                // Without entries it is a probe: does the disk work again?
                CommitGroup();
                connection.CopyWhenDue();
            }
            catch (Exception failure)
            {
                // Nothing is expected to get here; were the thread to end, all callers would wait for ever.
                FailGroup(connection.GiveUp(failure));
            }
        }
    }

    // Waits for work, or for the time to try a failed disk again. False: the thread must end, having closed the file.
    private bool TakeGroup()
    {
        var idleSince = Stopwatch.GetTimestamp();
        while (true)
        {
            var isIdle = false;
            lock (_gate)
            {
                if (!HasWork)
                {
                    isIdle = !WaitForWork(ref idleSince);
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

                if (_copyIsDue)
                {
                    // A group without entries: the file is all that there is to do.
                    _copyIsDue = false;
                    return true;
                }
            }

            if (isIdle && connection.Fault is not null)
            {
                return true;
            }

            if (isIdle && EndsIdle(idleSince))
            {
                return false;
            }
        }

        connection.Close();
        lock (_gate)
        {
            _threadRuns = false;
            _stopped!.TrySetResult();
        }

        return false;
    }

    private bool HasWork => _waiting.Count > 0 || _closing || _copyIsDue;

    // False when nothing came and nobody committed. While a caller commits, the connection is that one's: its end is waited for, however long.
    private bool WaitForWork(ref long idleSince)
    {
        var committedBefore = _callerCommitted;
        _threadWaits = true;
        var isWoken = Monitor.Wait(_gate, connection.Fault is null ? times.Quiet : times.RetryAfter);
        while (_callerCommits)
        {
            _threadWaits = true;
            isWoken = Monitor.Wait(_gate, times.Quiet);
        }

        _threadWaits = false;
        if (_callerCommitted != committedBefore)
        {
            idleSince = Stopwatch.GetTimestamp();
            return true;
        }

        return isWoken;
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

    // True when the thread may end; false when there is more to wait for, or work came while the file was being closed.
    private bool EndsIdle(long idleSince)
    {
        connection.CopyNow();
        if (times.Linger > Stopwatch.GetElapsedTime(idleSince) || !connection.TryRest())
        {
            return false;
        }

        lock (_gate)
        {
            if (_waiting.Count > 0 || _closing)
            {
                return false;
            }

            _threadRuns = false;
            return true;
        }
    }

    private void CommitGroup()
    {
        if (TryCommitGroup() is { } failure)
        {
            FailGroup(failure);
            return;
        }

        foreach (var work in _group)
        {
            work.Complete();
        }

        _group.Clear();
    }

    // Gives why nothing of the group is stored; null when it is.
    private StoreException? TryCommitGroup()
    {
        if (connection.IsResting && _group.Count > 0)
        {
            return new StoreException(connection.Fault!);
        }

        try
        {
            ExecuteAndCommit();
            return null;
        }
        catch (Exception failure)
        {
            return connection.GiveUp(failure);
        }
    }

    // Entries that cannot be stored are taken out one by one, and the rest of the group runs anew.
    private void ExecuteAndCommit()
    {
        while (true)
        {
            connection.Begin(() => Volatile.Read(ref _closing));
            var tables = connection.Open().Tables;
            StoreWork? current = null;
            try
            {
                long bytes = 0;
                foreach (var work in _group)
                {
                    current = work;
                    work.Execute(tables);
                    bytes += work.Size;
                }

                current = null;
                connection.Commit(bytes);
                return;
            }
            catch (Exception failure) when (current is not null && ConcernsOneEntry(failure))
            {
                tables.Rollback();
                _group.Remove(current);
                current.Fail(text.Entry(failure));
            }
        }
    }

    private static bool ConcernsOneEntry(Exception failure) => failure is not SqliteFailure sqlite || sqlite.ConcernsOneEntry;

    private void FailGroup(StoreException reason)
    {
        foreach (var work in _group)
        {
            work.Fail(reason);
        }

        _group.Clear();
    }
}
