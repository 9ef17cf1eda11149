using System.Buffers.Binary;
using System.IO.Compression;

namespace ChannelHost.Storage.Archives;

/// <summary>
/// A piece of an archive that can be read by itself: a gzip member whose header names its length (an extra field <c>CH</c>), so that one that is damaged is passed over.
/// <c>zcat</c> reads a file of them.
/// </summary>
internal static class ArchiveMember
{
    /// <summary>The bytes before the compressed ones: gzip's header, and the extra field.</summary>
    internal const int HeaderSize = PlainHeader + ExtraSize;

    private const int PlainHeader = 10;
    private const int ExtraSize = 10;
    private const int FlagsAt = 3;
    private const int LengthAt = 16;
    private const byte HasExtra = 4;
    private const int Smallest = HeaderSize + 10;

    // Nobody's messages are that big; a length that says so is damaged, or a trap.
    private const int Largest = 1 << 30;

    /// <summary>The longest line that surely fits into a member, beside what may stand there already.</summary>
    internal const int LongestLine = Largest - (4 << 20);

    private static ReadOnlySpan<byte> Start => [0x1f, 0x8b, 8, HasExtra];

    private static ReadOnlySpan<byte> Extra => [8, 0, (byte)'C', (byte)'H', 4, 0];

    internal static byte[] Compress(ReadOnlySpan<byte> lines)
    {
        using var member = new MemoryStream(lines.Length / 3 + 64);
        using (var gzip = new GZipStream(member, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(lines);
        }

        var plain = member.GetBuffer().AsSpan(0, (int)member.Length);
        var bytes = new byte[plain.Length + ExtraSize];
        plain[..PlainHeader].CopyTo(bytes);
        bytes[FlagsAt] |= HasExtra;
        Extra.CopyTo(bytes.AsSpan(PlainHeader));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(LengthAt), bytes.Length);
        plain[PlainHeader..].CopyTo(bytes.AsSpan(HeaderSize));
        return bytes;
    }

    /// <summary>The length of the member whose header this is; 0 when it is none.</summary>
    internal static int LengthOf(ReadOnlySpan<byte> header) =>
        header.Length >= HeaderSize && header.StartsWith(Start) && header[PlainHeader..].StartsWith(Extra)
        && BinaryPrimitives.ReadInt32LittleEndian(header[LengthAt..]) is >= Smallest and <= Largest and var length ? length : 0;

    /// <summary>Where the next member may begin; -1 when nowhere in these bytes.</summary>
    internal static int Find(ReadOnlySpan<byte> bytes) => bytes.IndexOf(Start);

    /// <exception cref="InvalidDataException">It is damaged.</exception>
    internal static byte[] Decompress(byte[] member)
    {
        // Without the extra field it is what every gzip reader knows.
        using var gzip = new GZipStream(new MemoryStream(member), CompressionMode.Decompress);
        using var lines = new MemoryStream();
        var buffer = new byte[64 << 10];
        int read;
        while ((read = gzip.Read(buffer)) > 0)
        {
            lines.Write(buffer, 0, read);
            if (lines.Length > Largest)
            {
                throw new InvalidDataException("it unpacks to more than 1 GB");
            }
        }

        return lines.ToArray();
    }
}
