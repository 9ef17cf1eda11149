namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>
/// A message in a file that people write: a line for each segment. On the wire a segment ends with CR, which editors and version control take for
/// something else. What is in no form that comes back the same (UTF-16, a message with line feeds of its own) stays as it is.
/// </summary>
internal static class Hl7TextFile
{
    private const byte CarriageReturn = (byte)'\r';
    private const byte LineFeed = (byte)'\n';

    /// <summary>CR becomes a line end.</summary>
    public static ReadOnlyMemory<byte> FromMessage(ReadOnlyMemory<byte> content)
    {
        if (content.Span.Contains(LineFeed) || Hl7Unicode.Detect(content.Span) is not null)
        {
            return content;
        }

        var text = content.ToArray();
        text.AsSpan().Replace(CarriageReturn, LineFeed);
        return text;
    }

    /// <summary>A line end (LF or CR LF) becomes CR. A file whose first line ends with a bare CR is as it was on the wire.</summary>
    public static ReadOnlyMemory<byte> ToMessage(ReadOnlyMemory<byte> text)
    {
        var bytes = text.Span;
        var end = bytes.IndexOfAny(CarriageReturn, LineFeed);
        if (end < 0 || IsOfTheWire(bytes, end) || Hl7Unicode.Detect(bytes) is not null)
        {
            return text;
        }

        var message = new byte[bytes.Length];
        var length = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            if (bytes[at] == CarriageReturn && at + 1 < bytes.Length && bytes[at + 1] == LineFeed)
            {
                continue;
            }

            message[length++] = bytes[at] == LineFeed ? CarriageReturn : bytes[at];
        }

        return message.AsMemory(0, length);
    }

    private static bool IsOfTheWire(ReadOnlySpan<byte> bytes, int firstEnd) =>
        bytes[firstEnd] == CarriageReturn && (firstEnd + 1 == bytes.Length || bytes[firstEnd + 1] != LineFeed);
}
