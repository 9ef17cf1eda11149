using System.Globalization;
using System.Numerics;
using ChannelHost.Scripting.Java.Numbers;

namespace ChannelHost.Scripting.Java.Json;

/// <summary>How <c>org.json</c> reads and writes numbers.</summary>
internal static class JsonNumbers
{
    // Longer ones are texts: turning digits into a number costs the square of their count.
    private const int MostDigits = 1_000;

    // What a double keeps without doubt.
    private const int ExactDigits = 15;

    /// <summary>What a text without quotes means: a truth value, null, a number, or the text itself.</summary>
    public static object ValueOf(string text)
    {
        switch (text.ToLowerInvariant())
        {
            case "true":
                return true;
            case "false":
                return false;
            case "null":
                return JsonNothing.Value;
            default:
                return TryRead(text) ?? text;
        }
    }

    /// <summary>The number of a text; null when it is none. <c>007</c> is none: identifiers keep their zeros.</summary>
    public static object? TryRead(string text)
    {
        if (text.Length is 0 or > MostDigits || !(char.IsAsciiDigit(text[0]) || (text[0] == '-' && text.Length > 1)))
        {
            return null;
        }

        var digits = text.AsSpan(text[0] == '-' ? 1 : 0);
        if (digits.Length == 0 || !char.IsAsciiDigit(digits[0]) || (digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit(digits[1])))
        {
            return null;
        }

        if (text == "-0")
        {
            return -0.0;
        }

        return digits.ContainsAny('.', 'e', 'E') ? Decimal(text) : Whole(text);
    }

    /// <summary>A number as JSON: no zeros behind the point that say nothing.</summary>
    public static string Show(double number)
    {
        var text = JavaText.Of(number);
        if (text.Contains('.', StringComparison.Ordinal) && !text.Contains('E', StringComparison.Ordinal))
        {
            text = text.TrimEnd('0').TrimEnd('.');
        }

        return text;
    }

    private static object? Whole(string text)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var small))
        {
            return small;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        return BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large) ? large : null;
    }

    private static object? Decimal(string text)
    {
        if (!double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        if (text.Count(char.IsAsciiDigit) <= ExactDigits && double.IsFinite(number))
        {
            return number;
        }

        try
        {
            return JavaDecimal.Parse(text);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            // An exponent beyond all use: the text is kept as it is.
            return null;
        }
    }
}
