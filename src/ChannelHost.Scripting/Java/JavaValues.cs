using System.Collections;
using System.Globalization;
using ChannelHost.Scripting.Java.Lang;
using ChannelHost.Scripting.Java.Util;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Values;
using Jint;
using Jint.Native;
using Jint.Native.Object;

namespace ChannelHost.Scripting.Java;

/// <summary>Java values from plain ones and back: plain values are what maps keep between engines.</summary>
internal static class JavaValues
{
    private const int MaxDepth = 100;

    /// <summary>
    /// A plain value as scripts of the reference get it: texts, numbers, truth values, lists and maps as Java objects. Null is null.
    /// </summary>
    public static JsValue FromPlain(ScriptRun run, object? value)
    {
        var java = run.Java;
        return value switch
        {
            null => JsValue.Null,
            string text => new JavaString(java, text),
            bool flag => new JavaObject(java, BooleanClass.Class, flag),
            double number => new JavaObject(java, NumberClasses.Double, number),
            int number => new JavaObject(java, NumberClasses.Integer, number),
            long number => new JavaObject(java, NumberClasses.Long, number),
            float number => new JavaObject(java, NumberClasses.Float, number),
            decimal number => new JavaObject(java, Numbers.DecimalClasses.BigDecimal, Numbers.JavaDecimal.Parse(number.ToString(CultureInfo.InvariantCulture))),

            // A copy each way: what one script writes into its bytes must not be seen in a map that others read.
            byte[] bytes => java.Array((byte[])bytes.Clone()),
            ReadOnlyMemory<byte> bytes => java.Array(bytes.ToArray()),
            DateValue { IsJava: true } date => new JavaObject(java, DateClasses.Date, new JavaDate(date.At)),
            DateValue => ScriptValue.From(value, run),
            DateTime date => new JavaObject(java, DateClasses.Timestamp, new JavaDate(new DateTimeOffset(date))),
            DateTimeOffset date => new JavaObject(java, DateClasses.Timestamp, new JavaDate(date)),
            IReadOnlyDictionary<string, object?> entries => Map(run, entries.Select(entry => (entry.Key, entry.Value))),
            IReadOnlyDictionary<string, string> entries => Map(run, entries.Select(entry => (entry.Key, (object?)entry.Value))),
            MarkupValue => ScriptValue.From(value, run),
            IEnumerable items => List(run, items),
            IFormattable other => new JavaString(java, other.ToString(null, CultureInfo.InvariantCulture)),
            _ => new JavaString(java, value.ToString() ?? ""),
        };
    }

    /// <summary>A plain value that a script had put into a map: its own lists and objects are its own again, all else is as <see cref="FromPlain"/> says.</summary>
    public static JsValue FromKept(ScriptRun run, object? value) =>
        value is (List<object?> and not PlainList) or (Dictionary<string, object?> and not PlainMap) ? ScriptValue.From(value, run) : FromPlain(run, value);

    /// <summary>An instant as a calendar of the host's zone.</summary>
    public static JsValue Calendar(ScriptRun run, DateTimeOffset at) =>
        new JavaObject(run.Java, DateClasses.Gregorian, new JavaCalendar(at.ToUnixTimeMilliseconds(), run.Environment.Time.LocalTimeZone));

    /// <summary>The plain form of a Java object: text, number, truth value, bytes, date, list or dictionary; its text for anything else.</summary>
    public static object? ToPlain(JavaObject value) => ToPlain(value, 0);

    /// <summary>The bytes of a Java or typed array, or of a list of numbers; null when it is none of them.</summary>
    public static byte[]? BytesOf(JsValue value)
    {
        switch (value)
        {
            case JavaObject { State: JavaBytes bytes }:
                return bytes.Bytes;
            case JavaObject { State: JavaList list } when list.Items.TrueForAll(item => NumberOf(item) is not null):
                return [.. list.Items.Select(item => unchecked((byte)(long)NumberOf(item)!.Value))];
            case JsArray array:
                var items = array.ToArray();
                return System.Array.TrueForAll(items, item => NumberOf(item) is not null) ? [.. items.Select(item => unchecked((byte)(long)NumberOf(item)!.Value))] : null;
            case ObjectInstance other when other.IsUint8Array():
                return other.AsUint8Array();
            case ObjectInstance other when other.IsArrayBuffer():
                return other.AsArrayBuffer();
            default:
                return null;
        }
    }

