using System.Security;
using System.Text;

namespace ChannelHost.Import.Reading;

/// <summary>An element as XML for the report, without secrets and not longer than people read.</summary>
internal static class MaskedXml
{
    private const int Longest = 4_000;

    /// <summary>The XML.</summary>
    public static string Of(ExportElement element)
    {
        var xml = new StringBuilder();
        Write(element, xml, 0, isSecret: false);
        return xml.Length > Longest ? string.Concat(xml.ToString().AsSpan(0, Longest), "...") : xml.ToString();
    }

    private static void Write(ExportElement element, StringBuilder xml, int depth, bool isSecret)
    {
        if (xml.Length > Longest || depth > 40)
        {
            return;
        }

        xml.Append('<').Append(element.Name);
        foreach (var (name, value) in element.Attributes)
        {
            xml.Append(' ').Append(name).Append("=\"").Append(SecretWords.Are(name) ? "***" : SecurityElement.Escape(value)).Append('"');
        }

        // A map's entry tells by its first text what the second one is.
        var text = element.Text.Trim();
        var hidden = isSecret || SecretWords.Are(element.Name) || (element.Name == "entry" && element.Children.Count > 0 && SecretWords.Are(element.Children[0].Text));
        if (text.Length == 0 && element.Children.Count == 0)
        {
            xml.Append("/>");
            return;
        }

        xml.Append('>').Append(hidden && text.Length > 0 ? "***" : SecurityElement.Escape(text.Length > Longest ? text[..Longest] : text));
        foreach (var child in element.Children)
        {
            Write(child, xml, depth + 1, hidden);
        }

        xml.Append("</").Append(element.Name).Append('>');
    }
}
