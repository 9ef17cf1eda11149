using System.Text;
using System.Text.Unicode;

namespace ChannelHost.DataTypes.Delimited;

/// <summary>
/// The bytes of a message as the reader wants them: in a charset in which delimiters can be looked for byte by byte, after the byte order mark.
/// </summary>
internal sealed class DelimitedText
{
    private DelimitedText(ReadOnlyMemory<byte> bytes, int begin, Charset charset, Charset? original)
    {
        Bytes = bytes;
        Begin = begin;
        Charset = charset;
        Original = original;
    }

    /// <summary>The message; UTF-8 when it was transcoded, see <see cref="Original"/>.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>After the byte order mark.</summary>
    public int Begin { get; }

    /// <summary>What <see cref="Bytes"/> are in.</summary>
    public Charset Charset { get; }

    /// <summary>Null, or the message's own charset when its bytes had to be transcoded because delimiters cannot be found in them.</summary>
    public Charset? Original { get; }

    /// <summary>Tells the charset: a byte order mark always counts, then what the settings say.</summary>
    /// <exception cref="MessageFormatException">The bytes had to be transcoded and are no text in their charset.</exception>
    public static DelimitedText Of(ReadOnlyMemory<byte> content, DelimitedFormat format)
    {
        var (mark, charset) = Detect(content.Span, format);
        return charset.IsAsciiTransparent
            ? new DelimitedText(content, mark, charset, null)
            : new DelimitedText(Encoding.UTF8.GetBytes(charset.Read(content.Span[mark..], mark)), 0, Charset.Utf8, charset);
    }

    /// <summary>The length of the byte order mark and the charset.</summary>
    public static (int Mark, Charset Charset) Detect(ReadOnlySpan<byte> bytes, DelimitedFormat format) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (3, Marked("utf-8")),
        [0xFF, 0xFE, 0, 0, ..] => (4, Marked("utf-32")),
        [0xFF, 0xFE, ..] => (2, Marked("utf-16")),
        [0xFE, 0xFF, ..] => (2, Marked("utf-16BE")),
        _ when format.IsDetected => (0, Utf8.IsValid(bytes) ? format.Charset : format.Fallback),
        _ => (0, format.Charset),
    };

    /// <summary>A part of a transcoded message in the message's own charset, with a byte order mark where it has one.</summary>
    public static ReadOnlyMemory<byte> InOriginal(ReadOnlySpan<byte> part, Charset original, ReadOnlySpan<byte> mark)
    {
        var written = original.Write(Encoding.UTF8.GetString(part));
        return mark.IsEmpty ? written : (byte[])[.. mark, .. written];
    }

    private static Charset Marked(string name) => Charset.Find(name, "told by the byte order mark")!;
}
