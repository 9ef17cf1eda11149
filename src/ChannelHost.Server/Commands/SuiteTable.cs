using System.Globalization;
using ChannelHost.Server.Bench.Suite;
using Spectre.Console;

namespace ChannelHost.Server.Commands;

/// <summary>Shows the suite to people.</summary>
internal static class SuiteTable
{
    /// <summary>Writes the lines, the raw limits and the machine.</summary>
    public static void Write(SuiteReport report, Terminal terminal)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("what", "aim", "measured", "", "raw limit beside it", "note");
        foreach (var line in report.Lines)
        {
            table.AddRow(Markup.Escape(line.What), Markup.Escape(line.Aim), Markup.Escape(line.Measured), Verdict(line.Verdict), Markup.Escape(line.Limit), Markup.Escape(line.Note));
        }

        terminal.Tables.Write(table);
        var limits = report.Limits;
        terminal.Output.WriteLine(Invariant($"disk, same folder      {limits.SyncsPerSecond:0} syncs/s (append 4 KB, fdatasync), p99 {limits.SyncP99Milliseconds:0.000} ms"));
        terminal.Output.WriteLine(Invariant($"loopback alone         {limits.RoundTripsPerSecond1:0} round trips/s of 1 KB on one connection, {limits.RoundTripsPerSecond32:0} on 32"));
        terminal.Output.WriteLine(Invariant($"computing alone        empty script {limits.EngineMicroseconds:0} us and {limits.EngineBytes / 1024.0:0.0} KB, transform {limits.TransformMicroseconds:0} us and {limits.TransformBytes / 1024.0:0.0} KB, E4X loop {limits.E4xMicroseconds:0} us and {limits.E4xBytes / 1024.0:0.0} KB, codec {limits.CodecMicroseconds:0.0} us and {limits.CodecBytes / 1024.0:0.0} KB"));
        terminal.Output.WriteLine(Invariant($"machine                {report.Cores} cores shared with the load, load {report.LoadBefore:0.0} before, {report.Runtime}"));
    }

    private static string Verdict(SuiteVerdict verdict) => verdict switch
    {
        SuiteVerdict.Met => "[green]met[/]",
        SuiteVerdict.Missed => "[red]missed[/]",
        _ => "",
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
