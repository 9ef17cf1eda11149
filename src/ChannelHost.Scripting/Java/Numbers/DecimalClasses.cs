using System.Globalization;
using System.Numerics;
using ChannelHost.Scripting.Java.Lang;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Numbers;

/// <summary><c>java.math</c>.</summary>
internal static class DecimalClasses
{
    /// <summary><c>java.math.RoundingMode</c>.</summary>
    public static readonly JavaClass RoundingMode = JavaEnum.Define("java.math.RoundingMode", "UP", "DOWN", "CEILING", "FLOOR", "HALF_UP", "HALF_DOWN", "HALF_EVEN", "UNNECESSARY");

    /// <summary><c>java.math.MathContext</c>.</summary>
    public static readonly JavaClass MathContext = new JavaClass("java.math.MathContext")
        .New(static call => new Context(call.Int(0), call.Has(1) ? Rounding(call, 1) : JavaRounding.HalfUp))
        .Method<Context>("getPrecision", static (context, _) => context.Precision)
        .Constant("DECIMAL32", static call => call.New(MathContext!, new Context(7, JavaRounding.HalfEven)))
        .Constant("DECIMAL64", static call => call.New(MathContext!, new Context(16, JavaRounding.HalfEven)))
        .Constant("DECIMAL128", static call => call.New(MathContext!, new Context(34, JavaRounding.HalfEven)));

    /// <summary><c>java.math.BigDecimal</c>.</summary>
    public static readonly JavaClass BigDecimal = new JavaClass("java.math.BigDecimal", NumberClasses.Number)
        .New(static call => Read(call, exact: true))
        .Method<JavaDecimal>("add", static (number, call) => New(call, Rounded(call, number.Add(Of(call, 0)))))
        .Method<JavaDecimal>("subtract", static (number, call) => New(call, Rounded(call, number.Subtract(Of(call, 0)))))
        .Method<JavaDecimal>("multiply", static (number, call) => New(call, Rounded(call, number.Multiply(Of(call, 0)))))
        .Method<JavaDecimal>("divide", static (number, call) => New(call, Divide(call, number, Of(call, 0))))
        .Method<JavaDecimal>("remainder", static (number, call) => New(call, number.Remainder(Of(call, 0))))
        .Method<JavaDecimal>("divideToIntegralValue", static (number, call) => New(call, number.Divide(Of(call, 0), 0, JavaRounding.Down)))
        .Method<JavaDecimal>("pow", static (number, call) => New(call, Power(call, number)))
        .Method<JavaDecimal>("negate", static (number, call) => New(call, number.Negate()))
        .Method<JavaDecimal>("abs", static (number, call) => New(call, number.Abs()))
        .Method<JavaDecimal>("max", static (number, call) => New(call, number.CompareTo(Of(call, 0)) >= 0 ? number : Of(call, 0)))
        .Method<JavaDecimal>("min", static (number, call) => New(call, number.CompareTo(Of(call, 0)) <= 0 ? number : Of(call, 0)))
        .Method<JavaDecimal>("setScale", static (number, call) => New(call, number.SetScale(call.Int(0), call.Has(1) ? Rounding(call, 1) : JavaRounding.Unnecessary)))
        .Method<JavaDecimal>("round", static (number, call) => New(call, call.Object<Context>(0) is var context ? number.Round(context.Precision, context.Rounding) : number))
        .Method<JavaDecimal>("stripTrailingZeros", static (number, call) => New(call, number.Strip()))
        .Method<JavaDecimal>("movePointLeft", static (number, call) => New(call, number with { Scale = number.Scale + call.Int(0) }))
        .Method<JavaDecimal>("movePointRight", static (number, call) => New(call, number with { Scale = number.Scale - call.Int(0) }))
        .Method<JavaDecimal>("scale", static (number, _) => number.Scale)
        .Method<JavaDecimal>("precision", static (number, _) => number.Precision)
        .Method<JavaDecimal>("signum", static (number, _) => number.Unscaled.Sign)
        .Method<JavaDecimal>("unscaledValue", static (number, call) => call.New(BigInteger!, number.Unscaled))
        .Method<JavaDecimal>("toBigInteger", static (number, call) => call.New(BigInteger!, number.ToInteger()))
        .Method<JavaDecimal>("intValue", static (number, _) => (int)(number.ToInteger() & uint.MaxValue))
        .Method<JavaDecimal>("longValue", static (number, _) => (double)number.ToInteger())
        .Method<JavaDecimal>("compareTo", static (number, call) => number.CompareTo(Of(call, 0)))
        .Method<JavaDecimal>("equals", static (number, call) => call[0] is JavaObject { State: JavaDecimal other } && number.Equals(other))
        .Method<JavaDecimal>("toPlainString", static (number, call) => call.Return(number.ToPlainText()))
        .Method<JavaDecimal>("toString", static (number, call) => call.Return(number.ToString()))
        .Static("valueOf", static call => New(call, call.Count > 1 ? new JavaDecimal(call.Long(0), call.Int(1)) : Read(call, exact: false)))
        .Constant("ZERO", static call => New(call, new JavaDecimal(0, 0)))
        .Constant("ONE", static call => New(call, new JavaDecimal(1, 0)))
        .Constant("TEN", static call => New(call, new JavaDecimal(10, 0)))
        .Constant("ROUND_UP", 0)
        .Constant("ROUND_DOWN", 1)
        .Constant("ROUND_CEILING", 2)
        .Constant("ROUND_FLOOR", 3)
        .Constant("ROUND_HALF_UP", 4)
        .Constant("ROUND_HALF_DOWN", 5)
        .Constant("ROUND_HALF_EVEN", 6);

