using ChannelHost.Scripting.Java.IO;
using ChannelHost.Scripting.Java.Lang;
using ChannelHost.Scripting.Java.Util;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Json;

/// <summary>A simple value of Gson.</summary>
/// <param name="Value">The value, as of <see cref="JsonMap"/>.</param>
internal sealed record JsonPrimitive(object Value);

/// <summary><c>com.google.gson</c>: trees of JSON, and texts of and from maps and lists. Objects of other classes are not looked into.</summary>
internal static class GsonClasses
{
    private static readonly JsonLayout Whole = new(0, IsGson: true);

    private static readonly JavaClass Element = new JavaClass("com.google.gson.JsonElement")
        .Method("isJsonObject", static call => Of(call) is JsonMap)
        .Method("isJsonArray", static call => Of(call) is JsonItems)
        .Method("isJsonPrimitive", static call => Of(call) is not (JsonMap or JsonItems or JsonNothing))
        .Method("isJsonNull", static call => Of(call) is JsonNothing)
        .Method("getAsJsonObject", static call => Of(call) is JsonMap ? call.Self : throw NotA(call, "JSON Object"))
        .Method("getAsJsonArray", static call => Of(call) is JsonItems ? call.Self : throw NotA(call, "JSON Array"))
        .Method("getAsJsonPrimitive", static call => Of(call) is not (JsonMap or JsonItems or JsonNothing) ? call.Self : throw NotA(call, "JSON Primitive"))
        .Method("getAsJsonNull", static call => Of(call) is JsonNothing ? call.Self : throw NotA(call, "JSON Null"))
        .Method("getAsString", static call => call.Return(JsonTextWriter.Plain(Simple(call))))
        .Method("getAsBoolean", static call => JsonValues.FlagOf(Simple(call)) ?? false)
        .Method("getAsInt", static call => Math.Truncate(Number(call)))
        .Method("getAsLong", static call => JsonValues.Simple(call, Simple(call)) is JavaObject { State: long } exact ? exact : Math.Truncate(Number(call)))
        .Method("getAsShort", static call => Math.Truncate(Number(call)))
        .Method("getAsDouble", static call => Number(call))
        .Method("getAsFloat", static call => Number(call))
        .Method("getAsNumber", static call => JsonValues.Simple(call, Simple(call)))
        .Method("getAsBigDecimal", static call => call.New(Numbers.DecimalClasses.BigDecimal, Numbers.JavaDecimal.Parse(JsonTextWriter.Plain(Simple(call)))))
        .Method("deepCopy", static call => Wrap(call, Copy(call, Of(call), 0)))
        .Method("equals", static call => call[0] is JavaObject { State: JsonMap or JsonItems or JsonNothing or JsonPrimitive } && JsonValues.AreSimilar(call, Of(call), JsonValues.From(call, call[0])!))
        .Method("hashCode", static call => JsonTextWriter.Write(call.Run, Of(call), Whole).GetHashCode(StringComparison.Ordinal))
        .Method("toString", static call => call.Return(JsonTextWriter.Write(call.Run, Of(call), Whole)));

    private static readonly JavaClass Nothing = new JavaClass("com.google.gson.JsonNull", Element)
        .New(static _ => JsonNothing.Value)
        .Constant("INSTANCE", static call => Wrap(call, JsonNothing.Value));

    private static readonly JavaClass Primitive = new JavaClass("com.google.gson.JsonPrimitive", Element)
        .New(static call => new JsonPrimitive(JsonValues.From(call, call[0]) ?? throw call.Throw("java.lang.NullPointerException", "JsonPrimitive got nothing.")))
        .Method<JsonPrimitive>("isString", static (value, _) => value.Value is string)
        .Method<JsonPrimitive>("isBoolean", static (value, _) => value.Value is bool)
        .Method<JsonPrimitive>("isNumber", static (value, _) => value.Value is not (string or bool));

