using System.Globalization;

namespace ChannelHost.DataTypes.X12;

/// <summary>A message's text; segments and elements are slices of it until somebody asks.</summary>
internal sealed class X12Content : PackedContent
{
    private const byte RootLevel = 0;
    private const byte SegmentLevel = 1;
    private const byte ElementLevel = 2;
    private const byte SubelementLevel = 3;

    private readonly X12Delimiters _delimiters;
    private readonly int _maxParts;

    private X12Content(string text, X12Delimiters delimiters, int maxParts)
    {
        Text = text;
        _delimiters = delimiters;
        _maxParts = maxParts;
        Root = new MessageNode(this, text.AsSpan().TrimStart().StartsWith("ISA", StringComparison.Ordinal) ? "X12Transaction" : "EDIMessage", 0, text.Length, RootLevel, 1);
        delimiters.NameIn(Root);
    }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>The root.</summary>
    public MessageNode Root { get; }

    /// <exception cref="MessageFormatException">Too large, empty, or no text in the charset.</exception>
    public static X12Content Read(X12Format format, ReadOnlyMemory<byte> content)
    {
        if (content.Length > format.Options.MaxSize.Bytes)
        {
            throw new MessageFormatException($"The message has {content.Length} bytes; {format.Options.MaxSize} are allowed (setting maxSize).");
        }

        var text = format.Charset.Read(content.Span, 0);
        var start = text.Length - text.AsSpan().TrimStart().Length;
        if (start == text.Length)
        {
            throw new MessageFormatException("The message is empty; an EDI message begins with a segment.");
        }

        return new X12Content(text, X12Delimiters.Of(text, start, format.Delimiters, format.Options.InferDelimiters), format.Options.MaxParts);
    }

    public override List<MessageNode> Unpack(MessageNode node) => node.Level switch
    {
        RootLevel => Segments(),
        SegmentLevel => Elements(node),
        ElementLevel => Subelements(node),
        _ => node.Length == 0 ? [] : [MessageNode.NewText(ReadText(node))],
    };

    public override bool IsText(MessageNode node) => node.Level == SubelementLevel || (node.Level == ElementLevel && node.Length == 0);

    public override string ReadText(MessageNode node) => Text.Substring(node.Start, node.Length);

    public override string NameOf(MessageNode node) => node.Level switch
    {
        SegmentLevel => Text[node.Start..FirstEnd(node)].Trim(),
        ElementLevel => string.Create(CultureInfo.InvariantCulture, $"{node.Parent!.Name}.{node.Position:00}"),
        SubelementLevel => string.Create(CultureInfo.InvariantCulture, $"{node.Parent!.Name}.{node.Position}"),
        _ => "EDIMessage",
    };

    private List<MessageNode> Segments()
    {
        var segments = new List<MessageNode>();
        for (var at = 0; at < Text.Length;)
        {
            var length = Text.AsSpan(at).IndexOfAny(_delimiters.Segment);
            var end = length < 0 ? Text.Length : at + length;
            if (!Text.AsSpan(at, end - at).IsWhiteSpace())
            {
                segments.Add(new MessageNode(this, null, at, end - at, SegmentLevel, segments.Count + 1));
            }

            at = end + 1;
        }

        return segments;
    }

    private List<MessageNode> Elements(MessageNode segment)
    {
        var first = FirstEnd(segment);
        return first == segment.Start + segment.Length
            ? []
            : Cut(first + _delimiters.Element.Length, segment.Start + segment.Length, _delimiters.Element, ElementLevel);
    }

    // An empty element has no child; all others have at least .1.
    private List<MessageNode> Subelements(MessageNode element) =>
        element.Length == 0 ? [] : Cut(element.Start, element.Start + element.Length, _delimiters.Subelement, SubelementLevel);

    private List<MessageNode> Cut(int start, int end, string delimiter, byte level)
    {
        var parts = new List<MessageNode>();
        for (var at = start; ; at += delimiter.Length)
        {
            var length = Text.AsSpan(at, end - at).IndexOf(delimiter, StringComparison.Ordinal);
            var stop = length < 0 ? end : at + length;
            parts.Add(new MessageNode(this, null, at, stop - at, level, parts.Count + 1));
            if (parts.Count > _maxParts)
            {
                throw new MessageFormatException($"A segment or an element has more than {_maxParts} parts (setting maxParts).");
            }

            if (length < 0)
            {
                return parts;
            }

            at = stop;
        }
    }

    private int FirstEnd(MessageNode segment)
    {
        var length = Text.AsSpan(segment.Start, segment.Length).IndexOf(_delimiters.Element, StringComparison.Ordinal);
        return segment.Start + (length < 0 ? segment.Length : length);
    }
}
