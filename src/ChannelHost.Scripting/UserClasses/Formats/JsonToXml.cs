using System.Text;
using System.Text.Json;

namespace ChannelHost.Scripting.UserClasses.Formats;

/// <summary>JSON as XML: members are elements, <c>@x</c> attributes, <c>$</c> text, arrays repeated elements. Names are written as they are.</summary>
internal sealed class JsonToXml
{
    private readonly StringBuilder _text = new("<?xml version=\"1.0\" ?>");
    private readonly bool _markArrays;
    private readonly bool _pretty;

    private JsonToXml(bool markArrays, bool pretty)
    {
        _markArrays = markArrays;
        _pretty = pretty;
    }

    /// <summary>The document.</summary>
    /// <exception cref="FormatException">It is no object with exactly one member that is no array.</exception>
    public static string Write(JsonElement root, bool markArrays, bool pretty)
    {
        if (root.ValueKind != JsonValueKind.Object || root.EnumerateObject().ToList() is not [{ Value.ValueKind: not JsonValueKind.Array } only])
        {
            throw new FormatException("JSON that becomes XML is an object with exactly one member, which is no array.");
        }

        var writer = new JsonToXml(markArrays, pretty);
        writer.WriteElement(only.Name, only.Value, 0);
        return writer._text.ToString();
    }

    private void WriteElement(string name, JsonElement value, int depth)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            if (_markArrays)
            {
                NewLine(depth);
                _text.Append("<?xml-multiple ").Append(name).Append("?>");
            }

            foreach (var item in value.EnumerateArray())
            {
                WriteElement(name, item, depth);
            }

            return;
        }

        NewLine(depth);
        _text.Append('<').Append(name);
        if (value.ValueKind == JsonValueKind.Object)
        {
            WriteObject(name, value, depth);
            return;
        }

        var text = Text(value);
        _text.Append('>');
        Escape(text);
        _text.Append("</").Append(name).Append('>');
    }

    private void WriteObject(string name, JsonElement value, int depth)
    {
        foreach (var attribute in value.EnumerateObject().Where(member => member.Name.StartsWith('@')))
        {
            _text.Append(' ').Append(attribute.Name.AsSpan(1)).Append("=\"");
            Escape(Text(attribute.Value));
            _text.Append('"');
        }

        _text.Append('>');
        var hasElements = false;
        foreach (var member in value.EnumerateObject())
        {
            if (member.Name == "$")
            {
                Escape(Text(member.Value));
            }
            else if (!member.Name.StartsWith('@'))
            {
                hasElements = true;
                WriteElement(member.Name, member.Value, depth + 1);
            }
        }

        if (hasElements)
        {
            NewLine(depth);
        }

        _text.Append("</").Append(name).Append('>');
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };

    private void NewLine(int depth)
    {
        if (_pretty)
        {
            _text.Append('\n').Append(' ', depth * 4);
        }
    }

    private void Escape(string value)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '&' => _text.Append("&amp;"),
                '<' => _text.Append("&lt;"),
                '>' => _text.Append("&gt;"),
                '"' => _text.Append("&quot;"),
                _ => _text.Append(c),
            };
        }
    }
}
