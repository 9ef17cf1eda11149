using System.Globalization;
using ChannelHost.Engine.Deployment;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ChannelHost.Server.Demo.Screen;

/// <summary>
/// Draws a snapshot: the channels, the other side, what was the matter, and what to try. Fits 80 columns and 24 lines; a taller terminal shows more problems,
/// a shorter one loses hints first. Channels that are disabled are left out.
/// </summary>
/// <param name="hints">What to try, a line each.</param>
internal sealed class LiveTable(IReadOnlyList<string> hints)
{
    // Besides rows: the title, two heads of tables, two lines of totals, two blank lines, and the one that the cursor stands in.
    private const int FixedLines = 8;
    private const int FewestProblems = 2;
    private const int LongestProblem = 3;

    // What a line may lose at its end because words stay whole.
    private const int WordBreak = 10;

    /// <summary>The picture.</summary>
    /// <param name="snapshot">What to draw.</param>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="height">Lines of the terminal.</param>
    public IRenderable Draw(DemoSnapshot snapshot, int width, int height)
    {
        var space = height - FixedLines - Shown(snapshot).Count() - snapshot.StandIns.Count;
        var hinted = Math.Clamp(space - FewestProblems, 0, hints.Count);
        return new Rows(
            new Markup(Title(snapshot)),
            Channels(snapshot),
            Text.Empty,
            StandIns(snapshot),
            Text.Empty,
            Problems(snapshot, Math.Max(FewestProblems, space - hinted), width),
            new Rows(hints.Take(hinted).Select(hint => new Markup($"[grey]{Markup.Escape(Cut(hint, width))}[/]"))));
    }

    /// <summary>The channels alone, for the end.</summary>
    public static Table Channels(DemoSnapshot snapshot)
    {
        var table = new Table().Border(TableBorder.None).AddColumn(new TableColumn("[bold]channel[/]").NoWrap().PadRight(1));
        foreach (var name in new[] { "in/s", "received", "filtered", "errors", "queued", "sent" })
        {
            table.AddColumn(new TableColumn($"[bold]{name}[/]").RightAligned().NoWrap().PadLeft(0).PadRight(1));
        }

        table.AddColumn(new TableColumn("[bold]state[/]").NoWrap().PadLeft(0).PadRight(0));
        foreach (var row in Shown(snapshot))
        {
            table.AddRow(
                Markup.Escape(PlainText.OneLine(row.Name, 40)), Rate(row.Rate), Number(row.Received), Number(row.Filtered), Alert(row.Errors, "red"), Alert(row.Queued, "yellow"), Number(row.Sent),
                State(row));
        }

        var total = snapshot.Total;
        return table.AddRow("[bold]all[/]", Rate(total.Rate), Number(total.Received), Number(total.Filtered), Number(total.Errors), Number(total.Queued), Number(total.Sent), "");
    }

    private static Table StandIns(DemoSnapshot snapshot)
    {
        var table = new Table().Border(TableBorder.None)
            .AddColumn(new TableColumn("[bold]the other side[/]").NoWrap().PadRight(1))
            .AddColumn(new TableColumn("[bold]address[/]").NoWrap().PadLeft(0).PadRight(1))
            .AddColumn(new TableColumn("[bold]arrived[/]").RightAligned().NoWrap().PadLeft(0).PadRight(1))
            .AddColumn(new TableColumn("[bold]refused[/]").RightAligned().NoWrap().PadLeft(0).PadRight(1))
            .AddColumn(new TableColumn("[bold]state[/]").PadLeft(0).PadRight(0));
        foreach (var standIn in snapshot.StandIns)
        {
            table.AddRow(
                Markup.Escape(standIn.Name), Markup.Escape(standIn.Address), Number(standIn.Arrived), Number(standIn.Refused),
                $"[{(standIn.IsWell ? "green" : "yellow")}]{Markup.Escape(standIn.State)}[/]");
        }

        var traffic = snapshot.Traffic;
        return table.AddRow(
            "partners that send", Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{traffic.Negative} answered no")), Number(traffic.Positive), "",
            traffic.LeftOut > 0 ? string.Create(CultureInfo.InvariantCulture, $"[yellow]{traffic.LeftOut} left out: too fast[/]") : "");
    }

    private static string Title(DemoSnapshot snapshot)
    {
        var hidden = snapshot.Channels.Count - Shown(snapshot).Count();
        var disabled = hidden > 0 ? string.Create(CultureInfo.InvariantCulture, $", {hidden} disabled") : "";
        return string.Create(CultureInfo.InvariantCulture, $"[bold]ChannelHost demo[/]  {snapshot.At:HH:mm:ss}, running for {snapshot.Running:hh\\:mm\\:ss}{disabled}");
    }

    private static IEnumerable<ChannelRow> Shown(DemoSnapshot snapshot) => snapshot.Channels.Where(row => row.Condition != ChannelCondition.Disabled);

    private static string Cut(string text, int width) => text.Length <= width ? text : $"{text[..Math.Max(0, width - 1)]}…";

    // What somebody has to mend stands first, and is the only thing that may take more than one line: it is what has just been broken.
    private static Rows Problems(DemoSnapshot snapshot, int lines, int width)
    {
        var shown = new List<IRenderable>();
        foreach (var row in Shown(snapshot).Where(row => row.Problem is not null).OrderByDescending(row => row.Age))
        {
            var space = row.Age == ProblemAge.Standing ? Math.Min(lines, LongestProblem) : 1;
            var problem = Cut(row.Problem!, (space * width) - row.Name.Length - 1 - (space == 1 ? 0 : space * WordBreak));
            lines -= space == 1 ? 1 : (row.Name.Length + problem.Length + (space * WordBreak) + width) / width;
            shown.Add(new Markup($"[{(row.Age == ProblemAge.Past ? "grey" : "red")}]{Markup.Escape(row.Name)}[/] {Markup.Escape(problem)}"));
            if (lines <= 0)
            {
                break;
            }
        }

        return new Rows(shown);
    }

    private static string State(ChannelRow row)
    {
        var (word, colour) = row switch
        {
            { Condition: ChannelCondition.Running, Age: not ProblemAge.Past } => ("running!", "yellow"),
            { Condition: ChannelCondition.Running } => ("running", "green"),
            { Condition: ChannelCondition.Failed } => ("failed", "red"),
            { Condition: ChannelCondition.Waiting } => ("waiting", "yellow"),
            _ => (row.Condition.ToString().ToLowerInvariant(), "grey"),
        };
        return $"[{colour}]{word}[/]";
    }

    private static string Rate(double rate) => rate.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Alert(long number, string colour) => number > 0 ? $"[{colour}]{Number(number)}[/]" : "0";
}
