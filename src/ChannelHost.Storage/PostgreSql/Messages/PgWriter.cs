using System.Diagnostics;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>
/// The one writer of a channel. Callers hand entries over; a thread puts everything that waits into one commit and completes it all. The thread lives while
/// there is work and a little longer; between commits it holds no connection, so hundreds of channels share a few.
/// </summary>
internal sealed class PgWriter
{
    private const int MostEntriesTogether = 4_096;
    private const long MostBytesTogether = 16 << 20;
    private const int MostWaiting = 50_000;
    private const long MostBytesWaiting = 512L << 20;
    private const int StackSize = 512 << 10;

    private readonly string _channel;
    private readonly PgText _text;
    private readonly GroupCommitter _committer;
    private readonly PgTimes _times;

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

    internal PgWriter(string channel, PgText text, GroupCommitter committer, PgTimes times)
    {
        (_channel, _text, _committer, _times) = (channel, text, committer, times);
        committer.OutOfPatience = FailWaiting;
    }

    /// <summary>Hands an entry over. Entries are committed in the order of these calls.</summary>
    /// <exception cref="StoreException">The store is closed, or too much waits.</exception>
    internal void Hand(GroupEntry entry)
    {
        lock (_gate)
        {
            if (_closing)
            {
                throw _text.Closed();
            }

            if (entry.IsIntake && (_waiting.Count >= MostWaiting || _waitingBytes >= MostBytesWaiting))
            {
                throw _text.Full(_waiting.Count);
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
            _committer.Stop();
            _stopped ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Wake();
            return _stopped.Task;
        }
    }

    private void FailWaiting(StoreException reason)
    {
        List<GroupEntry> waiting;
        lock (_gate)
        {
            (waiting, _waiting, _waitingBytes) = (_waiting, [], 0);
        }

        waiting.ForEach(entry => entry.Fail(reason));
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
            new Thread(Run, StackSize) { IsBackground = true, Name = $"store {_channel}" }.Start();
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
                _committer.Fail(_group, failure);
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
                    Monitor.Wait(_gate, _times.RetryAfter);
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

            if (_committer.Fault is not null && !_committer.IsLost)
            {
                _group.Add(new EmptyEntry());
                return true;
            }

            if (Stopwatch.GetElapsedTime(idleSince) > _times.Linger && EndIdle())
            {
                return false;
            }
        }

        _committer.WriteExactCeiling();
        lock (_gate)
        {
            _threadRuns = false;
            _stopped!.TrySetResult();
        }

        return false;
    }

    private bool EndIdle()
    {
        _committer.WriteExactCeiling();
        lock (_gate)
        {
            if (_waiting.Count > 0 || _closing || _committer.Fault is not null)
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
                _committer.Commit(together);
                together.Clear();
                _committer.Commit([entry]);
            }
            else
            {
                together.Add(entry);
            }
        }

        _committer.Commit(together);
    }
}
