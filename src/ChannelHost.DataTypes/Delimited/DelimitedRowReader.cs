using System.Buffers;
using System.Text;

namespace ChannelHost.DataTypes.Delimited;

/// <summary>
/// Reads what <see cref="CsvRowReader"/> cannot: delimiters of several characters, rows that do not end with a line end, escapes inside quotes, fixed widths
/// that count the characters of any charset. Linear in the size of the message; nothing is copied.
/// </summary>
internal sealed class DelimitedRowReader : IRowReader
{
    private readonly DelimitedFormat _format;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly Charset _charset;
    private readonly byte[] _delimiter;
    private readonly byte[] _separator;
    private readonly SearchValues<byte> _stops;
    private readonly int _maxRow;
    private Field[] _fields = new Field[16];
    private string? _fixedLine;
    private int _at;
    private int _nextLine = 1;
    private bool _hasLineEnds;

    public DelimitedRowReader(DelimitedFormat format, DelimitedText text)
    {
        _format = format;
        _bytes = text.Bytes;
        _charset = text.Charset;
        _at = text.Begin;
        _delimiter = _charset.Write(format.Delimiter);
        _separator = _charset.Write(format.Options.RecordSeparator);
        _maxRow = (int)Math.Min(format.Options.MaxRow.Bytes, int.MaxValue / 2);
        var escape = format.Quote == 0 ? format.Escape : (byte)0;
        ReadOnlySpan<byte> ends = _separator.Length > 0 ? [_separator[0]] : "\r\n"u8;
        _stops = SearchValues.Create([.. ends, .. format.IsFixedWidth ? [] : (ReadOnlySpan<byte>)[_delimiter[0]], .. escape == 0 ? [] : (ReadOnlySpan<byte>)[escape]]);
    }

    /// <inheritdoc/>
    public int Line { get; private set; }

    /// <inheritdoc/>
    public int Start { get; private set; }

    /// <inheritdoc/>
    public int End { get; private set; }

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public string? Problem { get; private set; }

