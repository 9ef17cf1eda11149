namespace ChannelHost.Engine.Deployment;

/// <summary>
/// Which messages people sent again and still wait: they stand in memory before the queue, so there is a bound to them. A hundred thousand dead letters are sent again
/// as fast as the partner takes them.
/// </summary>
/// <param name="store">Says what became of them.</param>
internal sealed class ResendWindow(IMessageStore store)
{
    /// <summary>So many may wait at one destination.</summary>
    public const int Most = 500;

    private readonly Lock _sync = new();
    private readonly Dictionary<string, HashSet<long>> _waiting = new(StringComparer.Ordinal);

    /// <summary>Takes a place; false when all are taken by messages that wait.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public bool TryAdd(string destination, long id)
    {
        lock (_sync)
        {
            if (!_waiting.TryGetValue(destination, out var waiting))
            {
                _waiting.Add(destination, waiting = []);
            }

            if (waiting.Count >= Most && !waiting.Contains(id))
            {
                waiting.RemoveWhere(other => !Waits(other, destination));
            }

            return waiting.Contains(id) || (waiting.Count < Most && waiting.Add(id));
        }
    }

    private bool Waits(long id, string destination) =>
        store.ReadSizes(id)?.Summary.Destinations.Any(found => found.Name == destination && found.Status == MessageStatus.Queued) ?? false;
}