    private static readonly JavaClass Object = new JavaClass("com.google.gson.JsonObject", Element)
        .New(static _ => new JsonMap())
        .Void<JsonMap>("add", static (map, call) => map.Members[call.Text(0)] = Value(call, 1))
        .Void<JsonMap>("addProperty", static (map, call) => map.Members[call.Text(0)] = Value(call, 1))
        .Method<JsonMap>("get", static (map, call) => map.Members.TryGetValue(call.Text(0), out var value) ? Wrap(call, value) : JsValue.Null)
        .Method<JsonMap>("getAsJsonObject", static (map, call) => Member<JsonMap>(map, call, "JSON Object"))
        .Method<JsonMap>("getAsJsonArray", static (map, call) => Member<JsonItems>(map, call, "JSON Array"))
        .Method<JsonMap>("getAsJsonPrimitive", static (map, call) => map.Members.TryGetValue(call.Text(0), out var value) ? Wrap(call, value) : JsValue.Null)
        .Method<JsonMap>("has", static (map, call) => map.Members.ContainsKey(call.Text(0)))
        .Method<JsonMap>("remove", static (map, call) => map.Members.Remove(call.Text(0), out var value) ? Wrap(call, value) : JsValue.Null)
        .Method<JsonMap>("size", static (map, _) => map.Members.Count)
        .Method<JsonMap>("isEmpty", static (map, _) => map.Members.Count == 0)
        .Method<JsonMap>("keySet", static (map, call) => call.New(SetClasses.Linked, JavaSet.Of(call.Java, map.Members.Keys.Select(key => (JsValue)key))))
        .Method<JsonMap>("entrySet", static (map, call) => call.New(
            SetClasses.Linked, JavaSet.Of(call.Java, map.Members.Select(member => (JsValue)MapClasses.EntryOf(call.Java, member.Key, Wrap(call, member.Value))))));

    private static readonly JavaClass Array = new JavaClass("com.google.gson.JsonArray", Element)
        .New(static _ => new JsonItems())
        .Void<JsonItems>("add", static (array, call) => array.Items.Add(Value(call, 0)))
        .Void<JsonItems>("addAll", static (array, call) => array.Items.AddRange([.. call.Object<JsonItems>(0).Items]))
        .Method<JsonItems>("get", static (array, call) => Wrap(call, array.Items[call.Int(0)]))
        .Method<JsonItems>("set", static (array, call) => Replace(array, call))
        .Method<JsonItems>("remove", static (array, call) => Remove(array, call))
        .Method<JsonItems>("contains", static (array, call) => Value(call, 0) is var value && array.Items.Exists(item => JsonValues.AreSimilar(call, item, value)))
        .Method<JsonItems>("size", static (array, _) => array.Items.Count)
        .Method<JsonItems>("isEmpty", static (array, _) => array.Items.Count == 0)
        .Method<JsonItems>("iterator", static (array, call) => IteratorClasses.Over(call, array.Items.Select(item => Wrap(call, item))));

    private static readonly JavaClass Parser = new JavaClass("com.google.gson.JsonParser")
        .New(static _ => new object())
        .Static("parseString", static call => Wrap(call, Read(call, 0)))
        .Static("parseReader", static call => Wrap(call, Read(call, 0)))
        .Method("parse", static call => Wrap(call, Read(call, 0)));

    private static readonly JavaClass Gson = new JavaClass("com.google.gson.Gson")
        .New(static _ => new GsonSettings())
        .Method<GsonSettings>("toJson", static (settings, call) => ToJson(settings, call))
        .Method<GsonSettings>("toJsonTree", static (_, call) => Wrap(call, Value(call, 0)))
        .Method<GsonSettings>("fromJson", static (_, call) => FromJson(call));

    private static readonly JavaClass Builder = new JavaClass("com.google.gson.GsonBuilder")
        .New(static _ => new GsonSettings())
        .Chain<GsonSettings>("setPrettyPrinting", static (settings, _) => settings.Indent = 2)
        .Chain<GsonSettings>("serializeNulls", static (settings, _) => settings.WritesNulls = true)
        .Chain<GsonSettings>("disableHtmlEscaping", static (settings, _) => settings.EscapesHtml = false)
        .Chain<GsonSettings>("setLenient", static (_, _) => { })
        .Method<GsonSettings>("create", static (settings, call) => call.New(Gson, settings.Copy()));

    /// <summary>All.</summary>
    public static readonly JavaClass[] All = [Element, Nothing, Primitive, Object, Array, Parser, Gson, Builder];

    private static object Of(JavaCall call) => call.Self is JavaObject { State: var state } ? state is JsonPrimitive primitive ? primitive.Value : state : JsonNothing.Value;

    private static JsValue Wrap(JavaCall call, object value) => value switch
    {
        JsonMap => call.New(Object, value),
        JsonItems => call.New(Array, value),
        JsonNothing => call.Java.Single(Nothing, value),
        _ => call.New(Primitive, new JsonPrimitive(value)),
    };

    private static object Value(JavaCall call, int index) => JsonValues.From(call, call[index]) ?? JsonNothing.Value;

