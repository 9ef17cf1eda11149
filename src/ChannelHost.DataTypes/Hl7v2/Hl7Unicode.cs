using System.Text;

namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>Tells UTF-16 from its first bytes: a byte order mark, or the beginning of MSH, FHS, BHS, BTS or FTS with zeros between the letters.</summary>
internal static class Hl7Unicode
{
    public static Charset? Detect(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xFE, ..] => Charset.Find("utf-16", "told by its first bytes"),
        [0xFE, 0xFF, ..] => Charset.Find("utf-16BE", "told by its first bytes"),
        [(byte)'M' or (byte)'F' or (byte)'B', 0, (byte)'S' or (byte)'H' or (byte)'T', 0, ..] => Charset.Find("utf-16", "told by its first bytes"),
        [0, (byte)'M' or (byte)'F' or (byte)'B', 0, (byte)'S' or (byte)'H' or (byte)'T', ..] => Charset.Find("utf-16BE", "told by its first bytes"),
        _ => null,
    };

    /// <summary>UTF-16 as UTF-8; all else, and what cannot be read, as it is: no header will be found in that.</summary>
    public static ReadOnlyMemory<byte> AsUtf8(ReadOnlyMemory<byte> content)
    {
        if (Detect(content.Span) is not { } unicode)
        {
            return content;
        }

        try
        {
            return Encoding.UTF8.GetBytes(unicode.Read(content.Span, 0));
        }
        catch (MessageFormatException)
        {
            return content;
        }
    }
}
