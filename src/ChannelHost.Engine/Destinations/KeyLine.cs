namespace ChannelHost.Engine.Destinations;

/// <summary>The messages of one order key that wait, in order. Without order each message has a line of its own. Guarded by its <see cref="LaneQueue"/>.</summary>
internal sealed class KeyLine(long key, bool isAside)
{
    public long Key => key;

    /// <summary>It holds a message that was queued again and is of no key.</summary>
    public bool IsAside => isAside;

    /// <summary>Those in memory.</summary>
    public Queue<QueueEntry> Waiting { get; private set; } = new(1);

    /// <summary>Those that people queued again: before all others.</summary>
    public Queue<QueueEntry>? Again { get; private set; }

    /// <summary>Those of them that failed while another one was parked.</summary>
    private Queue<QueueEntry>? Later { get; set; }

    /// <summary>When those are tried at the latest, as a timestamp.</summary>
    public long LaterDue { get; set; }

    public bool HasAgain => Again is { Count: > 0 };

    /// <summary>One of them is being delivered.</summary>
    public bool IsInHand { get; set; }

    /// <summary>What came of the attempt at the one in hand is not recorded. Belongs to whoever has it in hand.</summary>
    public bool IsInDoubt { get; set; }

    /// <summary>It stands among those that can go on.</summary>
    public bool IsReady { get; set; }

    /// <summary>What follows those in memory is in the store and read from there by key.</summary>
    public bool IsApart { get; set; }

    /// <summary>The newest commit of what is in the store only.</summary>
    public Task? Newest { get; set; }

    /// <summary>The highest id that was in memory; what is read by key comes after it.</summary>
    public long Last { get; set; }

    /// <summary>The message that waits for another attempt; 0 for none. Only its id is kept: it is read again when it is due.</summary>
    public long Parked { get; set; }

    /// <summary>The message that was parked last.</summary>
    public long Tried { get; set; }

    /// <summary>The turn of its entry.</summary>
    public long ParkedTurn { get; set; }

    /// <summary>Since when it is being tried.</summary>
    public DateTimeOffset ParkedSince { get; set; }

    /// <summary>When it is tried again, as a timestamp.</summary>
    public long Due { get; set; }

    /// <summary>It is time for that.</summary>
    public bool IsDue { get; set; }

    public bool IsIdle => !IsInHand && Parked == 0 && !IsApart && Waiting.Count == 0 && !HasAgain && Later is not { Count: > 0 };

    /// <summary>A person queued it again.</summary>
    public void PutAgain(QueueEntry entry) => (Again ??= new Queue<QueueEntry>()).Enqueue(entry);

    /// <summary>It was queued again and failed, behind the parked one: no new arrival is a reason to try it.</summary>
    public void PutLater(QueueEntry entry) => (Later ??= new Queue<QueueEntry>()).Enqueue(entry);

    /// <summary>The first of those that failed behind the parked one; null when there is none.</summary>
    public QueueEntry? TakeLater() => Later is { Count: > 0 } ? Later.Dequeue() : null;

    /// <summary>It is time for all of them.</summary>
    public void PutLaterAgain()
    {
        while (TakeLater() is { } entry)
        {
            PutAgain(entry);
        }
    }

    /// <summary>Leaves only what came before an id in memory; gives the rest.</summary>
    public Queue<QueueEntry> KeepBefore(long id)
    {
        var rest = new Queue<QueueEntry>(Waiting.Where(entry => entry.Work.MessageId > id));
        Waiting = new Queue<QueueEntry>(Waiting.Where(entry => entry.Work.MessageId <= id));
        return rest;
    }
}