    // An array of one simple value counts as that value.
    private static object Simple(JavaCall call) => Of(call) switch
    {
        JsonItems { Items: [not (JsonMap or JsonItems or JsonNothing) and var only] } => only,
        JsonItems { Items.Count: not 1 } => throw call.Throw("java.lang.IllegalStateException", "Array must have size 1."),
        JsonMap or JsonItems or JsonNothing => throw call.Throw("java.lang.UnsupportedOperationException", call.SelfType.SimpleName),
        var value => value,
    };

    private static double Number(JavaCall call) =>
        JsonValues.NumberOf(Simple(call)) ?? throw call.Throw("java.lang.NumberFormatException", "The JSON value is no number.");

    private static JsValue Member<T>(JsonMap map, JavaCall call, string kind) => call.Count == 0
        ? (map is T ? call.Self : throw NotA(call, kind))
        : !map.Members.TryGetValue(call.Text(0), out var value) ? JsValue.Null
        : value is T ? Wrap(call, value)
        : throw call.Throw("java.lang.ClassCastException", $"The member '{call.Text(0)}' is no {kind}.");

    private static Jint.Runtime.JavaScriptException NotA(JavaCall call, string kind) => call.Throw("java.lang.IllegalStateException", $"Not a {kind}.");

    private static JsValue Replace(JsonItems array, JavaCall call)
    {
        var before = Wrap(call, array.Items[call.Int(0)]);
        array.Items[call.Int(0)] = Value(call, 1);
        return before;
    }

    private static JsValue Remove(JsonItems array, JavaCall call)
    {
        if (call[0] is JavaObject { State: JsonMap or JsonItems or JsonNothing or JsonPrimitive })
        {
            var value = Value(call, 0);
            return array.Items.FindIndex(item => JsonValues.AreSimilar(call, item, value)) is var found and >= 0 && RemoveAt(array, found);
        }

        var before = Wrap(call, array.Items[call.Int(0)]);
        array.Items.RemoveAt(call.Int(0));
        return before;
    }

    private static bool RemoveAt(JsonItems array, int index)
    {
        array.Items.RemoveAt(index);
        return true;
    }

    private static object Copy(JavaCall call, object value, int depth)
    {
        call.Run.Limits.Check();
        if (depth > JsonTextReader.MaxDepth)
        {
            throw call.Run.Limits.TooDeep("A JSON object contains itself.");
        }

        switch (value)
        {
            case JsonMap map:
                var members = new JsonMap();
                foreach (var (key, item) in map.Members)
                {
                    members.Members[key] = Copy(call, item, depth + 1);
                }

                return members;
            case JsonItems array:
                var items = new JsonItems();
                items.Items.AddRange(array.Items.Select(item => Copy(call, item, depth + 1)));
                return items;
            default:
                return value;
        }
    }

    private static object Read(JavaCall call, int index)
    {
        var text = Streams.ReadAll(call, index);
        call.Run.Limits.CheckRoom(text.Length * 4.0);
        return string.IsNullOrWhiteSpace(text) ? JsonNothing.Value : new JsonTextReader(call.Run, text, isGson: true).ReadAll();
    }

    private static JsValue ToJson(GsonSettings settings, JavaCall call)
    {
        var text = JsonTextWriter.Write(call.Run, Value(call, 0), new JsonLayout(settings.Indent, IsGson: true, settings.EscapesHtml, settings.WritesNulls));
        if (call[1] is JavaObject { State: JavaWriter writer })
        {
            writer.Write(call, text);
            return JsValue.Undefined;
        }

        return call.Return(text);
    }

    // Into the classes that scripts can name: trees, texts, maps and lists.
    private static JsValue FromJson(JavaCall call)
    {
        var value = Read(call, 0);
        var type = (call[1] as JavaClassValue)?.JavaType ?? (call[1] as JavaObject)?.State as JavaClass;
        if (type is not null && type.Is(Element))
        {
            return Wrap(call, value);
        }

        if (type == StringClass.Class)
        {
            return call.Return(JsonTextWriter.Plain(value));
        }

        return type is null || type == ObjectClass.Class || type.Is(MapClasses.Map) || type.Is(ListClasses.Collection) || value is not (JsonMap or JsonItems)
            ? JsonValues.Deep(call, value)
            : throw call.Throw("com.google.gson.JsonParseException", $"Gson makes no {type.Name} here: ask for java.util.Map, java.util.List or com.google.gson.JsonObject.");
    }

    private sealed class GsonSettings
    {
        public int Indent { get; set; }

        public bool WritesNulls { get; set; }

        public bool EscapesHtml { get; set; } = true;

        public GsonSettings Copy() => (GsonSettings)MemberwiseClone();
    }
}
