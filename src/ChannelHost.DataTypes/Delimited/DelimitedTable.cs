namespace ChannelHost.DataTypes.Delimited;

/// <summary>The rows of a message under the names of their columns.</summary>
internal sealed class DelimitedTable : IDisposable
{
    private readonly DelimitedFormat _format;
    private readonly IRowReader _reader;
    private bool _isFirstRead;

    /// <exception cref="MessageFormatException">The header cannot be read.</exception>
    public DelimitedTable(DelimitedFormat format, DelimitedText text)
    {
        _format = format;
        _reader = CsvRowReader.CanRead(format) ? new CsvRowReader(format, text) : new DelimitedRowReader(format, text);
        var columns = format.Options.Columns;
        if (format.Options.Header && _reader.Read())
        {
            Header = text.Bytes[_reader.Start.._reader.End];
            Columns = OfHeader();
        }
        else if (columns.Count > 0 || format.IsFixedWidth)
        {
            Columns = columns.Count > 0 ? [.. columns] : DelimitedColumns.Numbered(format.Options.Widths.Count);
        }
        else
        {
            // The first row says how many there are.
            _isFirstRead = !format.Options.Header && _reader.Read();
            Columns = _isFirstRead ? DelimitedColumns.Numbered(_reader.Count) : [];
        }
    }

    /// <summary>The names, each once.</summary>
    public string[] Columns { get; }

    /// <summary>The header as it stands; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Header { get; }

    /// <summary>Why the row is no row of this table; null when it is. Says no line: <see cref="Place"/> does.</summary>
    public string? Problem { get; private set; }

    /// <summary><c>line 17</c>; where line ends do not end rows <c>row 17</c>.</summary>
    public string Place => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(_format.Options.RecordSeparator.Length > 0 ? "row" : "line")} {_reader.Line}");

    /// <summary>The row's first byte in the text.</summary>
    public int Start => _reader.Start;

    /// <summary>The end of the row with what ends it.</summary>
    public int End => _reader.End;

    /// <summary>Moves to the next row; false at the end.</summary>
    public bool Next()
    {
        if (_isFirstRead)
        {
            _isFirstRead = false;
        }
        else if (!_reader.Read())
        {
            return false;
        }

        Problem = _reader.Problem;
        var isPadded = _format.Options.Ragged == DelimitedRagged.Pad && _reader.Count < Columns.Length;
        if (Problem is null && _reader.Count != Columns.Length && !isPadded)
        {
            Problem = $"The row has {Values(_reader.Count)}; {(_format.Options.Header ? "the header names" : "wanted are")} {Columns.Length}.";
        }

        return true;
    }

    /// <summary>A value; empty where the row is shorter.</summary>
    public string Value(int column) => column < _reader.Count ? _reader.Value(column) : "";

    /// <summary>True when the value can be told even though the row has a problem.</summary>
    public bool HasValue(int column) => column < _reader.Count;

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private string[] OfHeader()
    {
        if (_reader.Problem is { } problem)
        {
            throw new MessageFormatException($"The header in line {_reader.Line} cannot be read: {problem}");
        }

        var columns = _format.Options.Columns;
        if (columns.Count > 0 && columns.Count != _reader.Count)
        {
            throw new MessageFormatException($"The header in line {_reader.Line} has {_reader.Count} columns; the setting columns names {columns.Count}.");
        }

        return columns.Count > 0 ? [.. columns] : DelimitedColumns.OfHeader(_reader);
    }

    private static string Values(int count) => count == 1 ? "1 value" : $"{count} values";
}
