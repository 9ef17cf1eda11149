using System.Globalization;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;

namespace ChannelHost.Import.Reading;

/// <summary>
/// An element as XML for the report, without secrets and not longer than people read. Names tell what is a secret, and so do values; what a script holds nobody
/// can tell, so that of scripts there is only where they stand and how long they are.
/// </summary>
internal static partial class MaskedXml
{
    private const int Longest = 4_000;

    /// <summary>The XML.</summary>
    public static string Of(ExportElement element)
    {
        var xml = new StringBuilder();
        Write(element, xml, 0, isSecret: false, isScript: false);
        return xml.Length > Longest ? string.Concat(xml.ToString().AsSpan(0, Longest), "...") : xml.ToString();
    }

    /// <summary>The XML of something that is a script by its place: of all its texts but the first, which is its name, only place and length.</summary>
    public static string OfScript(ExportElement element)
    {
        var xml = new StringBuilder().Append('<').Append(element.Name).Append('>');
        for (var index = 0; index < element.Children.Count; index++)
        {
            Write(element.Children[index], xml, 1, isSecret: false, isScript: index > 0);
        }

        return xml.Append("</").Append(element.Name).Append('>').ToString();
    }

    /// <summary>A text without what looks like a secret: passwords by name, users before an @, tokens.</summary>
    internal static string WithoutSecrets(string text) => Secret().Replace(text, "$1$2***");

    private static void Write(ExportElement element, StringBuilder xml, int depth, bool isSecret, bool isScript)
    {
        if (xml.Length > Longest || depth > 40)
        {
            return;
        }

        xml.Append('<').Append(element.Name);
        foreach (var (name, value) in element.Attributes)
        {
            xml.Append(' ').Append(name).Append("=\"").Append(SecretWords.Are(name) ? "***" : SecurityElement.Escape(WithoutSecrets(value))).Append('"');
        }

        // A map's entry tells by its first text what the second one is.
        var text = element.Text.Trim();
        var hidden = isSecret || SecretWords.Are(element.Name) || (element.Name == "entry" && element.Children.Count > 0 && SecretWords.Are(element.Children[0].Text));
        if (text.Length == 0 && element.Children.Count == 0)
        {
            xml.Append("/>");
            return;
        }

        var script = isScript || IsScript(element.Name);
        xml.Append('>').Append(hidden && text.Length > 0 ? "***" : script && text.Length > 0 ? Place(element, text) : Shown(text));
        foreach (var child in element.Children)
        {
            Write(child, xml, depth + 1, hidden, script);
        }

        xml.Append("</").Append(element.Name).Append('>');
    }

    private static bool IsScript(string name) => name == "code" || name.EndsWith("script", StringComparison.OrdinalIgnoreCase);

    private static string Place(ExportElement element, string text) => string.Create(CultureInfo.InvariantCulture, $"({text.Length} characters at line {element.Line})");

    private static string Shown(string text)
    {
        var plain = WithoutSecrets(text);
        return SecurityElement.Escape(plain.Length > Longest ? plain[..Longest] : plain);
    }

    [GeneratedRegex("""((?:password|passwd|pwd|passphrase|secret|api[-_.]?key|token)\s*[=:]\s*)(?:"[^"]*"|'[^']*'|[^;&"'\s<>]+)|(\b(?:Bearer|Basic)\s+)[A-Za-z0-9+/=._~-]{6,}|(?<=://)[^\s"'<>]*(?=@)""", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
