namespace ChannelHost.Storage.Encryption;

/// <summary>What of a channel's messages is encrypted.</summary>
public enum EncryptionScope
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Content, maps, attachments, answers, error texts and what the channel remembers. What people search by (control id, metadata) stays readable.</summary>
    Content,

    /// <summary>Also what people search by: it is found by a keyed hash, for equal values only.</summary>
    All,
}
