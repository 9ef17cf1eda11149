using ChannelHost.Scripting.Java.IO;
using ChannelHost.Scripting.Java.Util;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Json;

/// <summary><c>org.json.JSONObject</c> and <c>JSONTokener</c>. Members keep the order of putting, where Java's own have none.</summary>
internal static class JsonObjectClass
{
    private static readonly JavaClass NullClass = new JavaClass("org.json.JSONObject$Null")
        .Method<JsonNothing>("toString", static (_, call) => call.Return("null"))
        .Method<JsonNothing>("equals", static (_, call) => !call.Has(0) || call[0] is JavaObject { State: JsonNothing })
        .Method<JsonNothing>("hashCode", static (_, _) => 0);

    /// <summary><c>org.json.JSONTokener</c>.</summary>
    public static readonly JavaClass Tokener = new JavaClass("org.json.JSONTokener")
        .New(static call => new JsonTextReader(call.Run, Streams.ReadAll(call, 0), isGson: false))
        .Method<JsonTextReader>("nextValue", static (reader, call) => JsonValues.Out(call, reader.ReadValue()))
        .Method<JsonTextReader>("more", static (reader, _) => !reader.IsAtEnd);

    /// <summary><c>org.json.JSONObject</c>.</summary>
    public static readonly JavaClass Class = JsonCall.Getters<JsonMap>(new JavaClass("org.json.JSONObject"), Find, "JSONObject")
        .New(static call => Make(call))
        .Constant("NULL", static call => NullOf(call))
        .Static("quote", static call => call.Return(JsonTextWriter.Quote(call.TextOrNull(0) ?? "")))
        .Static("stringToValue", static call => JsonValues.Out(call, JsonNumbers.ValueOf(call.Text(0))))
        .Static("valueToString", static call => call.Return(JsonTextWriter.Write(call.Run, JsonValues.From(call, call[0]) ?? JsonNothing.Value, new JsonLayout(0))))
        .Static("numberToString", static call => call.Return(JsonTextWriter.Plain(JsonValues.From(call, call[0]) ?? JsonNothing.Value)))
        .Static("doubleToString", static call => call.Return(JsonNumbers.Show(call.Number(0))))
        .Static("wrap", static call => JsonValues.Out(call, JsonValues.From(call, call[0]) ?? JsonNothing.Value))
        .Static("getNames", static call => call[0] is JavaObject { State: JsonMap { Members.Count: > 0 } map } ? call.Java.Array(map.Members.Keys) : JsValue.Null)
        .Method<JsonMap>("put", static (map, call) => Put(map, call, call.Text(0), call[1]))
        .Method<JsonMap>("putOpt", static (map, call) => call.Has(0) && call.Has(1) ? Put(map, call, call.Text(0), call[1]) : call.Self)
        .Method<JsonMap>("putOnce", static (map, call) => PutOnce(map, call))
        .Chain<JsonMap>("accumulate", static (map, call) => Accumulate(map, call.Text(0), JsonCall.Value(call, 1)))
        .Chain<JsonMap>("append", static (map, call) => Append(map, call.Text(0), JsonCall.Value(call, 1)))
        .Chain<JsonMap>("increment", static (map, call) => Increment(map, call.Text(0)))
        .Method<JsonMap>("has", static (map, call) => map.Members.ContainsKey(call.Text(0)))
        .Method<JsonMap>("isNull", static (map, call) => !map.Members.TryGetValue(call.Text(0), out var value) || value is JsonNothing)
        .Method<JsonMap>("remove", static (map, call) => map.Members.Remove(call.Text(0), out var before) ? JsonValues.Out(call, before) : JsValue.Null)
        .Void<JsonMap>("clear", static (map, _) => map.Members.Clear())
        .Method<JsonMap>("length", static (map, _) => map.Members.Count)
        .Method<JsonMap>("isEmpty", static (map, _) => map.Members.Count == 0)
        .Method<JsonMap>("keys", static (map, call) => IteratorClasses.Over(call, map.Members.Keys.Select(key => (JsValue)key)))
        .Method<JsonMap>("keySet", static (map, call) => call.New(SetClasses.Linked, JavaSet.Of(call.Java, map.Members.Keys.Select(key => (JsValue)key))))
        .Method<JsonMap>("names", static (map, call) => map.Members.Count == 0 ? JsValue.Null : Names(map, call))
        .Method<JsonMap>("toJSONArray", static (map, call) => Select(map, call))
        .Method<JsonMap>("toMap", static (map, call) => JsonValues.Deep(call, map))
        .Method<JsonMap>("similar", static (map, call) => call[0] is JavaObject { State: JsonMap other } && JsonValues.AreSimilar(call, map, other))
        .Method<JsonMap>("toString", static (map, call) => JsonCall.Shown(call, map))
        .Method<JsonMap>("write", static (map, call) => JsonCall.WriteTo(call, map));

