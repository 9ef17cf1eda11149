using System.Globalization;
using System.Numerics;
using ChannelHost.Scripting.Java.Lang;
using ChannelHost.Scripting.Java.Numbers;
using ChannelHost.Scripting.Java.Util;
using Jint;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Json;

/// <summary>Values of scripts as those of JSON trees, and back.</summary>
internal static class JsonValues
{
    private const double MostExact = 1L << 53;

    /// <summary>The value for a tree; null for none. Lists and objects of scripts and of Java are copied, JSON objects are held as they are.</summary>
    public static object? From(JavaCall call, JsValue value, int depth = 0)
    {
        if (depth > JsonTextReader.MaxDepth)
        {
            throw call.Run.Limits.TooDeep($"A value nests deeper than {JsonTextReader.MaxDepth} levels, or contains itself.");
        }

        switch (value)
        {
            case JsNull or JsUndefined:
                return null;
            case JsBoolean flag:
                return flag.AsBoolean();
            case JsNumber number:
                return !call.Java.IsMirth && IsWhole(number.AsNumber(), out var whole) ? whole : number.AsNumber();
            case JavaObject { State: JsonMap or JsonItems or JsonNothing or bool or int or long or double or BigInteger or JavaDecimal } known:
                return known.State;
            case JavaObject { State: JsonPrimitive primitive }:
                return primitive.Value;
            case JavaObject { State: float or short or sbyte } small:
                return Convert.ToDouble(small.State, CultureInfo.InvariantCulture);
        }

        if (JavaText.Is(value, out var text))
        {
            return text;
        }

        if (value is JavaObject { State: JavaMap } or JsObject)
        {
            return Map(call, JavaValues.EntriesOf(value)!, depth);
        }

        return JavaValues.ItemsOf(value) is { } items ? Items(call, items, depth)
            : value is JavaObject other ? other
            : JavaText.Of(value);
    }

    /// <summary>Entries as an object.</summary>
    public static JsonMap Map(JavaCall call, IEnumerable<KeyValuePair<JsValue, JsValue>> entries, int depth = 0)
    {
        var map = new JsonMap();
        foreach (var (key, item) in entries)
        {
            call.Run.Limits.Check();
            if (!item.IsCallable())
            {
                map.Members[call.Java.Show(key)] = From(call, item, depth + 1) ?? JsonNothing.Value;
            }
        }

        return map;
    }

    /// <summary>Elements as an array.</summary>
    public static JsonItems Items(JavaCall call, IEnumerable<JsValue> items, int depth = 0)
    {
        var array = new JsonItems();
        foreach (var item in items)
        {
            call.Run.Limits.Check();
            array.Items.Add(From(call, item, depth + 1) ?? JsonNothing.Value);
        }

        return array;
    }

    /// <summary>A value of a tree of <c>org.json</c> as scripts get it.</summary>
    public static JsValue Out(JavaCall call, object value) => value switch
    {
        JsonMap => call.New(JsonObjectClass.Class, value),
        JsonItems => call.New(JsonArrayClass.Class, value),
        JsonNothing => JsonObjectClass.NullOf(call),
        _ => Simple(call, value),
    };

    /// <summary>A simple value as scripts get it.</summary>
    public static JsValue Simple(JavaCall call, object value) => value switch
    {
        string text => call.Return(text),
        bool => call.Java.Box(BooleanClass.Class, value),
        int => call.Java.Box(NumberClasses.Integer, value),
        long number => Math.Abs((double)number) < MostExact ? call.Java.Box(NumberClasses.Long, value) : call.New(NumberClasses.Long, value),
        double => call.Java.Box(NumberClasses.Double, value),
        BigInteger => call.New(DecimalClasses.BigInteger, value),
        JavaDecimal => call.New(DecimalClasses.BigDecimal, value),
        JsonNumber number => Simple(call, JsonNumbers.TryRead(number.Text) ?? number.Text),
        JsValue other => other,
        _ => throw new InvalidOperationException($"A JSON tree holds a {value.GetType().Name}."),
    };

