using ChannelHost.Storage.Encryption;

namespace ChannelHost.Storage;

/// <summary>Stores of either kind, as those see them who change their keys or bring archives back.</summary>
internal interface IEncryptedStores : IChannelStores
{
    /// <summary>The keys of encrypted stores and archives.</summary>
    EncryptionKeys Keys { get; }

    /// <summary>The forms that contents of an open channel may have; empty when nothing was ever encrypted.</summary>
    IReadOnlyList<string> FormsOf(string channel);
}
