using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ChannelHost.Import.DataTypes;

/// <summary>Delimiters as exports write them: <c>\r</c>, <c>0x0D</c>, and literal text in double quotes.</summary>
internal static partial class DelimiterText
{
    /// <summary>The characters themselves.</summary>
    public static string Read(string text)
    {
        if (text.Length >= 2 && text[0] == '"' && text[^1] == '"')
        {
            return text[1..^1];
        }

        if (Hex().IsMatch(text))
        {
            var plain = new StringBuilder();
            foreach (Match match in HexByte().Matches(text[2..]))
            {
                plain.Append((char)int.Parse(match.Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            }

            return plain.ToString();
        }

        return text.Replace("\\r", "\r", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\t", "\t", StringComparison.Ordinal)
            .Replace("\\b", "\b", StringComparison.Ordinal).Replace("\\f", "\f", StringComparison.Ordinal);
    }

    [GeneratedRegex("^0x([0-9A-Fa-f]{2})+$")]
    private static partial Regex Hex();

    [GeneratedRegex("[0-9A-Fa-f]{2}")]
    private static partial Regex HexByte();
}
