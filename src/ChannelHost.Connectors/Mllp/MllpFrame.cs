using System.Buffers;
using System.Runtime.CompilerServices;

namespace ChannelHost.Connectors.Mllp;

/// <summary>The bytes around a message, and how a frame is written.</summary>
internal static class MllpFrame
{
    /// <summary>The start block.</summary>
    public const byte Start = 0x0B;

    /// <summary>The first byte of the end block.</summary>
    public const byte End = 0x1C;

    /// <summary>The second byte of the end block.</summary>
    public const byte CarriageReturn = 0x0D;

    private const int LargestCopied = 64 * 1024;
    private static readonly byte[] StartBlock = [Start];
    private static readonly byte[] EndBlock = [End, CarriageReturn];

    /// <summary>Where content would end the frame before its time; -1 when it can be framed.</summary>
    public static int IndexOfEndBlock(ReadOnlySpan<byte> content) => content.IndexOf(EndBlock);

    /// <summary>Writes content with its blocks. One write, one packet, as long as it is small: half a frame in a packet of its own costs the peer a wake-up.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask WriteAsync(Stream stream, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (content.Length > LargestCopied)
        {
            await stream.WriteAsync(StartBlock, cancellationToken);
            await stream.WriteAsync(content, cancellationToken);
            await stream.WriteAsync(EndBlock, cancellationToken);
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(content.Length + 3);
        try
        {
            buffer[0] = Start;
            content.Span.CopyTo(buffer.AsSpan(1));
            EndBlock.CopyTo(buffer.AsSpan(content.Length + 1));
            await stream.WriteAsync(buffer.AsMemory(0, content.Length + 3), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
