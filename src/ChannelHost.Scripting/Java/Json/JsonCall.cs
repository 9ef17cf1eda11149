using System.Globalization;
using System.Numerics;
using ChannelHost.Scripting.Java.IO;
using ChannelHost.Scripting.Java.Numbers;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Json;

/// <summary>What <c>JSONObject</c> and <c>JSONArray</c> have in common: reading a value as some kind, and writing.</summary>
internal static class JsonCall
{
    /// <summary>Adds the <c>get</c> and <c>opt</c> methods.</summary>
    /// <param name="type">The class.</param>
    /// <param name="find">The value that the first argument names; null for none.</param>
    /// <param name="owner">The simple name of the class, for errors.</param>
    public static JavaClass Getters<T>(JavaClass type, Func<T, JavaCall, object?> find, string owner)
        where T : notnull
    {
        Kind<T>(type, find, owner, "String", "a string", static (call, value) => value is string text ? call.Return(text) : null);
        Kind<T>(type, find, owner, "Boolean", "a boolean", static (_, value) => JsonValues.FlagOf(value) is { } flag ? flag : null);
        Kind<T>(type, find, owner, "Int", "an int", static (_, value) => JsonValues.NumberOf(value) is { } number ? (int)Narrow(number) : null);
        Kind<T>(type, find, owner, "Long", "a long", static (call, value) => value is long number ? Long(call, number) : JsonValues.NumberOf(value) is { } other ? Long(call, Narrow(other)) : null);
        Kind<T>(type, find, owner, "Double", "a double", static (_, value) => JsonValues.NumberOf(value));
        Kind<T>(type, find, owner, "Float", "a float", static (_, value) => JsonValues.NumberOf(value) is { } number ? (float)number : null);
        Kind<T>(type, find, owner, "Number", "a number", static (call, value) => value is not string && JsonValues.NumberOf(value) is not null ? JsonValues.Simple(call, value) : null);
        Kind<T>(type, find, owner, "BigDecimal", "a BigDecimal", static (call, value) => value is not bool && JsonValues.NumberOf(value) is not null ? call.New(DecimalClasses.BigDecimal, JavaDecimal.Parse(JsonTextWriter.Plain(value))) : null);
        Kind<T>(type, find, owner, "BigInteger", "a BigInteger", static (call, value) => BigInteger.TryParse(JsonTextWriter.Plain(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? call.New(DecimalClasses.BigInteger, number) : null);
        Kind<T>(type, find, owner, "JSONObject", "a JSONObject", static (call, value) => value is JsonMap ? JsonValues.Out(call, value) : null);
        Kind<T>(type, find, owner, "JSONArray", "a JSONArray", static (call, value) => value is JsonItems ? JsonValues.Out(call, value) : null);

        type.Method<T>("get", (state, call) => JsonValues.Out(call, find(state, call) ?? throw Missing(call, owner)));
        type.Method<T>("opt", (state, call) => find(state, call) is { } value ? JsonValues.Out(call, value) : JsValue.Null);

        // Any value has a text; null has none.
        type.Method<T>("optString", (state, call) => find(state, call) is { } value and not JsonNothing ? call.Return(Text(call, value)) : call.Return(call.Count > 1 ? call.TextOrNull(1) : ""));
        return type;
    }

    /// <summary>An argument as a value of a tree; nothing becomes JSON's null.</summary>
    public static object Value(JavaCall call, int index) => Finite(JsonValues.From(call, call[index]) ?? JsonNothing.Value);

    /// <summary>A value that JSON can hold.</summary>
    public static object Finite(object value) =>
        value is double number && !double.IsFinite(number) ? throw new JsonFaultException("JSON does not allow non-finite numbers.") : value;

    /// <summary><c>toString()</c> and <c>toString(indent)</c>.</summary>
    public static JsValue Shown(JavaCall call, object tree) => call.Return(JsonTextWriter.Write(call.Run, tree, new JsonLayout(Math.Clamp(call.Int(0, 0), 0, 100))));

    /// <summary>Writes to a writer.</summary>
    public static JsValue WriteTo(JavaCall call, object tree)
    {
        call.Object<JavaWriter>(0).Write(call, JsonTextWriter.Write(call.Run, tree, new JsonLayout(Math.Clamp(call.Int(1, 0), 0, 100))));
        return call[0];
    }

    private static void Kind<T>(JavaClass type, Func<T, JavaCall, object?> find, string owner, string kind, string article, Func<JavaCall, object, JsValue?> read)
        where T : notnull
    {
        type.Method<T>("get" + kind, (state, call) =>
        {
            var value = find(state, call) ?? throw Missing(call, owner);
            return read(call, value) ?? throw new JsonFaultException($"{Place(call, owner)} is not {article} ({JsonValues.ClassOf(value)}).");
        });
        type.Method<T>("opt" + kind, (state, call) => (find(state, call) is { } value ? read(call, value) : null) ?? (call.Count > 1 ? call[1] : Default(kind)));
    }

    private static JsValue Default(string kind) => kind switch
    {
        "Boolean" => false,
        "Int" or "Long" => 0,
        "Double" or "Float" => double.NaN,
        _ => JsValue.Null,
    };

    private static string Text(JavaCall call, object value) =>
        value is JsonMap or JsonItems ? JsonTextWriter.Write(call.Run, value, new JsonLayout(0)) : JsonTextWriter.Plain(value);

    private static JsonFaultException Missing(JavaCall call, string owner) => new($"{Place(call, owner)} not found.");

    private static string Place(JavaCall call, string owner) => owner == "JSONArray" ? $"JSONArray[{call.Shown(0)}]" : $"JSONObject[{JsonTextWriter.Quote(call.Shown(0))}]";

    private static JsValue Long(JavaCall call, long number) => Math.Abs((double)number) < 1L << 53 ? number : call.New(Lang.NumberClasses.Long, number);

    // As Java narrows: a fraction is cut off, what is too large ends at the limit.
    private static long Narrow(double number) =>
        double.IsNaN(number) ? 0 : number >= 9.2233720368547758E18 ? long.MaxValue : number <= -9.2233720368547758E18 ? long.MinValue : (long)number;
}
