using System.Text;
using System.Text.RegularExpressions;

namespace ChannelHost.DataTypes.Xml;

/// <summary>Which charset XML bytes are in (XML 1.0, appendix F): a byte order mark, the zeros of UTF-16, the declaration, else the setting.</summary>
internal static partial class XmlText
{
    private const int LongestDeclaration = 256;

    /// <summary>The length of the byte order mark and the charset.</summary>
    public static (int Mark, Charset Charset) Detect(ReadOnlySpan<byte> bytes, Charset fallback) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (3, Told("utf-8")),
        [0xFF, 0xFE, ..] => (2, Told("utf-16")),
        [0xFE, 0xFF, ..] => (2, Told("utf-16BE")),
        [(byte)'<', 0, ..] => (0, Told("utf-16")),
        [0, (byte)'<', ..] => (0, Told("utf-16BE")),
        _ => (0, Declared(Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, LongestDeclaration)]), fallback)),
    };

    /// <summary>The charset that a text names in its declaration, else the setting.</summary>
    public static Charset Declared(string text, Charset fallback)
    {
        var match = Declaration().Match(text.Length > LongestDeclaration ? text[..LongestDeclaration] : text);
        if (!match.Success)
        {
            return fallback;
        }

        var name = match.Groups[1].Value;
        return Charset.Find(name, "named by the XML declaration") ?? Charset.Unknown(name, "named by the XML declaration");
    }

    /// <summary>The text without the declarations of namespaces that stand in double quotes; null when it has none.</summary>
    public static string? WithoutDeclarations(string text) =>
        text.Contains("xmlns", StringComparison.Ordinal) && NamespaceDeclaration().Replace(text, "") is var stripped && stripped.Length != text.Length ? stripped : null;

    private static Charset Told(string name) => Charset.Find(name, "told by its first bytes")!;

    [GeneratedRegex("""^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\s+xmlns(?::[\w.-]+)?\s*=\s*""[^""]*""", RegexOptions.NonBacktracking)]
    private static partial Regex NamespaceDeclaration();
}
