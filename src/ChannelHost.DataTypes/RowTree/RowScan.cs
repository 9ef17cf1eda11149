using System.Text;

namespace ChannelHost.DataTypes.RowTree;

/// <summary>Walks rows in a text as the settings say. Lenient: what looks wrong is a value.</summary>
internal sealed class RowScan(RowFormat format, string text)
{
    private readonly bool _hasQuotes = format.Options.Quote.Length > 0 && !format.IsFixedWidth;

    /// <summary>The end of the row that begins at <paramref name="start"/>, and where the next one begins.</summary>
    public (int End, int Next) RowAt(int start)
    {
        if (!_hasQuotes)
        {
            var end = text.IndexOf(format.RecordDelimiter, start, StringComparison.Ordinal);
            return end < 0 ? (text.Length, text.Length) : (end, end + format.RecordDelimiter.Length);
        }

        for (var at = start; ;)
        {
            at = ValueEnd(at, text.Length, null);
            if (at >= text.Length)
            {
                return (text.Length, text.Length);
            }

            if (Stands(format.RecordDelimiter, at, text.Length))
            {
                return (at, at + format.RecordDelimiter.Length);
            }

            at += format.Delimiter.Length;
        }
    }

    /// <summary>The values of a row in order: where each begins and ends, quotes included.</summary>
    public List<(int Start, int End)> ValuesIn(int start, int end)
    {
        var values = new List<(int, int)>();
        if (format.IsFixedWidth)
        {
            AddFixed(start, end, values);
            return values;
        }

        for (var at = start; ;)
        {
            var stop = ValueEnd(at, end, null);
            values.Add((at, stop));
            if (values.Count > format.Options.MaxColumns)
            {
                throw new MessageFormatException($"A row has more than {format.Options.MaxColumns} columns (setting maxColumns).");
            }

            if (stop >= end)
            {
                return values;
            }

            at = stop + format.Delimiter.Length;
        }
    }

    /// <summary>A value without its quotes.</summary>
    public string Value(int start, int end)
    {
        if (format.IsFixedWidth)
        {
            return Plain(start, end).TrimEnd(' ');
        }

        if (!_hasQuotes || !StandsQuote(ref start, end))
        {
            return Plain(start, end);
        }

        var value = new StringBuilder();
        _ = ValueEnd(start, end, value);
        return value.ToString();
    }

    // Carriage returns are counted as if they were not there, so widths hold for what is left.
    private void AddFixed(int start, int end, List<(int, int)> values)
    {
        var at = start;
        for (var column = 0; column < format.Options.Widths.Count && at < end; column++)
        {
            var stop = at;
            for (var left = format.Options.Widths[column]; left > 0 && stop < end; stop++)
            {
                left -= IsIgnored(text[stop]) ? 0 : 1;
            }

            values.Add((at, stop));
            at = stop;
        }

        if (values.Count == 0)
        {
            values.Add((start, start));
        }
    }

    // Up to the delimiter or the row's end that ends the value; what it says goes to a buffer where one is given.
    private int ValueEnd(int start, int end, StringBuilder? value)
    {
        var at = start;
        if (_hasQuotes && StandsQuote(ref at, end))
        {
            at = QuotedEnd(at + format.Options.Quote.Length, end, value);
        }

        for (; at < end && !Stands(format.Delimiter, at, end) && !Stands(format.RecordDelimiter, at, end); at++)
        {
            if (!IsIgnored(text[at]))
            {
                value?.Append(text[at]);
            }
        }

        return at;
    }

    private int QuotedEnd(int at, int end, StringBuilder? value)
    {
        var quote = format.Options.Quote;
        while (at < end)
        {
            if (format.Options.DoubledQuotes && Stands(quote, at, end) && Stands(quote, at + quote.Length, end))
            {
                value?.Append(quote);
                at += 2 * quote.Length;
            }
            else if (!format.Options.DoubledQuotes && Stands(format.Options.Escape, at, end)
                && (Stands(quote, at + format.Options.Escape.Length, end) || Stands(format.Options.Escape, at + format.Options.Escape.Length, end)))
            {
                var escaped = Stands(quote, at + format.Options.Escape.Length, end) ? quote : format.Options.Escape;
                value?.Append(escaped);
                at += format.Options.Escape.Length + escaped.Length;
            }
            else if (Stands(quote, at, end))
            {
                return at + quote.Length;
            }
            else
            {
                if (!IsIgnored(text[at]))
                {
                    value?.Append(text[at]);
                }

                at++;
            }
        }

        return at;
    }

    private bool StandsQuote(ref int at, int end)
    {
        var first = at;
        while (first < end && IsIgnored(text[first]))
        {
            first++;
        }

        if (!Stands(format.Options.Quote, first, end))
        {
            return false;
        }

        at = first;
        return true;
    }

    private string Plain(int start, int end)
    {
        var plain = text[start..end];
        return format.Options.IgnoreCr ? plain.Replace("\r", "", StringComparison.Ordinal) : plain;
    }

    private bool Stands(string what, int at, int end) => at <= end - what.Length && string.CompareOrdinal(text, at, what, 0, what.Length) == 0;

    private bool IsIgnored(char character) => character == '\r' && format.Options.IgnoreCr;
}
