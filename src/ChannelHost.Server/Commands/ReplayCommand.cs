using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ChannelHost.Engine.Deployment;
using ChannelHost.Server.Api;
using ChannelHost.Server.Completion;
using Spectre.Console;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost replay</c>: processes stored messages anew through the version that runs now.</summary>
internal static class ReplayCommand
{
    // Few enough that an answer comes soon, enough that asking costs nothing.
    private const int Together = 20;

    /// <summary>More rows than anybody reads; failures are shown all the same.</summary>
    private const int MostRows = 100;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var channel = new Argument<string>("CHANNEL") { Description = "The channel." };
        ChannelNames.Complete(channel, channels: null);
        var ids = new Argument<long[]>("ID") { Description = "The messages. Without them: those that the options choose.", Arity = ArgumentArity.ZeroOrMore };
        var filter = new MessageFilter();
        var only = new Option<string?>("--only") { Description = "Send them to this destination only, also one that they did not go to before. Without it: to that of --destination, else to all.", HelpName = "NAME" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only show which messages are meant." };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        var url = CommonOptions.Url();
        var json = CommonOptions.Json();
        var command = new Command(
            "replay", "Processes stored messages anew, from what the sender sent, through the channel's present version. Each becomes a new message that is linked to the old one.")
        {
            channel, ids, only, dryRun, yes, url, json,
        };
        filter.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var interruption = new Interruption(cancellationToken);
            using var client = new HostClient(parsed.GetValue(url)!);
            var chosen = await ChooseAsync(parsed, client, parsed.GetValue(channel)!, parsed.GetValue(ids) ?? [], filter, interruption.Token);
            if (parsed.GetValue(dryRun))
            {
                WriteChosen(terminal, chosen, parsed.GetValue(json));
                return (int)ExitCode.Done;
            }

            var destination = parsed.GetValue(only) ?? parsed.GetValue(filter.Destination);
            var where = destination is not null ? $" and send them to {destination} only" : "";
            if (chosen.Count > 0 && !parsed.GetValue(yes)
                && !terminal.Confirm(string.Create(CultureInfo.InvariantCulture, $"Process {chosen.Count} message(s) of {parsed.GetValue(channel)} anew{where}?"), "--yes"))
            {
                return (int)terminal.Fail(ExitCode.Usage, "nothing was done");
            }

            var outcomes = await ReplayAsync(terminal, client, parsed.GetValue(channel)!, chosen, destination, interruption.Token);
            return (int)Write(terminal, outcomes, parsed.GetValue(json));
        });
        return command;
    }

    /// <summary>Oldest first: that is the order in which they came.</summary>
    private static async Task<List<long>> ChooseAsync(ParseResult parsed, HostClient client, string channel, long[] ids, MessageFilter filter, CancellationToken cancellationToken)
    {
        if (ids.Length > 0 == filter.ChoosesMessages(parsed))
        {
            throw new CommandFailure(ExitCode.Usage, ids.Length > 0
                ? "give either ids or options that choose messages, not both"
                : "say which messages: their ids, or options like --status error --destination NAME, --from, --to, --text");
        }

        if (ids.Length > 0)
        {
            return [.. ids];
        }

        var chosen = new List<long>();
        await foreach (var message in filter.ReadAllAsync(parsed, client, channel, cancellationToken))
        {
            chosen.Add(message.Id);
        }

        chosen.Reverse();
        return chosen;
    }

    private static void WriteChosen(Terminal terminal, List<long> chosen, bool json)
    {
        if (json)
        {
            terminal.Output.WriteLine($"[{string.Join(',', chosen)}]");
            return;
        }

        foreach (var id in chosen)
        {
            terminal.Output.WriteLine(id.ToString(CultureInfo.InvariantCulture));
        }

        terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{chosen.Count} message(s) would be processed anew"));
    }

    private static async Task<List<ReplayOutcome>> ReplayAsync(
        Terminal terminal, HostClient client, string channel, List<long> chosen, string? destination, CancellationToken cancellationToken)
    {
        var path = $"{HostClient.PathOf(channel)}/replay";
        var outcomes = new List<ReplayOutcome>(chosen.Count);
        await ProgressBar.RunAsync(terminal, "replay", chosen.Count, async step =>
        {
            foreach (var some in chosen.Chunk(Together))
            {
                var answers = await client.PostAsync(
                    path, new ReplayRequest(some, destination), ApiJson.Default.ReplayRequest, ApiJson.Default.IReadOnlyListReplayOutcome, cancellationToken);
                outcomes.AddRange(answers);
                foreach (var _ in answers)
                {
                    step();
                }

                if (answers.Count < some.Length)
                {
                    // The channel stopped, or its store is in trouble: the last answer says so.
                    return;
                }
            }
        });
        return outcomes;
    }

    private static ExitCode Write(Terminal terminal, List<ReplayOutcome> outcomes, bool json)
    {
        var failed = outcomes.Count(outcome => outcome.Status == MessageStatus.Error);
        if (json)
        {
            terminal.Output.WriteLine(JsonSerializer.Serialize(outcomes, ApiJson.Default.IReadOnlyListReplayOutcome));
            return failed == 0 ? ExitCode.Done : ExitCode.Problems;
        }

        var shown = outcomes.Count <= MostRows ? outcomes : [.. outcomes.Where(outcome => outcome.Status == MessageStatus.Error).Take(MostRows)];
        if (shown.Count > 0)
        {
            var table = new Table().Border(TableBorder.Rounded).AddColumns("message", "new message", "outcome", "why");
            foreach (var outcome in shown)
            {
                table.AddRow(
                    outcome.Original.ToString(CultureInfo.InvariantCulture), outcome.MessageId == 0 ? "none" : outcome.MessageId.ToString(CultureInfo.InvariantCulture),
                    MessageTables.Status(outcome.Status), Markup.Escape(PlainText.OneLine(outcome.Reason, 200)));
            }

            terminal.Tables.Write(table);
        }

        var counts = outcomes.GroupBy(outcome => outcome.Status).OrderBy(group => group.Key)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}"));
        terminal.Output.WriteLine(outcomes.Count == 0 ? "no messages" : string.Create(CultureInfo.InvariantCulture, $"{outcomes.Count} message(s) processed anew: {string.Join(", ", counts)}"));
        return failed == 0 ? ExitCode.Done : ExitCode.Problems;
    }
}
