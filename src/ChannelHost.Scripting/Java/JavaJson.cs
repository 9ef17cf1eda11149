using System.Globalization;
using Jint.Native;

namespace ChannelHost.Scripting.Java;

/// <summary>What <c>JSON.stringify</c> makes of Java objects.</summary>
internal static class JavaJson
{
    /// <summary>The value to write in the place of an object: as in the reference, a map or another object is left out for imported scripts.</summary>
    public static JsValue Of(JsValue self)
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
                return java.Java.IsMirth ? JsValue.Undefined : OfMap(java, map);
            case Json.JsonMap or Json.JsonItems or Json.JsonNothing or Json.JsonPrimitive when !java.Java.IsMirth:
                return Json.JsonValues.Own(java.Java, java.State);
            case JavaDate date when !java.Java.IsMirth:
                return new DateValue(date.At, IsJava: true).ToString();
        }

        return JavaValues.ItemsOf(java) is { } items ? new JsArray(java.Engine, [.. items]) : JsValue.Undefined;
    }

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
