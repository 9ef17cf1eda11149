using System.Globalization;
using System.Numerics;
using System.Text;
using ChannelHost.Scripting.Java.Numbers;
using ChannelHost.Scripting.Java.Text;
using ChannelHost.Scripting.Values;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Lang;

/// <summary><c>String.format</c>: <c>%[argument$][flags][width][.precision]conversion</c> as in java.util.Formatter, in the root locale.</summary>
internal static class JavaFormat
{
    /// <summary>Formats.</summary>
    public static string Format(JavaCall call, string format, IReadOnlyList<JsValue> arguments)
    {
        var result = new StringBuilder();
        var next = 0;
        var last = -1;
        for (var at = 0; at < format.Length; at++)
        {
            if (format[at] != '%')
            {
                result.Append(format[at]);
                continue;
            }

            var specifier = Specifier.Read(call, format, ref at);
            if (specifier.Conversion is '%' or 'n')
            {
                result.Append(specifier.Conversion == '%' ? Pad(call, specifier, "%") : "\n");
                continue;
            }

            var index = specifier.Argument switch { 0 => next++, -1 => last, var given => given - 1 };
            last = index;
            if (index < 0 || index >= arguments.Count)
            {
                throw call.Throw("java.util.MissingFormatArgumentException", $"Format specifier '{specifier.Source}'");
            }

            result.Append(One(call, specifier, arguments[index], format, ref at));
            call.Run.Limits.CheckLength(result.Length);
        }

        return result.ToString();
    }

    private static string One(JavaCall call, Specifier specifier, JsValue value, string format, ref int at)
    {
        if (char.ToLowerInvariant(specifier.Conversion) == 't')
        {
            var letter = ++at < format.Length ? format[at] : throw Unknown(call, specifier);
            var date = value.IsNothing() ? "null" : TimeText(call, letter, value, specifier);
            return Finish(call, specifier, date);
        }

        if (value.IsNothing())
        {
            return Finish(call, specifier, specifier.Conversion is 'b' or 'B' ? "false" : "null");
        }

        return char.ToLowerInvariant(specifier.Conversion) switch
        {
            's' => Finish(call, specifier, Cut(call.Java.Show(value), specifier.Precision)),
            'b' => Finish(call, specifier, JavaValues.FlagOf(value) is false ? "false" : "true"),
            'h' => Finish(call, specifier, call.Java.Equality.GetHashCode(value).ToString("x", CultureInfo.InvariantCulture)),
            'c' => Finish(call, specifier, JavaValues.NumberOf(value) is { } code ? char.ConvertFromUtf32((int)code) : Cut(call.Java.Show(value), 1)),
            'd' => Whole(call, specifier, value),
            'x' or 'o' => Digits(call, specifier, value),
            'f' => Number(call, specifier, Fixed(call, value, specifier.Precision < 0 ? 6 : specifier.Precision)),
            'e' => Number(call, specifier, Exponent(Amount(call, value), specifier.Precision < 0 ? 6 : specifier.Precision)),
            'g' => Number(call, specifier, General(call, value, specifier.Precision < 0 ? 6 : Math.Max(1, specifier.Precision))),
            _ => throw Unknown(call, specifier),
        };
    }

    private static string Whole(JavaCall call, Specifier specifier, JsValue value)
    {
        if (value is JavaObject { State: BigInteger big })
        {
            return Number(call, specifier, big.ToString(CultureInfo.InvariantCulture));
        }

        // The reference refuses 5.0 for %d, because every number of a script is a double there. A whole number is one here.
        var number = Amount(call, value);
        return Math.Truncate(number).Equals(number) && value is not JavaObject { State: double or float }
            ? Number(call, specifier, number.ToString("F0", CultureInfo.InvariantCulture))
            : throw call.Throw("java.util.IllegalFormatConversionException", "d != java.lang.Double");
    }

