using ChannelHost.Server.Api;

namespace ChannelHost.Server.Exporting;

/// <summary>Where exported contents go.</summary>
internal interface IContentExport : IDisposable
{
    /// <summary>The folder or file.</summary>
    string Place { get; }

    /// <summary>Writes one content.</summary>
    /// <exception cref="IOException">It cannot be written, or stands there already.</exception>
    void Write(MessageView message, ExportedContent content);

    /// <summary>All is written.</summary>
    /// <exception cref="IOException">It cannot be brought to its place.</exception>
    void Complete();
}

/// <summary>One content of a message.</summary>
/// <param name="Destination">The destination; null for what the sender sent.</param>
/// <param name="Bytes">The content.</param>
internal readonly record struct ExportedContent(string? Destination, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>True for an attachment: its bytes are of no data type.</summary>
    public bool IsAttachment { get; init; }
}
