using ChannelHost.Storage.Encryption;

namespace ChannelHost.Storage;

/// <summary>Stores of either kind, as those see them who change their keys or bring archives back.</summary>
internal interface IEncryptedStores : IChannelStores
{
    /// <summary>The keys of encrypted stores and archives.</summary>
    EncryptionKeys Keys { get; }

    /// <summary>The settings that keep a closed channel's store in the form it is in; for those who do not know its channel.yaml.</summary>
    StoreSettings SettingsFoundOf(string channel);

    /// <summary>Ends when nothing of an open channel is being brought to another form any more. Gives why it ended before it was through; null when it did not.</summary>
    Task<string?> ResealedAsync(string channel, CancellationToken cancellationToken);
}
