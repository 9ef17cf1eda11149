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
        var again = new Option<bool>("--again") { Description = "Also those that were processed anew before and did not fail then. They are left out otherwise." };
        var why = CommonOptions.WhyIfSaid();
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        var url = CommonOptions.Url();
        var json = CommonOptions.Json();
        var command = new Command(
            "replay", "Processes stored messages anew, from what the sender sent, through the channel's present version. Each becomes a new message that is linked to the old one.")
        {
            channel, ids, only, again, why, dryRun, yes, url, json,
        };
        filter.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var interruption = new Interruption(cancellationToken);
            using var client = new HostClient(parsed.GetValue(url)!);
            var chosen = await ChooseAsync(parsed, client, parsed.GetValue(channel)!, parsed.GetValue(ids) ?? [], filter, interruption.Token);
            var destination = parsed.GetValue(only) ?? parsed.GetValue(filter.Destination);
            if (!parsed.GetValue(again))
            {
                chosen = await WithoutReplayedAsync(terminal, client, parsed.GetValue(channel)!, chosen, destination, interruption.Token);
            }

            if (parsed.GetValue(dryRun))
            {
                WriteChosen(terminal, chosen, parsed.GetValue(json));
                return (int)ExitCode.Done;
            }

            var where = destination is not null ? $" and send them to {destination} only" : "";
            if (chosen.Count > 0 && !parsed.GetValue(yes)
                && !terminal.Confirm(string.Create(CultureInfo.InvariantCulture, $"Process {chosen.Count} message(s) of {parsed.GetValue(channel)} anew{where}?"), "--yes"))
            {
                return (int)terminal.Fail(ExitCode.Usage, "nothing was done");
            }

            var request = new ReplayRequest([], destination, Caller.Name(), parsed.GetValue(why));
            var (outcomes, failure) = await ReplayAsync(terminal, client, parsed.GetValue(channel)!, chosen, request, interruption.Token);
            var code = Write(terminal, outcomes, parsed.GetValue(json));
            return (int)(failure is null ? code : Explain(terminal, chosen, outcomes.Count, parsed.GetValue(channel)!, failure));
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

    /// <summary>What was processed anew and did not fail then would go to its partners twice: it is left out, and that is said.</summary>
    private static async Task<List<long>> WithoutReplayedAsync(
        Terminal terminal, HostClient client, string channel, List<long> chosen, string? destination, CancellationToken cancellationToken)
    {
        var left = new List<long>(chosen.Count);
        foreach (var id in chosen)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{HostClient.PathOf(channel)}/messages?count=1000&replayOf={id}");
            var replays = await client.GetAsync(path, ApiJson.Default.MessagePage, cancellationToken);
            if (replays.Messages.FirstOrDefault(replay => DidNotFail(replay, destination)) is { } done)
            {
                terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"message {id} is left out: it was processed anew as message {done.Id}; --again takes it all the same"));
            }
            else
            {
                left.Add(id);
            }
        }

        return left;
    }

    private static bool DidNotFail(MessageView replay, string? destination) =>
        replay.Status != MessageStatus.Error
        && (destination is null
            ? replay.Destinations.All(delivery => delivery.Status != MessageStatus.Error)
            : replay.Destinations.Any(delivery => delivery.Name == destination && delivery.Status != MessageStatus.Error));

    /// <summary>One after the other, each in a request of its own: when one ends without an answer, that one alone is in doubt.</summary>
    private static async Task<(List<ReplayOutcome> Outcomes, Exception? Failure)> ReplayAsync(
        Terminal terminal, HostClient client, string channel, List<long> chosen, ReplayRequest request, CancellationToken cancellationToken)
    {
        var path = $"{HostClient.PathOf(channel)}/replay";
        var outcomes = new List<ReplayOutcome>(chosen.Count);
        Exception? failure = null;
        await ProgressBar.RunAsync(terminal, "replay", chosen.Count, async step =>
        {
            foreach (var id in chosen)
            {
                try
                {
                    // However slow the partner: giving up here would not stop the host, and somebody would ask for the same message again.
                    outcomes.AddRange(await client.PostAsync(
                        path, request with { Ids = [id] }, ApiJson.Default.ReplayRequest, ApiJson.Default.IReadOnlyListReplayOutcome, cancellationToken, isLong: true));
                    step();
                }
                catch (Exception error) when (error is CommandFailure or OperationCanceledException)
                {
                    failure = error;
                    return;
                }
            }
        });
        return (outcomes, failure);
    }

    private static ExitCode Explain(Terminal terminal, List<long> chosen, int done, string channel, Exception failure)
    {
        var (code, reason) = failure is CommandFailure refusal ? (refusal.Code, refusal.Message) : (ExitCode.Interrupted, "interrupted");
        var rest = chosen.Count - done - 1 is > 0 and var count ? string.Create(CultureInfo.InvariantCulture, $" {count} more were not asked for.") : "";

        // A host that says no (4xx) has not begun.
        var which = chosen[done].ToString(CultureInfo.InvariantCulture);
        return terminal.Fail(code, code == ExitCode.Usage
            ? $"message {which} was not processed anew: {reason}.{rest}"
            : $"outcome of {which} unknown: {reason}. 'messages {channel} --replay-of {which}' shows what became of it.{rest}");
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
