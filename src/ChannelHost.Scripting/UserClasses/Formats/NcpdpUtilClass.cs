namespace ChannelHost.Scripting.UserClasses.Formats;

/// <summary><c>NCPDPUtil</c>: numbers whose last character carries the sign.</summary>
internal static class NcpdpUtilClass
{
    private const string Positive = "{ABCDEFGHI";
    private const string Negative = "}JKLMNOPQR";

    /// <summary>The class.</summary>
    public static readonly UserClass Type = new UserClassBuilder<object>(Packages.Server, "NCPDPUtil")
        .Static("formatNCPDPNumber", static call => call.Run.Text(Format(call.TextOrNull(0) ?? "", call.Number(1))))
        .Build();

    private static string Format(string text, int decimals)
    {
        if (text.Length == 0)
        {
            return "";
        }

        var isNegative = Negative.Contains(text[^1]);
        var digit = isNegative ? Negative.IndexOf(text[^1]) : Positive.IndexOf(text[^1]);
        var digits = (digit < 0 ? text : text[..^1] + (char)('0' + digit)).PadLeft(decimals + 1, '0');
        var whole = digits[..^decimals].TrimStart('0');
        return $"{(isNegative ? "-" : "")}{(whole.Length == 0 ? "0" : whole)}{(decimals > 0 ? "." + digits[^decimals..] : "")}";
    }
}
