using ChannelHost.Scripting.Java.Util;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Json;

/// <summary><c>org.json.JSONArray</c>.</summary>
internal static class JsonArrayClass
{
    /// <summary>The class.</summary>
    public static readonly JavaClass Class = JsonCall.Getters<JsonItems>(new JavaClass("org.json.JSONArray"), static (array, call) => At(array, call.Int(0)), "JSONArray")
        .New(static call => Make(call))
        .Chain<JsonItems>("put", static (array, call) => Put(array, call))
        .Chain<JsonItems>("putAll", static (array, call) => AddAll(array, call))
        .Method<JsonItems>("isNull", static (array, call) => At(array, call.Int(0)) is null or JsonNothing)
        .Method<JsonItems>("remove", static (array, call) => Remove(array, call))
        .Void<JsonItems>("clear", static (array, _) => array.Items.Clear())
        .Method<JsonItems>("length", static (array, _) => array.Items.Count)
        .Method<JsonItems>("isEmpty", static (array, _) => array.Items.Count == 0)
        .Method<JsonItems>("iterator", static (array, call) => IteratorClasses.Over(call, array.Items.Select(item => JsonValues.Out(call, item))))
        .Method<JsonItems>("join", static (array, call) => call.Return(Join(array, call)))
        .Method<JsonItems>("toList", static (array, call) => JsonValues.Deep(call, array))
        .Method<JsonItems>("toJSONObject", static (array, call) => ToObject(array, call))
        .Method<JsonItems>("similar", static (array, call) => call[0] is JavaObject { State: JsonItems other } && JsonValues.AreSimilar(call, array, other))
        .Method<JsonItems>("toString", static (array, call) => JsonCall.Shown(call, array))
        .Method<JsonItems>("write", static (array, call) => JsonCall.WriteTo(call, array));

    private static object? At(JsonItems array, int index) => index >= 0 && index < array.Items.Count ? array.Items[index] : null;

    private static JsonItems Make(JavaCall call)
    {
        switch (call[0])
        {
            case JsUndefined:
                return new JsonItems();
            case JsNumber when call.Int(0) < 0:
                throw new JsonFaultException("JSONArray initial capacity cannot be negative.");
            case JsNumber:
                return new JsonItems();
            case JavaObject { State: JsonTextReader reader }:
                return reader.ReadArray();
            case JavaObject { State: JsonItems other }:
                var copy = new JsonItems();
                copy.Items.AddRange(other.Items);
                return copy;
        }

        if (JavaValues.ItemsOf(call[0]) is { } items)
        {
            return JsonValues.Items(call, items);
        }

        var text = call.Text(0);
        call.Run.Limits.CheckRoom(text.Length * 4.0);
        var whole = new JsonTextReader(call.Run, text, isGson: false);
        var array = whole.ReadArray();
        return whole.IsAtEnd ? array : throw new JsonFaultException("Unparsed text after a JSONArray.");
    }

    private static void Put(JsonItems array, JavaCall call)
    {
        if (call.Count < 2)
        {
            array.Items.Add(JsonCall.Value(call, 0));
            return;
        }

        var (index, value) = (call.Int(0), JsonCall.Value(call, 1));
        if (index < 0)
        {
            throw new JsonFaultException($"JSONArray[{index}] not found.");
        }

        call.Run.Limits.CheckLength(index);
        call.Run.Limits.CheckRoom(index * 8.0);
        while (array.Items.Count <= index)
        {
            array.Items.Add(JsonNothing.Value);
        }

        array.Items[index] = value;
    }

    private static void AddAll(JsonItems array, JavaCall call) => array.Items.AddRange(call[0] switch
    {
        JavaObject { State: JsonItems other } => other.Items.ToList(),
        _ when JavaValues.ItemsOf(call[0]) is { } items => JsonValues.Items(call, items).Items,
        _ => throw new JsonFaultException("Array initial value should be a string or collection or array."),
    });

    private static JsValue Remove(JsonItems array, JavaCall call)
    {
        var index = call.Int(0);
        if (At(array, index) is not { } before)
        {
            return JsValue.Null;
        }

        array.Items.RemoveAt(index);
        return JsonValues.Out(call, before);
    }

    private static string Join(JsonItems array, JavaCall call)
    {
        var text = new System.Text.StringBuilder();
        for (var i = 0; i < array.Items.Count; i++)
        {
            text.Append(i > 0 ? call.Text(0) : "").Append(JsonTextWriter.Write(call.Run, array.Items[i], new JsonLayout(0)));
            call.Run.Limits.CheckLength(text.Length);
        }

        return text.ToString();
    }

    private static JsValue ToObject(JsonItems array, JavaCall call)
    {
        if (call[0] is not JavaObject { State: JsonItems { Items.Count: > 0 } names } || array.Items.Count == 0)
        {
            return JsValue.Null;
        }

        var map = new JsonMap();
        for (var i = 0; i < names.Items.Count; i++)
        {
            if (At(array, i) is { } value)
            {
                map.Members[JsonTextWriter.Plain(names.Items[i])] = value;
            }
        }

        return call.New(JsonObjectClass.Class, map);
    }
}
