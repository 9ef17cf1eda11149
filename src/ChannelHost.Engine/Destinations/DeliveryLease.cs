using System.Text.Json;

namespace ChannelHost.Engine.Destinations;

/// <summary>
/// Which messages of a destination may be on their way. Where several go at once, and some are parked, nobody can tell after a crash by their places in the queue which
/// ones the partner may have got; so it stands in the channel's state before they are sent. One writing covers many messages.
/// </summary>
/// <param name="document">Its name in the state.</param>
/// <param name="state">The channel's state.</param>
internal sealed class DeliveryLease(string document, IChannelState state)
{
    /// <summary>How many messages that come next are covered in advance.</summary>
    public const int Ahead = 48;

    private readonly Lock _sync = new();
    private readonly HashSet<long> _open = [];
    private HashSet<long> _covered = [];

    /// <summary>The messages whose outcome is not recorded.</summary>
    public IReadOnlyCollection<long> Open
    {
        get
        {
            lock (_sync)
            {
                return [.. _open];
            }
        }
    }

    /// <summary>Completes when it is on disk that this message may be on its way.</summary>
    /// <param name="messageId">The message.</param>
    /// <param name="upcoming">Those that come next, as far as can be seen.</param>
    /// <returns>False when it was open already: what came of an earlier attempt is not recorded, so the next one is a re-attempt.</returns>
    /// <exception cref="StoreException">It cannot be written; the message must not be sent.</exception>
    public bool Cover(long messageId, Func<IEnumerable<long>> upcoming)
    {
        HashSet<long> next;
        bool isNew;
        lock (_sync)
        {
            isNew = _open.Add(messageId);
            if (_covered.Contains(messageId))
            {
                return isNew;
            }

            next = [.. _open];
        }

        next.UnionWith(upcoming().Take(Ahead));
        try
        {
            state.WriteDocument(document, JsonSerializer.Serialize([.. next], DeliveryLeases.Ids.Default.Int64Array));
        }
        catch when (isNew)
        {
            // It is not sent.
            Settle(messageId);
            throw;
        }

        lock (_sync)
        {
            _covered = next;
        }

        return isNew;
    }

    /// <summary>The message's outcome is recorded, or it was not sent.</summary>
    public void Settle(long messageId)
    {
        lock (_sync)
        {
            _open.Remove(messageId);
        }
    }
}
