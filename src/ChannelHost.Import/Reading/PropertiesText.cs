using System.Globalization;
using System.Text;

namespace ChannelHost.Import.Reading;

/// <summary>A configuration map as its own export writes it: Java properties, each with a comment before it.</summary>
internal static class PropertiesText
{
    /// <summary>The entries.</summary>
    /// <exception cref="ExportException">It is no such file.</exception>
    public static IReadOnlyList<(string Key, string Value, string Comment, string File, int Line)> Read(ImportInput input)
    {
        if (input.Content.Length > ExportReader.MaximumBytes)
        {
            throw new ExportException(0, $"the file has more than {ExportReader.MaximumBytes / (1024 * 1024)} MB");
        }

        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(input.Content.Span);
        }
        catch (DecoderFallbackException error)
        {
            throw new ExportException(1, "it is neither XML nor text in UTF-8", error);
        }

        var entries = new List<(string, string, string, string, int)>();
        var comment = "";
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var at = 0; at < lines.Length; at++)
        {
            var line = lines[at].TrimStart();
            if (line.Length == 0)
            {
                continue;
            }

            if (line[0] is '#' or '!')
            {
                comment = line[1..].Trim();
                continue;
            }

            var first = at;
            while (EndsOpen(line) && at + 1 < lines.Length)
            {
                line = line[..^1] + lines[++at].TrimStart();
            }

            var end = KeyEnd(line);
            if (end < 0 || line.Any(char.IsControl))
            {
                throw new ExportException(first + 1, "it is neither XML nor a configuration map (key = value)");
            }

            entries.Add((Plain(line[..end].TrimEnd()), Plain(line[(end + 1)..].TrimStart()), comment, input.Name, first + 1));
            comment = "";
        }

        return entries;
    }

    private static bool EndsOpen(string line) => (line.Length - line.TrimEnd('\\').Length) % 2 == 1;

    private static int KeyEnd(string line)
    {
        for (var at = 0; at < line.Length; at++)
        {
            if (line[at] == '\\')
            {
                at++;
            }
            else if (line[at] is '=' or ':')
            {
                return at;
            }
        }

        return -1;
    }

    private static string Plain(string text)
    {
        var plain = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\' || at + 1 == text.Length)
            {
                plain.Append(text[at]);
                continue;
            }

            at++;
            if (text[at] == 'u' && at + 4 < text.Length && int.TryParse(text.AsSpan(at + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code))
            {
                plain.Append((char)code);
                at += 4;
            }
            else
            {
                plain.Append(text[at] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'f' => '\f', var other => other });
            }
        }

        return plain.ToString();
    }
}
