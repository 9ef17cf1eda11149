using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.UserClasses.Formats;

/// <summary>How XML becomes JSON.</summary>
/// <param name="AutoArray">Whether repeated elements become an array; without it their name is written twice.</param>
/// <param name="AutoPrimitive">Whether texts that look like numbers, truth values and null become those.</param>
/// <param name="Pretty">Whether it is written in lines.</param>
/// <param name="Normalize">Whether prefixes are moved out of the names.</param>
/// <param name="AlwaysArray">Whether every element is an array.</param>
internal sealed record XmlToJsonOptions(bool AutoArray, bool AutoPrimitive, bool Pretty, bool Normalize, bool AlwaysArray);

/// <summary>XML as JSON: attributes as <c>@name</c>, text beside attributes or elements as <c>$</c>, an empty element as null.</summary>
internal sealed partial class XmlToJson(XmlToJsonOptions options, RunLimits limits)
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>The JSON of a document.</summary>
    public string Write(XDocument document)
    {
        Open('{');
        WriteMember(Name(document.Root!), document.Root!, isFirst: true, null);
        Close('}');
        return _text.ToString();
    }

    private void WriteMember(string name, XElement element, bool isFirst, List<XElement>? several)
    {
        Key(name, isFirst);
        if (several is null && !options.AlwaysArray)
        {
            WriteValue(element, null);
            return;
        }

        Open('[');
        var first = true;
        foreach (var item in several ?? [element])
        {
            Separate(first);
            WriteValue(item, null);
            first = false;
        }

        Close(']');
    }

    private void WriteValue(XElement element, XNamespace? inherited)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        limits.Check();
        limits.CheckLength(_text.Length);
        _ = inherited;
        var attributes = Attributes(element);
        var children = element.Elements().ToList();
        var text = string.Concat(element.Nodes().OfType<XText>().Select(node => node.Value));
        var hasText = children.Count == 0 ? text.Length > 0 : !string.IsNullOrWhiteSpace(text);
        if (attributes.Count == 0 && children.Count == 0)
        {
            Primitive(hasText ? text : null);
            return;
        }

        Open('{');
        var first = true;
        foreach (var (name, value) in attributes)
        {
            Key(name, first);
            Primitive(value);
            first = false;
        }

        if (hasText)
        {
            Key("$", first);
            Primitive(children.Count == 0 ? text : text.Trim());
            first = false;
        }

        WriteChildren(children, first);
        Close('}');
    }

    private void WriteChildren(List<XElement> children, bool first)
    {
        if (!options.AutoArray)
        {
            foreach (var child in children)
            {
                WriteMember(Name(child), child, first, null);
                first = false;
            }

            return;
        }

        foreach (var group in children.GroupBy(Name, StringComparer.Ordinal))
        {
            var several = group.ToList();
            WriteMember(group.Key, several[0], first, several.Count > 1 ? several : null);
            first = false;
        }
    }

    private List<(string Name, string Value)> Attributes(XElement element)
    {
        var found = new List<(string, string)>();
        if (options.Normalize && Prefix(element) is { Length: > 0 } prefix)
        {
            found.Add(("@xmlnsprefix", prefix));
        }

        foreach (var attribute in element.Attributes())
        {
            found.Add(($"@{AttributeName(attribute, element)}", attribute.Value));
        }

        return found;
    }

    private string Name(XElement element) =>
        !options.Normalize && Prefix(element) is { Length: > 0 } prefix ? $"{prefix}:{element.Name.LocalName}" : element.Name.LocalName;

    private static string AttributeName(XAttribute attribute, XElement element) =>
        attribute.IsNamespaceDeclaration ? (attribute.Name.LocalName == "xmlns" ? "xmlns" : $"xmlns:{attribute.Name.LocalName}")
        : attribute.Name.Namespace == XNamespace.None ? attribute.Name.LocalName
        : $"{element.GetPrefixOfNamespace(attribute.Name.Namespace)}:{attribute.Name.LocalName}";

    private static string? Prefix(XElement element) =>
        element.Name.Namespace == XNamespace.None || element.Name.Namespace == element.GetDefaultNamespace() ? null : element.GetPrefixOfNamespace(element.Name.Namespace);

    private void Primitive(string? value)
    {
        if (value is null || (options.AutoPrimitive && value == "null"))
        {
            _text.Append("null");
        }
        else if (options.AutoPrimitive && (value is "true" or "false" || JsonNumber().IsMatch(value)))
        {
            _text.Append(value);
        }
        else
        {
            JsonWriting.Quote(value, _text);
        }
    }

    private void Key(string name, bool isFirst)
    {
        Separate(isFirst);
        JsonWriting.Quote(name, _text);
        _text.Append(options.Pretty ? " : " : ":");
    }

    private void Separate(bool isFirst)
    {
        if (!isFirst)
        {
            _text.Append(',');
        }

        NewLine();
    }

    private void Open(char bracket)
    {
        _text.Append(bracket);
        _depth++;
    }

    private void Close(char bracket)
    {
        _depth--;
        NewLine();
        _text.Append(bracket);
    }

    private void NewLine()
    {
        if (options.Pretty)
        {
            _text.Append('\n').Append('\t', _depth);
        }
    }

    [GeneratedRegex(@"^-?(0|[1-9][0-9]{0,300})(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex JsonNumber();
}

/// <summary>JSON texts as imported scripts expect them.</summary>
internal static class JsonWriting
{
    /// <summary>Appends a text in quotes.</summary>
    public static void Quote(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
