using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ChannelHost.Scripting.UserClasses.Formats;

/// <summary><c>JsonUtil</c>.</summary>
internal static class JsonUtilClass
{
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 256 };

    /// <summary>The class.</summary>
    public static readonly UserClass Type = new UserClassBuilder<object>(Packages.Shared, "JsonUtil")
        .Static("prettyPrint", static call => call.Run.Text(Pretty(call)))
        .Static("escape", static call => call.Run.Text(Escape(call.TextOrNull(0) ?? "")))
        .Static("toXml", static call => call.Run.Text(ToXml(call, call.Text(0), call.Flag(1), call.Flag(2))))
        .Build();

    /// <summary>JSON as XML.</summary>
    public static string ToXml(UserCall call, string json, bool markArrays, bool pretty)
    {
        call.Run.Limits.CheckRoom(json.Length * 8.0);
        try
        {
            using var document = JsonDocument.Parse(json, Reading);
            return JsonToXml.Write(document.RootElement, markArrays, pretty);
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            throw call.Throw("javax.xml.stream.XMLStreamException", exception is FormatException ? exception.Message : "The text is no JSON.");
        }
    }

    private static string Pretty(UserCall call)
    {
        var json = call.TextOrNull(0) ?? "";
        call.Run.Limits.CheckRoom(json.Length * 8.0);
        try
        {
            using var document = JsonDocument.Parse(json, Reading);
            var text = new StringBuilder();
            Write(document.RootElement, text, 0);
            return text.ToString();
        }
        catch (JsonException)
        {
            call.Run.Environment.Log("error", "JsonUtil.prettyPrint was given a text that is no JSON; it is left as it is.", call.Run.Current?.File.Name ?? "");
            return json;
        }
    }

    private static void Write(JsonElement value, StringBuilder text, int depth)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var members = value.EnumerateObject().ToList();
                WriteLines('{', '}', members.Count, text, depth, index =>
                {
                    JsonWriting.Quote(members[index].Name, text);
                    text.Append(" : ");
                    Write(members[index].Value, text, depth + 1);
                });
                break;
            case JsonValueKind.Array:
                WriteLines('[', ']', value.GetArrayLength(), text, depth, index => Write(value[index], text, depth + 1));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void WriteLines(char open, char close, int count, StringBuilder text, int depth, Action<int> write)
    {
        text.Append(open);
        if (count == 0)
        {
            text.Append(' ').Append(close);
            return;
        }

        for (var i = 0; i < count; i++)
        {
            text.Append(i > 0 ? ",\n" : "\n").Append(' ', (depth + 1) * 2);
            write(i);
        }

        text.Append('\n').Append(' ', depth * 2).Append(close);
    }

    private static string Escape(string value)
    {
        var text = new StringBuilder(value.Length + 16);
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' or '\\' or '/' => text.Append('\\').Append(c),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' or > '\u007E' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => text.Append(c),
            };
        }

        return text.ToString();
    }
}
