using System.Globalization;

namespace ChannelHost.Connectors.Database;

/// <summary>Values as the text that Java's database classes give: messages made of rows look the same as those of the reference engine.</summary>
internal static class JdbcText
{
    /// <summary>The text of a plain value (<see cref="PlainValue"/>).</summary>
    /// <param name="value">The value.</param>
    /// <param name="typeName">The column's type: a date is written without a time.</param>
    /// <param name="binary">How bytes are written.</param>
    public static string Of(object value, string typeName = "", BinaryForm binary = BinaryForm.Base64) => value switch
    {
        string text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        double number => Of(number),
        decimal number => number.ToString(CultureInfo.InvariantCulture),
        DateTime time when typeName.Equals("date", StringComparison.OrdinalIgnoreCase) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time => Of(time),
        TimeSpan time => time.ToString(time.Days == 0 ? "hh\\:mm\\:ss" : "c", CultureInfo.InvariantCulture),
        byte[] bytes => binary switch
        {
            BinaryForm.Utf8 => System.Text.Encoding.UTF8.GetString(bytes),
            BinaryForm.Latin1 => System.Text.Encoding.Latin1.GetString(bytes),
            _ => Convert.ToBase64String(bytes),
        },
        _ => value.ToString() ?? "",
    };

    /// <summary>A time with at least one digit behind the second: <c>2024-01-02 03:04:05.0</c>.</summary>
    public static string Of(DateTime time)
    {
        var text = time.ToString("yyyy-MM-dd HH:mm:ss.fffffff", CultureInfo.InvariantCulture).TrimEnd('0');
        return text.EndsWith('.') ? text + "0" : text;
    }

    // Java: whole numbers have .0, and below a thousandth and from ten million on there is an exponent.
    private static string Of(double number)
    {
        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
        }

        var size = Math.Abs(number);
        if (size is 0 or (>= 1e-3 and < 1e7))
        {
            var plain = number.ToString("R", CultureInfo.InvariantCulture);
            return plain.Contains('.', StringComparison.Ordinal) ? plain : plain + ".0";
        }

        // R writes some of these with an exponent and some without; its digits are the shortest that tell the number from all others.
        var shortest = size.ToString("R", CultureInfo.InvariantCulture);
        var mantissa = new string([.. shortest.TakeWhile(c => c != 'E').Where(char.IsDigit)]).Trim('0');
        var scientific = size.ToString("E16", CultureInfo.InvariantCulture);
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{(number < 0 ? "-" : "")}{mantissa[0]}.{(mantissa.Length > 1 ? mantissa[1..] : "0")}E{exponent}");
    }
}

/// <summary>How bytes become text.</summary>
internal enum BinaryForm
{
    /// <summary>Base64. The default.</summary>
    Base64,

    /// <summary>They are text in UTF-8.</summary>
    Utf8,

    /// <summary>They are text in ISO 8859-1.</summary>
    Latin1,
}
