using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ChannelHost.Storage.ChannelFiles.Reading;

namespace ChannelHost.Storage.ChannelFiles;

/// <summary>
/// Writes problems for people, as plain text: the place, the line with a caret below it, what was found, what is wanted. What the files hold is data here:
/// it cannot steer a terminal, and what stands after a key that names a secret is covered.
/// </summary>
public static partial class ProblemText
{
    private const int Width = 120;

    /// <summary>One problem.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="fileLines">The lines of <see cref="ChannelProblem.File"/>; null when they are not at hand.</param>
    public static string Render(ChannelProblem problem, IReadOnlyList<string>? fileLines)
    {
        var text = new StringBuilder();
        Append(text, problem, fileLines, indent: "");
        return text.ToString();
    }

    /// <summary>All problems of readings, each once, grouped by file.</summary>
    /// <param name="readings">What was read.</param>
    /// <param name="linesOf">The lines of a file, by its name relative to the channels folder; null when it cannot be read.</param>
    public static string RenderAll(IEnumerable<ChannelReading> readings, Func<string, IReadOnlyList<string>?> linesOf)
    {
        var text = new StringBuilder();
        foreach (var file in readings.SelectMany(reading => reading.Problems).Distinct().GroupBy(problem => problem.File))
        {
            text.Append(Shown.Line(file.Key)).Append('\n');
            var lines = linesOf(file.Key);
            foreach (var problem in file)
            {
                Append(text, problem, lines, indent: "  ");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, ChannelProblem problem, IReadOnlyList<string>? lines, string indent)
    {
        text.Append(indent).Append(Shown.Line(problem.File));
        if (problem.Line > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $":{problem.Line}:{problem.Column}");
        }

        text.Append(problem.Severity == ProblemSeverity.Warning ? ": warning" : ": error");
        text.Append(problem.Field.Length > 0 ? $": {Shown.Line(problem.Field)}\n" : "\n");
        if (lines is not null && problem.Line >= 1 && problem.Line <= lines.Count)
        {
            AppendLine(text, problem, lines[problem.Line - 1], indent);
        }

        text.Append(indent).Append("  found  ").Append(Shown.Line(problem.Found)).Append('\n');
        text.Append(indent).Append("  wanted ").Append(Shown.Line(problem.Wanted)).Append('\n');
    }

    private static void AppendLine(StringBuilder text, ChannelProblem problem, string line, string indent)
    {
        var number = problem.Line.ToString(CultureInfo.InvariantCulture);
        var column = Math.Clamp(problem.Column, 0, line.Length + 1);

        // A long line is cut around the column, so that the caret stays on the screen.
        var start = column > Width - 20 ? column - (Width / 2) : 0;
        // A secret setting may have a name that no pattern knows.
        var covered = problem.Found == OptionBinder.NotShown && column > 0
            ? string.Concat(line.AsSpan(0, Math.Min(column - 1, line.Length)), new string('*', Math.Max(0, line.Length - column + 1)))
            : Cover(line);
        var shown = Shown.Line(covered)[start..];
        shown = (start > 0 ? "…" : "") + (shown.Length > Width ? shown[..Width] + "…" : shown);
        text.Append(indent).Append("  ").Append(number).Append(" | ").Append(shown).Append('\n');
        if (column > 0)
        {
            text.Append(indent).Append("  ").Append(' ', number.Length).Append(" | ").Append(' ', column - 1 - start + (start > 0 ? 1 : 0)).Append("^\n");
        }
    }

    /// <summary>Covers the values of secret-looking keys, star by star: columns stay where they are. References to the environment are no secret.</summary>
    private static string Cover(string line) => Secrets().Replace(line, match =>
    {
        var value = match.Groups["value"];
        return value.Value.Contains("${", StringComparison.Ordinal)
            ? match.Value
            : string.Concat(match.Value.AsSpan(0, value.Index - match.Index), new string('*', value.Length));
    });

    [GeneratedRegex(
        """["']?[\w-]*(password|passphrase|secret|token|credential|apikey|privatekey)[\w-]*["']?\s*[:=]\s*(?<value>"[^"]*"?|'[^']*'?|[^\s,}\]][^,}\]]*)""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Secrets();
}
