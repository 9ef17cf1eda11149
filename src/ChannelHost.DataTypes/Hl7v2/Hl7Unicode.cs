namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>Tells UTF-16 from its first bytes: a byte order mark, or an ASCII letter with a zero beside it.</summary>
internal static class Hl7Unicode
{
    public static Charset? Detect(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xFE, ..] => Charset.Find("utf-16", "told by its first bytes"),
        [0xFE, 0xFF, ..] => Charset.Find("utf-16BE", "told by its first bytes"),
        [(byte)'M' or (byte)'F' or (byte)'B', 0, (byte)'S' or (byte)'H', 0, ..] => Charset.Find("utf-16", "told by its first bytes"),
        [0, (byte)'M' or (byte)'F' or (byte)'B', 0, (byte)'S' or (byte)'H', ..] => Charset.Find("utf-16BE", "told by its first bytes"),
        _ => null,
    };
}
