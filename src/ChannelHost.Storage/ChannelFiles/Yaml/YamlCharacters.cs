namespace ChannelHost.Storage.ChannelFiles.Yaml;

/// <summary>
/// Refuses characters that make a reader and an editor see different files: the parser takes NUL for the end of the file, and counts U+2028 and its
/// kin as line ends where editors do not.
/// </summary>
internal static class YamlCharacters
{
    private const int MaximumLines = 20_000;

    /// <summary>True when the text can be read as YAML with lines that mean the same to everybody; else the problems say why.</summary>
    public static bool Check(string text, IReadOnlyList<string> lines, ProblemList problems)
    {
        if (lines.Count > MaximumLines)
        {
            problems.Add(MaximumLines + 1, 1, "", $"{lines.Count:N0} lines", $"at most {MaximumLines:N0}");
            return false;
        }

        var errors = problems.Errors;
        if (text.Any(IsRefused))
        {
            for (var line = 0; line < lines.Count; line++)
            {
                CheckLine(lines[line], line + 1, problems);
            }
        }

        return problems.Errors == errors;
    }

    private static void CheckLine(string line, int number, ProblemList problems)
    {
        for (var at = 0; at < line.Length; at++)
        {
            if (IsRefused(line[at]))
            {
                problems.Add(number, at + 1, "", $"the invisible character U+{(int)line[at]:X4}", "it removed");
            }
        }
    }

    private static bool IsRefused(char character) =>
        (char.IsControl(character) && character is not ('\t' or '\n' or '\r')) || character is '\u2028' or '\u2029' or '\uFEFF';
}
