using System.Collections.Frozen;
using ChannelHost.Scripting.Values;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace ChannelHost.Scripting.Scope;

/// <summary>The methods that all maps of the scope share; Java's names, because that is what scripts call.</summary>
internal static class MapMethods
{
    /// <summary>Their layout; an engine makes a function when a script first names it.</summary>
    public static readonly JsObjectShape Shape = new JsObjectShape.Builder()
        .Method("get", Get, 1)
        .Method("put", Put, 2)
        .Method("remove", Remove, 1)
        .Method("containsKey", ContainsKey, 1)
        .Method("has", ContainsKey, 1)
        .Method("keySet", Keys)
        .Method("keys", Keys)
        .Method("values", Values)
        .Method("entrySet", Entries)
        .Method("size", (self, _) => Map(self).Count)
        .Method("isEmpty", (self, _) => Map(self).Count == 0)
        .Method("putAll", PutAll, 1)
        .Method("clear", Clear)
        .Method("getVariables", (self, _) => self)
        .Method("getOrDefault", GetOrDefault, 2)
        .Method("putIfAbsent", PutIfAbsent, 2)
        .Method("getSync", Get, 1)
        .Method("putSync", Put, 2)
        .Method("containsKeySync", ContainsKey, 1)
        .Method("removeSync", Remove, 1)
        .Method("lock", Lock, 1)
        .Method("unlock", Unlock, 1)
        .Method("toString", ToText)
        .Build();

    /// <summary>Names that are never keys of <c>map.name</c>.</summary>
    public static readonly FrozenSet<string> Names = new[]
    {
        "get", "put", "remove", "containsKey", "has", "keySet", "keys", "values", "entrySet", "size", "isEmpty", "putAll", "clear", "toString",
        "getVariables", "getOrDefault", "putIfAbsent", "getSync", "putSync", "containsKeySync", "removeSync", "lock", "unlock",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What <c>$c</c> and its like do: one argument reads, two write and give back what was there before.</summary>
    public static JsValue Shortcut(MapObject map, JsValue[] arguments)
    {
        var key = Key(arguments);
        var present = map.TryRead(key, out var before);
        if (arguments.Length > 1)
        {
            map.Write(key, arguments[1]);
            return present ? before : JsValue.Null;
        }

        return present ? before : map.Run.Maps.Elsewhere(map, key);
    }

    /// <summary>The first argument as a key.</summary>
    public static string Key(JsValue[] arguments) => arguments.Length == 0 ? "undefined" : TypeConverter.ToString(arguments[0]);

    private static JsValue Get(JsValue self, JsValue[] arguments) =>
        Map(self).TryRead(Key(arguments), out var value) ? value : Map(self).Run.Maps.Elsewhere(Map(self), Key(arguments));

    private static JsValue GetOrDefault(JsValue self, JsValue[] arguments) =>
        Map(self).TryRead(Key(arguments), out var value) ? value : arguments.Length > 1 ? arguments[1] : JsValue.Null;

    private static JsValue PutIfAbsent(JsValue self, JsValue[] arguments) =>
        Map(self).TryRead(Key(arguments), out var value) && !value.IsNull() ? value : Put(self, arguments);

    private static JsValue Lock(JsValue self, JsValue[] arguments)
    {
        var map = Map(self);
        if (map.Store.Shared is { } shared)
        {
            map.Run.Locks.Take(map.Run, shared, Key(arguments));
        }

        return JsValue.Undefined;
    }

    private static JsValue Unlock(JsValue self, JsValue[] arguments)
    {
        var map = Map(self);
        if (map.Store.Shared is { } shared)
        {
            map.Run.Locks.Release(map.Run, shared, Key(arguments));
        }

        return JsValue.Undefined;
    }

    private static JsValue Put(JsValue self, JsValue[] arguments)
    {
        var map = Map(self);
        var key = Key(arguments);
        var before = map.TryRead(key, out var value) ? value : JsValue.Null;
        map.Write(key, arguments.Length > 1 ? arguments[1] : JsValue.Undefined);
        return before;
    }

    private static JsValue Remove(JsValue self, JsValue[] arguments)
    {
        var map = Map(self);
        var key = Key(arguments);
        var before = map.TryRead(key, out var value) ? value : JsValue.Null;
        map.Erase(key);
        return before;
    }

    private static JsValue ContainsKey(JsValue self, JsValue[] arguments) => Map(self).TryRead(Key(arguments), out _);

    private static JsValue Keys(JsValue self, JsValue[] arguments)
    {
        var map = Map(self);
        return Collections.Set(map.Run, [.. map.Keys.Select(key => map.Run.Text(key))]);
    }

    private static JsValue Values(JsValue self, JsValue[] arguments)
    {
        var map = Map(self);
        return Collections.List(map.Run, [.. map.Keys.Select(key => map.TryRead(key, out var value) ? value : JsValue.Null)]);
    }

    private static JsValue Entries(JsValue self, JsValue[] arguments)
    {
        var map = Map(self);
        return Collections.Set(
            map.Run, [.. map.Keys.Select(key => Collections.Entry(map.Run, map.Run.Text(key), map.TryRead(key, out var value) ? value : JsValue.Null))]);
    }

    private static JsValue PutAll(JsValue self, JsValue[] arguments)
    {
        var map = Map(self);
        if (arguments.Length > 0 && PlainValue.From(arguments[0], map.Run) is IReadOnlyDictionary<string, object?> entries && arguments[0] is IPlainSource)
        {
            foreach (var (key, value) in entries)
            {
                map.Write(key, map.Run.FromPlain(value));
            }
        }
        else if (arguments.Length > 0 && arguments[0] is ObjectInstance source)
        {
            foreach (var key in source.GetOwnPropertyKeys(Types.String))
            {
                map.Write(key.ToString(), source.Get(key));
            }
        }

        return JsValue.Undefined;
    }

    private static JsValue Clear(JsValue self, JsValue[] arguments)
    {
        var map = Map(self);
        foreach (var key in map.Keys.ToList())
        {
            map.Erase(key);
        }

        return JsValue.Undefined;
    }

    private static JsValue ToText(JsValue self, JsValue[] arguments)
    {
        var map = Map(self);
        var entries = map.Keys.Select(key => $"{key}={(map.TryRead(key, out var value) ? TypeConverter.ToString(value) : "")}");
        return $"{{{string.Join(", ", entries)}}}";
    }

    private static MapObject Map(JsValue self) =>
        self as MapObject ?? throw new InvalidOperationException("A map's method was called without its map.");
}
