using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ChannelHost.Server.Bench;
using ChannelHost.Server.Bench.Suite;
using Spectre.Console;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost bench</c>: measures this machine.</summary>
internal static class BenchCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var connections = new Option<string>("--connections") { Description = "Numbers of connections, one measurement each.", HelpName = "N,N,...", DefaultValueFactory = _ => "1,8,32" };
        var seconds = new Option<double>("--seconds") { Description = "How long each measurement takes.", HelpName = "N", DefaultValueFactory = _ => 10 };
        var messages = new Option<int?>("--messages") { Description = "Send so many messages in each measurement instead.", HelpName = "N" };
        var destination = new Option<string>("--destination") { Description = "Where the channel sends messages on, while the sender waits.", DefaultValueFactory = _ => "none" };
        destination.AcceptOnlyFromAmong("none", "mllp");
        var threads = new Option<int>("--threads") { Description = "Messages that the channel transforms at once (its setting threads).", HelpName = "N", DefaultValueFactory = _ => 1 };
        var channels = new Option<int>("--channels") { Description = "Deploy so many channels instead, and measure the time until ready and the memory.", HelpName = "N" };
        var folder = new Option<string>("--folder") { Description = "Where temporary folders are made: the disk that is measured.", HelpName = "DIR", DefaultValueFactory = _ => "data" };
        var suite = new Option<bool>("--suite") { Description = "Measure the whole table of aims instead, raw limits beside them; about five minutes." };
        var quick = new Option<bool>("--quick") { Description = "With --suite: shorter rounds, fewer files." };
        var longer = new Option<bool>("--long") { Description = "With --suite: also the cost of a message beside --stored stored ones, which takes long and room on the disk." };
        var stored = new Option<int>("--stored") { Description = "With --long: how many messages are stored before (about 3 KB each).", HelpName = "N", DefaultValueFactory = _ => 10_000_000 };
        var server = new Option<string?>("--store-connection") { Description = "With --suite: also the store on this PostgreSQL server, as Npgsql names it.", HelpName = "TEXT" };
        var file = new Option<string?>("--report") { Description = "With --suite: also write the figures as JSON to this file.", HelpName = "FILE" };
        var store = CommonOptions.Store();
        var json = CommonOptions.Json();
        var command = new Command("bench", "Measures this machine: the whole host in a process of its own, load over sockets, every message on stable storage before its answer. Each run begins with 8 s of warming up.")
        {
            connections, seconds, messages, destination, threads, channels, suite, quick, longer, stored, server, file, folder, store, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(suite))
            {
                using var end = new Interruption(cancellationToken);
                return await SuiteAsync(
                    new SuitePlan
                    {
                        Folder = Path.GetFullPath(parsed.GetValue(folder)!),
                        Quick = parsed.GetValue(quick),
                        Long = parsed.GetValue(longer),
                        StoreConnection = parsed.GetValue(server),
                        Stored = Math.Clamp(parsed.GetValue(stored), StoredMeasure.Few, 100_000_000),
                    },
                    parsed.GetValue(file),
                    parsed.GetValue(json),
                    terminal,
                    end.Token);
            }

            var plan = new BenchPlan
            {
                Connections = ReadConnections(parsed.GetValue(connections)!),
                Duration = TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(seconds), 1, 600)),
                Messages = parsed.GetValue(messages) is { } count ? Math.Clamp(count, 1, 10_000_000) : null,
                WithDestination = parsed.GetValue(destination) == "mllp",
                Threads = Math.Clamp(parsed.GetValue(threads), 1, 64),
                Channels = Math.Clamp(parsed.GetValue(channels), 0, 5_000),
                Folder = Path.GetFullPath(parsed.GetValue(folder)!),
                Store = parsed.GetValue(store),
            };
            using var interrupt = new Interruption(cancellationToken);
            var report = await new BenchRun(plan, terminal).RunAsync(interrupt.Token);
            Write(report, parsed.GetValue(json), terminal);
            return (int)(report.Levels.All(level => level.Failures == 0) && report.ChannelsRunning == report.Channels ? ExitCode.Done : ExitCode.Problems);
        });
        return command;
    }

    private static async Task<int> SuiteAsync(SuitePlan plan, string? file, bool json, Terminal terminal, CancellationToken cancellationToken)
    {
        var report = await new SuiteRun(plan, terminal).RunAsync(cancellationToken);
        var text = JsonSerializer.Serialize(report, CommandJson.Default.SuiteReport);
        if (file is not null)
        {
            await File.WriteAllTextAsync(file, text, cancellationToken);
        }

        if (json)
        {
            terminal.Output.WriteLine(text);
        }
        else
        {
            SuiteTable.Write(report, terminal);
        }

        // Missed aims are figures, not failures of this command; a script reads the JSON.
        return (int)ExitCode.Done;
    }

    private static void Write(BenchReport report, bool json, Terminal terminal)
    {
        if (json)
        {
            terminal.Output.WriteLine(JsonSerializer.Serialize(report, CommandJson.Default.BenchReport));
            return;
        }

        if (report.Levels.Count > 0)
        {
            terminal.Tables.Write(Levels(report));
        }

        terminal.Output.WriteLine(Invariant($"channels running       {report.ChannelsRunning} of {report.Channels}"));
        terminal.Output.WriteLine(Invariant($"start to ready         {report.StartToReadySeconds:0.00} s, {report.StartCpuSeconds:0.00} s of processor time"));
        terminal.Output.WriteLine(Invariant($"resident when ready    {report.ResidentMegabytesWhenReady:0} MB, at most {report.PeakMegabytes:0} MB"));
        terminal.Output.WriteLine(Invariant($"disk, same folder      {report.DiskSyncsPerSecond:0} syncs/s (append 4 KB, fdatasync)"));
        terminal.Output.WriteLine(Invariant($"machine                {report.Cores} cores shared with the load, {report.Runtime}"));
    }

    private static Table Levels(BenchReport report)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("connections", "messages/s", "of disk syncs", "p50 ms", "p99 ms", "max ms", "host CPU s/1000", "load CPU s/1000", "resident MB", "messages", "failed");
        foreach (var level in report.Levels)
        {
            table.AddRow(
                Invariant($"{level.Connections}"), Invariant($"{level.MessagesPerSecond:0}"), Invariant($"{level.MessagesPerSecond / report.DiskSyncsPerSecond * 100:0} %"),
                Invariant($"{level.P50Milliseconds:0.00}"), Invariant($"{level.P99Milliseconds:0.00}"), Invariant($"{level.MaximumMilliseconds:0.0}"),
                Invariant($"{level.HostCpuSecondsPer1000:0.000}"), Invariant($"{level.LoadCpuSecondsPer1000:0.000}"), Invariant($"{level.ResidentMegabytes:0}"),
                Invariant($"{level.Messages}"), Invariant($"{level.Failures}"));
        }

        return table;
    }

    private static int[] ReadConnections(string text)
    {
        var numbers = text.Split(',', StringSplitOptions.TrimEntries).Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
        return numbers.Length <= 9 && numbers.All(number => number is >= 1 and <= 99)
            ? numbers
            : throw new CommandFailure(ExitCode.Usage, $"--connections: '{text}' is no list of at most nine numbers from 1 to 99");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
