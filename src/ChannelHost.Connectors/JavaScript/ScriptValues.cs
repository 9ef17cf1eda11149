using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChannelHost.Connectors.JavaScript;

/// <summary>What a script returned, as messages.</summary>
internal static class ScriptValues
{
    /// <summary>The messages in a returned value: none for nothing, one for a string, bytes or an object, one per element of a list.</summary>
    /// <exception cref="FormatException">It is a number or a boolean: most likely the value of a last expression, no message.</exception>
    /// <exception cref="MessageFormatException">A character does not exist in the data type's charset.</exception>
    public static List<ReadOnlyMemory<byte>> Messages(object? value, IMessageCodec codec)
    {
        switch (value)
        {
            case null:
                return [];
            case double or bool:
                throw new FormatException("it returned a number or a boolean; wanted a string, an object, or a list of these");
            case string or byte[] or IEnumerable<KeyValuePair<string, object?>>:
                return [Content(value, codec)];
            case IEnumerable list:
                return [.. list.Cast<object?>().Where(element => element is not null).Select(element => Content(element!, codec))];
            default:
                throw new FormatException("it returned something that is no string, object or list");
        }
    }

    /// <summary>One value as content: text as it is, all else as JSON.</summary>
    public static ReadOnlyMemory<byte> Content(object value, IMessageCodec codec) => value switch
    {
        string text => codec.Encode(text),
        byte[] bytes => bytes,
        _ => codec.WriteJson(Json(value)?.ToJsonString(Plain) ?? "null"),
    };

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static JsonNode? Json(object? value) => value switch
    {
        null => null,
        string text => JsonValue.Create(text),
        bool truth => JsonValue.Create(truth),

        // As JSON.stringify has it: what is no number in JSON is null.
        double number => !double.IsFinite(number) ? null : IsWhole(number) ? JsonValue.Create((long)number) : JsonValue.Create(number),
        byte[] bytes => JsonValue.Create(Convert.ToBase64String(bytes)),
        IEnumerable<KeyValuePair<string, object?>> entries => new JsonObject(entries.Select(entry => KeyValuePair.Create(entry.Key, Json(entry.Value)))),
        IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(Json)]),
        _ => JsonValue.Create(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)),
    };

    private static bool IsWhole(double number) => Math.Floor(number) == number && Math.Abs(number) < 1L << 53;
}
