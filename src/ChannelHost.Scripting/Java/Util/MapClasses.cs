using ChannelHost.Scripting.Values;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Util;

/// <summary>Maps. A <c>HashMap</c> keeps the order of putting: Java's own is no promise.</summary>
internal static class MapClasses
{
    /// <summary><c>java.util.Map.Entry</c>.</summary>
    public static readonly JavaClass Entry = new JavaClass("java.util.Map$Entry")
        .Method<MapEntry>("getKey", static (entry, call) => call.Return(entry.Key))
        .Method<MapEntry>("getValue", static (entry, call) => call.Return(entry.Map.TryGet(entry.Key, out var value) ? value : JsValue.Null))
        .Method<MapEntry>("setValue", static (entry, call) => call.Return(entry.Map.Put(entry.Key, call[0])))
        .Method<MapEntry>("toString", static (entry, call) => call.Return($"{call.Java.Show(entry.Key)}={(entry.Map.TryGet(entry.Key, out var value) ? call.Java.Show(value) : "null")}"));

    /// <summary><c>java.util.Map</c>, and all that its classes have.</summary>
    public static readonly JavaClass Map = new JavaClass("java.util.Map")
        .Method<JavaMap>("get", static (map, call) => map.TryGet(call[0], out var value) ? call.Return(value) : JsValue.Null)
        .Method<JavaMap>("getOrDefault", static (map, call) => map.TryGet(call[0], out var value) ? call.Return(value) : call[1])
        .Method<JavaMap>("put", static (map, call) => map.TryGet(call[0], out _) ? call.Return(map.Put(call[0], call[1])) : Put(map, call))
        .Method<JavaMap>("putIfAbsent", static (map, call) => map.TryGet(call[0], out var value) && !value.IsNothing() ? call.Return(value) : Put(map, call))
        .Void<JavaMap>("putAll", static (map, call) => PutAll(map, call))
        .Method<JavaMap>("remove", static (map, call) => map.Remove(call[0], out var before) ? call.Return(before) : JsValue.Null)
        .Method<JavaMap>("replace", static (map, call) => map.TryGet(call[0], out _) ? call.Return(map.Put(call[0], call[1])) : JsValue.Null)
        .Method<JavaMap>("containsKey", static (map, call) => map.TryGet(call[0], out _))
        .Method<JavaMap>("containsValue", static (map, call) => map.Entries.Values.Contains(call[0], call.Java.Equality))
        .Method<JavaMap>("size", static (map, _) => map.Entries.Count)
        .Method<JavaMap>("isEmpty", static (map, _) => map.Entries.Count == 0)
        .Void<JavaMap>("clear", static (map, _) => map.Clear())
        .Method<JavaMap>("keySet", static (map, call) => call.New(SetClasses.Linked, Keys(call, map)))
        .Method<JavaMap>("values", static (map, call) => call.New(ListClasses.ArrayList, new JavaList([.. map.Entries.Values])))
        .Method<JavaMap>("entrySet", static (map, call) => call.New(SetClasses.Linked, EntrySet(call, map)))
        .Void<JavaMap>("forEach", static (map, call) => ForEach(map, call))
        .Method<JavaMap>("computeIfAbsent", static (map, call) => ComputeIfAbsent(map, call))
        .Method<JavaMap>("merge", static (map, call) => Merge(map, call))
        .Method<JavaMap>("clone", static (map, call) => call.New(((JavaObject)call.Self).JavaType, Copy(call, map.Entries)))
        .Method<JavaMap>("equals", static (_, call) => call.Java.Equality.Equals(call.Self, call[0]))
        .Method<JavaMap>("hashCode", static (_, call) => call.Java.Equality.GetHashCode(call.Self))
        .Method<JavaMap>("toString", static (map, call) => call.Return(Shown(map, call)))
        .Static("of", static call => call.New(HashMap!, Pairs(call)));

    /// <summary><c>java.util.HashMap</c>.</summary>
    public static readonly JavaClass HashMap = new JavaClass("java.util.HashMap", Map).New(static call => New(call));

