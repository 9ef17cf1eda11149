using System.Diagnostics.CodeAnalysis;

namespace ChannelHost.Engine.Destinations;

/// <summary>
/// What waits at a destination whose messages do not all go one after the other. Messages of one key form a line; of each line one is in hand at a time, and a line
/// whose head failed is parked while the others go on. Memory stays flat whatever waits: a bounded window is in memory, a parked line keeps no more than an
/// id, and what follows there is read from the store by key. So many lines may be parked; beyond, no new ones are begun.
/// </summary>
/// <param name="destination">The destination's name.</param>
/// <param name="store">Where the messages are.</param>
/// <param name="time">The clock.</param>
/// <param name="keepsOrder">False: every message is a line of its own.</param>
internal sealed partial class LaneQueue(string destination, IMessageStore store, TimeProvider time, bool keepsOrder)
{
    /// <summary>How many lines may be parked.</summary>
    public const int MostParked = 10_000;

    private const int WindowMessages = 1_000;
    private const long WindowBytes = 32 * 1024 * 1024;

    /// <summary>A line with more in memory leaves the others no room; the rest of it is read when it comes to that.</summary>
    private const int MostOfOneLine = 64;

    private readonly Lock _sync = new();
    private readonly Dictionary<long, KeyLine> _lines = [];
    private readonly Queue<KeyLine> _ready = new();
    private readonly SortedDictionary<long, KeyLine> _parked = [];
    private readonly PriorityQueue<KeyLine, long> _due = new();
    private readonly HashSet<long> _apart = [];
    private readonly TaskCompletionSource _firstLook = NewSignal();

    // Behind (and with) a message without a key, which was queued before there were keys: it is of all orders, so it goes alone.
    private readonly Queue<QueueEntry> _heldBack = new();
    private TaskCompletionSource _arrival = NewSignal();
    private int _count;
    private long _bytes;

    // How many lines are no part of the order of all.
    private int _aside;

    // Queued again before the page that holds them was read: they stand in their lines already.
    private readonly HashSet<long> _again = [];

    // All messages up to here are in memory, in a line that is apart, or through.
    private long _assigned;

    /// <summary>Completes when the store was asked once what waits.</summary>
    public Task FirstLook => _firstLook.Task;

    /// <summary>How many lines are parked.</summary>
    public int Parked
    {
        get
        {
            lock (_sync)
            {
                return _parked.Count;
            }
        }
    }

    /// <summary>True when no new lines are begun, because so many are parked.</summary>
    public bool IsFull
    {
        get
        {
            lock (_sync)
            {
                return IsFullHere;
            }
        }
    }

