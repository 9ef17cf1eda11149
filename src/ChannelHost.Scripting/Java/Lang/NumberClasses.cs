using System.Globalization;
using System.Numerics;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Lang;

/// <summary>The classes of boxed numbers.</summary>
internal static class NumberClasses
{
    /// <summary><c>java.lang.Number</c>.</summary>
    public static readonly JavaClass Number = new JavaClass("java.lang.Number")
        .Method("intValue", static call => (int)Clamp(Value(call), int.MinValue, int.MaxValue))
        .Method("longValue", static call => Math.Truncate(Value(call)))
        .Method("doubleValue", static call => Value(call))
        .Method("floatValue", static call => (double)(float)Value(call))
        .Method("shortValue", static call => (int)unchecked((short)(long)Value(call)))
        .Method("byteValue", static call => (int)unchecked((sbyte)(long)Value(call)))
        .Method("compareTo", static call => Value(call).CompareTo(call.Number(0)))
        .Method("isNaN", static call => double.IsNaN(Value(call)))
        .Method("isInfinite", static call => double.IsInfinity(Value(call)))
        .Method("toString", static call => call.Return(Shown(call)));

    /// <summary><c>java.lang.Integer</c>.</summary>
    public static readonly JavaClass Integer = Whole<int>("Integer", 32)
        .Static("toHexString", static call => call.Return(call.Int(0).ToString("x", CultureInfo.InvariantCulture)))
        .Static("toBinaryString", static call => call.Return(Convert.ToString(call.Int(0), 2)))
        .Static("toOctalString", static call => call.Return(Convert.ToString(call.Int(0), 8)))
        .Static("bitCount", static call => BitOperations.PopCount((uint)call.Int(0)))
        .Static("reverse", static call => Enumerable.Range(0, 32).Aggregate(0, (bits, at) => bits | (((call.Int(0) >> at) & 1) << (31 - at))));

    /// <summary><c>java.lang.Long</c>.</summary>
    public static readonly JavaClass Long = Whole<long>("Long", 64)
        .Static("toHexString", static call => call.Return(call.Long(0).ToString("x", CultureInfo.InvariantCulture)))
        .Static("toBinaryString", static call => call.Return(Convert.ToString(call.Long(0), 2)))
        .Static("toOctalString", static call => call.Return(Convert.ToString(call.Long(0), 8)))
        .Static("bitCount", static call => BitOperations.PopCount((ulong)call.Long(0)));

    /// <summary><c>java.lang.Short</c>.</summary>
    public static readonly JavaClass Short = Whole<short>("Short", 16);

    /// <summary><c>java.lang.Byte</c>.</summary>
    public static readonly JavaClass Byte = Whole<sbyte>("Byte", 8)
        .Static("toUnsignedInt", static call => call.Int(0) & 0xFF);

    /// <summary><c>java.lang.Double</c>.</summary>
    public static readonly JavaClass Double = Fraction("Double", "double", static number => number)
        .Constant("MAX_VALUE", double.MaxValue)
        .Constant("MIN_VALUE", double.Epsilon);

    /// <summary><c>java.lang.Float</c>.</summary>
    public static readonly JavaClass Float = Fraction("Float", "float", static number => (float)number)
        .Constant("MAX_VALUE", (double)float.MaxValue)
        .Constant("MIN_VALUE", (double)float.Epsilon);

    /// <summary>The types of array elements: <c>java.lang.Byte.TYPE</c>.</summary>
    public static readonly JavaClass[] Primitives = [.. new[] { "int", "long", "short", "byte", "double", "float", "boolean", "char" }.Select(name => new JavaClass(name))];

    /// <summary>Reads a whole number as <c>parseInt</c> does.</summary>
    public static BigInteger ParseWhole(JavaCall call, string text, int radix, BigInteger least, BigInteger most)
    {
        var digits = text.StartsWith('-') || text.StartsWith('+') ? text[1..] : text;
        BigInteger number = 0;
        if (digits.Length is 0 or > 70)
        {
            throw NotANumber(call, text);
        }

        foreach (var c in digits)
        {
            var digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetter(c) ? (c | 0x20) - 'a' + 10 : 99;
            number = digit < radix ? (number * radix) + digit : throw NotANumber(call, text);
        }

        number = text.StartsWith('-') ? -number : number;
        return number < least || number > most ? throw NotANumber(call, text) : number;
    }