    /// <summary><c>java.util.LinkedHashMap</c>.</summary>
    public static readonly JavaClass LinkedHashMap = new JavaClass("java.util.LinkedHashMap", HashMap).New(static call => New(call));

    /// <summary><c>java.util.Hashtable</c>.</summary>
    public static readonly JavaClass Hashtable = new JavaClass("java.util.Hashtable", Map)
        .New(static call => New(call))
        .Method<JavaMap>("keys", static (map, call) => IteratorClasses.Over(call, map.Entries.Keys))
        .Method<JavaMap>("elements", static (map, call) => IteratorClasses.Over(call, map.Entries.Values));

    /// <summary><c>java.util.concurrent.ConcurrentHashMap</c>.</summary>
    public static readonly JavaClass Concurrent = new JavaClass("java.util.concurrent.ConcurrentHashMap", Map).New(static call => New(call));

    /// <summary><c>java.util.TreeMap</c>.</summary>
    public static readonly JavaClass TreeMap = new JavaClass("java.util.TreeMap", Map)
        .New(static call => NewTree(call))
        .Method<JavaMap>("firstKey", static (map, call) => map.Entries.Count > 0 ? call.Return(map.Entries.Keys.First()) : throw call.Throw("java.util.NoSuchElementException", null))
        .Method<JavaMap>("lastKey", static (map, call) => map.Entries.Count > 0 ? call.Return(map.Entries.Keys.Last()) : throw call.Throw("java.util.NoSuchElementException", null))
        .Method<JavaMap>("firstEntry", static (map, call) => map.Entries.Count > 0 ? call.New(Entry, new MapEntry(map, map.Entries.Keys.First())) : JsValue.Null)
        .Method<JavaMap>("lastEntry", static (map, call) => map.Entries.Count > 0 ? call.New(Entry, new MapEntry(map, map.Entries.Keys.Last())) : JsValue.Null)
        .Method<JavaMap>("descendingMap", static (map, call) => call.New(LinkedHashMap, Copy(call, map.Entries.Reverse())))
        .Method<JavaMap>("headMap", static (map, call) => call.New(LinkedHashMap, Copy(call, map.Entries.Where(entry => call.Java.Compare(entry.Key, call[0]) < (call.Flag(1) ? 1 : 0)))))
        .Method<JavaMap>("tailMap", static (map, call) => call.New(LinkedHashMap, Copy(call, map.Entries.Where(entry => call.Java.Compare(entry.Key, call[0]) >= (call.Count > 1 && !call.Flag(1) ? 1 : 0)))))
        .Method<JavaMap>("floorKey", static (map, call) => map.Entries.Keys.LastOrDefault(key => call.Java.Compare(key, call[0]) <= 0) is { } key ? call.Return(key) : JsValue.Null)
        .Method<JavaMap>("ceilingKey", static (map, call) => map.Entries.Keys.FirstOrDefault(key => call.Java.Compare(key, call[0]) >= 0) is { } key ? call.Return(key) : JsValue.Null);

    /// <summary><c>java.util.Properties</c>.</summary>
    public static readonly JavaClass Properties = new JavaClass("java.util.Properties", Hashtable)
        .New(static call => New(call))
        .Method<JavaMap>("getProperty", static (map, call) => map.TryGet(call[0], out var value) ? call.Return(value) : call.Count > 1 ? call[1] : JsValue.Null)
        .Method<JavaMap>("setProperty", static (map, call) => map.TryGet(call[0], out _) ? call.Return(map.Put(call[0], call[1])) : Put(map, call))
        .Method<JavaMap>("stringPropertyNames", static (map, call) => call.New(SetClasses.Linked, Keys(call, map)))
        .Void<JavaMap>("load", static (map, call) => PropertyText.Load(map, IO.Streams.ReadAll(call, 0)));

