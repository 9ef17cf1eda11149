using System.Globalization;

namespace ChannelHost.DataTypes.RowTree;

/// <summary>Takes rows apart into messages. Nothing is answered.</summary>
internal sealed class RowTreeSplitter(RowTreeBatchOptions options, RowFormat format) : IBatchSplitter
{
    private readonly string _delimiter = DelimiterEscapes.Read(options.Delimiter);

    public IEnumerable<BatchPart> Split(ReadOnlyMemory<byte> content)
    {
        string? text = null;
        string? problem = null;
        try
        {
            text = format.Charset.Read(content.Span, 0);
        }
        catch (MessageFormatException exception)
        {
            problem = exception.Message;
        }

        if (text is null)
        {
            return [new BatchPart(1, "row 1", content, problem)];
        }

        return _delimiter.Length > 0 ? ByDelimiter(text) : ByRow(text);
    }

    public ReadOnlyMemory<byte>? Answer(ReadOnlyMemory<byte> content, IReadOnlyList<BatchAnswer> answers) => null;

    private IEnumerable<BatchPart> ByDelimiter(string text)
    {
        var number = 0;
        for (int at = Skipped(text).At, end; at < text.Length; at = end + _delimiter.Length)
        {
            end = text.IndexOf(_delimiter, at, StringComparison.Ordinal);
            var isLast = end < 0;
            end = isLast ? text.Length : end;
            var stop = isLast || !options.KeepDelimiter ? end : end + _delimiter.Length;
            if (stop > at)
            {
                number++;
                yield return new BatchPart(number, Place("message", number), format.Charset.Write(text[at..stop]));
            }
        }
    }

    private IEnumerable<BatchPart> ByRow(string text)
    {
        var scan = new RowScan(format, text);
        var number = 0;
        var (at, row) = Skipped(text);
        while (at < text.Length)
        {
            var (end, next) = scan.RowAt(at);
            var first = row++;
            var start = at;
            var (key, problem) = KeyOf(scan, at, end);
            while (key is not null && next < text.Length)
            {
                var (nextEnd, afterNext) = scan.RowAt(next);
                var (nextKey, _) = KeyOf(scan, next, nextEnd);
                if (nextKey != key)
                {
                    break;
                }

                (end, next) = (nextEnd, afterNext);
                row++;
            }

            at = next;
            if (end > start)
            {
                yield return new BatchPart(++number, Place("row", first), format.Charset.Write(text[start..end]), problem);
            }
        }
    }

    // Null where rows stand for themselves.
    private (string? Key, string? Problem) KeyOf(RowScan scan, int start, int end)
    {
        if (options.GroupBy.Length == 0)
        {
            return (null, null);
        }

        List<(int Start, int End)> values;
        try
        {
            values = scan.ValuesIn(start, end);
        }
        catch (MessageFormatException exception)
        {
            return (null, exception.Message);
        }

        for (var i = 0; i < values.Count; i++)
        {
            if (string.Equals(format.ColumnName(i), options.GroupBy, StringComparison.Ordinal))
            {
                return (scan.Value(values[i].Start, values[i].End), null);
            }
        }

        return (null, $"The row has no column {options.GroupBy} (setting groupBy).");
    }

    private (int At, int Row) Skipped(string text)
    {
        var scan = new RowScan(format, text);
        var (at, row) = (0, 1);
        for (; row <= options.SkipRows && at < text.Length; row++)
        {
            at = scan.RowAt(at).Next;
        }

        return (at, row);
    }

    private static string Place(string what, int number) => string.Create(CultureInfo.InvariantCulture, $"{what} {number}");
}
