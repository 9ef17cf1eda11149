using System.Diagnostics;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>
/// The one writer of a channel. Callers hand entries over; a thread puts everything that waits into one commit and completes it all. The thread lives while
/// there is work and a little longer; between commits it holds no connection, so hundreds of channels share a few.
/// </summary>
internal sealed class PgWriter(string channel, PgText text, GroupCommitter committer, PgTimes times)
{
    private const int MostEntriesTogether = 4_096;
    private const long MostBytesTogether = 16 << 20;
    private const int MostWaiting = 50_000;
    private const long MostBytesWaiting = 512L << 20;
    private const int StackSize = 512 << 10;

    // Handed over by callers.
    private readonly object _gate = new();
    private List<GroupEntry> _waiting = [];
    private long _waitingBytes;
    private bool _threadRuns;
    private bool _threadWaits;
    private bool _closing;
    private TaskCompletionSource? _stopped;

    // The writer's thread only.
    private List<GroupEntry> _group = [];

    /// <summary>Hands an entry over. Entries are committed in the order of these calls.</summary>
    /// <exception cref="StoreException">The store is closed, or too much waits.</exception>
    internal void Hand(GroupEntry entry)
    {
        lock (_gate)
        {
            if (_closing)
            {
                throw text.Closed();
            }

            if (entry.IsIntake && (_waiting.Count >= MostWaiting || _waitingBytes >= MostBytesWaiting))
            {
                throw text.Full(_waiting.Count);
            }

            _waiting.Add(entry);
            _waitingBytes += entry.Size;
            Wake();
        }
    }

    /// <summary>Commits what waits and ends the thread.</summary>
    internal Task StopAsync()
    {
        lock (_gate)
        {
            _closing = true;
            committer.Stop();
            _stopped ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Wake();
            return _stopped.Task;
        }
    }

    private void Wake()
    {
        if (_threadWaits)
        {
            _threadWaits = false;
            Monitor.Pulse(_gate);
        }

        if (!_threadRuns)
        {
            _threadRuns = true;
            new Thread(Run, StackSize) { IsBackground = true, Name = $"store {channel}" }.Start();
        }
    }

    private void Run()
    {
        while (TakeGroup())
        {
            try
            {
                CommitAll();
            }
            catch (Exception failure)
            {
                // Nothing is expected to get here; were the thread to end, all callers would wait for ever.
                committer.Fail(_group, failure);
            }

            _group.Clear();
        }
    }

    // Waits for work, or for the time to try a server again that was gone. False: the thread must end.
    private bool TakeGroup()
    {
        var idleSince = Stopwatch.GetTimestamp();
        while (true)
        {
            lock (_gate)
            {
                if (_waiting.Count == 0 && !_closing)
                {
                    _threadWaits = true;
                    Monitor.Wait(_gate, times.RetryAfter);
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

            if (committer.Fault is not null && !committer.IsLost)
            {
                _group.Add(new EmptyEntry());
                return true;
            }

            if (Stopwatch.GetElapsedTime(idleSince) > times.Linger && EndIdle())
            {
                return false;
            }
        }

        committer.WriteExactCeiling();
        lock (_gate)
        {
            _threadRuns = false;
            _stopped!.TrySetResult();
        }

        return false;
    }

    private bool EndIdle()
    {
        committer.WriteExactCeiling();
        lock (_gate)
        {
            if (_waiting.Count > 0 || _closing || committer.Fault is not null)
            {
                return false;
            }

            _threadRuns = false;
            return true;
        }
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

    // Entries with a transaction of their own end the group before them.
    private void CommitAll()
    {
        var together = new List<GroupEntry>();
        foreach (var entry in _group)
        {
            if (entry.IsAlone)
            {
                committer.Commit(together);
                together.Clear();
                committer.Commit([entry]);
            }
            else
            {
                together.Add(entry);
            }
        }

        committer.Commit(together);
    }
}