    /// <summary>The elements of anything that has some; null when it has none.</summary>
    public static IEnumerable<JsValue>? ItemsOf(JsValue value) => value switch
    {
        JavaObject { State: JavaList list } => list.Items,
        JavaObject { State: JavaSet set } => set.Items,
        JavaObject { State: IJavaIndexed indexed } => Enumerable.Range(0, indexed.Count).Select(indexed.At),
        JsArray array => array.ToArray(),
        _ => null,
    };

    /// <summary>The elements of an array of Java or the language; null when it is none.</summary>
    public static IReadOnlyList<JsValue>? ArrayOf(JsValue value) => value switch
    {
        JavaObject { State: JavaList { IsFixed: true } list } => list.Items,
        JsArray array => array.ToArray(),
        _ => null,
    };

    /// <summary>The entries of a map of Java or a plain object; null when it is none.</summary>
    public static IEnumerable<KeyValuePair<JsValue, JsValue>>? EntriesOf(JsValue value) => value switch
    {
        JavaObject { State: JavaMap map } => map.Entries,
        JavaObject => null,
        ObjectInstance other and not JsArray => other.GetOwnPropertyKeys(Jint.Runtime.Types.String).Select(key => KeyValuePair.Create(key, other.Get(key))),
        _ => null,
    };

    /// <summary>The number of a number of the language or of Java; null when it is none.</summary>
    public static double? NumberOf(JsValue value) => value switch
    {
        JsNumber number => number.AsNumber(),
        JavaObject { State: int or long or double or float or short or sbyte } boxed => Convert.ToDouble(boxed.State, CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>The truth value of one of the language or of Java; null when it is none.</summary>
    public static bool? FlagOf(JsValue value) => value switch
    {
        JsBoolean flag => flag.AsBoolean(),
        JavaObject { State: bool flag } => flag,
        _ => null,
    };

    /// <summary>The instant of a date of the language or of Java; null when it is none.</summary>
    public static DateTimeOffset? InstantOf(JsValue value) => value switch
    {
        JavaObject { State: JavaDate date } => date.At,
        JavaObject { State: JavaCalendar calendar } => calendar.Date.At,
        JsDate date when !double.IsNaN(date.DateValue) => JavaDate.FromMillis((long)date.DateValue),
        _ => null,
    };

    /// <summary>A boxed .NET number or truth value as one of the language.</summary>
    public static JsValue Primitive(object value) => value is bool flag ? flag : Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private static object? ToPlain(JavaObject value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw value.Java.Run.TypeError($"A value that is kept must not nest deeper than {MaxDepth} levels or contain itself.");
        }

        value.Java.Run.Limits.Check();
        object? Inner(JsValue item) => item is JavaObject java ? ToPlain(java, depth + 1) : PlainValue.From(item, value.Java.Run);
        return value.State switch
        {
            string or bool or double => value.State,
            int or long or float or short or sbyte => Convert.ToDouble(value.State, CultureInfo.InvariantCulture),
            JavaBytes bytes => bytes.Bytes.Clone(),
            JavaDate date => new DateValue(date.At, IsJava: true),
            JavaMap map => PlainMap.Of(map.Entries.Select(entry => (value.Java.Show(entry.Key), Inner(entry.Value)))),
            _ => ItemsOf(value) is { } items ? PlainList.Of(items.Select(Inner)) : value.ToText(),
        };
    }

    private static JavaObject List(ScriptRun run, IEnumerable items)
    {
        var list = new List<JsValue>();
        foreach (var item in items)
        {
            run.Limits.Check();
            list.Add(FromPlain(run, item));
        }

        return new JavaObject(run.Java, ListClasses.ArrayList, new JavaList(list));
    }

    private static JavaObject Map(ScriptRun run, IEnumerable<(string Key, object? Value)> entries)
    {
        var map = JavaMap.Linked(run.Java);
        foreach (var (key, value) in entries)
        {
            run.Limits.Check();
            map.Entries[key] = FromPlain(run, value);
        }

        return new JavaObject(run.Java, MapClasses.HashMap, map);
    }
}

/// <summary>The plain form of a Java list: comes out of a map as a Java list again.</summary>
internal sealed class PlainList : List<object?>
{
    /// <summary>Of these elements.</summary>
    public static PlainList Of(IEnumerable<object?> items)
    {
        var list = new PlainList();
        list.AddRange(items);
        return list;
    }
}

/// <summary>The plain form of a Java map: comes out of a map as a Java map again.</summary>
internal sealed class PlainMap() : Dictionary<string, object?>(StringComparer.Ordinal)
{
    /// <summary>Of these entries.</summary>
    public static PlainMap Of(IEnumerable<(string Key, object? Value)> entries)
    {
        var map = new PlainMap();
        foreach (var (key, value) in entries)
        {
            map[key] = value;
        }

        return map;
    }
}
