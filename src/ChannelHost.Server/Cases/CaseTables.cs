using System.Globalization;
using ChannelHost.Engine.Cases;
using DiffPlex;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;
using Spectre.Console;

namespace ChannelHost.Server.Cases;

/// <summary>Results for people: what was expected and what came, side by side, or line by line for texts. Every text of a message is escaped.</summary>
internal static class CaseTables
{
    private const int MostPlaces = 40;
    private const int MostLines = 80;
    private const int LongestValue = 120;
    private const int LinesAround = 2;

    /// <summary>A case that is not as expected.</summary>
    public static void WriteFailure(Terminal terminal, ChannelCases channel, CaseRun run)
    {
        var console = terminal.Tables;
        console.MarkupLine($"[red]FAILED[/] [bold]{Text(channel.Channel.Name)}[/] {Text(run.Reading.Name)}  [grey]{Text(run.Reading.File)}[/]");
        foreach (var problem in run.Reading.Problems)
        {
            console.MarkupLine($"  {Text(problem.ToString())}");
        }

        foreach (var difference in run.Result?.Differences ?? [])
        {
            WriteDifference(console, difference);
        }

        foreach (var line in run.Result?.Log ?? [])
        {
            console.MarkupLine($"  [grey]log  {Text(line, 300)}[/]");
        }

        console.WriteLine();
    }

    /// <summary>A case whose expectation was written: what was there before, and what is there now.</summary>
    public static void WriteUpdate(Terminal terminal, ChannelCases channel, CaseRun run)
    {
        terminal.Tables.MarkupLine($"[blue]WRITTEN[/] [bold]{Text(channel.Channel.Name)}[/] {Text(run.Reading.Name)}  [grey]{Text(Path.ChangeExtension(run.Reading.File, ".expected"))}[/]");
        if (run.Reading.Case?.Expectation is null)
        {
            terminal.Tables.MarkupLine($"  new: {Text(string.Join(", ", run.Result!.Actual!.Files.Keys.Append(CaseExpectation.OutcomeFile)))}");
        }
        else
        {
            foreach (var difference in run.Result!.Differences)
            {
                WriteDifference(terminal.Tables, difference);
            }
        }

        terminal.Tables.WriteLine();
    }

    /// <summary>What is not as expected, or what an update changes.</summary>
    public static void WriteDifference(IAnsiConsole console, CaseDifference difference)
    {
        var file = difference.File is { } name ? $"  [grey]{Text(name)}[/]" : "";
        console.MarkupLine($"  [yellow]{Text(difference.Subject)}[/]: {Text(difference.Problem, 1_000)}{file}");
        if (difference.Places.Count > 0)
        {
            console.Write(new Padder(Places(difference.Places)).Padding(4, 0, 0, 0));
        }
        else if (difference.Texts is var (expected, actual))
        {
            WriteLines(console, expected, actual);
        }
    }

    /// <summary>Lines of scripts that ran and never ran.</summary>
    public static void WriteCoverage(Terminal terminal, IReadOnlyList<ScriptCoverage> scripts)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in (string[])["script", "lines", "ran", "%", "never ran"])
        {
            table.AddColumn(column);
        }

        foreach (var script in scripts.Where(script => script.Lines.Count > 0))
        {
            var colour = script.Covered == script.Lines.Count ? "green" : "yellow";
            table.AddRow(
                Text(script.File), Number(script.Lines.Count), Number(script.Covered), $"[{colour}]{Percent(script.Covered, script.Lines.Count)}[/]", Text(script.Missed, 500));
        }

        terminal.Tables.Write(table);
        var (covered, lines) = (scripts.Sum(script => script.Covered), scripts.Sum(script => script.Lines.Count));
        terminal.Output.WriteLine($"{covered} of {lines} lines of scripts ran ({Percent(covered, lines)} %)");
    }

    private static Table Places(IReadOnlyList<MessageDifference> places)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("where").AddColumn("expected").AddColumn("got");
        foreach (var place in places.Take(MostPlaces))
        {
            var label = place.Label is { } name ? $" [grey]{Text(name)}[/]" : "";
            table.AddRow(Text(place.Path) + label, Value(place.Expected, "green"), Value(place.Actual, "red"));
        }

        if (places.Count > MostPlaces)
        {
            table.AddRow($"[grey]and {places.Count - MostPlaces} more[/]", "", "");
        }

        return table;
    }

    private static void WriteLines(IAnsiConsole console, string expected, string actual)
    {
        var lines = new InlineDiffBuilder(new Differ()).BuildDiffModel(expected, actual).Lines;
        var shown = 0;
        var isGap = false;
        for (var at = 0; at < lines.Count && shown < MostLines; at++)
        {
            if (!IsNearChange(lines, at))
            {
                isGap = true;
                continue;
            }

            if (isGap)
            {
                console.MarkupLine("    [grey]...[/]");
                isGap = false;
            }

            console.MarkupLine(Line(lines[at]));
            shown++;
        }

        if (shown == 0)
        {
            console.MarkupLine("    [grey]the lines are the same; the line ends or the bytes are not[/]");
        }
        else if (shown == MostLines)
        {
            console.MarkupLine("    [grey]... and more[/]");
        }
    }

    private static bool IsNearChange(List<DiffPiece> lines, int at)
    {
        for (var near = Math.Max(0, at - LinesAround); near <= Math.Min(lines.Count - 1, at + LinesAround); near++)
        {
            if (lines[near].Type != ChangeType.Unchanged)
            {
                return true;
            }
        }

        return false;
    }

    private static string Line(DiffPiece line) => line.Type switch
    {
        ChangeType.Deleted => $"    [green]- {Text(line.Text, LongestValue)}[/]",
        ChangeType.Inserted => $"    [red]+ {Text(line.Text, LongestValue)}[/]",
        _ => $"    [grey]  {Text(line.Text, LongestValue)}[/]",
    };

    private static string Value(string? value, string colour) =>
        value is null ? "[grey](nothing)[/]" : value.Length == 0 ? "[grey](empty)[/]" : $"[{colour}]{Text(value, LongestValue)}[/]";

    private static string Text(string? text, int limit = 2000) => Markup.Escape(PlainText.OneLine(text, limit));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Percent(int part, int whole) => whole == 0 ? "100" : (100 * part / whole).ToString(CultureInfo.InvariantCulture);
}