    /// <summary><c>java.math.BigInteger</c>.</summary>
    public static readonly JavaClass BigInteger = new JavaClass("java.math.BigInteger", NumberClasses.Number)
        .New(static call => Whole(call))
        .Method<BigInteger>("add", static (number, call) => New(call, number + Integer(call, 0)))
        .Method<BigInteger>("subtract", static (number, call) => New(call, number - Integer(call, 0)))
        .Method<BigInteger>("multiply", static (number, call) => New(call, number * Integer(call, 0)))
        .Method<BigInteger>("divide", static (number, call) => New(call, number / Integer(call, 0)))
        .Method<BigInteger>("remainder", static (number, call) => New(call, number % Integer(call, 0)))
        .Method<BigInteger>("mod", static (number, call) => New(call, ((number % Integer(call, 0)) + Integer(call, 0)) % Integer(call, 0)))
        .Method<BigInteger>("pow", static (number, call) => New(call, Power(call, new JavaDecimal(number, 0)).Unscaled))
        .Method<BigInteger>("negate", static (number, call) => New(call, -number))
        .Method<BigInteger>("abs", static (number, call) => New(call, System.Numerics.BigInteger.Abs(number)))
        .Method<BigInteger>("shiftLeft", static (number, call) => New(call, number << Math.Clamp(call.Int(0), 0, 100_000)))
        .Method<BigInteger>("shiftRight", static (number, call) => New(call, number >> call.Int(0)))
        .Method<BigInteger>("signum", static (number, _) => number.Sign)
        .Method<BigInteger>("bitLength", static (number, _) => (double)number.GetBitLength())
        .Method<BigInteger>("intValue", static (number, _) => unchecked((int)(uint)(number & uint.MaxValue)))
        .Method<BigInteger>("longValue", static (number, _) => (double)number)
        .Method<BigInteger>("compareTo", static (number, call) => number.CompareTo(Integer(call, 0)))
        .Method<BigInteger>("toByteArray", static (number, call) => call.Return(number.ToByteArray(isBigEndian: true)))
        .Method<BigInteger>("toString", static (number, call) => call.Return(Text(call, number, call.Int(0, 10))))
        .Static("valueOf", static call => New(call, call.Long(0)))
        .Constant("ZERO", static call => New(call, System.Numerics.BigInteger.Zero))
        .Constant("ONE", static call => New(call, System.Numerics.BigInteger.One))
        .Constant("TEN", static call => New(call, new BigInteger(10)));

    /// <summary>The rounding that an argument says: a <c>RoundingMode</c> or one of the old numbers.</summary>
    public static JavaRounding Rounding(JavaCall call, int index) =>
        (JavaRounding)(call[index] is JavaObject { State: JavaEnumValue mode } ? mode.Ordinal : call.Int(index));

    private static JsValue New(JavaCall call, JavaDecimal number) => call.New(BigDecimal, number);

    private static JsValue New(JavaCall call, BigInteger number) =>
        number.GetBitLength() > 400_000 ? throw new OverflowException("The number has too many digits.") : call.New(BigInteger, number);

    private static JavaDecimal Of(JavaCall call, int index) =>
        call[index] is JavaObject { State: JavaDecimal number } ? number : Parse(call, call.Text(index));

    // new BigDecimal(0.1) is what the machine holds, valueOf(0.1) what it shows; scripts mean the latter also with new, but Java's digits are kept.
    private static JavaDecimal Read(JavaCall call, bool exact) => call[0] switch
    {
        JavaObject { State: BigInteger number } => new JavaDecimal(number, call.Int(1, 0)),
        JavaObject { State: JavaDecimal number } => number,
        var value when JavaValues.NumberOf(value) is { } number => exact ? Exact(number) : Parse(call, JavaText.Of(number)),
        _ => Rounded(call, Parse(call, call.Text(0))),
    };

