using System.Buffers.Binary;

namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>What a piece of a batch is.</summary>
internal enum Hl7PieceKind
{
    /// <summary>From its MSH to before the next header or trailer.</summary>
    Message,

    /// <summary>Lines that stand in no message.</summary>
    Stray,

    /// <summary>FHS.</summary>
    FileHeader,

    /// <summary>BHS.</summary>
    BatchHeader,

    /// <summary>BTS.</summary>
    BatchTrailer,

    /// <summary>FTS.</summary>
    FileTrailer,
}

/// <summary>A piece of a batch.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Content">Its bytes, line ends included.</param>
internal readonly record struct Hl7Piece(Hl7PieceKind Kind, int Line, ReadOnlyMemory<byte> Content);

/// <summary>Takes a file or batch (FHS, BHS, BTS, FTS; HL7 v2 chapter 2, "Batch protocol") apart into its pieces, without copying them.</summary>
internal static class Hl7Batch
{
    /// <summary>The pieces in order, read lazily. Blank lines belong to the message before them, or to nobody.</summary>
    public static IEnumerable<Hl7Piece> Pieces(ReadOnlyMemory<byte> content)
    {
        // One byte a character, so that lines are found in the same way; a character above Latin-1 is a letter like any other here.
        var unicode = Hl7Unicode.Detect(content.Span);
        var width = unicode is null ? 1 : 2;
        var text = unicode is null ? content : Narrow(content.Span, unicode.CodePage);
        var at = Hl7Scan.Begin(text.Span);
        var line = 1 + LinesIn(text.Span[..at]);
        var open = (Kind: Hl7PieceKind.Stray, Start: -1, Line: 0);
        var isFirst = true;
        while (at < text.Length)
        {
            var kind = KindOf(text.Span, at, out var next);
            if (open.Start >= 0 && kind is not (null or Hl7PieceKind.Stray))
            {
                yield return new Hl7Piece(open.Kind, open.Line, content[(open.Start * width)..(at * width)]);
                open.Start = -1;
                isFirst = false;
            }

            if (kind is Hl7PieceKind.Message || (open.Start < 0 && kind is Hl7PieceKind.Stray))
            {
                open = (kind.Value, at, line);
            }
            else if (kind is not (null or Hl7PieceKind.Stray))
            {
                yield return new Hl7Piece(kind.Value, line, content[(at * width)..(next * width)]);
                isFirst = false;
            }

            line += LinesIn(text.Span[at..next]);
            at = next;
        }

        if (open.Start >= 0)
        {
            // What is no batch goes on as it came, what stands before its first segment included.
            yield return new Hl7Piece(open.Kind, open.Line, isFirst ? content : content[(open.Start * width)..]);
        }
    }

    // Null for a line with nothing but blanks. What ends the line is part of it.
    private static Hl7PieceKind? KindOf(ReadOnlySpan<byte> bytes, int at, out int next)
    {
        var line = bytes[at..];
        var length = line.IndexOfAny((byte)'\r', (byte)'\n');
        next = length < 0 ? bytes.Length : at + length + 1;
        if (next < bytes.Length && bytes[next] == '\n' && bytes[next - 1] == '\r')
        {
            next++;
        }

        line = length < 0 ? line : line[..length];
        if (!line.ContainsAnyExceptInRange((byte)0, (byte)' '))
        {
            return null;
        }

        // FTS and BTS may stand alone.
        if (line.Length < 3 || (line.Length > 3 && !Hl7Delimiters.IsFieldSeparator(line[3])))
        {
            return Hl7PieceKind.Stray;
        }

        return (line[0] | 0x20, line[1] | 0x20, line[2] | 0x20) switch
        {
            ('m', 's', 'h') => Hl7PieceKind.Message,
            ('f', 'h', 's') => Hl7PieceKind.FileHeader,
            ('b', 'h', 's') => Hl7PieceKind.BatchHeader,
            ('b', 't', 's') => Hl7PieceKind.BatchTrailer,
            ('f', 't', 's') => Hl7PieceKind.FileTrailer,
            _ => Hl7PieceKind.Stray,
        };
    }

    private static int LinesIn(ReadOnlySpan<byte> bytes)
    {
        var lines = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var end = bytes[i..].IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0)
            {
                break;
            }

            i += end;
            lines++;
            if (bytes[i] == '\r' && i + 1 < bytes.Length && bytes[i + 1] == '\n')
            {
                i++;
            }
        }

        return lines;
    }

    private static byte[] Narrow(ReadOnlySpan<byte> utf16, int codePage)
    {
        const int BigEndian = 1201;
        const int ByteOrderMark = 0xFEFF;
        var narrow = new byte[utf16.Length / 2];
        for (var i = 0; i < narrow.Length; i++)
        {
            var unit = utf16.Slice(i * 2, 2);
            var value = codePage == BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(unit) : BinaryPrimitives.ReadUInt16LittleEndian(unit);
            narrow[i] = value switch
            {
                ByteOrderMark => (byte)' ',
                > 0xFF => 0xFF,
                _ => (byte)value,
            };
        }

        return narrow;
    }
}
