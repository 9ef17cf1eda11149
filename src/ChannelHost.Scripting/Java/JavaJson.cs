using System.Globalization;
using Jint;
using Jint.Native;

namespace ChannelHost.Scripting.Java;

/// <summary>What <c>JSON.stringify</c> makes of Java objects.</summary>
internal static class JavaJson
{
    /// <summary>The value to write in the place of an object.</summary>
    /// <param name="self">The object.</param>
    /// <param name="key">The name or index it is written under; empty for the whole.</param>
    public static JsValue Of(JsValue self, string key)
    {
        if (self is not JavaObject java)
        {
            return self;
        }

        // Lists that hold themselves would go on for ever.
        java.Java.Run.Limits.Check();
        switch (java.State)
        {
            case string text:
                return text;
            case bool flag:
                return flag;
            case int or long or double or float or short or sbyte:
                return Convert.ToDouble(java.State, CultureInfo.InvariantCulture);
            case Numbers.JavaDecimal or System.Numerics.BigInteger:
                return double.Parse(java.ToText(), CultureInfo.InvariantCulture);
            case JavaMap map:
                return java.Java.IsMirth ? OfMirth(java, key) : OfMap(java, map);
            case JavaDate date when !java.Java.IsMirth:
                return new DateValue(date.At, IsJava: true).ToString();
        }

        return JavaValues.ItemsOf(java) is { } items ? new JsArray(java.Engine, [.. items]) : OfMirth(java, key);
    }

    // The reference writes a map or any other object as an empty one, and as nothing where it stands alone or in a list.
    private static JsValue OfMirth(JavaObject java, string key) =>
        key.Length == 0 || char.IsAsciiDigit(key[0]) ? JsValue.Undefined : new JsObject(java.Engine);

    private static JsObject OfMap(JavaObject java, JavaMap map)
    {
        var result = new JsObject(java.Engine);
        foreach (var (key, value) in map.Entries)
        {
            result.CreateDataProperty(java.Java.Show(key), value);
        }

        return result;
    }
}
