namespace ChannelHost.Engine.Destinations;

/// <summary>
/// The messages that a queue read from the store last. A commit may be through, and its row be read, before the message is handed to the queue; it must not be
/// sent twice then. And those that were handed over while a page was read: such a one may come before the page's end and not be on it; it must not be lost. Guarded by its
/// queue.
/// </summary>
internal sealed class SeenMessages
{
    /// <summary>So many are known: longer than that nobody is between a commit and the queue.</summary>
    private const int Most = 4_000;

    /// <summary>So many handed over are known: more than a page holds, and those beyond come after them.</summary>
    private const int MostHandedOver = 1_000;

    private readonly HashSet<long> _ids = [];
    private readonly Queue<long> _inOrder = new();

    // What went to the store only since the page was begun, without its content.
    private readonly List<QueueEntry> _handedOver = [];

    /// <summary>True when it was read.</summary>
    public bool Contains(long messageId) => _ids.Contains(messageId);

    /// <summary>It was read.</summary>
    public void Add(long messageId)
    {
        if (_ids.Add(messageId))
        {
            _inOrder.Enqueue(messageId);
            if (_inOrder.Count > Most)
            {
                _ids.Remove(_inOrder.Dequeue());
            }
        }
    }

    /// <summary>A page is about to be read: what is handed over from here on may not be on it, and come before its end all the same.</summary>
    public void BeginPage() => _handedOver.Clear();

    /// <summary>A message went to the store only; the queue is to find it there.</summary>
    public void HandedOver(DestinationWork work, Task committed)
    {
        if (_handedOver.Count < MostHandedOver || work.MessageId < _handedOver[^1].Work.MessageId)
        {
            _handedOver.Add(QueueEntry.ToBeRead(work, committed));
        }
    }

    /// <summary>What was handed over while the page was read, and comes before its end, but is not on it: it was not committed yet, and is not found there later.</summary>
    /// <param name="cursor">The place up to which the store was read.</param>
    public IReadOnlyList<QueueEntry> TakeMissed(long cursor)
    {
        var missed = _handedOver.FindAll(entry => entry.Work.MessageId <= cursor && !_ids.Contains(entry.Work.MessageId));
        _handedOver.Clear();
        return missed;
    }
}