    private static string Digits(JavaCall call, Specifier specifier, JsValue value)
    {
        var isHex = char.ToLowerInvariant(specifier.Conversion) == 'x';
        var number = value switch
        {
            JavaObject { State: sbyte small } => (byte)small,
            JavaObject { State: short small } => (ushort)small,
            JavaObject { State: long large } => large,
            _ => Amount(call, value) is var amount and >= int.MinValue and < 0 ? (uint)(int)amount : (long)Amount(call, value),
        };
        var text = isHex ? number.ToString("x", CultureInfo.InvariantCulture) : Convert.ToString(number, 8);
        return Finish(call, specifier, (specifier.Has('#') ? isHex ? "0x" : "0" : "") + text, zeros: true);
    }

    private static double Amount(JavaCall call, JsValue value) =>
        JavaValues.NumberOf(value)
        ?? (value is JavaObject { State: JavaDecimal or BigInteger } exact ? double.Parse(exact.ToText(), CultureInfo.InvariantCulture) : (double?)null)
        ?? throw call.Throw("java.util.IllegalFormatConversionException", $"A number was expected, not {JavaCall.Kind(value)}.");

    private static string Fixed(JavaCall call, JsValue value, int digits)
    {
        call.Run.Limits.CheckLength(digits);
        if (value is JavaObject { State: JavaDecimal exact })
        {
            return exact.SetScale(digits, JavaRounding.HalfUp).ToPlainText();
        }

        var number = Amount(call, value);
        return double.IsFinite(number)
            ? JavaDecimal.Parse(JavaText.Of(number)).SetScale(digits, JavaRounding.HalfUp) is var rounded && rounded.IsZero && number < 0
                ? "-" + rounded.ToPlainText()
                : rounded.ToPlainText()
            : JavaText.Of(number);
    }

    private static string Exponent(double number, int digits) =>
        number.ToString("0." + new string('0', Math.Min(digits, 100)) + "e+00", CultureInfo.InvariantCulture);

    private static string General(JavaCall call, JsValue value, int digits)
    {
        var size = Math.Abs(Amount(call, value));
        return size is 0 or (>= 1e-4 and < 1e15) && size < Math.Pow(10, digits)
            ? Fixed(call, value, Math.Max(0, digits - (size == 0 ? 1 : (int)Math.Floor(Math.Log10(size)) + 1)))
            : Exponent(Amount(call, value), digits - 1);
    }

    private static string Number(JavaCall call, Specifier specifier, string text)
    {
        var isNegative = text.StartsWith('-');
        var digits = isNegative ? text[1..] : text;
        if (specifier.Has(','))
        {
            digits = Grouped(digits);
        }

        var sign = isNegative ? specifier.Has('(') ? "(" : "-" : specifier.Has('+') ? "+" : specifier.Has(' ') ? " " : "";
        var end = isNegative && specifier.Has('(') ? ")" : "";
        if (specifier.Has('0'))
        {
            call.Run.Limits.CheckLength(specifier.Width);
            digits = digits.PadLeft(Math.Max(0, specifier.Width - sign.Length - end.Length), '0');
        }

        return Finish(call, specifier, sign + digits + end);
    }

    private static string Grouped(string digits)
    {
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? digits : digits[..point];
        var grouped = new StringBuilder(whole);
        for (var at = whole.Length - 3; at > 0; at -= 3)
        {
            grouped.Insert(at, ',');
        }

        return grouped.Append(point < 0 ? "" : digits[point..]).ToString();
    }

