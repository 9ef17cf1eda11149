using System.Text;

namespace ChannelHost.DataTypes.RowTree;

/// <summary>Writes a tree of rows. Names do not count: the children of a row are its values in order.</summary>
internal sealed class RowWriter(RowFormat format)
{
    public string Write(MessageNode root)
    {
        var text = new StringBuilder();
        foreach (var row in IsRow(root) ? [root] : root.Children.Where(child => child.Kind == NodeKind.Element && IsRow(child)))
        {
            WriteRow(row, text);
            text.Append(format.RecordDelimiter);
        }

        return text.ToString();
    }

    private static bool IsRow(MessageNode node) => node.Name.StartsWith("row", StringComparison.OrdinalIgnoreCase);

    private void WriteRow(MessageNode row, StringBuilder text)
    {
        var column = 0;
        foreach (var value in row.Children.Where(child => child.Kind == NodeKind.Element))
        {
            if (format.IsFixedWidth)
            {
                var width = column < format.Options.Widths.Count ? format.Options.Widths[column] : 0;
                var fixedText = value.Text;
                text.Append(fixedText.Length > width ? fixedText[..width] : fixedText.PadRight(width));
            }
            else
            {
                text.Append(column == 0 ? "" : format.Delimiter).Append(Quoted(value.Text));
            }

            column++;
        }
    }

    private string Quoted(string value)
    {
        var (quote, escape) = (format.Options.Quote, format.Options.Escape);
        if (quote.Length == 0 || !(value.Contains(format.Delimiter, StringComparison.Ordinal) || value.Contains(format.RecordDelimiter, StringComparison.Ordinal)))
        {
            return value;
        }

        var inside = format.Options.DoubledQuotes
            ? value.Replace(quote, quote + quote, StringComparison.Ordinal)
            : value.Replace(escape, escape + escape, StringComparison.Ordinal).Replace(quote, escape + quote, StringComparison.Ordinal);
        return quote + inside + quote;
    }
}
