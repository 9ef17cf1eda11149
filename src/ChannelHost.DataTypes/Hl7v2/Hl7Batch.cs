namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>Takes a file or batch (FHS, BHS, BTS, FTS; HL7 v2 chapter 2, "Batch protocol") apart into its messages, without copying them.</summary>
internal static class Hl7Batch
{
    /// <summary>
    /// Each message from its MSH to before the next header or trailer, line ends included. Lines that belong to no message are a piece of their
    /// own, so that nothing is passed over in silence.
    /// </summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> content)
    {
        var at = Hl7Scan.Begin(content.Span);
        var start = -1;
        while (at < content.Length)
        {
            var kind = KindOf(content.Span, at, out var next);
            if (start >= 0 && (kind is Line.Header or Line.Envelope))
            {
                yield return content[start..at];
                start = -1;
            }

            if (kind == Line.Header || (start < 0 && kind == Line.Other))
            {
                start = at;
            }

            at = next;
        }

        if (start >= 0)
        {
            yield return content[start..];
        }
    }

    private enum Line
    {
        Blank,
        Header,
        Envelope,
        Other,
    }

    private static Line KindOf(ReadOnlySpan<byte> bytes, int at, out int next)
    {
        var line = bytes[at..];
        var length = line.IndexOfAny((byte)'\r', (byte)'\n');
        next = length < 0 ? bytes.Length : at + length + 1;
        line = length < 0 ? line : line[..length];
        if (Begins(line, "MSH"u8))
        {
            return Line.Header;
        }

        if (Begins(line, "FHS"u8) || Begins(line, "BHS"u8) || Begins(line, "BTS"u8) || Begins(line, "FTS"u8))
        {
            return Line.Envelope;
        }

        return line.ContainsAnyExceptInRange((byte)0, (byte)' ') ? Line.Other : Line.Blank;
    }

    // FTS and BTS may stand alone.
    private static bool Begins(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.StartsWith(name) && (line.Length == name.Length || Hl7Delimiters.IsFieldSeparator(line[name.Length]));
}
