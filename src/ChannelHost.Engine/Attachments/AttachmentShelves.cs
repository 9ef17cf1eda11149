using System.Collections.Concurrent;

namespace ChannelHost.Engine.Attachments;

/// <summary>Where each channel of this host keeps its attachments: a message that was handed on may name those of the channel it came from.</summary>
internal sealed class AttachmentShelves
{
    private readonly ConcurrentDictionary<string, IMessageStore> _stores = new(StringComparer.Ordinal);

    /// <summary>A channel is open.</summary>
    /// <param name="channel">Its name or its id.</param>
    /// <param name="store">Its messages.</param>
    public void Open(string channel, IMessageStore store) => _stores[channel] = store;

    /// <summary>A channel was closed.</summary>
    public void Close(string channel, IMessageStore store) => _stores.TryRemove(KeyValuePair.Create(channel, store));

    /// <summary>A channel's messages by its name or id; null when it is not open here.</summary>
    public IMessageStore? Find(string channel) => _stores.GetValueOrDefault(channel);
}
