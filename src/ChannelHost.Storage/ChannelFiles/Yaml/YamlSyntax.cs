using YamlDotNet.Core;

namespace ChannelHost.Storage.ChannelFiles.Yaml;

/// <summary>Says in plain words what a YAML parser found wrong, for people who write five lines of YAML a month.</summary>
internal static class YamlSyntax
{
    private const string IndentWanted = "spaces: YAML takes no tabs for indenting";

    /// <summary>A problem for a syntax error.</summary>
    public static ChannelProblem Explain(string text, YamlException error, string file)
    {
        var lines = TextLines.Split(text);
        var line = Math.Clamp((int)error.Start.Line, 1, Math.Max(1, lines.Count));
        var isAboutTabs = error.Message.Contains(" tab ", StringComparison.Ordinal);
        if (FindTab(lines, isAboutTabs ? 1 : line, isAboutTabs ? lines.Count : (int)error.End.Line + 1) is { } tab)
        {
            return new ChannelProblem(file, tab.Line, tab.Column, "", "a tab in the indent", IndentWanted);
        }

        var (found, wanted) = Words(error.Message, line <= lines.Count ? lines[line - 1] : "", (int)error.Start.Column);
        return new ChannelProblem(file, line, Math.Max(1, (int)error.Start.Column), "", found, wanted);
    }

    private static (string Found, string Wanted) Words(string message, string line, int column)
    {
        if (line.Contains("${", StringComparison.Ordinal) && message.Contains("flow", StringComparison.Ordinal))
        {
            return ("`${` inside { } or [ ] without quotes", "quotes around it: `\"${name}\"`");
        }

        if (message.Contains("invalid mapping", StringComparison.Ordinal))
        {
            return (
                "a second `: `, or a line indented too far",
                "one `key: value` per line, keys of one block in one column; quotes around text with `: ` in it");
        }

        if (message.Contains("did not find expected key", StringComparison.Ordinal))
        {
            return ("a line that is no `key: value`, or stands in no column of the keys above", "`key: value`, in the same column as its neighbours");
        }

        if (message.Contains("quoted scalar", StringComparison.Ordinal))
        {
            return ("a quote that is not closed", "the closing quote on the same line");
        }

        char? at = column >= 1 && column <= line.Length ? line[column - 1] : null;
        if (message.Contains("cannot start any token", StringComparison.Ordinal) || (at == '*' && message.Contains("alias", StringComparison.Ordinal)))
        {
            var character = at switch { null => "a character", '`' => "a backtick", _ => Shown.Value($"{at}") };
            return ($"{character} at the start of a value", "quotes around a text that begins with it");
        }

        if (message.Contains("',' or", StringComparison.Ordinal))
        {
            return ("a { or [ list with something out of place", "commas between its entries and a closing } or ]");
        }

        return ("text that is no YAML: " + Shown.Text(message.TrimEnd('.')), "valid YAML");
    }

    private static (int Line, int Column)? FindTab(IReadOnlyList<string> lines, int first, int last)
    {
        for (var line = first; line <= Math.Min(last, lines.Count); line++)
        {
            var text = lines[line - 1];
            var column = text.Length - text.TrimStart(' ').Length;
            if (column < text.Length && text[column] == '\t')
            {
                return (line, column + 1);
            }
        }

        return null;
    }
}
