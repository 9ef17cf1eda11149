namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>The header segment of a message, read straight from its bytes. Never throws: what is not there is empty.</summary>
internal readonly ref struct Hl7Header
{
    private readonly ReadOnlySpan<byte> _segment;

    private Hl7Header(ReadOnlySpan<byte> segment)
    {
        _segment = segment;
        Delimiters = Hl7Delimiters.OfHeader(segment);
    }

    /// <summary>True when there is no header.</summary>
    public bool IsNone => _segment.IsEmpty;

    /// <summary>The header's bytes.</summary>
    public int Length => _segment.Length;

    /// <summary>True for MSH; false for FHS and BHS, which open a batch.</summary>
    public bool IsMessage => !IsNone && (_segment[0] | 0x20) == 'm';

    /// <summary>What the header names.</summary>
    public Hl7Delimiters Delimiters { get; }

    /// <summary>Finds the header at the beginning of a message.</summary>
    public static Hl7Header Find(ReadOnlySpan<byte> content)
    {
        var bytes = content[Hl7Scan.Begin(content)..];
        if (!Hl7Delimiters.IsHeader(bytes))
        {
            return default;
        }

        var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        return new Hl7Header(end < 0 ? bytes[..Hl7Scan.End(bytes, 0)] : bytes[..end]);
    }

    /// <summary>Finds the first MSH that begins a line; in a batch that is the header of its first message.</summary>
    public static Hl7Header FindMessage(ReadOnlySpan<byte> content)
    {
        var at = IndexOfMessage(content);
        return at < 0 ? default : Find(content[at..]);
    }

    /// <summary>Where the first MSH begins that begins a line; -1 when there is none.</summary>
    public static int IndexOfMessage(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; ; at += 3)
        {
            var next = bytes[at..].IndexOf("MSH"u8);
            if (next < 0)
            {
                return -1;
            }

            at += next;
            if ((at == 0 || bytes[at - 1] is (byte)'\r' or (byte)'\n') && Hl7Delimiters.IsHeader(bytes[at..]))
            {
                return at;
            }
        }
    }

    /// <summary>What MSH-18 holds; empty for the header of a batch, which has no such field.</summary>
    public ReadOnlySpan<byte> Charset => IsMessage ? Field(18) : default;

    /// <summary>A field as it stands, repetitions and all; counted as in MSH, where 1 is the separator.</summary>
    public ReadOnlySpan<byte> Field(int number) => IsNone ? default : Hl7Scan.Part(_segment, Delimiters.Field, number);

    /// <summary>A component of a field's first repetition.</summary>
    public ReadOnlySpan<byte> Component(int field, int component) =>
        Hl7Scan.Part(Hl7Scan.Part(Field(field), Delimiters.Repetition, 1), Delimiters.Component, component);
}
