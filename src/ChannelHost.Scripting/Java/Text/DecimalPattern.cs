using System.Globalization;
using System.Text;
using ChannelHost.Scripting.Java.Lang;
using ChannelHost.Scripting.Java.Numbers;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Text;

/// <summary>The state of a <c>DecimalFormat</c>: <c>#,##0.00</c> with text before and after, percent, and a second form for negative numbers.</summary>
internal sealed class DecimalPattern
{
    private string _prefix = "";
    private string _suffix = "";
    private string? _negativePrefix;
    private string _negativeSuffix = "";
    private int _minimumFraction;
    private int _maximumFraction;
    private int _shift;

    /// <summary>The pattern.</summary>
    public required string Source { get; init; }

    /// <summary>How many digits a group has; 0 for no groups.</summary>
    public int Grouping { get; set; }

    /// <summary>The least digits before the point.</summary>
    public int MinimumWhole { get; set; }

    /// <summary>How it rounds; Java's default is to even.</summary>
    public JavaRounding Rounding { get; set; } = JavaRounding.HalfEven;

    /// <summary>Reads a pattern.</summary>
    public static DecimalPattern Read(JavaCall call, string source)
    {
        var parts = source.Split(';', 2);
        var pattern = new DecimalPattern { Source = source };
        var (prefix, body, suffix) = Cut(parts[0]);
        if (body.Contains('E', StringComparison.Ordinal))
        {
            throw call.Throw("java.lang.IllegalArgumentException", $"The pattern {source} has an exponent, which is not available here.");
        }

        pattern._prefix = prefix;
        pattern._suffix = suffix;
        pattern._shift = (prefix + suffix).Contains('%', StringComparison.Ordinal) ? 2 : (prefix + suffix).Contains('\u2030', StringComparison.Ordinal) ? 3 : 0;
        if (parts.Length > 1)
        {
            (pattern._negativePrefix, _, pattern._negativeSuffix) = Cut(parts[1]);
        }

        var point = body.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? body : body[..point];
        var fraction = point < 0 ? "" : body[(point + 1)..];
        var comma = whole.LastIndexOf(',');
        pattern.Grouping = comma < 0 ? 0 : whole.Length - comma - 1;
        pattern.MinimumWhole = whole.Count(c => c == '0');
        pattern._minimumFraction = fraction.Count(c => c == '0');
        pattern._maximumFraction = fraction.Length;
        return pattern;
    }

    /// <summary>Sets the most digits behind the point.</summary>
    public void SetMaximumFraction(int digits)
    {
        _maximumFraction = Math.Clamp(digits, 0, 340);
        _minimumFraction = Math.Min(_minimumFraction, _maximumFraction);
    }

    /// <summary>Sets the least digits behind the point.</summary>
    public void SetMinimumFraction(int digits)
    {
        _minimumFraction = Math.Clamp(digits, 0, 340);
        _maximumFraction = Math.Max(_minimumFraction, _maximumFraction);
    }

    /// <summary>Writes a number.</summary>
    public string Format(JavaCall call)
    {
        var value = call[0];
        if (JavaValues.NumberOf(value) is { } number && !double.IsFinite(number))
        {
            return double.IsNaN(number) ? "NaN" : number > 0 ? "\u221E" : "-\u221E";
        }

        var exact = value switch
        {
            JavaObject { State: JavaDecimal given } => given,
            JavaObject { State: System.Numerics.BigInteger given } => new JavaDecimal(given, 0),
            _ => JavaDecimal.Parse(JavaText.Of(call.Number(0))),
        };
        exact = exact with { Scale = exact.Scale - _shift };
        var rounded = exact.SetScale(_maximumFraction, Rounding);
        var digits = rounded.Abs().ToPlainText();
        var isNegative = exact.Unscaled.Sign < 0;
        var body = Body(digits);
        return isNegative
            ? (_negativePrefix ?? "-" + _prefix) + body + (_negativePrefix is null ? _suffix : _negativeSuffix)
            : _prefix + body + _suffix;
    }

    /// <summary>Reads a number from the start of a text.</summary>
    public JsValue Parse(JavaCall call)
    {
        var text = call.Text(0);
        var isNegative = text.StartsWith("-" + _prefix, StringComparison.Ordinal);
        var at = isNegative ? 1 + _prefix.Length : text.StartsWith(_prefix, StringComparison.Ordinal) ? _prefix.Length : 0;
        var digits = new StringBuilder();
        for (; at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is '.' || (text[at] == ',' && Grouping > 0)); at++)
        {
            if (text[at] != ',')
            {
                digits.Append(text[at]);
            }
        }

        if (digits.Length == 0 || !double.TryParse(digits.ToString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            throw call.Throw("java.text.ParseException", $"Unparseable number: \"{text}\"");
        }

        number = (isNegative ? -number : number) / Math.Pow(10, _shift);
        return Math.Truncate(number).Equals(number) && Math.Abs(number) < 9e15
            ? call.Java.Box(NumberClasses.Long, (long)number)
            : call.Java.Box(NumberClasses.Double, number);
    }

    private string Body(string digits)
    {
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var whole = (point < 0 ? digits : digits[..point]).TrimStart('0').PadLeft(MinimumWhole, '0');
        var fraction = point < 0 ? "" : digits[(point + 1)..];
        while (fraction.Length > _minimumFraction && fraction.EndsWith('0'))
        {
            fraction = fraction[..^1];
        }

        if (whole.Length == 0 && fraction.Length == 0)
        {
            whole = "0";
        }

        var grouped = new StringBuilder(whole);
        for (var at = whole.Length - Grouping; Grouping > 0 && at > 0; at -= Grouping)
        {
            grouped.Insert(at, ',');
        }

        return fraction.Length == 0 ? grouped.ToString() : grouped.Append('.').Append(fraction).ToString();
    }

    // Text before and after the digits; quotes keep what would mean something.
    private static (string Prefix, string Body, string Suffix) Cut(string pattern)
    {
        var (prefix, body, suffix) = (new StringBuilder(), new StringBuilder(), new StringBuilder());
        var quoted = false;
        foreach (var c in pattern)
        {
            if (c == '\'')
            {
                quoted = !quoted;
            }
            else if (!quoted && suffix.Length == 0 && c is '#' or '0' or ',' or '.' or 'E')
            {
                body.Append(c);
            }
            else
            {
                (body.Length == 0 ? prefix : suffix).Append(c == '\u00A4' ? '$' : c);
            }
        }

        return (prefix.ToString(), body.ToString(), suffix.ToString());
    }
}