    /// <summary>A tree as maps and lists of Java.</summary>
    public static JsValue Deep(JavaCall call, object value, int depth = 0)
    {
        call.Run.Limits.Check();
        if (depth > JsonTextReader.MaxDepth)
        {
            throw call.Run.Limits.TooDeep("A JSON object contains itself.");
        }

        switch (value)
        {
            case JsonMap map:
                var entries = JavaMap.Linked(call.Java);
                foreach (var (key, item) in map.Members)
                {
                    entries.Put(key, Deep(call, item, depth + 1));
                }

                return call.New(MapClasses.HashMap, entries);
            case JsonItems array:
                return call.New(ListClasses.ArrayList, new JavaList([.. array.Items.Select(item => Deep(call, item, depth + 1))]));
            case JsonNothing:
                return JsValue.Null;
            default:
                return Simple(call, value);
        }
    }

    /// <summary>A tree as objects and arrays of the language.</summary>
    public static JsValue Own(JavaSession java, object value, int depth = 0)
    {
        java.Run.Limits.Check();
        if (depth > JsonTextReader.MaxDepth)
        {
            throw java.Run.Limits.TooDeep("A JSON object contains itself.");
        }

        switch (value)
        {
            case JsonMap map:
                var result = new JsObject(java.Run.Engine);
                foreach (var (key, item) in map.Members)
                {
                    result.CreateDataProperty(key, Own(java, item, depth + 1));
                }

                return result;
            case JsonItems array:
                return new JsArray(java.Run.Engine, [.. array.Items.Select(item => Own(java, item, depth + 1))]);
            case JsonNothing:
                return JsValue.Null;
            case string text:
                return text;
            case bool flag:
                return flag;
            case JsonPrimitive primitive:
                return Own(java, primitive.Value, depth);
            case JsValue other:
                return other;
            default:
                return double.Parse(JsonTextWriter.Plain(value), CultureInfo.InvariantCulture);
        }
    }

    /// <summary>True when two trees say the same: numbers by their value.</summary>
    public static bool AreSimilar(JavaCall call, object left, object right, int depth = 0)
    {
        call.Run.Limits.Check();
        if (depth > JsonTextReader.MaxDepth)
        {
            throw call.Run.Limits.TooDeep("A JSON object contains itself.");
        }

        return (left, right) switch
        {
            (JsonMap one, JsonMap two) => one.Members.Count == two.Members.Count
                && one.Members.All(member => two.Members.TryGetValue(member.Key, out var other) && AreSimilar(call, member.Value, other, depth + 1)),
            (JsonItems one, JsonItems two) => one.Items.Count == two.Items.Count && one.Items.Zip(two.Items).All(pair => AreSimilar(call, pair.First, pair.Second, depth + 1)),
            (string or bool or JsonNothing, _) or (_, string or bool or JsonNothing) => left.Equals(right),
            (JavaObject one, JavaObject two) => call.Java.Equality.Equals(one, two),
            _ => NumberOf(left) is { } number && NumberOf(right) is { } other && number.Equals(other),
        };
    }

    /// <summary>The number of a value, also of a text that is one; null when it is none.</summary>
    public static double? NumberOf(object value) => value switch
    {
        double number => number,
        int number => number,
        long number => number,
        BigInteger number => (double)number,
        JsonNumber or JavaDecimal or string =>
            double.TryParse(JsonTextWriter.Plain(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
        JsValue other => JavaValues.NumberOf(other),
        _ => null,
    };

    /// <summary>The truth value of a value, also of the texts <c>true</c> and <c>false</c>; null when it is none.</summary>
    public static bool? FlagOf(object value) => value switch
    {
        bool flag => flag,
        string text when text.Equals("true", StringComparison.OrdinalIgnoreCase) => true,
        string text when text.Equals("false", StringComparison.OrdinalIgnoreCase) => false,
        _ => null,
    };

    /// <summary>The Java class of a value, for errors.</summary>
    public static string ClassOf(object value) => value switch
    {
        string => "java.lang.String",
        bool => "java.lang.Boolean",
        int => "java.lang.Integer",
        long => "java.lang.Long",
        double => "java.lang.Double",
        JsonMap => "org.json.JSONObject",
        JsonItems => "org.json.JSONArray",
        JsonNothing => "null",
        JavaObject other => other.JavaType.Name,
        _ => "java.lang.Number",
    };

    // A script's number is a Double in the reference; by default whole ones are whole.
    private static bool IsWhole(double number, out object whole)
    {
        if (number is >= int.MinValue and <= int.MaxValue && (int)number == number)
        {
            whole = (int)number;
            return true;
        }

        whole = number;
        if (double.IsFinite(number) && Math.Abs(number) < MostExact && (long)number == number)
        {
            whole = (long)number;
            return true;
        }

        return false;
    }
}
