using System.Globalization;
using System.Text;

namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>
/// Writes the answer to a batch: the envelope of the sender with the two parties exchanged, and in it the acknowledgments of the messages (HL7 v2 chapter 2,
/// "Acknowledging batches"). What came in a file is answered in a file; several messages without an envelope are answered in a batch; a message alone
/// gets its acknowledgment alone. Time and control ids are those of the first acknowledgment.
/// </summary>
internal sealed class Hl7BatchAnswer
{
    private readonly Hl7Output _output = new(Charset.Utf8, 1_024);
    private readonly Charset? _unicode;
    private readonly string _time;
    private readonly string _firstId;
    private Hl7Delimiters _delimiters = Hl7Delimiters.Standard;
    private bool _isFileOpen;
    private bool _isBatchOpen;
    private int _batches;
    private int _messages;
    private int _failed;

    public Hl7BatchAnswer(Charset? unicode, ReadOnlyMemory<byte> firstAnswer)
    {
        _unicode = unicode;
        var header = Hl7Header.Find(Hl7Unicode.AsUtf8(firstAnswer).Span);
        _time = Encoding.ASCII.GetString(header.Field(7));
        _firstId = Encoding.ASCII.GetString(header.Field(10));
    }

    /// <summary>Takes note of an envelope segment; all else is passed over.</summary>
    public void Envelope(Hl7Piece piece)
    {
        switch (piece.Kind)
        {
            case Hl7PieceKind.FileHeader:
                CloseFile();
                _isFileOpen = true;
                Header("FHS", piece.Content, _firstId);
                break;
            case Hl7PieceKind.BatchHeader:
                CloseBatch();
                OpenBatch(piece.Content, _firstId);
                break;
            case Hl7PieceKind.FileTrailer:
                CloseFile();
                break;
            default:
                break;
        }
    }

    /// <summary>Puts the acknowledgment of a part in its place.</summary>
    public void Message(Hl7Piece piece, SourceResponse response, bool isOnly)
    {
        if (!_isBatchOpen && (!isOnly || _isFileOpen))
        {
            OpenBatch(piece.Content, _firstId);
        }

        _failed += response.Status == MessageStatus.Error || !response.IsStored ? 1 : 0;
        _messages++;
        if (response.Content is { } acknowledgment)
        {
            _output.Write(acknowledgment.Span);
        }
    }

    /// <summary>Closes what is open and gives the whole.</summary>
    public ReadOnlyMemory<byte>? End()
    {
        CloseFile();
        return _output.Written.IsEmpty ? default(ReadOnlyMemory<byte>?) : _output.Written;
    }

    private void OpenBatch(ReadOnlyMemory<byte> received, string controlId)
    {
        _isBatchOpen = true;
        _batches++;
        Header("BHS", received, _batches == 1 ? controlId : string.Create(CultureInfo.InvariantCulture, $"{controlId}.{_batches}"));
    }

    // The trailer counts messages, answered or not: a sender that wanted no answer to good ones still learns that they arrived.
    private void CloseBatch()
    {
        if (_isBatchOpen)
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"BTS{(char)_delimiters.Field}{_messages}{(char)_delimiters.Field}{_messages - _failed} accepted, {_failed} failed\r"));
        }

        _isBatchOpen = false;
        _messages = _failed = 0;
    }

    private void CloseFile()
    {
        CloseBatch();
        if (_isFileOpen)
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"FTS{(char)_delimiters.Field}{_batches}\r"));
            _batches = 0;
        }

        _isFileOpen = false;
    }

    // FHS and BHS have the same fields: 3 to 6 the parties, 7 the time, 11 the control id, 12 the control id of what is answered.
    private void Header(string name, ReadOnlyMemory<byte> received, string controlId)
    {
        var header = Hl7Header.Find(Hl7Unicode.AsUtf8(received).Span);
        var encoding = header.Field(2).IsEmpty ? "^~\\&"u8 : header.Field(2);
        _delimiters = header.IsNone ? Hl7Delimiters.Standard : Hl7Delimiters.Of(header.Delimiters.Field, encoding);
        var line = new Hl7Output(Charset.Utf8, 256);
        line.Write(name);
        Field(line, encoding);
        Field(line, header.Field(5));
        Field(line, header.Field(6));
        Field(line, header.Field(3));
        Field(line, header.Field(4));
        Field(line, Encoding.ASCII.GetBytes(_time));
        line.Repeat(_delimiters.Field, 3);
        Field(line, Encoding.ASCII.GetBytes(controlId));
        Field(line, header.IsMessage ? default : header.Field(11));
        line.Write((byte)'\r');
        Bytes(line.Written.Span);
    }

    private void Field(Hl7Output line, ReadOnlySpan<byte> value)
    {
        line.Write(_delimiters.Field);
        line.Write(value);
    }

    private void Line(string text) => Bytes(Encoding.ASCII.GetBytes(text));

    private void Bytes(ReadOnlySpan<byte> line)
    {
        if (_unicode is null)
        {
            _output.Write(line);
        }
        else
        {
            _output.Write(_unicode.Write(Encoding.UTF8.GetString(line)));
        }
    }
}
