using System.Globalization;

namespace ChannelHost.DataTypes.Delimited;

/// <summary>
/// Takes a file apart into messages of some rows each, the header repeated in every one. A row that cannot be read is a part of its own with a problem; in
/// a group it holds the whole group, because a group without one of its rows says something else; where it cannot be told whether such a row belongs to the
/// group before it or to the one after, both are held.
/// </summary>
internal sealed class DelimitedSplitter(DelimitedFormat format, DelimitedBatchOptions options) : IBatchSplitter
{
    public IEnumerable<BatchPart> Split(ReadOnlyMemory<byte> content)
    {
        // Opened when read, so that every walk through the parts begins anew.
        var (source, problem) = Open(content);
        if (source is null)
        {
            yield return new BatchPart(1, "line 1", content, problem);
            yield break;
        }

        foreach (var part in options.GroupBy.Length > 0 ? Groups(source) : Rows(source))
        {
            yield return part;
        }
    }

    public ReadOnlyMemory<byte>? Answer(ReadOnlyMemory<byte> content, IReadOnlyList<BatchAnswer> answers)
    {
        // In the sender's own terms where they can carry any reason.
        var own = new DelimitedFormat(new DelimitedOptions
        {
            Delimiter = format.Options.Delimiter,
            Quote = format.Quote == 0 ? "\"" : format.Options.Quote,
            RecordSeparator = format.Options.RecordSeparator,
        });
        var rows = new List<string[]>(answers.Count);
        foreach (var answer in answers)
        {
            rows.Add(
            [
                answer.Part.Number.ToString(CultureInfo.InvariantCulture),
                answer.Part.Place,
                BatchOutcome.WordFor(answer.Response),
                BatchOutcome.ReasonFor(answer) ?? "",
            ]);
        }

        return own.Charset.Write(new DelimitedWriter(own).Write(["number", "place", "status", "reason"], rows));
    }

    private (Source? Source, string? Problem) Open(ReadOnlyMemory<byte> content)
    {
        try
        {
            var source = new Source(format, content);
            var isMissing = options.GroupBy.Length > 0 && source.Table.Columns.Length > 0 && !source.Table.Columns.Contains(options.GroupBy);
            return isMissing ? (null, $"There is no column {options.GroupBy} to group by (setting groupBy).") : (source, null);
        }
        catch (MessageFormatException exception)
        {
            return (null, exception.Message);
        }
    }

    private IEnumerable<BatchPart> Rows(Source source)
    {
        using var table = source.Table;
        var number = 0;
        var open = (Start: 0, End: 0, Rows: 0, Place: "");
        while (table.Next())
        {
            if (open.Rows > 0 && (table.Problem is not null || open.Rows == options.Rows))
            {
                yield return new BatchPart(++number, open.Place, source.Part(open.Start, open.End));
                open.Rows = 0;
            }

            if (table.Problem is not null)
            {
                yield return new BatchPart(++number, table.Place, source.Part(table.Start, table.End), table.Problem);
                continue;
            }

            open = open.Rows == 0 ? (table.Start, table.End, 1, table.Place) : (open.Start, table.End, open.Rows + 1, open.Place);
        }

        if (open.Rows > 0)
        {
            yield return new BatchPart(++number, open.Place, source.Part(open.Start, open.End));
        }
    }

    private IEnumerable<BatchPart> Groups(Source source)
    {
        using var table = source.Table;
        var column = Array.IndexOf(table.Columns, options.GroupBy);
        var number = 0;
        var open = (Start: -1, End: 0, Place: "", Problem: (string?)null);
        string? key = null;
        string? lost = null;
        while (table.Next())
        {
            // A row whose value cannot be told stays with the group it stands in, and may belong to the one that begins behind it.
            var own = KeyOf(table, column);
            if (open.Start >= 0 && own is not null && own != key)
            {
                yield return new BatchPart(++number, open.Place, source.Part(open.Start, open.End), open.Problem);
                open.Start = -1;
            }

            if (open.Start < 0)
            {
                key = own;
                open = (table.Start, table.End, table.Place, lost);
            }

            open.End = table.End;
            open.Problem ??= table.Problem is null ? null : $"The group is not whole: {table.Place} cannot be read. {table.Problem}";
            lost = own is not null ? null : lost ?? $"The group may not be whole: {table.Place} before it cannot be read, and may belong to it. {table.Problem}";
        }

        if (open.Start >= 0)
        {
            yield return new BatchPart(++number, open.Place, source.Part(open.Start, open.End), open.Problem);
        }
    }

    private static string? KeyOf(DelimitedTable table, int column)
    {
        try
        {
            return table.HasValue(column) ? table.Value(column) : null;
        }
        catch (MessageFormatException)
        {
            // The row has its problem already.
            return null;
        }
    }

    // A file that is being split.
    private sealed class Source
    {
        private readonly DelimitedText _text;
        private readonly byte[] _prefix;
        private readonly byte[] _mark;

        public Source(DelimitedFormat format, ReadOnlyMemory<byte> content)
        {
            _text = DelimitedText.Of(content, format);
            Table = new DelimitedTable(format, _text);
            _mark = content[..DelimitedText.Detect(content.Span, format).Mark].ToArray();
            _prefix = _text.Original is null ? [.. _mark, .. Table.Header.Span] : Table.Header.ToArray();
        }

        public DelimitedTable Table { get; }

        public ReadOnlyMemory<byte> Part(int start, int end)
        {
            if (_prefix.Length == 0 && _text.Original is null)
            {
                return _text.Bytes[start..end];
            }

            byte[] part = [.. _prefix, .. _text.Bytes.Span[start..end]];
            return _text.Original is { } original ? DelimitedText.InOriginal(part, original, _mark) : part;
        }
    }
}
