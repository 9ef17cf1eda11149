using System.Text;

namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>The bytes of one parsed message and what they mean. Immutable.</summary>
internal sealed class Hl7Content : PackedContent
{
    private const int MaxNameLength = 200;

    private readonly Hl7v2Settings _settings;
    private readonly Hl7Segment[] _segments;
    private readonly int _segmentCount;

    private Hl7Content(Hl7v2Settings settings, ReadOnlyMemory<byte> bytes)
    {
        _settings = settings;
        Bytes = bytes;
        Received = bytes;
        var all = bytes.Span;
        Begin = Hl7Scan.Begin(all);
        End = Hl7Scan.End(all, Begin);
        var header = HeaderOf(all[Begin..End]);
        HasHeader = header >= 0;
        Delimiters = HasHeader ? Hl7Delimiters.OfHeader(all[(Begin + header)..End]) : Hl7Delimiters.Headerless;
        _segments = Hl7Scan.Segments(all, Begin, End, Delimiters.Field, settings.Options.MaxSegments, out _segmentCount);
        Charset = settings.Charsets.Resolve(CharsetField(all), Delimiters);
    }

    // One segment that was rewritten. It has the form of the message it came from.
    private Hl7Content(Hl7Content origin, byte[] segment)
    {
        _settings = origin._settings;
        _segments = [];
        Origin = origin.Origin ?? origin;
        Bytes = segment;
        End = segment.Length;
        HasHeader = origin.HasHeader;
        Delimiters = origin.Delimiters;
        Charset = origin.Charset;
    }

    /// <summary>For a rewritten segment, the message it came from; else null.</summary>
    public Hl7Content? Origin { get; }

    /// <summary>The message. UTF-8 when it was transcoded, see <see cref="Original"/>.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>What the delimiters are.</summary>
    public Hl7Delimiters Delimiters { get; }

    /// <summary>What text is written in.</summary>
    public Charset Charset { get; private set; }

    /// <summary>The message as it was handed in.</summary>
    public ReadOnlyMemory<byte> Received { get; private init; }

    /// <summary>Null, or the message's own charset when its bytes had to be transcoded because delimiters cannot be found in them.</summary>
    public Charset? Original { get; private init; }

    /// <summary>False when no header segment names delimiters.</summary>
    public bool HasHeader { get; }

    /// <summary>The first byte of the first segment; what is before is kept and means nothing.</summary>
    public int Begin { get; }

    /// <summary>The end of the last segment; what is after is kept and means nothing.</summary>
    public int End { get; }

    /// <summary>The segments in order.</summary>
    public ReadOnlySpan<Hl7Segment> Segments => _segments.AsSpan(0, _segmentCount);

    /// <summary>The separator that fields are taken apart at into repetitions; 0 where the settings say that they are not.</summary>
    public byte Repetition => _settings.Options.Repetitions ? Delimiters.Repetition : (byte)0;

    /// <summary>The separator that components are taken apart at; 0 where there is none.</summary>
    public byte Subcomponent => _settings.Options.Subcomponents ? Delimiters.Subcomponent : (byte)0;

    /// <summary>Takes a message in.</summary>
    /// <exception cref="MessageFormatException">It is none, or too large.</exception>
    public static Hl7Content Read(Hl7v2Settings settings, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > settings.Options.MaxSize.Bytes)
        {
            throw new MessageFormatException($"The message has {bytes.Length} bytes; {settings.Options.MaxSize} are allowed (setting maxSize).");
        }

        if (Hl7Unicode.Detect(bytes.Span) is { } unicode)
        {
            return Transcode(settings, bytes, unicode);
        }

        if (settings.Options.Oddities && Hl7Oddities.Corrected(bytes) is { } corrected)
        {
            bytes = corrected;
        }

