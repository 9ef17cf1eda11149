using System.Globalization;
using System.Text;

namespace ChannelHost.DataTypes.X12;

/// <summary>Writes a tree: what it is told by names is the place of an element, gaps before it are filled, nothing is sorted.</summary>
internal sealed class X12Writer(X12Delimiters delimiters)
{
    private const int MostGap = 1_000;

    public string Write(MessageNode root)
    {
        var text = new StringBuilder();
        foreach (var segment in ElementsOf(root))
        {
            text.Append(segment.Name);
            WriteParts(segment, delimiters.Element, leads: true, text, WriteElement);
            text.Append(delimiters.Segment);
        }

        return text.ToString();
    }

    private void WriteElement(MessageNode element, StringBuilder text)
    {
        if (element.HasSimpleContent)
        {
            text.Append(element.Text);
        }
        else
        {
            WriteParts(element, delimiters.Subelement, leads: false, text, (part, to) => to.Append(part.Text));
        }
    }

    // The first element of a segment stands behind a delimiter, the first sub-element of an element does not.
    private static void WriteParts(MessageNode parent, string delimiter, bool leads, StringBuilder text, Action<MessageNode, StringBuilder> write)
    {
        var written = leads ? 0 : 1;
        var isFirst = true;
        foreach (var part in ElementsOf(parent))
        {
            var least = isFirst && !leads ? written : written + 1;
            var place = Math.Max(PlaceOf(part.Name), least);
            if (place > written + MostGap)
            {
                throw new MessageFormatException($"An element of {parent.Name} has the number {place}; more than {MostGap} empty ones would stand before it.");
            }

            for (; written < place; written++)
            {
                text.Append(delimiter);
            }

            write(part, text);
            isFirst = false;
        }
    }

    private static int PlaceOf(string name) =>
        int.TryParse(name.AsSpan(name.LastIndexOf('.') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : 0;

    private static IEnumerable<MessageNode> ElementsOf(MessageNode node) => node.Children.Where(child => child.Kind == NodeKind.Element);
}
