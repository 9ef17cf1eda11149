namespace ChannelHost.Engine.Destinations;

/// <summary>
/// The messages that a queue read from the store last. A commit may be through, and its row be read, before the message is handed to the queue; it must not be
/// sent twice then. Guarded by its queue.
/// </summary>
internal sealed class SeenMessages
{
    /// <summary>So many are known: longer than that nobody is between a commit and the queue.</summary>
    private const int Most = 4_000;

    private readonly HashSet<long> _ids = [];
    private readonly Queue<long> _inOrder = new();

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
}