        var content = new Hl7Content(settings, bytes);
        return content.Charset.IsAsciiTransparent ? content.OrNoMessage() : Transcode(settings, bytes, content.Charset);
    }

    /// <summary>The bytes that are the whole truth about a node, or null when its children have to be asked.</summary>
    public static Hl7Content? BytesOf(MessageNode node) => (node.IsPacked || !node.IsChanged) && node.Level != Hl7Level.Message ? node.Source as Hl7Content : null;

    /// <summary>One segment of this message, rewritten.</summary>
    public Hl7Content Rewritten(byte[] segment) => new(this, segment);

    /// <summary>What separates this segment from the next, or ends the message: line ends, and blank lines if there are any.</summary>
    public ReadOnlySpan<byte> GapAfter(int segment)
    {
        var end = _segments[segment].End;
        var next = segment + 1 < _segmentCount ? _segments[segment + 1].Start : Bytes.Length;
        return Bytes.Span[end..next];
    }

    /// <summary>The first line end of the message, or CR when it has none.</summary>
    public ReadOnlySpan<byte> LineEnd
    {
        get
        {
            var gap = _segmentCount > 0 ? GapAfter(0) : default;
            return FirstLineEnd(gap) is { IsEmpty: false } end ? end : "\r"u8;
        }
    }

    /// <summary>What stands after the line end of the last segment: blanks, or the bytes that end an MLLP frame.</summary>
    public ReadOnlySpan<byte> AfterLastLineEnd
    {
        get
        {
            var gap = _segmentCount > 0 ? GapAfter(_segmentCount - 1) : default;
            var at = gap.IndexOfAny((byte)'\r', (byte)'\n');
            return at < 0 ? default : gap[(at + FirstLineEnd(gap).Length)..];
        }
    }

    /// <summary>The first line end in what stands after a segment; empty when there is none.</summary>
    public static ReadOnlySpan<byte> FirstLineEnd(ReadOnlySpan<byte> gap)
    {
        var at = gap.IndexOfAny((byte)'\r', (byte)'\n');
        if (at < 0)
        {
            return default;
        }

        return gap.Slice(at, gap[at] == '\r' && at + 1 < gap.Length && gap[at + 1] == '\n' ? 2 : 1);
    }

    /// <summary>A slice as text, escape sequences as they stand.</summary>
    public string ReadText(Hl7Slice slice) => Charset.Read(slice.Of(Bytes.Span), slice.Start);

    /// <inheritdoc/>
    public override bool IsText(MessageNode node)
    {
        var slice = Bytes.Span.Slice(node.Start, node.Length);
        return node.Level switch
        {
            Hl7Level.Message => _segmentCount == 0,
            Hl7Level.Segment => slice.IndexOf(Delimiters.Field) < 0,
            Hl7Level.Field => slice.IsEmpty || IsDelimiterField(node.Start, node.Length, node.Position),
            Hl7Level.Component => Subcomponent == 0 || slice.IndexOf(Subcomponent) < 0,
            _ => true,
        };
    }

    /// <inheritdoc/>
    public override string ReadText(MessageNode node) =>
        node.Level >= Hl7Level.Field ? ReadText(new Hl7Slice(node.Start, node.Length)) : "";

    /// <inheritdoc/>
    public override string NameOf(MessageNode node) => node.Level switch
    {
        Hl7Level.Message => Hl7Level.RootName,
        Hl7Level.Segment => SegmentName(new Hl7Slice(node.Start, node.Length)),
        _ => "",
    };

    /// <inheritdoc/>
    public override List<MessageNode> Unpack(MessageNode node)
    {
        var unpacking = new Hl7Unpacking(this, _settings);
        return node.Level switch
        {
            Hl7Level.Message => unpacking.Message(),
            Hl7Level.Segment => unpacking.Segment(node),
            Hl7Level.Field when node.Length > 0 && !IsDelimiterField(node.Start, node.Length, node.Position) =>
                unpacking.Parts(node, Delimiters.Component, Hl7Level.Component),
            Hl7Level.Component when !IsText(node) => unpacking.Parts(node, Subcomponent, Hl7Level.Subcomponent),
            _ => node.Length > 0 ? [MessageNode.NewText(ReadText(node))] : [],
        };
    }

    /// <summary>The name of a segment, without blanks around it.</summary>
    public string SegmentName(Hl7Slice segment)
    {
        var bytes = segment.Of(Bytes.Span);
        var key = Hl7Scan.Key(bytes, Delimiters.Field);
        if (key != 0)
        {
            return _settings.Names.Segment(key);
        }

        // A line that is no segment may hold anything, megabytes too. Its name is for people and lookups; what is written back are its bytes.
        var head = bytes[..Math.Min(MaxNameLength, Hl7Scan.HeadLength(bytes, Delimiters.Field))];
        return Encoding.Latin1.GetString(head).Trim();
    }

    /// <summary>True when the segment has this name.</summary>
    public bool IsNamed(in Hl7Segment segment, Hl7Path path)
    {
        if (segment.Key != 0)
        {
            return segment.Key == path.Key;
        }

        var bytes = segment.Slice.Of(Bytes.Span);
        return Ascii.Equals(bytes[..Hl7Scan.HeadLength(bytes, Delimiters.Field)].Trim((byte)' '), path.Segment);
    }

    /// <summary>True for MSH-1 and MSH-2 and their like: text as it stands, no components.</summary>
    public bool IsDelimiterField(int start, int length, int number)
    {
        if (number is not (1 or 2))
        {
            return false;
        }

        var segment = start - (number == 1 ? 3 : 4);
        var bytes = Bytes.Span;
        if (segment < Begin || (segment > Begin && bytes[segment - 1] is not ((byte)'\r' or (byte)'\n')))
        {
            return false;
        }

        return Hl7Scan.HoldsDelimiters(bytes[segment..], Delimiters.Field) && (number == 2 || length == 1);
    }

    private ReadOnlySpan<byte> CharsetField(ReadOnlySpan<byte> bytes)
    {
        foreach (var segment in Segments)
        {
            if (bytes[segment.Start..segment.End].StartsWith("MSH"u8))
            {
                var field = Hl7Scan.Field(bytes, segment.Slice, 18, Delimiters.Field);
                return field.IsNone ? default : field.Of(bytes);
            }
        }

        return default;
    }

    // The header is the first line, or, where junk came first and the settings let it pass, the first line that is one.
    private int HeaderOf(ReadOnlySpan<byte> bytes)
    {
        if (Hl7Delimiters.IsHeader(bytes))
        {
            return 0;
        }

        if (_settings.Options.RequireHeader)
        {
            return -1;
        }

        return Hl7Header.IndexOfMessage(bytes);
    }

    private static Hl7Content Transcode(Hl7v2Settings settings, ReadOnlyMemory<byte> bytes, Charset charset)
    {
        var text = charset.Read(bytes.Span, 0);
        var content = new Hl7Content(settings, Encoding.UTF8.GetBytes(text)) { Original = charset, Received = bytes };
        content.Charset = Charset.Utf8;
        return content.OrNoMessage();
    }

    private Hl7Content OrNoMessage()
    {
        if (HasHeader || !_settings.Options.RequireHeader)
        {
            return this;
        }

        if (Begin >= Bytes.Length)
        {
            throw new MessageFormatException("The message is empty.");
        }

        var what = Bytes.Span[Begin] switch
        {
            (byte)'<' => "it begins like XML",
            (byte)'{' or (byte)'[' => "it begins like JSON",
            _ => "it does not begin with MSH, FHS or BHS and a field separator",
        };
        throw new MessageFormatException(
            $"This is no HL7 v2 message in ER7 form: {what} (byte {Begin}). Fragments without a header are read where requireHeader: false is set.");
    }
}
