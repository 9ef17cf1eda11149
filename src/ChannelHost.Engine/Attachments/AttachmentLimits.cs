namespace ChannelHost.Engine.Attachments;

/// <summary>What attachments may cost. Reaching one is an error on the message.</summary>
internal static class AttachmentLimits
{
    /// <summary>The most attachments of a message.</summary>
    public const int Most = 10_000;

    /// <summary>The most bytes of all attachments that a message's scripts may add, and of a message with its attachments put back.</summary>
    public const long MostBytes = 512L * 1024 * 1024;
}
