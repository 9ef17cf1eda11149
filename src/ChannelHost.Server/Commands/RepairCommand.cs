using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ChannelHost.Engine.Deployment;
using ChannelHost.Server.Api;
using ChannelHost.Server.Completion;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost messages resend</c> and <c>messages skip</c>: what is done with messages that were not delivered.</summary>
internal sealed class RepairCommand
{
    private const int Together = 100;
    private const int MostLines = 20;

    // What ended so is repaired when nobody says which.
    private static readonly string?[] Ended = ["dead-letter", "error"];

    private static readonly string?[] Any = [null];

    private readonly Argument<string> _channel = new("CHANNEL") { Description = "The channel." };
    private readonly Argument<long[]> _ids = new("ID") { Description = "The messages. Without them: --all that the options choose.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _all = new("--all") { Description = "All that the options choose: dead letters and errors, if --status does not say otherwise." };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask." };
    private readonly Option<string> _url = CommonOptions.Url();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly MessageFilter _filter = new();
    private readonly Option<string?> _why;
    private readonly string _verb;
    private readonly string _question;
    private readonly Terminal _terminal;

    private RepairCommand(string verb, string question, Option<string?> why, Terminal terminal)
    {
        (_verb, _question, _why, _terminal) = (verb, question, why, terminal);
        ChannelNames.Complete(_channel, channels: null);
    }

    /// <summary><c>messages resend</c>.</summary>
    public static Command Resend(Terminal terminal) => new RepairCommand("resend", "Send {0} message(s) of {1} again?", CommonOptions.WhyIfSaid(), terminal).Create(
        "Sends dead letters and errors again as they are, oldest first: no script runs, order keys stay. 'replay' processes messages anew.");

    /// <summary><c>messages skip</c>.</summary>
    public static Command Skip(Terminal terminal) => new RepairCommand(
        "skip",
        "Leave {0} message(s) of {1} as they are, for good?",
        new Option<string?>("--why") { Description = "Why, for those who ask later. It is kept with the messages.", HelpName = "TEXT", Required = true },
        terminal).Create("Takes dead letters and errors off the list: they become dropped, with the reason. They are kept, and can be sent all the same.");

    private Command Create(string description)
    {
        var command = new Command(_verb, description) { _channel, _ids, _all, _why, _yes, _url, _json };
        _filter.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var interruption = new Interruption(cancellationToken);
            using var client = new HostClient(parsed.GetValue(_url)!);
            return (int)await RunAsync(parsed, client, interruption.Token);
        });
        return command;
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed, HostClient client, CancellationToken cancellationToken)
    {
        var channel = parsed.GetValue(_channel)!;
        var chosen = await ChooseAsync(parsed, client, channel, cancellationToken);
        var where = parsed.GetValue(_filter.Destination) is { } only ? $"{channel} -> {only}" : channel;
        if (chosen.Count > 0 && !parsed.GetValue(_yes) && !_terminal.Confirm(string.Format(CultureInfo.InvariantCulture, _question, chosen.Count, where), "--yes"))
        {
            return _terminal.Fail(ExitCode.Usage, "nothing was done");
        }

        var request = new RepairRequest([], parsed.GetValue(_filter.Destination), Caller.Name(), parsed.GetValue(_why));
        var outcomes = new List<RepairOutcome>(chosen.Count);
        await ProgressBar.RunAsync(_terminal, _verb, chosen.Count, async step =>
        {
            foreach (var ids in chosen.Chunk(Together))
            {
                outcomes.AddRange(await AskAsync(client, $"{HostClient.PathOf(channel)}/{_verb}", request with { Ids = ids }, cancellationToken));
                for (var count = 0; count < ids.Length; count++)
                {
                    step();
                }
            }
        });
        return Write(outcomes, parsed.GetValue(_json));
    }

    /// <summary>Where too many wait already, the rest is asked for again until there is room: as fast as the partner takes them.</summary>
    private static async Task<List<RepairOutcome>> AskAsync(HostClient client, string path, RepairRequest request, CancellationToken cancellationToken)
    {
        var done = new List<RepairOutcome>();
        while (true)
        {
            var outcomes = await client.PostAsync(path, request, ApiJson.Default.RepairRequest, ApiJson.Default.IReadOnlyListRepairOutcome, cancellationToken, isLong: true);
            done.AddRange(outcomes.Where(outcome => !outcome.IsForLater));
            var later = outcomes.Where(outcome => outcome.IsForLater).Select(outcome => outcome.Message).Distinct().ToList();
            if (later.Count == 0)
            {
                return done;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
            request = request with { Ids = later };
        }
    }

    private async Task<List<long>> ChooseAsync(ParseResult parsed, HostClient client, string channel, CancellationToken cancellationToken)
    {
        var ids = parsed.GetValue(_ids) ?? [];
        if (ids.Length > 0 == parsed.GetValue(_all) || (ids.Length > 0 && _filter.ChoosesMessages(parsed)))
        {
            throw new CommandFailure(ExitCode.Usage, ids.Length > 0
                ? "give either ids or --all with options that choose messages, not both"
                : "say which messages: their ids, or --all with options like --destination NAME, --error-contains TEXT, --from, --to");
        }

        if (ids.Length > 0)
        {
            return [.. ids];
        }

        var chosen = new SortedSet<long>();
        foreach (var endedAs in _filter.HasStatus(parsed) ? Any : Ended)
        {
            await foreach (var message in _filter.ReadAllAsync(parsed, client, channel, endedAs, cancellationToken))
            {
                chosen.Add(message.Id);
            }
        }

        return [.. chosen];
    }

    private ExitCode Write(List<RepairOutcome> outcomes, bool json)
    {
        var failed = outcomes.Where(outcome => !outcome.IsDone).ToList();
        if (json)
        {
            _terminal.Output.WriteLine(JsonSerializer.Serialize(outcomes, ApiJson.Default.IReadOnlyListRepairOutcome));
            return failed.Count == 0 ? ExitCode.Done : ExitCode.Problems;
        }

        foreach (var outcome in outcomes.Count <= MostLines ? outcomes : failed.Take(MostLines))
        {
            _terminal.Output.WriteLine(PlainText.OneLine(outcome.Told));
        }

        _terminal.Output.WriteLine(outcomes.Count == 0
            ? "no messages"
            : string.Create(CultureInfo.InvariantCulture, $"{outcomes.Count - failed.Count} done, {failed.Count} not"));
        return failed.Count == 0 ? ExitCode.Done : ExitCode.Problems;
    }
}
