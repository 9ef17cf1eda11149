using System.Text.Json;

namespace ChannelHost.Engine.Destinations;

/// <summary>
/// Which messages of a destination go before all others because people queued them again: kept in the channel's state, so that a restart, or another version of the channel,
/// changes nothing about that. By their ids alone they would go elsewhere: an edited one last, and one that is of no key would hold up all keys.
/// </summary>
/// <param name="document">Its name in the state.</param>
/// <param name="state">The channel's state.</param>
internal sealed class QueuedAgainList(string document, IChannelState state)
{
    /// <summary>What is kept: some of them may be through by now.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public IReadOnlyList<long> Read() => DeliveryLeases.Read(state, document);

    /// <summary>Keeps them, in order.</summary>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public void Write(IReadOnlyList<long> messages) =>
        state.WriteDocument(document, JsonSerializer.Serialize([.. messages], DeliveryLeases.Ids.Default.Int64Array));
}
