namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>
/// The rows of the messages that were written last: what happens to a message happens soon after it came, and needs no question to the server then.
/// True as long as this writer owns the channel, which each commit checks. Used by the writer's thread only.
/// </summary>
internal sealed class KnownMessages
{
    private const int Most = 20_000;
    private readonly Dictionary<long, KnownMessage> _known = [];
    private readonly Queue<long> _order = new();

    internal KnownMessage? Find(long id) => _known.GetValueOrDefault(id);

    internal void Put(long id, KnownMessage message)
    {
        if (!_known.TryAdd(id, message))
        {
            _known[id] = message;
            return;
        }

        _order.Enqueue(id);
        while (_order.Count > Most)
        {
            _known.Remove(_order.Dequeue());
        }
    }

    /// <summary>Forgets a message; its place in the order stays until its turn.</summary>
    internal void Remove(long id) => _known.Remove(id);

    internal void Clear()
    {
        _known.Clear();
        _order.Clear();
    }
}
