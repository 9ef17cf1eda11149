using System.Collections.Concurrent;

namespace ChannelHost.Engine.Pipeline;

/// <summary>
/// Which unfinished deliveries a swap of lanes left to be made again: those of messages that came before it and that nobody has in hand. A message whose scripts took longer than
/// the swap waited is handed over after it, to the lanes of then, and is none of them.
/// </summary>
/// <param name="firstId">Messages from this one on came after the swap.</param>
/// <param name="inHand">Members of chains that were walked through at the swap. A message's other destinations are not among them.</param>
internal sealed class SwapRemnants(long firstId, IReadOnlySet<(long Message, string Destination)> inHand)
{
    private readonly ConcurrentDictionary<long, bool> _handedOverSince = new();

    /// <summary>Messages from this one on came after the swap.</summary>
    public long FirstId => firstId;

    /// <summary>False when somebody delivers it.</summary>
    public bool Contains(long messageId, string destination) =>
        messageId < firstId && !inHand.Contains((messageId, destination)) && !_handedOverSince.ContainsKey(messageId);

    /// <summary>A message is about to be handed to the store. Before its rows can be found there.</summary>
    public void HandedOver(long messageId)
    {
        if (messageId < firstId)
        {
            _handedOverSince[messageId] = true;
        }
    }
}
