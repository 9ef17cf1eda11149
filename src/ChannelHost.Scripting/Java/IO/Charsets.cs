using System.Text;

namespace ChannelHost.Scripting.Java.IO;

/// <summary><c>java.nio.charset</c>.</summary>
internal static class Charsets
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary><c>java.nio.charset.Charset</c>.</summary>
    public static readonly JavaClass Charset = new JavaClass("java.nio.charset.Charset")
        .Static("forName", static call => call.New(Charset!, Find(call, call.Text(0))))
        .Static("defaultCharset", static call => call.New(Charset!, Utf8))
        .Static("isSupported", static call => IsKnown(call.Text(0)))
        .Method<Encoding>("name", static (encoding, call) => call.Return(encoding.WebName.ToUpperInvariant()))
        .Method<Encoding>("displayName", static (encoding, call) => call.Return(encoding.WebName.ToUpperInvariant()))
        .Method<Encoding>("toString", static (encoding, call) => call.Return(encoding.WebName.ToUpperInvariant()));

    /// <summary><c>java.nio.charset.StandardCharsets</c>.</summary>
    public static readonly JavaClass StandardCharsets = WithConstants(new JavaClass("java.nio.charset.StandardCharsets"));

    /// <summary><c>com.google.common.base.Charsets</c> and that of commons-io: the same constants.</summary>
    public static readonly JavaClass OtherCharsets = WithConstants(new JavaClass("org.apache.commons.io.Charsets"));

    /// <summary>The encoding that an argument names; UTF-8 where it is missing.</summary>
    public static Encoding Of(JavaCall call, int index) => call[index] switch
    {
        JavaObject { State: Encoding encoding } => encoding,
        _ => call.TextOrNull(index) is { } name ? Find(call, name) : Utf8,
    };

    private static JavaClass WithConstants(JavaClass type) => type
        .Constant("UTF_8", static call => call.New(Charset, Utf8))
        .Constant("US_ASCII", static call => call.New(Charset, Encoding.ASCII))
        .Constant("ISO_8859_1", static call => call.New(Charset, Encoding.Latin1))
        .Constant("UTF_16", static call => call.New(Charset, Encoding.BigEndianUnicode))
        .Constant("UTF_16BE", static call => call.New(Charset, Encoding.BigEndianUnicode))
        .Constant("UTF_16LE", static call => call.New(Charset, Encoding.Unicode));

    private static Encoding Find(JavaCall call, string name)
    {
        try
        {
            return name.ToUpperInvariant() switch
            {
                "UTF-8" or "UTF8" => Utf8,
                "ISO-8859-1" or "ISO8859_1" or "LATIN1" or "ISO8859-1" => Encoding.Latin1,
                "US-ASCII" or "ASCII" => Encoding.ASCII,
                "UTF-16" or "UTF-16BE" => Encoding.BigEndianUnicode,
                "UTF-16LE" => Encoding.Unicode,
                var other when CodePagesEncodingProvider.Instance.GetEncoding(other.Replace("CP", "windows-", StringComparison.Ordinal)) is { } page => page,
                _ => Encoding.GetEncoding(name),
            };
        }
        catch (ArgumentException)
        {
            throw call.Throw("java.io.UnsupportedEncodingException", name);
        }
    }

    private static bool IsKnown(string name) =>
        name.ToUpperInvariant() is "UTF-8" or "ISO-8859-1" or "US-ASCII" or "UTF-16" or "UTF-16BE" or "UTF-16LE" || CodePagesEncodingProvider.Instance.GetEncoding(name) is not null;
}
