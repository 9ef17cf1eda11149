using System.Globalization;
using System.Numerics;
using System.Text;

namespace ChannelHost.Scripting.Java.Numbers;

/// <summary>How a number is rounded; the names and order of <c>java.math.RoundingMode</c>.</summary>
internal enum JavaRounding
{
    Up,
    Down,
    Ceiling,
    Floor,
    HalfUp,
    HalfDown,
    HalfEven,
    Unnecessary,
}

/// <summary>The value of a <c>BigDecimal</c>: a whole number and how many of its digits stand behind the point.</summary>
internal readonly record struct JavaDecimal(BigInteger Unscaled, int Scale) : IComparable<JavaDecimal>, IComparable
{
    /// <summary>The most digits that a calculation may have: more is an attempt to use up the machine.</summary>
    private const int MaxDigits = 100_000;

    /// <summary>True for zero of any scale.</summary>
    public bool IsZero => Unscaled.IsZero;

    /// <summary>How many digits the unscaled value has.</summary>
    public int Precision => IsZero ? 1 : BigInteger.Abs(Unscaled).ToString(CultureInfo.InvariantCulture).Length;

    /// <summary>Reads <c>-1.50</c> or <c>1E+3</c>.</summary>
    /// <exception cref="FormatException">It is no number.</exception>
    public static JavaDecimal Parse(string text)
    {
        var at = text.AsSpan().IndexOfAny('e', 'E');
        var exponent = 0;
        if (at >= 0 && (!int.TryParse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || Math.Abs((long)exponent) > MaxDigits))
        {
            throw new FormatException("This is no number.");
        }

        var digits = at < 0 ? text : text[..at];
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var all = point < 0 ? digits : digits.Remove(point, 1);
        return all.Length is > 0 and <= MaxDigits && char.IsAsciiDigit(all[^1]) && BigInteger.TryParse(all, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? new JavaDecimal(number, (point < 0 ? 0 : digits.Length - point - 1) - exponent)
            : throw new FormatException("This is no number.");
    }

    /// <summary>The sum.</summary>
    public JavaDecimal Add(JavaDecimal other)
    {
        var scale = Math.Max(Scale, other.Scale);
        return new JavaDecimal(At(scale) + other.At(scale), scale);
    }

    /// <summary>The difference.</summary>
    public JavaDecimal Subtract(JavaDecimal other) => Add(other.Negate());

    /// <summary>The product.</summary>
    public JavaDecimal Multiply(JavaDecimal other) => Checked(Unscaled * other.Unscaled, Scale + other.Scale);

    /// <summary>The quotient with so many digits behind the point.</summary>
    public JavaDecimal Divide(JavaDecimal other, int scale, JavaRounding rounding)
    {
        if (other.IsZero)
        {
            throw new DivideByZeroException("Division by zero");
        }

        // this / other = (u1 * 10^(scale + s2 - s1)) / u2, at that scale
        var shift = scale + other.Scale - Scale;
        return shift >= 0
            ? new JavaDecimal(Quotient(Unscaled * Power(shift), other.Unscaled, rounding), scale)
            : new JavaDecimal(Quotient(Unscaled, other.Unscaled * Power(-shift), rounding), scale);
    }

    /// <summary>The exact quotient.</summary>
    /// <exception cref="DivideByZeroException">There is none: the divisor is 0, or the digits never end.</exception>
    public JavaDecimal Divide(JavaDecimal other)
    {
        var preferred = Scale - other.Scale;
        var digits = (int)Math.Min(other.Precision * 10L / 3 + Precision + 10, MaxDigits);
        var quotient = Divide(other, Math.Max(preferred, 0) + digits, JavaRounding.Down);
        return quotient.Multiply(other).CompareTo(this) == 0
            ? quotient.StripTo(preferred)
            : throw new DivideByZeroException("Non-terminating decimal expansion; no exact representable decimal result.");
    }

    /// <summary>The remainder.</summary>
    public JavaDecimal Remainder(JavaDecimal other) => Subtract(Divide(other, 0, JavaRounding.Down).Multiply(other));

    /// <summary>The number with the other sign.</summary>
    public JavaDecimal Negate() => new(-Unscaled, Scale);

    /// <summary>The number without sign.</summary>
    public JavaDecimal Abs() => new(BigInteger.Abs(Unscaled), Scale);

    /// <summary>The number with so many digits behind the point.</summary>
    public JavaDecimal SetScale(int scale, JavaRounding rounding) =>
        scale >= Scale
            ? Checked(Unscaled * Power(scale - Scale), scale)
            : new JavaDecimal(Quotient(Unscaled, Power(Scale - scale), rounding), scale);

    /// <summary>The number with at most so many digits.</summary>
    public JavaDecimal Round(int precision, JavaRounding rounding) =>
        precision <= 0 || Precision <= precision ? this : SetScale(Scale - (Precision - precision), rounding);

    /// <summary>The number without zeros at the end.</summary>
    public JavaDecimal Strip() => IsZero ? new JavaDecimal(0, 0) : StripTo(int.MinValue);

    /// <summary>The whole part.</summary>
    public BigInteger ToInteger() => SetScale(0, JavaRounding.Down).Unscaled;

    /// <summary>As text without an exponent.</summary>
    public string ToPlainText()
    {
        if (Scale <= 0)
        {
            return IsZero ? "0" : (Unscaled * Power(-Scale)).ToString(CultureInfo.InvariantCulture);
        }

        if (Scale > 4 * MaxDigits)
        {
            throw new OverflowException("The number has too many digits.");
        }

        var digits = BigInteger.Abs(Unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(Scale + 1, '0');
        return (Unscaled.Sign < 0 ? "-" : "") + digits[..^Scale] + "." + digits[^Scale..];
    }

    /// <summary>As <c>BigDecimal.toString</c> writes it: with an exponent where the point stands far off.</summary>
    public override string ToString()
    {
        var digits = BigInteger.Abs(Unscaled).ToString(CultureInfo.InvariantCulture);
        var exponent = -(long)Scale + digits.Length - 1;
        if (Scale >= 0 && exponent >= -6)
        {
            return ToPlainText();
        }

        var text = new StringBuilder(Unscaled.Sign < 0 ? "-" : "").Append(digits[0]);
        if (digits.Length > 1)
        {
            text.Append('.').Append(digits, 1, digits.Length - 1);
        }

        return exponent == 0 ? text.ToString() : text.Append(CultureInfo.InvariantCulture, $"E{(exponent > 0 ? "+" : "")}{exponent}").ToString();
    }

    /// <inheritdoc/>
    public int CompareTo(JavaDecimal other)
    {
        var scale = Math.Max(Scale, other.Scale);
        return At(scale).CompareTo(other.At(scale));
    }

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj is JavaDecimal other ? CompareTo(other) : 1;

    private static JavaDecimal Checked(BigInteger unscaled, int scale) =>
        unscaled.GetBitLength() > MaxDigits * 4L ? throw new OverflowException("The number has too many digits.") : new JavaDecimal(unscaled, scale);

    private static BigInteger Power(int exponent) =>
        exponent > MaxDigits ? throw new OverflowException("The number has too many digits.") : BigInteger.Pow(10, exponent);

    private static BigInteger Quotient(BigInteger dividend, BigInteger divisor, JavaRounding rounding)
    {
        var quotient = BigInteger.DivRem(dividend, divisor, out var remainder);
        if (remainder.IsZero)
        {
            return quotient;
        }

        var sign = dividend.Sign * divisor.Sign;
        var half = (BigInteger.Abs(remainder) * 2).CompareTo(BigInteger.Abs(divisor));
        var away = rounding switch
        {
            JavaRounding.Up => true,
            JavaRounding.Down => false,
            JavaRounding.Ceiling => sign > 0,
            JavaRounding.Floor => sign < 0,
            JavaRounding.HalfUp => half >= 0,
            JavaRounding.HalfDown => half > 0,
            JavaRounding.HalfEven => half > 0 || (half == 0 && !quotient.IsEven),
            _ => throw new DivideByZeroException("Rounding necessary"),
        };
        return away ? quotient + sign : quotient;
    }

    private BigInteger At(int scale) => Unscaled * Power(scale - Scale);

    private JavaDecimal StripTo(int least)
    {
        var (number, scale) = (Unscaled, Scale);
        while (scale > least && !number.IsZero)
        {
            var shorter = BigInteger.DivRem(number, 10, out var digit);
            if (!digit.IsZero)
            {
                break;
            }

            (number, scale) = (shorter, scale - 1);
        }

        return new JavaDecimal(number, scale);
    }
}
