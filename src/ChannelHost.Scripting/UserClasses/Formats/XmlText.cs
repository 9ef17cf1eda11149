using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;

namespace ChannelHost.Scripting.UserClasses.Formats;

/// <summary>XML as text, read without entities from outside and written as imported scripts expect it.</summary>
internal static class XmlText
{
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreWhitespace = false,
    };

    /// <summary>Reads a document.</summary>
    /// <exception cref="XmlException">It is none, or has a document type.</exception>
    public static XDocument Read(string xml, ScriptRun run)
    {
        run.Limits.CheckLength(xml.Length);
        run.Limits.CheckRoom(xml.Length * 8.0);
        using var text = new StringReader(xml.TrimStart('\uFEFF', ' ', '\r', '\n', '\t'));
        using var reader = XmlReader.Create(text, Settings);
        var document = XDocument.Load(reader, LoadOptions.PreserveWhitespace);
        CheckDepth(document, run);
        return document;
    }

    /// <summary>Named for what XML itself names, numbers for line feeds and all beyond ASCII.</summary>
    public static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            _ = c switch
            {
                '&' => encoded.Append("&amp;"),
                '<' => encoded.Append("&lt;"),
                '>' => encoded.Append("&gt;"),
                '"' => encoded.Append("&quot;"),
                '\'' => encoded.Append("&apos;"),
                '\t' => encoded.Append(c),
                < ' ' or > '\u007E' => Number(encoded, char.IsHighSurrogate(c) && i + 1 < text.Length ? char.ConvertToUtf32(c, text[++i]) : c),
                _ => encoded.Append(c),
            };
        }

        return encoded.ToString();
    }

    /// <summary>Indented by four blanks, without a declaration; what was only white space between elements is gone.</summary>
    public static string Pretty(XDocument document, RunLimits limits)
    {
        var text = new StringBuilder();
        foreach (var node in document.Nodes())
        {
            WriteNode(node, text, 0, limits);
        }

        return text.ToString();
    }

    private static void CheckDepth(XDocument document, ScriptRun run)
    {
        var depth = 1;
        for (XNode? node = document.Root; node is not null;)
        {
            if (node is XElement && depth > TreeDepth.Most)
            {
                throw run.TypeError($"XML must not nest deeper than {TreeDepth.Most} elements.");
            }

            if (node is XElement { FirstNode: { } first })
            {
                depth++;
                node = first;
                continue;
            }

            while (node is not null && node != document.Root && node.NextNode is null)
            {
                node = node.Parent;
                depth--;
            }

            node = node is null || node == document.Root ? null : node.NextNode;
        }
    }

    private static StringBuilder Number(StringBuilder text, int code) => text.Append(CultureInfo.InvariantCulture, $"&#{code};");

    private static void WriteNode(XNode node, StringBuilder text, int depth, RunLimits limits)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        limits.Check();
        limits.CheckLength(text.Length);
        switch (node)
        {
            case XText { Value: var value } when string.IsNullOrWhiteSpace(value):
                return;
            case XElement element:
                WriteElement(element, text, depth, limits);
                return;
            default:
                text.Append(' ', depth * 4).Append(node.ToString(SaveOptions.DisableFormatting)).Append('\n');
                return;
        }
    }

    private static void WriteElement(XElement element, StringBuilder text, int depth, RunLimits limits)
    {
        var name = Name(element.Name, element);
        text.Append(' ', depth * 4).Append('<').Append(name);
        foreach (var attribute in element.Attributes())
        {
            text.Append(' ').Append(attribute.ToString());
        }

        var children = element.Nodes().Where(node => node is not XText { Value: var value } || !string.IsNullOrWhiteSpace(value)).ToList();
        if (children.Count == 0)
        {
            text.Append("/>\n");
            return;
        }

        text.Append('>');
        if (children.TrueForAll(child => child is XText))
        {
            foreach (var child in children)
            {
                text.Append(child.ToString(SaveOptions.DisableFormatting));
            }
        }
        else
        {
            text.Append('\n');
            children.ForEach(child => WriteNode(child, text, depth + 1, limits));
            text.Append(' ', depth * 4);
        }

        text.Append("</").Append(name).Append(">\n");
    }

    private static string Name(XName name, XElement at)
    {
        var prefix = name.Namespace == at.GetDefaultNamespace() ? null : at.GetPrefixOfNamespace(name.Namespace);
        return string.IsNullOrEmpty(prefix) ? name.LocalName : $"{prefix}:{name.LocalName}";
    }
}
