using System.Buffers;
using System.Text;

namespace ChannelHost.Server.Sending;

/// <summary>
/// What sending needs to know of HL7 v2's delimited form, and no more: where messages begin in a file, and three fields for the table of answers.
/// </summary>
internal static class Er7Text
{
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    /// <summary>
    /// Takes a file apart into messages: each begins at a line with <c>MSH</c>; batch envelopes (<c>FHS BHS BTS FTS</c>) stay out; the lines of a message
    /// end with CR as the standard wants it on the wire, whatever ended them in the file. A file without <c>MSH</c> is one message, as it is.
    /// </summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> file)
    {
        var messages = new List<ReadOnlyMemory<byte>>();
        ArrayBufferWriter<byte>? message = null;
        var rest = WithoutMark(file.Span);
        while (!rest.IsEmpty)
        {
            var line = TakeLine(ref rest);
            if (line.StartsWith("MSH"u8))
            {
                Finish(messages, message);
                message = new ArrayBufferWriter<byte>(1024);
            }

            if (message is not null && !line.IsEmpty && !IsEnvelope(line))
            {
                message.Write(line);
                message.Write("\r"u8);
            }
        }

        Finish(messages, message);
        return messages.Count > 0 ? messages : [file];
    }

    /// <summary>A field of the first segment of that name, or null. MSH counts from its separator: MSH-10 is 10.</summary>
    public static string? Field(ReadOnlySpan<byte> message, ReadOnlySpan<byte> segment, int number)
    {
        var rest = WithoutMark(message);
        if (rest.Length < 4 || !rest.StartsWith("MSH"u8))
        {
            return null;
        }

        var separator = rest[3];
        while (!rest.IsEmpty)
        {
            var line = TakeLine(ref rest);
            if (line.Length > 3 && line.StartsWith(segment) && line[3] == separator)
            {
                return FieldOf(line, separator, segment.SequenceEqual("MSH"u8) ? number - 1 : number);
            }
        }

        return null;
    }

    private static string? FieldOf(ReadOnlySpan<byte> line, byte separator, int at)
    {
        foreach (var range in line.Split(separator))
        {
            if (at-- == 0)
            {
                return Encoding.UTF8.GetString(line[range]);
            }
        }

        return null;
    }

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOfAny(LineEnds);
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return line;
    }

    private static bool IsEnvelope(ReadOnlySpan<byte> line) =>
        line.StartsWith("FHS"u8) || line.StartsWith("BHS"u8) || line.StartsWith("BTS"u8) || line.StartsWith("FTS"u8);

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> text) => text.StartsWith("\uFEFF"u8) ? text[3..] : text;

    private static void Finish(List<ReadOnlyMemory<byte>> messages, ArrayBufferWriter<byte>? message)
    {
        if (message is { WrittenCount: > 0 })
        {
            messages.Add(message.WrittenMemory);
        }
    }
}
