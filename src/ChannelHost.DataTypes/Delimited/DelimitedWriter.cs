using System.Text;

namespace ChannelHost.DataTypes.Delimited;

/// <summary>Writes rows so that the reader reads the same values; what cannot be written so is refused.</summary>
internal sealed class DelimitedWriter(DelimitedFormat format)
{
    /// <summary>The text of a message.</summary>
    /// <exception cref="MessageFormatException">A value cannot be written in this format.</exception>
    public string Write(IReadOnlyList<string> columns, IReadOnlyList<string[]> rows)
    {
        var all = format.Options.Header ? rows.Prepend(columns) : rows;
        return format switch
        {
            { IsFixedWidth: true } => WriteFixed(all),
            { Quote: 0 } => WritePlain(all),
            _ => WriteQuoted(all),
        };
    }

    private string WriteQuoted(IEnumerable<IReadOnlyList<string>> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Count; i++)
            {
                text.Append(i == 0 ? "" : format.Delimiter);
                _ = NeedsQuotes(row[i], i, row.Count == 1)
                    ? text.Append((char)format.Quote).Append(Escaped(row[i])).Append((char)format.Quote)
                    : text.Append(row[i]);
            }

            text.Append(format.LineEnd);
        }

        return text.ToString();
    }

    private bool NeedsQuotes(string value, int column, bool isAlone) =>
        value.Length == 0
            ? isAlone
            : value.AsSpan().IndexOfAny(['\r', '\n', (char)format.Quote, '\x1A']) >= 0
                || value.Contains(format.Delimiter, StringComparison.Ordinal)
                || value.Contains(format.LineEnd, StringComparison.Ordinal)
                || value[0] is ' ' or '\t'
                || value[^1] is ' ' or '\t'
                || (column == 0 && format.Comment != 0 && value[0] == format.Comment);

    private string Escaped(string value)
    {
        var quote = format.Options.Quote;
        var escape = format.Escape == 0 ? quote : format.Options.Escape;
        return escape == quote
            ? value.Replace(quote, quote + quote, StringComparison.Ordinal)
            : value.Replace(escape, escape + escape, StringComparison.Ordinal).Replace(quote, escape + quote, StringComparison.Ordinal);
    }

    private string WritePlain(IEnumerable<IReadOnlyList<string>> rows)
    {
        var text = new StringBuilder();
        var number = 0;
        foreach (var row in rows)
        {
            number++;
            for (var i = 0; i < row.Count; i++)
            {
                text.Append(i == 0 ? "" : format.Delimiter).Append(Plain(row[i], number, i, row.Count == 1));
            }

            text.Append(format.LineEnd);
        }

        return text.ToString();
    }

    private string Plain(string value, int row, int column, bool isAlone)
    {
        var isReserved = value.AsSpan().IndexOfAny('\r', '\n') >= 0
            || value.Contains(format.Delimiter, StringComparison.Ordinal)
            || value.Contains(format.LineEnd, StringComparison.Ordinal)
            || (column == 0 && format.Comment != 0 && value.Length > 0 && value[0] == format.Comment)
            || (isAlone && value.Length == 0);
        if (format.Escape == 0 || value.Length == 0)
        {
            return isReserved
                ? throw new MessageFormatException(
                    $"The value of column {column + 1} in row {row} holds a delimiter or a line end, or is all of an empty row; without quotes it would be read as something else (settings quote and escape).")
                : value;
        }

        var escape = (char)format.Escape;
        if (!isReserved && !value.Contains(escape, StringComparison.Ordinal))
        {
            return value;
        }

        var text = new StringBuilder(value.Length + 4);
        foreach (var c in value)
        {
            if (c == escape || c is '\r' or '\n' || format.Delimiter.Contains(c, StringComparison.Ordinal) || format.LineEnd.Contains(c, StringComparison.Ordinal) || c == format.Comment)
            {
                text.Append(escape);
            }

            text.Append(c);
        }

        return text.ToString();
    }

    private string WriteFixed(IEnumerable<IReadOnlyList<string>> rows)
    {
        var widths = format.Options.Widths;
        var text = new StringBuilder();
        var number = 0;
        foreach (var row in rows)
        {
            number++;
            if (row.Count > widths.Count)
            {
                throw new MessageFormatException($"Row {number} has {row.Count} values; there are {widths.Count} widths.");
            }

            for (var i = 0; i < widths.Count; i++)
            {
                var value = i < row.Count ? row[i] : "";
                if (value.Length > widths[i] || value.AsSpan().IndexOfAny('\r', '\n') >= 0 || value.Contains(format.LineEnd, StringComparison.Ordinal))
                {
                    throw new MessageFormatException($"The value of column {i + 1} in row {number} has {value.Length} characters or a line end; its width is {widths[i]}.");
                }

                text.Append(value.PadRight(widths[i]));
            }

            text.Append(format.LineEnd);
        }

        return text.ToString();
    }
}
