using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ChannelHost.Server.Sending;
using Spectre.Console;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost send</c>: messages from files to a channel or an MLLP listener.</summary>
internal static class SendCommand
{
    /// <summary>Above so many messages the table shows only what went wrong.</summary>
    private const int LongestTable = 50;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var target = new Argument<string>("TARGET") { Description = "A channel (clinic/registration), a group (clinic: each of its channels), or mllp://HOST:PORT." };
        var files = new Argument<string[]>("FILE")
        {
            Description = "Files, folders or patterns. Without any: the channel's own samples (its folder samples/ or cases/).",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var channels = CommonOptions.Channels();
        var data = CommonOptions.Data();
        var environment = CommonOptions.Environment();
        var repeat = new Option<int>("--repeat") { Description = "Send everything so many times.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var connections = new Option<int>("--connections") { Description = "Over so many connections at once.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var asIs = new Option<bool>("--as-is") { Description = "Send each file as one message, byte for byte: no splitting at MSH, no change of line ends." };
        var json = CommonOptions.Json();
        var command = new Command(
            "send",
            "Sends messages and prints the answers. A file with several messages is split where a line begins with MSH (batch envelopes FHS, BHS, BTS and FTS stay out), and line ends become CR as HL7 wants them on the wire.")
        {
            target, files, channels, data, environment, repeat, connections, asIs, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new Request(
                parsed.GetValue(target)!,
                parsed.GetValue(files) ?? [],
                Path.GetFullPath(parsed.GetValue(channels)!),
                Path.GetFullPath(parsed.GetValue(data)!),
                parsed.GetValue(environment),
                InRange("--repeat", parsed.GetValue(repeat), 1_000_000),
                InRange("--connections", parsed.GetValue(connections), 1_000),
                parsed.GetValue(asIs));
            using var interrupt = new Interruption(cancellationToken);
            var report = await SendAsync(request, terminal, interrupt.Token);
            Write(report, parsed.GetValue(json), terminal);
            return (int)(report.Positive == report.Sent ? ExitCode.Done : ExitCode.Problems);
        });
        return command;
    }

    private static async Task<SendReport> SendAsync(Request request, Terminal terminal, CancellationToken cancellationToken)
    {
        var targets = SendTarget.Resolve(request.Target, request.ChannelsFolder, request.DataFolder, request.Environment);
        var work = targets.Select(target => (Target: target, Messages: Repeat(Read(target, request), request.Repeat))).Where(part => part.Messages.Count > 0).ToList();
        if (work.Count == 0)
        {
            throw new CommandFailure(ExitCode.Usage, $"{request.Target} has no samples (folders samples/ or cases/): name the files to send");
        }

        var started = Stopwatch.GetTimestamp();
        var results = new List<SendResult>();
        await ProgressBar.RunAsync(terminal, "sending", work.Sum(part => part.Messages.Count), async advance =>
        {
            foreach (var (target, messages) in work)
            {
                results.AddRange(await new MessageSender(target, request.Connections).SendAsync(messages, advance, cancellationToken));
            }
        });
        return new SendReport(
            results.Count,
            results.Count(result => result.IsPositive),
            results.Count(result => result.Code is not null && !result.IsPositive),
            results.Count(result => result.Code is null),
            Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3),
            results);
    }

    private static IReadOnlyList<MessageToSend> Read(SendTarget target, Request request)
    {
        // What a watched folder gets are files as they are: how they are read is the channel's business.
        var asIs = request.AsIs || target.Folder is not null;
        if (request.Files.Count > 0)
        {
            return MessageFiles.Read(request.Files, asIs);
        }

        return target.Samples is null ? [] : MessageFiles.Read(MessageFiles.In(target.Samples), asIs);
    }

    private static List<MessageToSend> Repeat(IReadOnlyList<MessageToSend> messages, int times) =>
        [.. Enumerable.Repeat(messages, times).SelectMany(all => all)];

    private static void Write(SendReport report, bool json, Terminal terminal)
    {
        if (json)
        {
            terminal.Output.WriteLine(JsonSerializer.Serialize(report, CommandJson.Default.SendReport));
            return;
        }

        var shown = report.Results.Count <= LongestTable ? report.Results : [.. report.Results.Where(result => !result.IsPositive).Take(LongestTable)];
        if (shown.Count > 0)
        {
            var table = new Table().Border(TableBorder.Rounded).AddColumns("to", "file", "control id", "answer", "text", "ms");
            foreach (var result in shown)
            {
                table.AddRow(
                    Text(result.Target), Text(result.File), Text(result.ControlId), result.IsPositive ? $"[green]{Text(result.Code)}[/]" : $"[red]{Text(result.Code ?? "none")}[/]",
                    Text(result.Text), result.Milliseconds.ToString("0.0", CultureInfo.InvariantCulture));
            }

            terminal.Tables.Write(table);
        }

        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Sent} sent: {report.Positive} positive, {report.Negative} negative, {report.Unanswered} without answer, in {report.Seconds:0.00} s"));
    }

    private static string Text(string? text) => Markup.Escape(PlainText.OneLine(text, 160));

    private static int InRange(string option, int value, int maximum) =>
        value >= 1 && value <= maximum ? value : throw new CommandFailure(ExitCode.Usage, $"{option}: {value} is not between 1 and {maximum}");

    private sealed record Request(string Target, IReadOnlyList<string> Files, string ChannelsFolder, string DataFolder, string? Environment, int Repeat, int Connections, bool AsIs);
}
