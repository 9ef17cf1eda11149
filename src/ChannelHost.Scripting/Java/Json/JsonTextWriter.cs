using System.Globalization;
using System.Numerics;
using System.Text;
using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.Java.Json;

/// <summary>How JSON is laid out.</summary>
/// <param name="Indent">Blanks per level; 0 for one line.</param>
/// <param name="IsGson">Gson's layout and escapes; else those of <c>org.json</c>.</param>
/// <param name="EscapesHtml">Gson: characters that mean something in HTML are escaped.</param>
/// <param name="WritesNulls">Members that are null are written.</param>
internal readonly record struct JsonLayout(int Indent, bool IsGson = false, bool EscapesHtml = false, bool WritesNulls = true);

/// <summary>Writes JSON within the limits of a run.</summary>
internal sealed class JsonTextWriter(ScriptRun run, JsonLayout layout)
{
    private readonly StringBuilder _text = new();

    /// <summary>A value as text.</summary>
    public static string Write(ScriptRun run, object value, JsonLayout layout)
    {
        var writer = new JsonTextWriter(run, layout);
        writer.Write(value, 0);
        return writer._text.ToString();
    }

    /// <summary>A text in quotes.</summary>
    public static string Quote(string value, JsonLayout layout = default)
    {
        var text = new StringBuilder(value.Length + 2);
        Quote(value, text, layout);
        return text.ToString();
    }

    /// <summary>A simple value without quotes: the text of a text.</summary>
    public static string Plain(object value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        double number => JsonNumbers.Show(number),
        int or long or BigInteger => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        JsonNumber number => number.Text,
        JsonNothing => "null",
        JavaObject other => other.ToText(),
        _ => value.ToString() ?? "",
    };

    private void Write(object value, int depth)
    {
        run.Limits.CheckLength(_text.Length);
        if (depth > JsonTextReader.MaxDepth)
        {
            throw run.Limits.TooDeep($"A value that is written as JSON nests deeper than {JsonTextReader.MaxDepth} levels, or contains itself.");
        }

        switch (value)
        {
            case JsonMap map:
                WriteMembers(map, depth);
                break;
            case JsonItems items:
                Open('[', items.Items.Count, depth);
                for (var i = 0; i < items.Items.Count; i++)
                {
                    Separate(i, items.Items.Count, depth);
                    Write(items.Items[i], depth + 1);
                }

                Close(']', items.Items.Count, depth);
                break;
            case string or JavaObject:
                Quote(Plain(value), _text, layout);
                break;
            case double number when !double.IsFinite(number):
                throw new JsonFaultException("JSON does not allow non-finite numbers.");
            default:
                _text.Append(Plain(value));
                break;
        }
    }

    private void WriteMembers(JsonMap map, int depth)
    {
        run.Limits.Check();
        var count = layout.WritesNulls ? map.Members.Count : map.Members.Count(member => member.Value is not JsonNothing);
        Open('{', count, depth);
        var written = 0;
        foreach (var (key, value) in map.Members)
        {
            if (!layout.WritesNulls && value is JsonNothing)
            {
                continue;
            }

            Separate(written++, count, depth);
            Quote(key, _text, layout);
            _text.Append(layout.Indent > 0 ? ": " : ":");
            Write(value, depth + 1);
        }

        Close('}', count, depth);
    }

    private void Open(char bracket, int count, int depth)
    {
        _text.Append(bracket);
        Break(count, depth + 1);
    }

    private void Separate(int index, int count, int depth)
    {
        if (index > 0)
        {
            _text.Append(',');
            Break(count, depth + 1);
        }
    }

    private void Close(char bracket, int count, int depth)
    {
        Break(count, depth);
        _text.Append(bracket);
    }

    // org.json keeps what has one member on its line.
    private void Break(int count, int depth)
    {
        if (layout.Indent > 0 && count > (layout.IsGson ? 0 : 1))
        {
            run.Limits.CheckLength(_text.Length + ((double)layout.Indent * depth));
            _text.Append('\n').Append(' ', layout.Indent * depth);
        }
    }

    private static void Quote(string value, StringBuilder text, JsonLayout layout)
    {
        text.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            _ = c switch
            {
                '"' or '\\' => text.Append('\\').Append(c),
                '/' when !layout.IsGson && i > 0 && value[i - 1] == '<' => text.Append("\\/"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                _ when IsEscaped(c, layout) => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }

    private static bool IsEscaped(char c, JsonLayout layout) =>
        c < ' ' || (layout.IsGson
            ? c is '\u2028' or '\u2029' || (layout.EscapesHtml && c is '<' or '>' or '&' or '=' or '\'')
            : c is (>= '\u0080' and < '\u00A0') or (>= '\u2000' and < '\u2100'));
}
