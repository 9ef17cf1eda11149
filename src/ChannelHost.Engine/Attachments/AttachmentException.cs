namespace ChannelHost.Engine.Attachments;

/// <summary>Attachments cannot be taken out of a message or put back. The text names the setting and what next, and no content.</summary>
internal sealed class AttachmentException(string message) : Exception(message)
{
    /// <summary>More, for the log of scripts: may quote the author's script.</summary>
    public string? Details { get; init; }
}