    /// <summary>True when nothing waits and nothing is being delivered.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_sync)
            {
                return !_behind && _lines.Count == 0 && _heldBack.Count == 0;
            }
        }
    }

    /// <summary>The oldest message that waits for another attempt, and since when it is tried; 0 when none does.</summary>
    public (long MessageId, DateTimeOffset Since) Oldest
    {
        get
        {
            lock (_sync)
            {
                foreach (var (id, line) in _parked)
                {
                    return (id, line.ParkedSince);
                }

                return default;
            }
        }
    }

    /// <summary>When the next parked line goes on; null when none is.</summary>
    public DateTimeOffset? NextAttempt
    {
        get
        {
            lock (_sync)
            {
                return NextDue() is { } due ? time.GetUtcNow() + Until(due) : null;
            }
        }
    }

    private bool IsFullHere => _parked.Count >= MostParked || _apart.Count >= 2 * MostParked;

    /// <summary>Up to this message keys were computed in another way: they go as messages without one do. Set before anything is taken.</summary>
    public long LastOfOtherKeys { get; set; }

    /// <summary>True when something that waits, or is being delivered, goes before a message of this key.</summary>
    public bool HoldsBack(long orderKey)
    {
        lock (_sync)
        {
            return keepsOrder && (_behind || _heldBack.Count > 0 || _lines.ContainsKey(orderKey) || _lines.ContainsKey(0));
        }
    }

    /// <summary>Says that nothing waits in the store.</summary>
    public void BeginEmpty()
    {
        lock (_sync)
        {
            _behind = false;
        }

        _firstLook.TrySetResult();
    }

    /// <summary>Adds a message in the order in which messages are handed to the store.</summary>
    public void Enqueue(DestinationWork work, Task committed)
    {
        lock (_sync)
        {
            if (_seen.Contains(work.MessageId))
            {
                // Its commit was through, and it was read from the store, before it came here.
                return;
            }

            if (work.MessageId > _cursor && (_behind || !HasRoom || IsFullHere))
            {
                _behind = true;
                _newestOverflow = Both(_newestOverflow, committed);
                _seen.HandedOver(work, committed);
            }
            else
            {
                // Behind the place up to which the store was read it would not be found there.
                Place(new QueueEntry(work, committed));
            }

            _arrival.TrySetResult();
        }
    }

    /// <summary>
    /// Takes a message that failed before, and is Queued again in the store, before those of its key that wait. One without a key, among others that have one,
    /// has had its turn in the order of all: it goes in a line of its own and holds nobody up.
    /// </summary>
    public void Requeue(DestinationWork work, long turn)
    {
        lock (_sync)
        {
            var line = keepsOrder && KeyOf(work) == 0 ? LineOf(work.MessageId, isAside: true) : LineOf(KeyOf(work));
            line.PutAgain(QueueEntry.ToBeRead(work, Task.CompletedTask, turn));
            MakeReady(line);
            if (work.MessageId > _cursor)
            {
                _again.RemoveWhere(id => id <= _cursor);
                _again.Add(work.MessageId);
            }

            _arrival.TrySetResult();
        }
    }

    /// <summary>The message in hand is through.</summary>
    public void Done(KeyLine line)
    {
        lock (_sync)
        {
            line.IsInHand = false;
            GoOn(line);
            _arrival.TrySetResult();
        }
    }

    /// <summary>The message in hand waits for another attempt; those of other keys pass.</summary>
    /// <param name="line">Its line.</param>
    /// <param name="messageId">The message.</param>
    /// <param name="turn">Of its entry.</param>
    /// <param name="pause">How long.</param>
    /// <returns>How many lines are parked now.</returns>
    public int Park(KeyLine line, long messageId, long turn, TimeSpan pause)
    {
        lock (_sync)
        {
            line.IsInHand = false;
            if (line.Parked != 0)
            {
                // Queued again by hand while another message of its key was parked: it stays before that one, and both are tried when that one is due.
                line.PutLater(QueueEntry.ToBeRead(new DestinationWork { MessageId = messageId, Content = default, Attempts = 0 }, Task.CompletedTask, turn));
                line.LaterDue = After(pause);
                MakeReady(line);
                _arrival.TrySetResult();
                return _parked.Count;
            }

            ParkUntil(line, messageId, turn, After(pause));
            foreach (var entry in line.KeepBefore(messageId))
            {
                Forget(entry);
                SetApart(line, entry.Committed);
                line.Last = Math.Min(line.Last, entry.Work.MessageId - 1);
            }

            MakeReady(line);
            _arrival.TrySetResult();
            return _parked.Count;
        }
    }

    /// <summary>Ends the pause of one parked message, or of all; false when there is none.</summary>
    public bool TryNow(long? messageId)
    {
        lock (_sync)
        {
            if (messageId is { } id)
            {
                return _parked.TryGetValue(id, out var only) && MakeDue(only);
            }

            foreach (var line in _parked.Values)
            {
                MakeDue(line);
            }

            return _parked.Count > 0;
        }
    }

    /// <summary>The messages that are taken next, as far as can be seen.</summary>
    public List<long> Upcoming(int most)
    {
        lock (_sync)
        {
            var ids = new List<long>(most);
            foreach (var line in _ready)
            {
                if (line.HasAgain)
                {
                    ids.Add(line.Again!.Peek().Work.MessageId);
                }

                if (line.Parked != 0)
                {
                    ids.Add(line.Parked);
                }

                foreach (var entry in line.Waiting.Take(4))
                {
                    ids.Add(entry.Work.MessageId);
                }

                if (ids.Count >= most)
                {
                    break;
                }
            }

            return ids;
        }
    }

    private void Place(QueueEntry entry)
    {
        var id = entry.Work.MessageId;
        _cursor = Math.Max(_cursor, id);
        if (_again.Remove(id))
        {
            return;
        }

        Remember(entry);
        if (keepsOrder && id > _assigned && (_heldBack.Count > 0 || KeyOf(entry.Work) == 0 || _lines.ContainsKey(0)))
        {
            _heldBack.Enqueue(entry);
            LetGo();
            return;
        }

        Assign(entry);
    }

    private void Assign(QueueEntry entry)
    {
        var id = entry.Work.MessageId;
        _assigned = Math.Max(_assigned, id);
        var line = LineOf(KeyOf(entry.Work));
        if (keepsOrder && id > line.Last && (line.IsApart || line.Parked != 0 || line.Waiting.Count >= MostOfOneLine))
        {
            Forget(entry);
            SetApart(line, entry.Committed);
        }
        else
        {
            line.Waiting.Enqueue(entry);
            line.Last = Math.Max(line.Last, id);
        }

        MakeReady(line);
    }

    /// <summary>What was held back goes into the lines, up to the next message without a key; that one when nothing else is under way.</summary>
    private void LetGo()
    {
        while (!_lines.ContainsKey(0) && _heldBack.TryPeek(out var first))
        {
            if (KeyOf(first.Work) == 0 && _lines.Count > _aside)
            {
                return;
            }

            Assign(_heldBack.Dequeue());
        }
    }

    private void GoOn(KeyLine line)
    {
        if (line.IsIdle)
        {
            _lines.Remove(line.Key);
            _aside -= line.IsAside ? 1 : 0;
            LetGo();
            return;
        }

        if (line.Parked == 0 && !line.HasAgain && line.TakeLater() is { } later)
        {
            // What it was behind is through; its own pause is not over.
            ParkUntil(line, later.Work.MessageId, later.Turn, line.LaterDue);
        }

        MakeReady(line);
    }

    private KeyLine LineOf(long key, bool isAside = false)
    {
        if (!_lines.TryGetValue(key, out var line))
        {
            _lines.Add(key, line = new KeyLine(key, isAside));
            _aside += isAside ? 1 : 0;
        }

        return line;
    }

    private void ParkUntil(KeyLine line, long messageId, long turn, long due)
    {
        line.ParkedSince = line.Tried == messageId ? line.ParkedSince : time.GetUtcNow();
        (line.Parked, line.Tried, line.ParkedTurn, line.IsDue, line.Due) = (messageId, messageId, turn, false, due);
        _parked[messageId] = line;
        _due.Enqueue(line, due);
    }

    private long After(TimeSpan pause) => time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);

    private long KeyOf(DestinationWork work) => !keepsOrder ? work.MessageId : work.MessageId <= LastOfOtherKeys ? 0 : work.OrderKey;

    private void MakeReady(KeyLine line)
    {
        if (!line.IsInHand && !line.IsReady && (line.Parked == 0 || line.IsDue || line.HasAgain))
        {
            line.IsReady = true;
            _ready.Enqueue(line);
        }
    }

    private bool MakeDue(KeyLine line)
    {
        line.IsDue = true;
        line.PutLaterAgain();
        MakeReady(line);
        _arrival.TrySetResult();
        return true;
    }

    private void SetApart(KeyLine line, Task committed)
    {
        line.Newest = Both(line.Newest, committed);
        line.IsApart = true;
        _apart.Add(line.Key);
    }

    private void EndApart(KeyLine line)
    {
        line.IsApart = false;
        line.Newest = null;
        _apart.Remove(line.Key);
    }

    private void Remember(QueueEntry entry)
    {
        _count++;
        _bytes += entry.Work.Content.Length;
    }

    private void Forget(QueueEntry entry)
    {
        _count--;
        _bytes -= entry.Work.Content.Length;
    }

    /// <summary>When the next parked line is due, as a timestamp. What went on before its time is left over there and passed over.</summary>
    private long? NextDue()
    {
        while (_due.TryPeek(out var line, out var due))
        {
            if (line.Parked != 0 && !line.IsDue && line.Due == due)
            {
                return due;
            }

            _due.Dequeue();
        }

        return null;
    }

    private TimeSpan Until(long timestamp) => TimeSpan.FromSeconds(Math.Max(0, (double)(timestamp - time.GetTimestamp()) / time.TimestampFrequency));

    [return: NotNullIfNotNull(nameof(next))]
    private static Task? Both(Task? before, Task? next) => before is { IsCompleted: false } && next is not null ? Task.WhenAll(before, next) : next;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
