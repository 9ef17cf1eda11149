namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>Finds parts of a message in its bytes. Nothing is allocated but the list of segments.</summary>
internal static class Hl7Scan
{
    /// <summary>The first byte of the message proper: after a byte order mark and anything blank (an MLLP start byte included).</summary>
    public static int Begin(ReadOnlySpan<byte> bytes)
    {
        var at = bytes.StartsWith("\uFEFF"u8) ? 3 : 0;
        while (at < bytes.Length && bytes[at] <= ' ')
        {
            at++;
        }

        return at;
    }

    /// <summary>The end of the message proper: before anything blank at the end, line ends and MLLP end bytes included.</summary>
    public static int End(ReadOnlySpan<byte> bytes, int begin)
    {
        var end = bytes.Length;
        while (end > begin && bytes[end - 1] <= ' ')
        {
            end--;
        }

        return end;
    }

    /// <summary>Cuts the message into segments. Lines with nothing but blanks belong to the line end before them.</summary>
    /// <exception cref="MessageFormatException">There are more than <paramref name="maximum"/>.</exception>
    public static Hl7Segment[] Segments(ReadOnlySpan<byte> bytes, int begin, int end, byte fieldSeparator, int maximum, out int count)
    {
        var segments = new Hl7Segment[16];
        count = 0;
        var at = begin;
        while (at < end)
        {
            var rest = bytes[at..end];
            var length = rest.IndexOfAny((byte)'\r', (byte)'\n');
            if (length < 0)
            {
                length = rest.Length;
            }

            var line = rest[..length];
            if (length > 0 && (line[0] > ' ' || line.ContainsAnyExceptInRange((byte)0, (byte)' ')))
            {
                if (count == segments.Length)
                {
                    Array.Resize(ref segments, count * 2);
                }

                if (count == maximum)
                {
                    throw new MessageFormatException($"The message has more than {maximum} segments (setting maxSegments); number {count + 1} begins at byte {at}.");
                }

                segments[count++] = new Hl7Segment(at, length, Key(line, fieldSeparator));
            }

            at += length + 1;
        }

        return segments;
    }

    /// <summary>The segment's name as a number, when it is three letters or digits directly at its beginning; else 0.</summary>
    public static uint Key(ReadOnlySpan<byte> segment, byte fieldSeparator) =>
        segment.Length >= 3 && (segment.Length == 3 || segment[3] == fieldSeparator)
        && char.IsAsciiLetterOrDigit((char)segment[0]) && char.IsAsciiLetterOrDigit((char)segment[1]) && char.IsAsciiLetterOrDigit((char)segment[2])
            ? segment[0] | ((uint)segment[1] << 8) | ((uint)segment[2] << 16)
            : 0;

    /// <summary>True when the segment holds its own delimiters in its first two fields. Upper case only, as for Mirth.</summary>
    public static bool HoldsDelimiters(ReadOnlySpan<byte> segment, byte fieldSeparator) =>
        segment.Length >= 4 && segment[3] == fieldSeparator && (segment.StartsWith("MSH"u8) || segment.StartsWith("FHS"u8) || segment.StartsWith("BHS"u8));

    /// <summary>The length of what stands before the first field: the name, with blanks around it if there are any.</summary>
    public static int HeadLength(ReadOnlySpan<byte> segment, byte fieldSeparator)
    {
        var end = segment.IndexOf(fieldSeparator);
        return end < 0 ? segment.Length : end;
    }

    /// <summary>A field with all its repetitions.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="number">From 1; in header segments 1 is the separator itself and 2 the encoding characters.</param>
    /// <param name="separator">The field separator.</param>
    public static Hl7Slice Field(ReadOnlySpan<byte> bytes, Hl7Slice segment, int number, byte separator)
    {
        var content = segment.Of(bytes);
        if (HoldsDelimiters(content, separator))
        {
            if (number == 1)
            {
                return new Hl7Slice(segment.Start + 3, 1);
            }

            number--;
        }

        // Part 1 is the name.
        return Part(bytes, segment, separator, number + 1);
    }

    /// <summary>The part of this number, from 1. With no separator (0) the whole is the only part.</summary>
    public static Hl7Slice Part(ReadOnlySpan<byte> bytes, Hl7Slice whole, byte separator, int number)
    {
        if (separator == 0)
        {
            return number == 1 ? whole : Hl7Slice.None;
        }

        var cutter = new Hl7Cutter(whole.Of(bytes), separator);
        return cutter.Skip(number - 1) && cutter.Next() ? new Hl7Slice(whole.Start + cutter.Start, cutter.Length) : Hl7Slice.None;
    }

    /// <summary>As the other, on the bytes alone; empty when there is no such part.</summary>
    public static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> whole, byte separator, int number)
    {
        var part = Part(whole, new Hl7Slice(0, whole.Length), separator, number);
        return part.IsNone ? default : part.Of(whole);
    }
}