    /// <summary>Reads a number as <c>parseDouble</c> does.</summary>
    public static double ParseFraction(JavaCall call, string text)
    {
        var trimmed = text.Trim();
        var digits = trimmed.Length > 1 && trimmed[^1] is 'd' or 'D' or 'f' or 'F' ? trimmed[..^1] : trimmed;
        return digits switch
        {
            "NaN" => double.NaN,
            "Infinity" or "+Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ when digits.Length > 0 && (char.IsAsciiDigit(digits[^1]) || digits[^1] == '.')
                && double.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) => number,
            _ when trimmed.Length == 0 => throw call.Throw("java.lang.NumberFormatException", "empty String"),
            _ => throw NotANumber(call, text),
        };
    }

    private static JavaClass Whole<T>(string name, int bits)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var (least, most) = (-BigInteger.Pow(2, bits - 1), BigInteger.Pow(2, bits - 1) - 1);
        T Parse(JavaCall call, int index) => T.CreateChecked(ParseWhole(call, call.Text(index), call.Int(index + 1, 10), least, most));
        T Of(JavaCall call) => JavaText.Is(call[0], out _) ? Parse(call, 0) : T.CreateTruncating(call.Long(0));
        JavaClass? type = null;
        type = new JavaClass("java.lang." + name, Number)
            .New(call => Of(call))
            .Method("hashCode", static call => (int)(Math.Truncate(Value(call)) % int.MaxValue))
            .Static("parse" + (name == "Integer" ? "Int" : name), call => Plain(call, Parse(call, 0)))
            .Static("valueOf", call => call.Java.Box(type!, Of(call)))
            .Static("decode", call => call.Java.Box(type!, T.CreateChecked(Decode(call, least, most))))
            .Static("toString", call => call.Return(Radix(call.Long(0), call.Int(1, 10))))
            .Static("compare", static call => call.Long(0).CompareTo(call.Long(1)))
            .Static("max", static call => Math.Max(call.Number(0), call.Number(1)))
            .Static("min", static call => Math.Min(call.Number(0), call.Number(1)))
            .Static("sum", static call => call.Number(0) + call.Number(1))
            .Static("signum", static call => Math.Sign(call.Number(0)))
            .Static("hashCode", static call => call.Int(0))
            .Constant("MAX_VALUE", call => Plain(call, T.MaxValue))
            .Constant("MIN_VALUE", call => Plain(call, T.MinValue))
            .Constant("TYPE", call => call.New(ObjectClass.ClassOfClass, Primitives!.First(primitive => primitive.Name == (name == "Integer" ? "int" : name.ToLowerInvariant()))))
            .Constant("SIZE", bits);
        return type;
    }

    private static JavaClass Fraction(string name, string primitive, Func<double, object> make)
    {
        JavaClass? type = null;
        type = new JavaClass("java.lang." + name, Number)
            .New(call => make(JavaText.Is(call[0], out var text) ? ParseFraction(call, text) : call.Number(0)))
            .Static("parse" + name, static call => ParseFraction(call, call.Text(0)))
            .Static("valueOf", call => call.Java.Box(type!, make(JavaText.Is(call[0], out var text) ? ParseFraction(call, text) : call.Number(0))))
            .Static("toString", call => call.Return(make(call.Number(0)) is float single ? JavaText.Of(single) : JavaText.Of(call.Number(0))))
            .Static("compare", static call => call.Number(0).CompareTo(call.Number(1)))
            .Static("isNaN", static call => double.IsNaN(call.Number(0)))
            .Static("isInfinite", static call => double.IsInfinity(call.Number(0)))
            .Static("isFinite", static call => double.IsFinite(call.Number(0)))
            .Static("max", static call => Math.Max(call.Number(0), call.Number(1)))
            .Static("min", static call => Math.Min(call.Number(0), call.Number(1)))
            .Static("sum", static call => call.Number(0) + call.Number(1))
            .Constant("NaN", double.NaN)
            .Constant("POSITIVE_INFINITY", double.PositiveInfinity)
            .Constant("NEGATIVE_INFINITY", double.NegativeInfinity)
            .Constant("TYPE", call => call.New(ObjectClass.ClassOfClass, Primitives!.First(known => known.Name == primitive)));
        return type;
    }

    // A long that a number of the language cannot hold stays an object, so that no digit is lost.
    private static JsValue Plain<T>(JavaCall call, T number)
        where T : struct, IBinaryInteger<T> =>
        number is long large && Math.Abs((decimal)large) > 9_007_199_254_740_991m ? call.New(Long!, large) : double.CreateChecked(number);

    private static BigInteger Decode(JavaCall call, BigInteger least, BigInteger most)
    {
        var text = call.Text(0);
        var sign = text.StartsWith('-') ? "-" : "";
        var digits = text.TrimStart('-', '+');
        return digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? ParseWhole(call, sign + digits[2..], 16, least, most)
            : digits.StartsWith('#') ? ParseWhole(call, sign + digits[1..], 16, least, most)
            : digits.Length > 1 && digits[0] == '0' ? ParseWhole(call, sign + digits[1..], 8, least, most)
            : ParseWhole(call, text, 10, least, most);
    }

    private static string Radix(long number, int radix)
    {
        if (radix is 10 or < 2 or > 36 || number == 0)
        {
            return number.ToString(CultureInfo.InvariantCulture);
        }

        var digits = new Stack<char>();
        for (var left = BigInteger.Abs(number); left > 0; left /= radix)
        {
            digits.Push("0123456789abcdefghijklmnopqrstuvwxyz"[(int)(left % radix)]);
        }

        return (number < 0 ? "-" : "") + string.Concat(digits);
    }

    private static double Value(JavaCall call) => call.Self is JavaObject { State: var state } && state is int or long or double or float or short or sbyte
        ? Convert.ToDouble(state, CultureInfo.InvariantCulture)
        : double.Parse(JavaText.Of(call.Self), CultureInfo.InvariantCulture);

    private static string Shown(JavaCall call) => ((JavaObject)call.Self).State switch
    {
        double number => JavaText.Of(number),
        float number => JavaText.Of(number),
        IFormattable whole => whole.ToString(null, CultureInfo.InvariantCulture),
        var other => other.ToString() ?? "",
    };

    private static double Clamp(double number, double least, double most) => double.IsNaN(number) ? 0 : Math.Clamp(Math.Truncate(number), least, most);

    private static Jint.Runtime.JavaScriptException NotANumber(JavaCall call, string text) =>
        call.Throw("java.lang.NumberFormatException", $"For input string: \"{text}\"");
}
