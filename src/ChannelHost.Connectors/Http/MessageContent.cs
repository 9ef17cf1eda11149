using System.Net;

namespace ChannelHost.Connectors.Http;

/// <summary>The body of a request. It knows whether anybody began to send it: before that the partner cannot have the message.</summary>
internal sealed class MessageContent(ReadOnlyMemory<byte> bytes) : HttpContent
{
    private volatile bool _isBegun;

    /// <summary>True when the first byte was handed to a connection.</summary>
    public bool IsBegun => _isBegun;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _isBegun = true;
        await stream.WriteAsync(bytes, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }
}
