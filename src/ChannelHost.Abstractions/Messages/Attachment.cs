namespace ChannelHost.Abstractions;

/// <summary>A part of a message that is kept beside it; a token <c>${ATTACH:id}</c> stands in its place.</summary>
/// <param name="Id">Unique in the channel; a UUID by default.</param>
/// <param name="Type">The media type, or whatever the author calls it.</param>
/// <param name="Content">The bytes.</param>
public sealed record Attachment(string Id, string Type, ReadOnlyMemory<byte> Content)
{
    /// <summary>What stands in the message for it.</summary>
    public string Token => $"${{ATTACH:{Id}}}";
}

/// <summary>An attachment in a list.</summary>
/// <param name="Id">Unique in its message.</param>
/// <param name="Type">The media type, or whatever the author calls it.</param>
/// <param name="Size">In bytes.</param>
public sealed record AttachmentSummary(string Id, string Type, long Size);

/// <summary>The attachments of one message, as its scripts and destinations reach them. Not safe for use by two threads at once.</summary>
public interface IAttachments
{
    /// <summary>The attachments of this message in order; of a stored message they are read when asked for.</summary>
    IReadOnlyList<Attachment> All { get; }

    /// <summary>Those of another message.</summary>
    /// <param name="channel">The channel's id or name.</param>
    /// <param name="messageId">The message.</param>
    IReadOnlyList<Attachment> Of(string channel, long messageId);

    /// <summary>Adds one; it is stored with the message's next commit.</summary>
    void Add(Attachment attachment);

    /// <summary>Puts new content under an id that is there; false when it is not.</summary>
    bool Update(Attachment attachment);
}