    /// <summary>A key and its value.</summary>
    public static JavaObject EntryOf(JavaSession java, JsValue key, JsValue value)
    {
        var map = JavaMap.Linked(java);
        map.Put(key, value);
        return new JavaObject(java, Entry, new MapEntry(map, key));
    }

    private static JavaMap New(JavaCall call) => Copy(call, call.Has(0) && JavaValues.EntriesOf(call[0]) is { } entries ? entries : []);

    private static JavaMap NewTree(JavaCall call)
    {
        var source = call[0] is JavaObject { State: JavaMap given } ? given.Entries : null;
        var map = new JavaMap(new SortedDictionary<JsValue, JsValue>(new JavaOrder(call.Java, source is null && call.Has(0) ? call[0] : null)));
        Fill(call, map, source ?? Enumerable.Empty<KeyValuePair<JsValue, JsValue>>());
        return map;
    }

    private static JavaMap Copy(JavaCall call, IEnumerable<KeyValuePair<JsValue, JsValue>> entries)
    {
        var map = JavaMap.Linked(call.Java);
        Fill(call, map, entries);
        return map;
    }

    private static void Fill(JavaCall call, JavaMap map, IEnumerable<KeyValuePair<JsValue, JsValue>> entries)
    {
        foreach (var (key, value) in entries)
        {
            call.Run.Limits.Check();
            map.Put(key, value);
        }
    }

    // A new key had no value before.
    private static JsValue Put(JavaMap map, JavaCall call)
    {
        map.Put(call[0], call[1]);
        return JsValue.Null;
    }

    private static void PutAll(JavaMap map, JavaCall call) => Fill(
        call,
        map,
        (JavaValues.EntriesOf(call[0]) ?? throw call.Throw("java.lang.IllegalArgumentException", "putAll needs a map.")).ToList());

    private static JavaSet Keys(JavaCall call, JavaMap map)
    {
        var keys = JavaSet.Linked(call.Java);
        foreach (var key in map.Entries.Keys)
        {
            keys.Add(key);
        }

        return keys;
    }

    private static JavaSet EntrySet(JavaCall call, JavaMap map)
    {
        var entries = JavaSet.Linked(call.Java);
        foreach (var key in map.Entries.Keys)
        {
            entries.Add(call.New(Entry, new MapEntry(map, key)));
        }

        return entries;
    }

    private static void ForEach(JavaMap map, JavaCall call)
    {
        foreach (var (key, value) in map.Entries.ToList())
        {
            call.Java.CallAdapter(call[0], "accept", call.Return(key), call.Return(value));
        }
    }

    private static JsValue ComputeIfAbsent(JavaMap map, JavaCall call)
    {
        if (!map.TryGet(call[0], out var value) || value.IsNothing())
        {
            value = call.Java.CallAdapter(call[1], "apply", call.Return(call[0]));
            map.Put(call[0], value);
        }

        return call.Return(value);
    }

    private static JsValue Merge(JavaMap map, JavaCall call)
    {
        var value = map.TryGet(call[0], out var before) && !before.IsNothing()
            ? call.Java.CallAdapter(call[2], "apply", call.Return(before), call.Return(call[1]))
            : call[1];
        map.Put(call[0], value);
        return call.Return(value);
    }

    private static JavaMap Pairs(JavaCall call)
    {
        var map = JavaMap.Linked(call.Java);
        for (var i = 0; i + 1 < call.Count; i += 2)
        {
            map.Put(call[i], call[i + 1]);
        }

        return map;
    }

    private static string Shown(JavaMap map, JavaCall call)
    {
        call.Run.Limits.Check();
        var text = new System.Text.StringBuilder("{");
        foreach (var (key, value) in map.Entries)
        {
            text.Append(text.Length > 1 ? ", " : "").Append(call.Java.Show(key)).Append('=').Append(ReferenceEquals(value, call.Self) ? "(this Map)" : call.Java.Show(value));
            call.Run.Limits.CheckLength(text.Length);
        }

        return text.Append('}').ToString();
    }

    private sealed record MapEntry(JavaMap Map, JsValue Key);
}
