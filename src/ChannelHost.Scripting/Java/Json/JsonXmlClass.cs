using System.Text;
using System.Xml;
using ChannelHost.Scripting.Java.IO;

namespace ChannelHost.Scripting.Java.Json;

/// <summary>
/// <c>org.json.XML</c>. Names keep their prefixes, attributes and child elements are members alike, text beside them is <c>content</c>. Document types are
/// skipped, entities of their own are an error.
/// </summary>
internal static class JsonXmlClass
{
    private const string Content = "content";

    /// <summary>The class.</summary>
    public static readonly JavaClass Class = new JavaClass("org.json.XML")
        .Static("toJSONObject", static call => call.New(JsonObjectClass.Class, Read(call)))
        .Static("toString", static call => call.Return(Write(call)))
        .Static("escape", static call => call.Return(Escape(call.Text(0))))
        .Static("unescape", static call => call.Return(System.Net.WebUtility.HtmlDecode(call.Text(0))));

    private static JsonMap Read(JavaCall call)
    {
        var text = Streams.ReadAll(call, 0);
        call.Run.Limits.CheckRoom(text.Length * 6.0);
        var root = new JsonMap();
        if (string.IsNullOrWhiteSpace(text))
        {
            return root;
        }

        using var reader = new XmlTextReader(new StringReader(text))
        {
            Namespaces = false, DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, WhitespaceHandling = WhitespaceHandling.Significant,
        };
        try
        {
            ReadInto(root, reader, call, call.Flag(1));
            return root;
        }
        catch (XmlException error)
        {
            throw new JsonFaultException($"The text is no XML: line {error.LineNumber}, column {error.LinePosition}.");
        }
    }

    private static void ReadInto(JsonMap root, XmlTextReader reader, JavaCall call, bool keepsTexts)
    {
        var open = new Stack<(string Name, JsonMap Map)>();
        open.Push(("", root));
        while (reader.Read())
        {
            call.Run.Limits.Check();
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (open.Count > JsonTextReader.MaxDepth)
                    {
                        throw new JsonFaultException($"XML nests deeper than {JsonTextReader.MaxDepth} levels.");
                    }

                    var (name, isEmpty) = (reader.Name, reader.IsEmptyElement);
                    open.Push((name, Attributes(reader, keepsTexts)));
                    if (isEmpty)
                    {
                        Close(open);
                    }

                    break;
                case XmlNodeType.Text when reader.Value.Trim() is { Length: > 0 } text:
                    JsonObjectClass.Accumulate(open.Peek().Map, Content, keepsTexts ? text : JsonNumbers.ValueOf(text));
                    break;
                case XmlNodeType.CDATA when reader.Value.Length > 0:
                    JsonObjectClass.Accumulate(open.Peek().Map, Content, reader.Value);
                    break;
                case XmlNodeType.EndElement:
                    Close(open);
                    break;
                case XmlNodeType.EntityReference:
                    throw new JsonFaultException($"The XML has an entity that is not known: line {reader.LineNumber}.");
            }
        }
    }

    private static JsonMap Attributes(XmlTextReader reader, bool keepsTexts)
    {
        var map = new JsonMap();
        while (reader.MoveToNextAttribute())
        {
            JsonObjectClass.Accumulate(map, reader.Name, keepsTexts ? reader.Value : JsonNumbers.ValueOf(reader.Value));
        }

        return map;
    }

    // What holds nothing is an empty text, what holds only text is that text.
    private static void Close(Stack<(string Name, JsonMap Map)> open)
    {
        var (name, map) = open.Pop();
        object value = map.Members.Count switch
        {
            0 => "",
            1 when map.Members.TryGetValue(Content, out var text) => text,
            _ => map,
        };
        JsonObjectClass.Accumulate(open.Peek().Map, name, value);
    }

    private static string Write(JavaCall call)
    {
        var text = new StringBuilder();
        Write(call, text, JsonValues.From(call, call[0]) ?? JsonNothing.Value, call.TextOrNull(1), 0);
        return text.ToString();
    }

    private static void Write(JavaCall call, StringBuilder text, object value, string? tag, int depth)
    {
        call.Run.Limits.CheckLength(text.Length);
        if (depth > JsonTextReader.MaxDepth)
        {
            throw call.Run.Limits.TooDeep("A JSON object that is written as XML contains itself.");
        }

        switch (value)
        {
            case JsonMap map:
                Tagged(text, tag, () => Members(call, text, map, depth));
                break;
            case JsonItems array:
                foreach (var item in array.Items)
                {
                    Write(call, text, item, tag ?? "array", depth + 1);
                }

                break;
            default:
                var plain = Escape(JsonTextWriter.Plain(value));
                _ = tag is null ? text.Append('"').Append(plain).Append('"')
                    : plain.Length == 0 ? text.Append('<').Append(tag).Append("/>")
                    : text.Append('<').Append(tag).Append('>').Append(plain).Append("</").Append(tag).Append('>');
                break;
        }
    }

    private static void Members(JavaCall call, StringBuilder text, JsonMap map, int depth)
    {
        foreach (var (key, value) in map.Members)
        {
            switch (value)
            {
                case JsonItems array when key == Content:
                    text.AppendJoin('\n', array.Items.Select(item => Escape(JsonTextWriter.Plain(item))));
                    break;
                case JsonItems array:
                    foreach (var item in array.Items)
                    {
                        if (item is JsonItems)
                        {
                            Tagged(text, key, () => Write(call, text, item, null, depth + 1));
                        }
                        else
                        {
                            Write(call, text, item, key, depth + 1);
                        }
                    }

                    break;
                case not JsonMap when key == Content:
                    text.Append(Escape(JsonTextWriter.Plain(value)));
                    break;
                default:
                    Write(call, text, value, key, depth + 1);
                    break;
            }
        }
    }

    private static void Tagged(StringBuilder text, string? tag, Action write)
    {
        _ = tag is null ? text : text.Append('<').Append(tag).Append('>');
        write();
        _ = tag is null ? text : text.Append("</").Append(tag).Append('>');
    }

    private static string Escape(string value)
    {
        if (value.AsSpan().IndexOfAny("&<>\"'") < 0)
        {
            return value;
        }

        var text = new StringBuilder(value.Length + 16);
        foreach (var c in value)
        {
            _ = c switch
            {
                '&' => text.Append("&amp;"),
                '<' => text.Append("&lt;"),
                '>' => text.Append("&gt;"),
                '"' => text.Append("&quot;"),
                '\'' => text.Append("&apos;"),
                _ => text.Append(c),
            };
        }

        return text.ToString();
    }
}