    /// <summary>JSON's null: always the same object in a run.</summary>
    public static JsValue NullOf(JavaCall call) => call.Java.Single(NullClass, JsonNothing.Value);

    /// <summary>Adds a value to those that a name has.</summary>
    public static void Accumulate(JsonMap map, string key, object value)
    {
        if (!map.Members.TryGetValue(key, out var before))
        {
            map.Members[key] = value is JsonItems ? ArrayOf(value) : value;
        }
        else if (before is JsonItems items)
        {
            items.Items.Add(value);
        }
        else
        {
            map.Members[key] = ArrayOf(before, value);
        }
    }

    private static object? Find(JsonMap map, JavaCall call) => map.Members.GetValueOrDefault(call.Text(0));

    private static JsonMap Make(JavaCall call)
    {
        switch (call[0])
        {
            case JsUndefined or JsNumber:
                return new JsonMap();
            case JsNull:
                throw call.Throw("java.lang.NullPointerException", "JSONObject got nothing to read.");
            case JavaObject { State: JsonTextReader reader }:
                return reader.ReadObject();
            case JavaObject { State: JsonMap other }:
                return Part(other, call);
        }

        return JavaValues.EntriesOf(call[0]) is { } entries && !JavaText.Is(call[0], out _)
            ? JsonValues.Map(call, entries.Where(static entry => entry.Value is not JsNull and not JsUndefined))
            : Read(call);
    }

    private static JsonMap Read(JavaCall call)
    {
        var text = call.Text(0);
        call.Run.Limits.CheckRoom(text.Length * 4.0);
        var reader = new JsonTextReader(call.Run, text, isGson: false);
        var map = reader.ReadObject();
        return reader.IsAtEnd ? map : throw new JsonFaultException("Unparsed text after a JSONObject.");
    }

    private static JsonMap Part(JsonMap other, JavaCall call)
    {
        var map = new JsonMap();
        foreach (var name in call.Count > 1 ? call.Items(1).Select(JavaText.Of) : other.Members.Keys)
        {
            if (other.Members.TryGetValue(name, out var value))
            {
                map.Members[name] = value;
            }
        }

        return map;
    }

    private static JsValue Put(JsonMap map, JavaCall call, string key, JsValue value)
    {
        if (JsonValues.From(call, value) is { } made)
        {
            map.Members[key] = JsonCall.Finite(made);
        }
        else
        {
            map.Members.Remove(key);
        }

        return call.Self;
    }

    private static JsValue PutOnce(JsonMap map, JavaCall call) => !call.Has(0) || !call.Has(1) ? call.Self
        : map.Members.ContainsKey(call.Text(0)) ? throw new JsonFaultException($"Duplicate key \"{call.Text(0)}\"")
        : Put(map, call, call.Text(0), call[1]);

    private static void Append(JsonMap map, string key, object value)
    {
        switch (map.Members.GetValueOrDefault(key))
        {
            case null:
                map.Members[key] = ArrayOf(value);
                break;
            case JsonItems items:
                items.Items.Add(value);
                break;
            default:
                throw new JsonFaultException($"JSONObject[\"{key}\"] is not a JSONArray.");
        }
    }

    private static void Increment(JsonMap map, string key) => map.Members[key] = map.Members.GetValueOrDefault(key) switch
    {
        null => 1,
        int number and < int.MaxValue => number + 1,
        int number => number + 1L,
        long number and < long.MaxValue => number + 1,
        double number => number + 1,
        _ => throw new JsonFaultException($"Unable to increment [\"{key}\"]."),
    };

    private static JsonItems ArrayOf(params ReadOnlySpan<object> values)
    {
        var items = new JsonItems();
        items.Items.AddRange(values);
        return items;
    }

    private static JsValue Names(JsonMap map, JavaCall call)
    {
        var names = new JsonItems();
        names.Items.AddRange(map.Members.Keys);
        return call.New(JsonArrayClass.Class, names);
    }

    private static JsValue Select(JsonMap map, JavaCall call)
    {
        if (call[0] is not JavaObject { State: JsonItems { Items.Count: > 0 } names })
        {
            return JsValue.Null;
        }

        var values = new JsonItems();
        values.Items.AddRange(names.Items.Select(name => map.Members.GetValueOrDefault(JsonTextWriter.Plain(name)) ?? JsonNothing.Value));
        return call.New(JsonArrayClass.Class, values);
    }
}