    private static JavaDecimal Exact(double number)
    {
        if (!double.IsFinite(number))
        {
            throw new FormatException("Infinite or NaN");
        }

        if (Math.Truncate(number).Equals(number))
        {
            return new JavaDecimal(new BigInteger(number), 0);
        }

        var bits = BitConverter.DoubleToInt64Bits(number);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var mantissa = (bits & 0xFFFFFFFFFFFFFL) | (exponent == 0 ? 0 : 0x10000000000000L);
        var power = Math.Max(exponent, 1) - 1075;
        while ((mantissa & 1) == 0)
        {
            mantissa >>= 1;
            power++;
        }

        // m / 2^n = m * 5^n / 10^n
        return new JavaDecimal(mantissa * Math.Sign(number) * System.Numerics.BigInteger.Pow(5, -power), -power);
    }

    private static JavaDecimal Parse(JavaCall call, string text)
    {
        try
        {
            return JavaDecimal.Parse(text);
        }
        catch (FormatException)
        {
            throw call.Throw("java.lang.NumberFormatException", "The text is no decimal number.");
        }
    }

    private static JavaDecimal Rounded(JavaCall call, JavaDecimal number) =>
        call[1] is JavaObject { State: Context context } ? number.Round(context.Precision, context.Rounding) : number;

    private static JavaDecimal Divide(JavaCall call, JavaDecimal number, JavaDecimal by) => call[1] switch
    {
        JavaObject { State: Context context } => number.Divide(by, Math.Max(0, context.Precision + by.Precision + Math.Abs(number.Scale)), JavaRounding.Down).Round(context.Precision, context.Rounding),
        _ when call.Count > 2 => number.Divide(by, call.Int(1), Rounding(call, 2)),
        _ when call.Count > 1 => number.Divide(by, number.Scale, Rounding(call, 1)),
        _ => number.Divide(by),
    };

    private static JavaDecimal Power(JavaCall call, JavaDecimal number)
    {
        var exponent = call.Int(0);
        return exponent < 0 || (double)number.Unscaled.GetBitLength() * exponent > 400_000
            ? throw call.Throw("java.lang.ArithmeticException", "The exponent is out of range.")
            : new JavaDecimal(System.Numerics.BigInteger.Pow(number.Unscaled, exponent), number.Scale * exponent);
    }

    private static BigInteger Whole(JavaCall call)
    {
        if (call[0] is JavaObject { State: JavaBytes bytes })
        {
            return new BigInteger(Bounded(bytes.Bytes), isBigEndian: true);
        }

        // A sign and its bytes.
        return call.Count > 1 && JavaValues.BytesOf(call[1]) is { } magnitude && call[1] is JavaObject
            ? call.Int(0) * new BigInteger(Bounded(magnitude), isUnsigned: true, isBigEndian: true)
            : ParseLong(call, call.Text(0), call.Int(1, 10));
    }

    private static byte[] Bounded(byte[] bytes) => bytes.Length > 50_000 ? throw new OverflowException("The number has too many digits.") : bytes;

    private static BigInteger ParseLong(JavaCall call, string text, int radix)
    {
        if (radix == 10 && text.Length <= 100_000 && System.Numerics.BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        if (radix == 16 && text.Length is > 0 and <= 100_000 && System.Numerics.BigInteger.TryParse("0" + text.TrimStart('-'), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex))
        {
            return text.StartsWith('-') ? -hex : hex;
        }

        return NumberClasses.ParseWhole(call, text, radix, -System.Numerics.BigInteger.Pow(2, 400), System.Numerics.BigInteger.Pow(2, 400));
    }

    private static BigInteger Integer(JavaCall call, int index) => call[index] switch
    {
        JavaObject { State: BigInteger number } => number,
        JavaObject { State: long number } => number,
        _ => new BigInteger(call.Number(index)),
    };

    // As in Java, what is no radix means 10.
    private static string Text(JavaCall call, BigInteger number, int radix)
    {
        if (radix is 10 or < 2 or > 36)
        {
            return number.ToString(CultureInfo.InvariantCulture);
        }

        var digits = new Stack<char>();
        for (var left = System.Numerics.BigInteger.Abs(number); left > 0; left /= radix)
        {
            call.Run.Limits.Check();
            digits.Push("0123456789abcdefghijklmnopqrstuvwxyz"[(int)(left % radix)]);
        }

        return (number.Sign < 0 ? "-" : "") + (digits.Count == 0 ? "0" : string.Concat(digits));
    }

    private sealed record Context(int Precision, JavaRounding Rounding);
}
