using System.Globalization;
using ChannelHost.Engine.Deployment;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ChannelHost.Server.Demo.Screen;

/// <summary>Draws a snapshot: the channels, the other side, what was the matter, and what to try. Fits 80 columns; a taller terminal shows more problems.</summary>
/// <param name="hints">What to try, a line each.</param>
internal sealed class LiveTable(IReadOnlyList<string> hints)
{
    // What is there besides rows: the title, two heads of tables, the line of totals, the partners' line, blank lines between.
    private const int FixedLines = 10;
    private const int FewestProblems = 2;

    /// <summary>The picture.</summary>
    /// <param name="snapshot">What to draw.</param>
    /// <param name="height">Lines of the terminal.</param>
    public IRenderable Draw(DemoSnapshot snapshot, int height)
    {
        var space = height - FixedLines - snapshot.Channels.Count - snapshot.StandIns.Count - hints.Count;
        return new Rows(
            new Markup(string.Create(CultureInfo.InvariantCulture, $"[bold]ChannelHost demo[/]  {snapshot.At:HH:mm:ss}, running for {snapshot.Running:hh\\:mm\\:ss}")),
            Channels(snapshot),
            Text.Empty,
            StandIns(snapshot),
            Text.Empty,
            Problems(snapshot, Math.Max(FewestProblems, space)),
            new Rows(hints.Select(hint => new Markup($"[grey]{Markup.Escape(hint)}[/]"))));
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
        foreach (var row in snapshot.Channels)
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

    // What is the matter now stands first; each takes one line, so that the picture does not jump.
    private static Rows Problems(DemoSnapshot snapshot, int most)
    {
        var rows = snapshot.Channels.Where(row => row.Problem is not null).OrderByDescending(row => row.IsNow).Take(most).Select(row =>
            (IRenderable)new Markup($"[{(row.IsNow ? "red" : "grey")}]{Markup.Escape(row.Name)}[/] {Markup.Escape(row.Problem!)}") { Overflow = row.IsNow ? Overflow.Fold : Overflow.Ellipsis });
        return new Rows(rows);
    }

    private static string State(ChannelRow row)
    {
        var (word, colour) = row switch
        {
            { Condition: ChannelCondition.Running, IsNow: true } => ("running!", "yellow"),
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
