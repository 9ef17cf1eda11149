using System.Globalization;
using System.Text;

namespace ChannelHost.Scripting.Java.Util;

/// <summary>The text form of <c>java.util.Properties</c>: <c>key=value</c> lines, comments, continued lines, escapes.</summary>
internal static class PropertyText
{
    /// <summary>Reads them into a map.</summary>
    public static void Load(JavaMap map, string text)
    {
        var open = new StringBuilder();
        foreach (var raw in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var line = raw.TrimStart(' ', '\t', '\f');
            if (open.Length == 0 && (line.Length == 0 || line[0] is '#' or '!'))
            {
                continue;
            }

            var slashes = line.Length - line.TrimEnd('\\').Length;
            open.Append(slashes % 2 == 1 ? line[..^1] : line);
            if (slashes % 2 == 0)
            {
                Put(map, open.ToString());
                open.Clear();
            }
        }

        if (open.Length > 0)
        {
            Put(map, open.ToString());
        }
    }

    private static void Put(JavaMap map, string line)
    {
        var end = 0;
        while (end < line.Length && line[end] is not ('=' or ':' or ' ' or '\t'))
        {
            end += line[end] == '\\' ? 2 : 1;
        }

        end = Math.Min(end, line.Length);
        var value = line[end..].TrimStart(' ', '\t');
        value = value.StartsWith('=') || value.StartsWith(':') ? value[1..].TrimStart(' ', '\t') : value;
        map.Put(Unescape(line[..end]), Unescape(value));
    }

    private static string Unescape(string text)
    {
        var result = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\' || at + 1 >= text.Length)
            {
                result.Append(text[at]);
                continue;
            }

            var c = text[++at];
            if (c == 'u' && at + 4 < text.Length && ushort.TryParse(text.AsSpan(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                result.Append((char)code);
                at += 4;
                continue;
            }

            result.Append(c switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'f' => '\f', _ => c });
        }

        return result.ToString();
    }
}
