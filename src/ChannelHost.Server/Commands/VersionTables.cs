using System.Globalization;
using System.Text;
using System.Text.Json;
using ChannelHost.Server.Api;
using Spectre.Console;

namespace ChannelHost.Server.Commands;

/// <summary>Versions for people. Texts of channels are data here: they can colour or move nothing.</summary>
internal static class VersionTables
{
    /// <summary>All versions of a channel.</summary>
    public static void WriteList(Terminal terminal, IReadOnlyList<VersionView> versions)
    {
        if (versions.Count == 0)
        {
            terminal.Output.WriteLine("no version ran yet");
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("version", "hash", "since", "who", "why", "");
        foreach (var version in versions)
        {
            table.AddRow(
                Number(version.Number), Text(version.Version), Time(version.At), Text(version.Who), Text(version.Why),
                string.Join(' ', new[] { version.IsRunning ? "[green]runs[/]" : "", version.Forced ? "[yellow]forced[/]" : "" }.Where(mark => mark.Length > 0)));
        }

        terminal.Tables.Write(table);
    }

    /// <summary>One version.</summary>
    public static void WriteDetail(Terminal terminal, VersionDetail detail)
    {
        var version = detail.Version;
        WriteLine(terminal, "version", $"{Number(version.Number)} ({version.Version}){(version.IsRunning ? ", runs" : "")}{(version.Forced ? ", forced" : "")}");
        WriteLine(terminal, "since", Time(version.At));
        WriteLine(terminal, "who", version.Who);
        WriteLine(terminal, "why", version.Why);
        WriteLine(terminal, "environment", version.Environment ?? "the base alone");
        var table = new Table().Border(TableBorder.Rounded).AddColumns("file", "bytes", "SHA-256");
        foreach (var file in version.Files)
        {
            table.AddRow(Text(file.Name), Number(file.Bytes), file.Hash);
        }

        terminal.Tables.Write(table);
    }

    /// <summary>What came of a deploy or a restore.</summary>
    public static ExitCode WriteChange(Terminal terminal, ChangeView change, bool json)
    {
        if (json)
        {
            terminal.Output.WriteLine(JsonSerializer.Serialize(change, ApiJson.Default.ChangeView));
            return change.IsRunning ? ExitCode.Done : ExitCode.Problems;
        }

        foreach (var name in change.Files?.Written ?? [])
        {
            terminal.Output.WriteLine(PlainText.OneLine($"put back  {name}"));
        }

        foreach (var name in change.Files?.Removed ?? [])
        {
            terminal.Output.WriteLine(PlainText.OneLine($"removed   {name}"));
        }

        if (change.Files?.SetAside is { } aside)
        {
            terminal.Output.WriteLine(PlainText.OneLine($"set aside what never ran: {aside}"));
        }

        if (change.Files is { SharedThatDiffer: { Count: > 0 } shared })
        {
            terminal.Output.WriteLine(PlainText.OneLine($"left alone, though other than then, because other channels use them too: {string.Join(", ", shared)}"));
        }

        foreach (var problem in change.Problems)
        {
            terminal.Output.WriteLine(PlainText.OneLine(problem.ToString()));
        }

        terminal.Output.WriteLine(PlainText.OneLine(change.IsRunning
            ? $"{change.Channel} runs, version {change.Version}{(change.Reason is null ? "" : $", but waits: {change.Reason}")}"
            : $"{change.Channel}: the folder's version does not run: {change.Reason ?? "no reason was given"}{(change.Version is null ? "" : $"; version {change.Version} goes on")}"));
        return change.IsRunning ? ExitCode.Done : ExitCode.Problems;
    }

    /// <summary>A difference, line by line; coloured on a terminal.</summary>
    public static ExitCode WriteDiff(Terminal terminal, IEnumerable<(UnifiedDiff.Kind Kind, string Text)> lines)
    {
        var code = ExitCode.Done;
        foreach (var (kind, text) in lines)
        {
            code = ExitCode.Problems;
            var colour = kind switch
            {
                UnifiedDiff.Kind.File => "1",
                UnifiedDiff.Kind.Place => "36",
                UnifiedDiff.Kind.Removed => "31",
                UnifiedDiff.Kind.Added => "32",
                _ => null,
            };
            var shown = Shown(text);
            terminal.Output.WriteLine(terminal.HasColours && colour is not null ? $"\u001b[{colour}m{shown}\u001b[0m" : shown);
        }

        if (code == ExitCode.Done)
        {
            terminal.Output.WriteLine("no difference");
        }

        return code;
    }

    /// <summary>A whole text.</summary>
    public static void WriteText(Terminal terminal, string text) => terminal.Output.Write(Shown(text));

    // Lines and tabs are what a text is made of; anything else that steers a terminal is shown and does nothing.
    private static string Shown(string text)
    {
        var result = new StringBuilder(text.Length + 16);
        var rest = text.AsSpan();
        while (rest.IndexOfAny('\n', '\t') is var at and >= 0)
        {
            PlainText.Append(result, rest[..at]);
            result.Append(rest[at]);
            rest = rest[(at + 1)..];
        }

        PlainText.Append(result, rest);
        return result.ToString();
    }

    private static void WriteLine(Terminal terminal, string name, string value) => terminal.Output.WriteLine($"{name,-12} {PlainText.OneLine(value)}");

    private static string Text(string text) => Markup.Escape(PlainText.OneLine(text, 200));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
