using System.Globalization;

namespace ChannelHost.Abstractions;

/// <summary>Numbers as Java writes them.</summary>
public static class JavaNumber
{
    /// <summary>As <c>Double.toString</c>: always with a digit behind the point (<c>1.0</c>), with an exponent below 0.001 and from 10,000,000 on (<c>1.0E7</c>).</summary>
    public static string Text(double number)
    {
        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
        }

        var size = Math.Abs(number);
        if (number == 0 || size is >= 0.001 and < 10_000_000)
        {
            // The round-trip form has no exponent in this range.
            var plain = number.ToString("R", CultureInfo.InvariantCulture);
            return plain.Contains('.', StringComparison.Ordinal) ? plain : plain + ".0";
        }

        // The fewest digits that read back as the same number.
        var scientific = number.ToString("E16", CultureInfo.InvariantCulture);
        for (var digits = 0; digits <= 16; digits++)
        {
            var shorter = number.ToString("E" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (double.Parse(shorter, CultureInfo.InvariantCulture).Equals(number))
            {
                scientific = shorter;
                break;
            }
        }

        var mark = scientific.IndexOf('E', StringComparison.Ordinal);
        var mantissa = scientific[..mark];
        var exponent = int.Parse(scientific.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return $"{(mantissa.Contains('.', StringComparison.Ordinal) ? mantissa : mantissa + ".0")}E{exponent.ToString(CultureInfo.InvariantCulture)}";
    }
}
