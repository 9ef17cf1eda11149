using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace ChannelHost.Connectors.Http;

/// <summary>How unpacking a body ended.</summary>
internal enum UnpackOutcome
{
    /// <summary>It is whole.</summary>
    Whole,

    /// <summary>The coding is none of gzip, deflate and br.</summary>
    Unknown,

    /// <summary>The bytes are not what the coding says, or end too soon.</summary>
    Broken,

    /// <summary>It would become larger than allowed.</summary>
    TooLarge,
}

/// <summary>
/// Content codings of bodies (RFC 9110, 8.4.1). .NET's streams take packed bytes that end too soon for the end: half a message would pass for a whole one.
/// So the whole packed body is unpacked at once, and its own trailer is asked whether it is whole.
/// </summary>
internal static class ContentCoding
{
    /// <summary>What is understood, for <c>Accept-Encoding</c>.</summary>
    public const string Accepted = "gzip, deflate, br";

    /// <summary>Up to here the ratio does not count: small bodies of blanks pack well.</summary>
    private const long FreeSize = 1024 * 1024;
    private const int Piece = 64 * 1024;

    /// <summary>Unpacks a body.</summary>
    /// <param name="coding">As in <c>Content-Encoding</c>; empty or <c>identity</c> for none.</param>
    /// <param name="packed">The whole body.</param>
    /// <param name="maximum">The largest result in bytes.</param>
    /// <param name="ratio">How many times its packed size the result may have beyond one megabyte.</param>
    public static (UnpackOutcome Outcome, byte[] Content) Unpack(string? coding, byte[] packed, long maximum, int ratio)
    {
        if (packed.Length == 0)
        {
            // Some servers name a coding also where there is nothing to pack.
            return (UnpackOutcome.Whole, packed);
        }

        var most = Math.Min(maximum, Math.Max(FreeSize, packed.Length * (long)ratio));
        try
        {
            return coding?.Trim().ToLowerInvariant() switch
            {
                null or "" or "identity" => (UnpackOutcome.Whole, packed),
                "gzip" or "x-gzip" => Through(new GZipStream(Read(packed), CompressionMode.Decompress), most, content => EndsWithLength(packed, content)),
                "deflate" => Through(new ZLibStream(Read(packed), CompressionMode.Decompress), most, content => EndsWithAdler(packed, content)),
                "br" => Brotli(packed, most),
                _ => (UnpackOutcome.Unknown, []),
            };
        }
        catch (InvalidDataException)
        {
            return (UnpackOutcome.Broken, []);
        }
    }

    private static MemoryStream Read(byte[] packed) => new(packed, writable: false);

    private static (UnpackOutcome, byte[]) Through(Stream unpacking, long most, Func<byte[], bool> isWhole)
    {
        using (unpacking)
        {
            var content = new ArrayBufferWriter<byte>();
            while (true)
            {
                var read = unpacking.Read(content.GetSpan(Piece));
                if (read == 0)
                {
                    var whole = content.WrittenSpan.ToArray();
                    return isWhole(whole) ? (UnpackOutcome.Whole, whole) : (UnpackOutcome.Broken, []);
                }

                content.Advance(read);
                if (content.WrittenCount > most)
                {
                    return (UnpackOutcome.TooLarge, []);
                }
            }
        }
    }

    private static (UnpackOutcome, byte[]) Brotli(byte[] packed, long most)
    {
        using var decoder = new BrotliDecoder();
        var content = new ArrayBufferWriter<byte>();
        var rest = packed.AsSpan();
        while (true)
        {
            var status = decoder.Decompress(rest, content.GetSpan(Piece), out var consumed, out var written);
            rest = rest[consumed..];
            content.Advance(written);
            if (content.WrittenCount > most)
            {
                return (UnpackOutcome.TooLarge, []);
            }

            switch (status)
            {
                case OperationStatus.Done when rest.IsEmpty:
                    return (UnpackOutcome.Whole, content.WrittenSpan.ToArray());
                case OperationStatus.DestinationTooSmall:
                    continue;
                default:
                    return (UnpackOutcome.Broken, []);
            }
        }
    }

    // RFC 1952, 2.3.1: the last four bytes are the length. The checksum before them the stream has compared.
    private static bool EndsWithLength(byte[] packed, byte[] content) =>
        packed.Length >= 18 && BinaryPrimitives.ReadUInt32LittleEndian(packed.AsSpan(packed.Length - 4)) == (uint)content.Length;

    // RFC 1950, 2.2: the last four bytes are the Adler-32 of the content.
    private static bool EndsWithAdler(byte[] packed, byte[] content) =>
        packed.Length >= 6 && BinaryPrimitives.ReadUInt32BigEndian(packed.AsSpan(packed.Length - 4)) == Adler32(content);

    private static uint Adler32(ReadOnlySpan<byte> content)
    {
        const uint modulus = 65521;
        const int longestRun = 5552;
        uint low = 1;
        uint high = 0;
        while (!content.IsEmpty)
        {
            var run = content[..Math.Min(content.Length, longestRun)];
            foreach (var one in run)
            {
                low += one;
                high += low;
            }

            low %= modulus;
            high %= modulus;
            content = content[run.Length..];
        }

        return (high << 16) | low;
    }
}