    private static string TimeText(JavaCall call, char letter, JsValue value, Specifier specifier)
    {
        var instant = JavaValues.InstantOf(value)
            ?? (JavaValues.NumberOf(value) is { } millis ? JavaDate.FromMillis((long)millis) : throw call.Throw("java.util.IllegalFormatConversionException", "A date was expected."));
        string Pattern(string pattern) => DatePattern.Parse(pattern).Format(instant, call.Run.Environment.Time.LocalTimeZone);
        return letter switch
        {
            'Y' => Pattern("yyyy"),
            'y' => Pattern("yy"),
            'm' => Pattern("MM"),
            'd' => Pattern("dd"),
            'e' => Pattern("d"),
            'H' => Pattern("HH"),
            'k' => Pattern("H"),
            'I' => Pattern("hh"),
            'l' => Pattern("h"),
            'M' => Pattern("mm"),
            'S' => Pattern("ss"),
            'L' => Pattern("SSS"),
            'p' => Pattern("a").ToLowerInvariant(),
            'z' => Pattern("Z"),
            'Z' => Pattern("z"),
            'B' => Pattern("MMMM"),
            'b' or 'h' => Pattern("MMM"),
            'A' => Pattern("EEEE"),
            'a' => Pattern("EEE"),
            'j' => Pattern("DDD"),
            'T' => Pattern("HH:mm:ss"),
            'R' => Pattern("HH:mm"),
            'D' => Pattern("MM/dd/yy"),
            'F' => Pattern("yyyy-MM-dd"),
            'c' => Pattern("EEE MMM dd HH:mm:ss z yyyy"),
            's' => (instant.ToUnixTimeMilliseconds() / 1_000).ToString(CultureInfo.InvariantCulture),
            'Q' => instant.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            _ => throw Unknown(call, specifier),
        };
    }

    private static string Cut(string text, int length) => length >= 0 && length < text.Length ? text[..length] : text;

    private static string Finish(JavaCall call, Specifier specifier, string text, bool zeros = false)
    {
        call.Run.Limits.CheckLength(specifier.Width);
        if (char.IsAsciiLetterUpper(specifier.Conversion))
        {
            text = text.ToUpperInvariant();
        }

        return zeros && specifier.Has('0') ? text.PadLeft(Math.Max(0, specifier.Width), '0') : Pad(call, specifier, text);
    }

    private static string Pad(JavaCall call, Specifier specifier, string text)
    {
        call.Run.Limits.CheckLength(specifier.Width);
        return specifier.Has('-') ? text.PadRight(Math.Max(0, specifier.Width)) : text.PadLeft(Math.Max(0, specifier.Width));
    }

    private static Jint.Runtime.JavaScriptException Unknown(JavaCall call, Specifier specifier) =>
        call.Throw("java.util.UnknownFormatConversionException", $"Conversion = '{specifier.Conversion}'");

    /// <summary>One specifier. Argument: 0 the next, -1 the last again, else its number from 1.</summary>
    private readonly record struct Specifier(string Source, int Argument, string Flags, int Width, int Precision, char Conversion)
    {
        public bool Has(char flag) => Flags.Contains(flag, StringComparison.Ordinal);

        public static Specifier Read(JavaCall call, string format, ref int at)
        {
            var start = at++;
            var number = Digits(call, format, ref at);
            var argument = 0;
            var flags = new StringBuilder();
            if (number >= 0 && at < format.Length && format[at] == '$')
            {
                argument = number;
                number = -1;
                at++;
            }
            else if (at < format.Length && format[at] == '<')
            {
                argument = -1;
                at++;
            }
            else if (number >= 0 && format[start + 1] == '0')
            {
                flags.Append('0');
            }

            if (number < 0)
            {
                while (at < format.Length && format[at] is '-' or '#' or '+' or ' ' or '0' or ',' or '(')
                {
                    flags.Append(format[at++]);
                }

                number = Digits(call, format, ref at);
            }

            var precision = -1;
            if (at < format.Length && format[at] == '.')
            {
                at++;
                precision = Digits(call, format, ref at);
            }

            return at < format.Length
                ? new Specifier(format[start..(at + 1)], argument, flags.ToString(), Math.Max(0, number), precision, format[at])
                : throw call.Throw("java.util.UnknownFormatConversionException", "Conversion = '%'");
        }

        private static int Digits(JavaCall call, string format, ref int at)
        {
            var from = at;
            while (at < format.Length && char.IsAsciiDigit(format[at]))
            {
                at++;
            }

            if (at == from)
            {
                return -1;
            }

            return int.TryParse(format.AsSpan(from, at - from), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw call.Throw("java.util.IllegalFormatWidthException", format[from..at]);
        }
    }
}