    /// <inheritdoc/>
    public bool Read()
    {
        var bytes = _bytes.Span;
        while (_at < bytes.Length)
        {
            Line = _nextLine;
            Start = _at;
            Count = 0;
            Problem = null;
            _fixedLine = null;
            _hasLineEnds = false;
            if (_format.Comment != 0 && bytes[_at] == _format.Comment)
            {
                _at = AfterEnd(bytes, EndOfRow(bytes, _at));
                _nextLine++;
                continue;
            }

            var end = _format.IsFixedWidth ? ReadFixed(bytes) : ReadDelimited(bytes);
            End = _at = AfterEnd(bytes, end);
            _nextLine += _hasLineEnds && _separator.Length == 0 ? RowLimits.LinesIn(bytes[Start..End]) : 1;
            if (!IsBlank(bytes[Start..end]))
            {
                Judge(bytes[Start..end]);
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public string Value(int index)
    {
        var field = _fields[index];
        if (_format.IsFixedWidth)
        {
            var line = _fixedLine ??= _charset.Read(_bytes.Span[Start..EndOfRow(_bytes.Span, Start)], Start);
            var cut = line.AsSpan(Math.Min(field.Start, line.Length), Math.Clamp(line.Length - field.Start, 0, field.Length)).TrimEnd(' ');
            return (_format.Options.Trim ? cut.Trim() : cut).ToString();
        }

        var text = _charset.Read(_bytes.Span.Slice(field.Start, field.Length), field.Start);
        return field.Kind switch
        {
            FieldKind.Escaped when _format.Escape == 0 => text.Replace(_format.Options.Quote + _format.Options.Quote, _format.Options.Quote, StringComparison.Ordinal),
            FieldKind.Escaped => Unescape(text),
            FieldKind.Plain when _format.Options.Trim => text.Trim(' ', '\t'),
            _ => text,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Judge(ReadOnlySpan<byte> row) => Problem ??= RowLimits.ProblemOf(row, Start, Count, _charset, _format.Options);

    private int ReadDelimited(ReadOnlySpan<byte> bytes)
    {
        var at = Start;
        while (true)
        {
            at = ReadField(bytes, at);
            if (at + _delimiter.Length > bytes.Length || !bytes[at..].StartsWith(_delimiter))
            {
                return at;
            }

            at += _delimiter.Length;
        }
    }

    // Gives where the field ends: at a delimiter, at the end of the row, or at the end of all.
    private int ReadField(ReadOnlySpan<byte> bytes, int start)
    {
        if (_format.Quote != 0)
        {
            var open = _format.Options.Trim ? SkipBlanks(bytes, start) : start;
            if (open < bytes.Length && bytes[open] == _format.Quote)
            {
                return ReadQuoted(bytes, start, open);
            }
        }

        var end = EndOfPlain(bytes, start, out var hasEscapes);
        _hasLineEnds |= hasEscapes;
        Add(start, end - start, hasEscapes ? FieldKind.Escaped : FieldKind.Plain);
        return end;
    }

    private int ReadQuoted(ReadOnlySpan<byte> bytes, int start, int open)
    {
        _hasLineEnds = true;
        var limit = Math.Min(bytes.Length, Start + _maxRow);
        var close = Close(bytes[..limit], open + 1, out var hasEscapes);
        if (close < 0)
        {
            // Nothing closes it: the quote is no quote, and the rows below are rows.
            var rest = EndOfRow(bytes, open);
            Problem ??= limit < bytes.Length
                ? $"The quote that opens column {Count + 1} is not closed within {_format.Options.MaxRow} (setting maxRow)."
                : $"The quote that opens column {Count + 1} is never closed.";
            Add(start, rest - start, FieldKind.Plain);
            return rest;
        }

        Add(open + 1, close - open - 1, hasEscapes ? FieldKind.Escaped : FieldKind.Quoted);
        var after = _format.Options.Trim ? SkipBlanks(bytes, close + 1) : close + 1;
        if (after >= bytes.Length || IsEnd(bytes, after) || bytes[after..].StartsWith(_delimiter))
        {
            return after;
        }

        Problem ??= $"Text follows the quote that closes column {Count}.";
        return EndOfPlain(bytes, after, out _);
    }

    // The closing quote, or -1.
    private int Close(ReadOnlySpan<byte> bytes, int at, out bool hasEscapes)
    {
        var quote = _format.Quote;
        var escape = _format.Escape == 0 ? quote : _format.Escape;
        hasEscapes = false;
        while (true)
        {
            var next = bytes[at..].IndexOfAny(quote, escape);
            if (next < 0)
            {
                return -1;
            }

            at += next;
            var follows = at + 1 < bytes.Length ? bytes[at + 1] : (byte)0;
            if (bytes[at] == escape && (follows == quote || (follows == escape && escape != quote)))
            {
                hasEscapes = true;
                at += 2;
            }
            else if (bytes[at] == quote)
            {
                return at;
            }
            else
            {
                at++;
            }
        }
    }

    private int EndOfPlain(ReadOnlySpan<byte> bytes, int at, out bool hasEscapes)
    {
        // One escape keeps both characters of a line end.
        ReadOnlySpan<byte> escapedLineEnd = [_format.Escape, (byte)'\r', (byte)'\n'];
        hasEscapes = false;
        while (true)
        {
            var next = bytes[at..].IndexOfAny(_stops);
            if (next < 0)
            {
                return bytes.Length;
            }

            at += next;
            if (_format.Quote == 0 && _format.Escape != 0 && bytes[at] == _format.Escape)
            {
                hasEscapes = true;
                at = Math.Min(at + (bytes[at..].StartsWith(escapedLineEnd) ? 3 : 2), bytes.Length);
            }
            else if (IsEnd(bytes, at) || (!_format.IsFixedWidth && bytes[at..].StartsWith(_delimiter)))
            {
                return at;
            }
            else
            {
                at++;
            }
        }
    }

    private int EndOfRow(ReadOnlySpan<byte> bytes, int at)
    {
        var next = _separator.Length > 0 ? bytes[at..].IndexOf(_separator) : bytes[at..].IndexOfAny((byte)'\r', (byte)'\n');
        return next < 0 ? bytes.Length : at + next;
    }

    private bool IsEnd(ReadOnlySpan<byte> bytes, int at) =>
        _separator.Length > 0 ? bytes[at..].StartsWith(_separator) : bytes[at] is (byte)'\r' or (byte)'\n';

    private int AfterEnd(ReadOnlySpan<byte> bytes, int end)
    {
        if (end >= bytes.Length)
        {
            return bytes.Length;
        }

        if (_separator.Length > 0)
        {
            return end + _separator.Length;
        }

        return bytes[end] == '\r' && end + 1 < bytes.Length && bytes[end + 1] == '\n' ? end + 2 : end + 1;
    }

    // Columns of fixed width are cut from the decoded line: a width counts characters.
    private int ReadFixed(ReadOnlySpan<byte> bytes)
    {
        var end = EndOfRow(bytes, Start);
        if (!_charset.CanRead(bytes[Start..end]))
        {
            // Judged with all other rows.
            return end;
        }

        var line = Ascii.IsValid(bytes[Start..end]) ? null : _fixedLine = _charset.Read(bytes[Start..end], Start);
        var length = line?.Length ?? end - Start;
        var at = 0;
        foreach (var width in _format.Options.Widths)
        {
            if (at >= length)
            {
                break;
            }

            if (line is not null && at > 0 && char.IsLowSurrogate(line[at]))
            {
                Problem ??= $"Column {Count + 1} begins in the middle of a character.";
            }

            Add(at, width, FieldKind.Plain);
            at += width;
        }

        if (at < length && (line is null ? bytes[(Start + at)..end].ContainsAnyExcept((byte)' ') : line.AsSpan(at).ContainsAnyExcept(' ')))
        {
            Problem ??= $"The row has {length} characters; the widths come to {at}.";
        }

        return end;
    }

    private void Add(int start, int length, FieldKind kind)
    {
        if (Count > _format.Options.MaxColumns)
        {
            // One too many is enough to know.
            return;
        }

        if (Count == _fields.Length)
        {
            Array.Resize(ref _fields, Count * 2);
        }

        _fields[Count++] = new Field(start, length, kind);
    }

    private string Unescape(string text)
    {
        var escape = (char)_format.Escape;
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            // Inside quotes only quotes and the escape itself are escaped; without quotes anything may be.
            if (text[i] == escape && i + 1 < text.Length && (_format.Quote == 0 || text[i + 1] == _format.Quote || text[i + 1] == escape))
            {
                i++;
            }

            plain.Append(text[i]);
        }

        return plain.ToString();
    }

    private bool IsBlank(ReadOnlySpan<byte> row) =>
        row.IsEmpty
        || (_format.Options.Trim && Count <= 1 && !row.ContainsAnyExcept((byte)' ', (byte)'\t'))
        || (_separator.Length > 0 && !row.ContainsAnyExcept((byte)'\r', (byte)'\n'))
        || (row.Length == 1 && row[0] == RowLimits.EndOfFile && _at >= _bytes.Length);

    private int SkipBlanks(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length && bytes[at] is (byte)' ' or (byte)'\t' && !bytes[at..].StartsWith(_delimiter))
        {
            at++;
        }

        return at;
    }

    private enum FieldKind : byte
    {
        Plain,
        Quoted,
        Escaped,
    }

    private readonly record struct Field(int Start, int Length, FieldKind Kind);
}
