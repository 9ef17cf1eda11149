namespace ChannelHost.DataTypes.X12;

/// <summary>The delimiters of one message.</summary>
/// <param name="Segment">Each of these characters ends a segment.</param>
/// <param name="Element">Separates elements.</param>
/// <param name="Subelement">Separates sub-elements.</param>
internal sealed record X12Delimiters(string Segment, string Element, string Subelement)
{
    private const string SegmentAttribute = "segmentDelimiter";
    private const string ElementAttribute = "elementDelimiter";
    private const string SubelementAttribute = "subelementDelimiter";

    // X12.5, interchange control header: ISA is of fixed length; the delimiters are what stands in these places, from 0.
    private const int ElementPlace = 3;
    private const int SubelementPlace = 104;
    private const int SegmentPlace = 105;

    /// <summary>Those that a message begins with says, else those of the settings.</summary>
    public static X12Delimiters Of(string text, int start, X12Delimiters settings, bool infers)
    {
        if (!infers || !text.AsSpan(start).StartsWith("ISA", StringComparison.Ordinal) || text.Length <= start + SegmentPlace)
        {
            return settings;
        }

        var segment = text[start + SegmentPlace].ToString();
        var behind = start + SegmentPlace + 1;
        if (behind < text.Length && text[behind] == '\r')
        {
            segment += '\r';
            behind++;
        }

        if (behind < text.Length && text[behind] == '\n')
        {
            segment += '\n';
        }

        return new X12Delimiters(segment, text[start + ElementPlace].ToString(), text[start + SubelementPlace].ToString());
    }

    /// <summary>Those that the root element names, else the usual ones.</summary>
    public static X12Delimiters Of(MessageNode root) => new(
        Named(root, SegmentAttribute, "~"),
        Named(root, ElementAttribute, "*"),
        Named(root, SubelementAttribute, ":"));

    /// <summary>Writes them to the root element of a parsed message.</summary>
    public void NameIn(MessageNode root)
    {
        root.AddParsedAttribute(MessageNode.NewAttribute(SegmentAttribute, Segment));
        root.AddParsedAttribute(MessageNode.NewAttribute(ElementAttribute, Element));
        root.AddParsedAttribute(MessageNode.NewAttribute(SubelementAttribute, Subelement));
    }

    private static string Named(MessageNode root, string name, string usual) => root.Attribute(name)?.Value is { Length: > 0 } value ? value : usual;
}
