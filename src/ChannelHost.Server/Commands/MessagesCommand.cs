using System.CommandLine;
using System.Globalization;
using ChannelHost.Server.Api;
using ChannelHost.Server.Completion;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost messages</c>: what became of messages, asked of the running host.</summary>
internal static class MessagesCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("messages", "Lists messages of the running host and what became of them, newest first. Never shows content.")
        {
            List(terminal), Show(terminal), EditCommand.Create(terminal), RepairCommand.Resend(terminal), RepairCommand.Skip(terminal), ExportCommand.Create(terminal), SaveCaseCommand.Create(terminal),
        };
        SetUpList(command, terminal);
        return command;
    }

    /// <summary><c>messages list CHANNEL</c> is <c>messages CHANNEL</c> for those who look for a verb.</summary>
    private static Command List(Terminal terminal)
    {
        var command = new Command("list", "Lists messages and what became of them, newest first: 'messages CHANNEL' does the same.");
        SetUpList(command, terminal);
        return command;
    }

    private static void SetUpList(Command command, Terminal terminal)
    {
        var channel = new Argument<string?>("CHANNEL") { Description = "The channel, like clinic/registration. Without it: all channels with their counts.", Arity = ArgumentArity.ZeroOrOne };
        ChannelNames.Complete(channel, channels: null);
        var filter = new MessageFilter();
        var before = new Option<long?>("--before") { Description = "Only messages with a lower id: the next page.", HelpName = "ID" };
        var count = new Option<int>("--count") { Description = "At most so many, 1 to 1000.", HelpName = "N", DefaultValueFactory = _ => 20 };
        var url = CommonOptions.Url();
        var json = CommonOptions.Json();
        command.Add(channel);
        foreach (var option in new Option[] { before, count, url, json })
        {
            command.Add(option);
        }

        filter.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new HostClient(parsed.GetValue(url)!);
            if (parsed.GetValue(channel) is not { } name)
            {
                return (int)await OverviewAsync(client, parsed.GetValue(json), terminal, cancellationToken);
            }

            var path = filter.Path(parsed, name, parsed.GetValue(count), parsed.GetValue(before));
            return (int)await ListAsync(client, path, parsed.GetValue(json), terminal, cancellationToken);
        });
    }

    private static Command Show(Terminal terminal)
    {
        var channel = new Argument<string>("CHANNEL") { Description = "The channel." };
        ChannelNames.Complete(channel, channels: null);
        var id = new Argument<long>("ID") { Description = "The message's id in its channel." };
        var url = CommonOptions.Url();
        var json = CommonOptions.Json();
        var command = new Command("show", "Shows one message: its way through the channel, attempts, errors, sizes.") { channel, id, url, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new HostClient(parsed.GetValue(url)!);
            var path = string.Create(CultureInfo.InvariantCulture, $"{HostClient.PathOf(parsed.GetValue(channel)!)}/messages/{parsed.GetValue(id)}");
            if (parsed.GetValue(json))
            {
                await terminal.Output.WriteLineAsync(await client.GetTextAsync(path, cancellationToken));
            }
            else
            {
                MessageTables.WriteDetail(terminal, await client.GetAsync(path, ApiJson.Default.MessageDetail, cancellationToken));
            }

            return (int)ExitCode.Done;
        });
        return command;
    }

    private static async Task<ExitCode> OverviewAsync(HostClient client, bool json, Terminal terminal, CancellationToken cancellationToken)
    {
        if (json)
        {
            await terminal.Output.WriteLineAsync(await client.GetTextAsync("/api/channels", cancellationToken));
            return ExitCode.Done;
        }

        MessageTables.WriteOverview(terminal, await client.GetAsync("/api/channels", ApiJson.Default.IReadOnlyListChannelView, cancellationToken));
        return ExitCode.Done;
    }

    private static async Task<ExitCode> ListAsync(HostClient client, string path, bool json, Terminal terminal, CancellationToken cancellationToken)
    {
        if (json)
        {
            await terminal.Output.WriteLineAsync(await client.GetTextAsync(path, cancellationToken));
            return ExitCode.Done;
        }

        MessageTables.WriteList(terminal, await client.GetAsync(path, ApiJson.Default.MessagePage, cancellationToken));
        return ExitCode.Done;
    }
}
