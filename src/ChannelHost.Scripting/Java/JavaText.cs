using System.Globalization;
using ChannelHost.Scripting.Trees;
using Jint.Native;

namespace ChannelHost.Scripting.Java;

/// <summary>How values look as texts.</summary>
internal static class JavaText
{
    /// <summary>The text of any value where a text is wanted.</summary>
    public static string Of(JsValue value) => value switch
    {
        JavaString text => text.Value,
        JavaObject other => other.ToText(),
        _ => TreeText.Of(value),
    };

    /// <summary>True for a text of the language or of Java.</summary>
    public static bool Is(JsValue value, out string text)
    {
        text = value switch
        {
            JavaString java => java.Value,
            JsString own => own.ToString(),
            _ => null!,
        };
        return text is not null;
    }

    /// <summary>A double as <c>Double.toString</c> writes it: <c>1.0</c>, <c>1.0E10</c>.</summary>
    public static string Of(double number)
    {
        if (double.IsNaN(number))
        {
            return "NaN";
        }

        if (double.IsInfinity(number))
        {
            return number > 0 ? "Infinity" : "-Infinity";
        }

        var size = Math.Abs(number);
        if (size is 0 or (>= 1e-3 and < 1e7))
        {
            var plain = number.ToString("0.0################", CultureInfo.InvariantCulture);
            return double.Parse(plain, CultureInfo.InvariantCulture).Equals(number) ? plain : Plain(number);
        }

        return Scientific(number.ToString("E16", CultureInfo.InvariantCulture), number);
    }

    /// <summary>A float as <c>Float.toString</c> writes it.</summary>
    public static string Of(float number) =>
        Math.Abs(number) is 0 or (>= 1e-3f and < 1e7f)
            ? number.ToString("0.0########", CultureInfo.InvariantCulture)
            : Of(double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));

    private static string Plain(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
    }

    // The shortest digits that give the number again, with a point after the first.
    private static string Scientific(string fallback, double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        var at = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = at < 0 ? 0 : int.Parse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var digits = (at < 0 ? text : text[..at]).TrimStart('-');
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? digits : digits[..point];
        var all = (whole + (point < 0 ? "" : digits[(point + 1)..])).TrimStart('0');
        if (all.Length == 0)
        {
            return fallback;
        }

        exponent += whole.TrimStart('0').Length > 0 ? whole.Length - 1 : -(digits.Length - point - 1 - all.Length) - 1;
        var rest = all[1..].TrimEnd('0');
        return $"{(number < 0 ? "-" : "")}{all[0]}.{(rest.Length == 0 ? "0" : rest)}E{exponent.ToString(CultureInfo.InvariantCulture)}";
    }
}
