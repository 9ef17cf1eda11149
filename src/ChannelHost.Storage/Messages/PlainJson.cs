using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// Maps and state changes as UTF-8 JSON. Values are plain: string, number, boolean, null, bytes, lists, dictionaries.
/// What JSON has no word for is an object with one key that begins with <c>$</c>; keys of scripts that begin so get a second <c>$</c>.
/// </summary>
internal static class PlainJson
{
    /// <summary>How deep lists and dictionaries may nest. A script that ties a knot must get an error, not end the process.</summary>
    internal const int MaximumDepth = 100;

    /// <summary>How deep the JSON of one map, value or list of changes may nest: more than what is written ever does.</summary>
    internal const int MaximumJsonDepth = MaximumDepth * 2 + 10;

    private const string BytesKey = "$bytes";
    private const string NumberKey = "$number";

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaximumJsonDepth,
        SkipValidation = true,
    };

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaximumJsonDepth };

    /// <summary>A map, or null for none or an empty one.</summary>
    internal static byte[]? WriteMap(IReadOnlyDictionary<string, object?>? map)
    {
        if (map is null || map.Count == 0)
        {
            return null;
        }

        return Write(writer => WriteDictionary(writer, map, 0));
    }

    /// <summary>A map of texts, or null for none or an empty one.</summary>
    internal static byte[]? WriteTexts(IReadOnlyDictionary<string, string>? map)
    {
        if (map is null || map.Count == 0)
        {
            return null;
        }

        return Write(writer =>
        {
            writer.WriteStartObject();
            foreach (var (key, value) in map)
            {
                writer.WriteString(key.StartsWith('$') ? "$" + key : key, value);
            }

            writer.WriteEndObject();
        });
    }

    /// <summary>A list of state changes; each is an array of kind, key and value.</summary>
    internal static byte[] WriteChanges(IReadOnlyList<StateChange> changes) => Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var change in changes)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue((byte)change.Kind);
            writer.WriteStringValue(change.Key);
            WriteValue(writer, change.Value, 0);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    });

    /// <summary>One value.</summary>
    internal static byte[] WriteValue(object? value) => Write(writer => WriteValue(writer, value, 0));

    internal static IReadOnlyDictionary<string, object?> ReadMap(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, ReaderOptions);
        reader.Read();
        return ReadObject(ref reader) as Dictionary<string, object?> ?? throw new JsonException("a map was expected");
    }

    internal static object? ReadValue(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, ReaderOptions);
        reader.Read();
        return ReadOne(ref reader);
    }

    internal static IReadOnlyList<StateChange> ReadChanges(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, ReaderOptions);
        reader.Read();
        var changes = new List<StateChange>();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            reader.Read();
            var kind = (StateChangeKind)reader.GetByte();
            reader.Read();
            var key = reader.GetString()!;
            reader.Read();
            changes.Add(new StateChange(kind, key, ReadOne(ref reader)));
            reader.Read();
        }

        return changes;
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        write(writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw new StoreException($"a map's value nests lists or dictionaries more than {MaximumDepth} deep, or contains itself: store a flatter value") { IsPermanent = true };
        }

        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case double number:
                WriteNumber(writer, number);
                break;
            case byte[] bytes:
                WriteMarked(writer, BytesKey, Convert.ToBase64String(bytes));
                break;
            case ReadOnlyMemory<byte> bytes:
                WriteMarked(writer, BytesKey, Convert.ToBase64String(bytes.Span));
                break;
            case IEnumerable<KeyValuePair<string, object?>> dictionary:
                WriteDictionary(writer, dictionary, depth);
                break;
            case int or long or short or byte or uint or ushort or sbyte or float or decimal or ulong:
                WriteNumber(writer, Convert.ToDouble(value, CultureInfo.InvariantCulture));
                break;
            case System.Collections.IEnumerable list:
                WriteList(writer, list, depth);
                break;
            case DateTimeOffset time:
                writer.WriteStringValue(time);
                break;
            default:
                writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static void WriteDictionary(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, object?>> dictionary, int depth)
    {
        writer.WriteStartObject();
        foreach (var (key, value) in dictionary)
        {
            writer.WritePropertyName(key.StartsWith('$') ? "$" + key : key);
            WriteValue(writer, value, depth + 1);
        }

        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, System.Collections.IEnumerable list, int depth)
    {
        writer.WriteStartArray();
        foreach (var item in list)
        {
            WriteValue(writer, item, depth + 1);
        }

        writer.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter writer, double number)
    {
        if (double.IsFinite(number))
        {
            writer.WriteNumberValue(number);
            return;
        }

        WriteMarked(writer, NumberKey, number.ToString(CultureInfo.InvariantCulture));
    }

    private static void WriteMarked(Utf8JsonWriter writer, string key, string value)
    {
        writer.WriteStartObject();
        writer.WriteString(key, value);
        writer.WriteEndObject();
    }

    private static object? ReadOne(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => reader.GetDouble(),
        JsonTokenType.StartArray => ReadList(ref reader),
        JsonTokenType.StartObject => ReadObject(ref reader),
        _ => throw new JsonException($"a value was expected, not {reader.TokenType}"),
    };

    private static List<object?> ReadList(ref Utf8JsonReader reader)
    {
        var list = new List<object?>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            list.Add(ReadOne(ref reader));
        }

        return list;
    }

    private static object ReadObject(ref Utf8JsonReader reader)
    {
        var map = new Dictionary<string, object?>();
        object? marked = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            switch (key)
            {
                case BytesKey:
                    marked = reader.GetBytesFromBase64();
                    break;
                case NumberKey:
                    marked = double.Parse(reader.GetString()!, CultureInfo.InvariantCulture);
                    break;
                default:
                    map[key.StartsWith('$') ? key[1..] : key] = ReadOne(ref reader);
                    break;
            }
        }

        return marked ?? map;
    }
}
