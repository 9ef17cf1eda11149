using System.Globalization;
using System.Text.Json;
using ChannelHost.Server.Cases;
using Spectre.Console;

namespace ChannelHost.Server.Importing;

/// <summary>Shows a proof while it runs, and adds it up.</summary>
internal sealed class ReplayReport(Terminal terminal, bool isJson)
{
    private const int MostShown = 50;

    private readonly Dictionary<(string Channel, string Subject), (int Equal, int Different)> _counts = [];
    private readonly List<ReplayLine> _lines = [];
    private int _equal;
    private int _different;
    private int _unusable;

    /// <summary>True when every message is as in the export, and there was one.</summary>
    public bool IsProof => _different == 0 && _unusable == 0 && _equal > 0;

    /// <summary>Takes a result.</summary>
    public void Add(ReplayedMessage message)
    {
        _ = message switch
        {
            { Problem: not null } => _unusable++,
            { IsEqual: true } => _equal++,
            _ => _different++,
        };
        foreach (var verdict in message.Verdicts)
        {
            var key = (message.Channel!, verdict.Subject);
            var (equal, different) = _counts.GetValueOrDefault(key);
            _counts[key] = verdict.IsEqual ? (equal + 1, different) : (equal, different + 1);
        }

        if (isJson)
        {
            _lines.Add(new ReplayLine(
                message.Message.Id,
                message.Message.Place,
                message.Channel,
                message.Problem,
                [.. message.Verdicts.Select(verdict => new ReplaySubject(verdict.Subject, verdict.IsEqual))],
                [.. message.Differences.Select(difference => new DifferenceView(difference.Subject, difference.File, difference.Problem, difference.Places))]));
        }
        else if (!message.IsEqual && _different + _unusable <= MostShown)
        {
            Show(message);
        }
    }

    /// <summary>Shows the sums.</summary>
    public void Finish()
    {
        if (isJson)
        {
            terminal.Output.WriteLine(JsonSerializer.Serialize(new ReplaySummary(_equal, _different, _unusable, ReplayDifferences.NotCompared, _lines), ReplayJson.Default.ReplaySummary));
            return;
        }

        if (_different + _unusable > MostShown)
        {
            terminal.Output.WriteLine($"... and {Number(_different + _unusable - MostShown)} more; --json has all");
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("channel").AddColumn("part").AddColumn("equal").AddColumn("different");
        foreach (var ((channel, subject), (equal, different)) in _counts.OrderBy(count => count.Key.Channel, StringComparer.Ordinal))
        {
            table.AddRow(Text(channel), Text(subject), Number(equal), different == 0 ? "0" : $"[red]{Number(different)}[/]");
        }

        if (_counts.Count > 0)
        {
            terminal.Tables.Write(table);
        }

        terminal.Output.WriteLine($"{Number(_equal)} messages as in the export, {Number(_different)} different, {Number(_unusable)} could not be replayed");
        terminal.Output.WriteLine(ReplayDifferences.NotCompared);
    }

    private void Show(ReplayedMessage message)
    {
        var console = terminal.Tables;
        console.MarkupLine($"[red]{(message.Problem is null ? "DIFFERENT" : "NOT REPLAYED")}[/] [bold]{Text(message.Channel ?? message.Message.ChannelName)}[/] message {Number(message.Message.Id)}  [grey]{Text(message.Message.Place)}[/]");
        if (message.Problem is { } problem)
        {
            console.MarkupLine($"  {Text(problem)}");
        }

        foreach (var difference in message.Differences)
        {
            CaseTables.WriteDifference(console, difference);
        }

        foreach (var line in message.Log.Take(5))
        {
            console.MarkupLine($"  [grey]log  {Text(line)}[/]");
        }
    }

    private static string Text(string text) => Markup.Escape(PlainText.OneLine(text, 300));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
