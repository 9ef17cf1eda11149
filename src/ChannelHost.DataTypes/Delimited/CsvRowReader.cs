using CsvHelper;

namespace ChannelHost.DataTypes.Delimited;

/// <summary>
/// Reads rows by CsvHelper, in place in the message's bytes: what RFC 4180 describes, with any one ASCII character as delimiter and as quote, and rows
/// without quotes. The package looks at bytes below 0x80 only, so that the charset may be any in which those are themselves.
/// </summary>
internal sealed class CsvRowReader : IRowReader
{
    private readonly DelimitedFormat _format;
    private readonly DelimitedText _text;
    private readonly CsvReaderOptions _options;
    private CsvReader _reader;
    private CsvMalformedReason? _reason;
    private int _base;
    private int _baseLine;

    public CsvRowReader(DelimitedFormat format, DelimitedText text)
    {
        _format = format;
        _text = text;
        _base = text.Begin;
        _options = new CsvReaderOptions
        {
            Separator = format.Delimiter[0],
            HasHeader = false,
            Mode = ModeOf(format),
            Quote = format.Quote == 0 ? '"' : (char)format.Quote,
            Escape = format.Escape == 0 ? '\\' : (char)format.Escape,
            CommentPrefix = format.Comment == 0 ? null : (char)format.Comment,
            TrimWhitespace = format.Options.Trim,
            TrackLineNumbers = true,
            OnMalformedRecord = malformed => _reason ??= malformed.Reason,
        };
        _reader = CsvReader.Create(text.Bytes[_base..], _options);
    }

    /// <inheritdoc/>
    public int Line { get; private set; }

    /// <inheritdoc/>
    public int Start { get; private set; }

    /// <inheritdoc/>
    public int End { get; private set; }

    /// <inheritdoc/>
    public int Count => _reader.FieldCount;

    /// <inheritdoc/>
    public string? Problem { get; private set; }

    /// <summary>True when the package reads this format.</summary>
    public static bool CanRead(DelimitedFormat format) =>
        !format.IsFixedWidth
        && format.Delimiter.Length == 1 && char.IsAscii(format.Delimiter[0])
        && format.Options.RecordSeparator.Length == 0
        && (format.Escape == 0 || format.Quote == 0 || format.Escape == format.Quote);

    /// <inheritdoc/>
    public bool Read()
    {
        if (_reason == CsvMalformedReason.UnterminatedQuote)
        {
            ReadOn();
        }

        _reason = null;
        if (!_reader.Read())
        {
            return false;
        }

        if (_reason is CsvMalformedReason.StrayQuote or CsvMalformedReason.TextAfterClosingQuote)
        {
            // Only the first is told of, and a worse one may follow it: a quote that is never closed swallows the rows below.
            _reason = WorstReason();
        }

        var row = _reader.RawRecord;
        Start = _base + (int)_reader.ByteOffset;
        Line = _baseLine + (int)_reader.LineNumber;
        if (_reason == CsvMalformedReason.UnterminatedQuote)
        {
            // Nothing closes it: the quote is no quote, and the rows below are rows.
            row = row[..EndOfLine(row, _reader.GetRawSpan(Count - 1))];
        }

        End = AfterLine(_text.Bytes.Span, Start + row.Length);
        Problem = _reason switch
        {
            CsvMalformedReason.UnterminatedQuote => "A quote is opened and never closed.",
            CsvMalformedReason.TextAfterClosingQuote => "Text follows the quote that closes a value.",
            _ => null,
        };
        Problem ??= RowLimits.ProblemOf(row, Start, Count, _text.Charset, _format.Options);
        return row.Length != 1 || row[0] != RowLimits.EndOfFile || End < _text.Bytes.Length;
    }

    /// <inheritdoc/>
    public string Value(int index) => _text.Charset.Read(_reader.GetSpan(index), Start);

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private CsvMalformedReason WorstReason()
    {
        // A quote inside a value that stands in no quotes means nothing.
        var worst = CsvMalformedReason.StrayQuote;
        for (var i = 0; i < Count; i++)
        {
            var value = _reader.GetRawSpan(i);
            value = _format.Options.Trim ? value.Trim(" \t"u8) : value;
            if (value.IsEmpty || value[0] != _format.Quote)
            {
                continue;
            }

            // Behind the opening quote all quotes but the closing one stand in pairs.
            var at = 1;
            while (at < value.Length && (value[at] != _format.Quote || (at + 1 < value.Length && value[at + 1] == _format.Quote)))
            {
                at += value[at] == _format.Quote ? 2 : 1;
            }

            if (at >= value.Length)
            {
                return CsvMalformedReason.UnterminatedQuote;
            }

            worst = at < value.Length - 1 ? CsvMalformedReason.TextAfterClosingQuote : worst;
        }

        return worst;
    }

    private void ReadOn()
    {
        _reader.Dispose();
        _baseLine = Line - 1 + RowLimits.LinesIn(_text.Bytes.Span[Start..End]);
        _base = End;
        _reader = CsvReader.Create(_text.Bytes[_base..], _options);
    }

    private static CsvMode ModeOf(DelimitedFormat format) => format switch
    {
        { Quote: not 0 } => CsvMode.Rfc4180,
        { Escape: not 0 } => CsvMode.Escape,
        _ => CsvMode.NoEscape,
    };

    // The last value is the one that is open.
    private static int EndOfLine(ReadOnlySpan<byte> row, ReadOnlySpan<byte> last)
    {
        _ = row.Overlaps(last, out var at);
        var end = row[at..].IndexOfAny((byte)'\r', (byte)'\n');
        return end < 0 ? row.Length : at + end;
    }

    private static int AfterLine(ReadOnlySpan<byte> bytes, int end)
    {
        if (end >= bytes.Length)
        {
            return bytes.Length;
        }

        return bytes[end] == '\r' && end + 1 < bytes.Length && bytes[end + 1] == '\n' ? end + 2 : end + 1;
    }
}
