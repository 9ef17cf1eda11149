namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>The characters that take a message apart, as MSH-1 and MSH-2 name them. All are ASCII. 0 means that there is none.</summary>
internal readonly record struct Hl7Delimiters(byte Field, byte Component, byte Repetition, byte Escape, byte Subcomponent, byte Truncation)
{
    /// <summary>What everybody uses, and what is written where no header says otherwise.</summary>
    public static Hl7Delimiters Standard { get; } = new((byte)'|', (byte)'^', (byte)'~', (byte)'\\', (byte)'&', 0);

    /// <summary>For text without a header: nothing says that there are escapes or sub-components, so there are none.</summary>
    public static Hl7Delimiters Headerless { get; } = Standard with { Escape = 0, Subcomponent = 0 };

    /// <summary>True when the bytes begin a segment that names delimiters: MSH, FHS or BHS in any letter case and a field separator.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> segment)
    {
        if (segment.Length < 4 || !IsFieldSeparator(segment[3]))
        {
            return false;
        }

        return (segment[0] | 0x20, segment[1] | 0x20, segment[2] | 0x20) switch
        {
            ('m', 's', 'h') or ('f', 'h', 's') or ('b', 'h', 's') => true,
            _ => false,
        };
    }

    /// <summary>
    /// Reads the delimiters of a header. Lenient: component and repetition have defaults; without an escape or sub-component character the
    /// message has none; <c>^~&amp;</c> is taken for the <c>^~\&amp;</c> that it was meant to be.
    /// </summary>
    public static Hl7Delimiters OfHeader(ReadOnlySpan<byte> segment)
    {
        var field = segment[3];
        var rest = segment[4..];
        var end = rest.IndexOfAny(field, (byte)'\r', (byte)'\n');
        return Of(field, end < 0 ? rest : rest[..end]);
    }

    /// <summary>The delimiters of MSH-1 and MSH-2.</summary>
    public static Hl7Delimiters Of(byte field, ReadOnlySpan<byte> encoding)
    {
        if (encoding.SequenceEqual("^~&"u8))
        {
            return Standard with { Field = field };
        }

        return new Hl7Delimiters(
            field,
            At(encoding, 0, (byte)'^'),
            At(encoding, 1, (byte)'~'),
            At(encoding, 2, 0),
            At(encoding, 3, 0),
            At(encoding, 4, 0));
    }

    /// <summary>True when a byte can separate fields: ASCII, no letter, no digit, no line break.</summary>
    public static bool IsFieldSeparator(byte value) =>
        value is > 0 and < 0x80 and not (byte)'\r' and not (byte)'\n' && !char.IsAsciiLetterOrDigit((char)value);

    // A byte above ASCII is part of some character: it cannot be looked for, so it counts as none.
    private static byte At(ReadOnlySpan<byte> encoding, int index, byte fallback) =>
        index < encoding.Length && encoding[index] is > 0x20 and < 0x80 ? encoding[index] : fallback;
}
