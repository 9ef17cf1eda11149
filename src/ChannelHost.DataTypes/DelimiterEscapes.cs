using System.Globalization;
using System.Text;

namespace ChannelHost.DataTypes;

/// <summary>Delimiters that cannot be seen, as settings write them.</summary>
internal static class DelimiterEscapes
{
    /// <summary>A delimiter with its escapes read: <c>\t</c>, <c>0x1F</c>; in double quotes it stands as it is.</summary>
    public static string Read(string text)
    {
        if (text.Length > 2 && text[0] == '"' && text[^1] == '"')
        {
            return text[1..^1];
        }

        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && "rntbf\\".Contains(text[i + 1], StringComparison.Ordinal))
            {
                result.Append(text[++i] switch { 'r' => '\r', 'n' => '\n', 't' => '\t', 'b' => '\b', 'f' => '\f', var other => other });
            }
            else if (text.AsSpan(i).StartsWith("0x", StringComparison.OrdinalIgnoreCase) && i + 4 <= text.Length
                && byte.TryParse(text.AsSpan(i + 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code))
            {
                result.Append((char)code);
                i += 3;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }
}
