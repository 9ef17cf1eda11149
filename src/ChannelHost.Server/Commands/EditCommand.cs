using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ChannelHost.Server.Api;
using ChannelHost.Server.Completion;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost messages edit</c>: sends a stored message again with other content, as a new message that is linked to it.</summary>
internal static class EditCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var channel = new Argument<string>("CHANNEL") { Description = "The channel." };
        ChannelNames.Complete(channel, channels: null);
        var id = new Argument<long>("ID") { Description = "The message's id in its channel." };
        var destination = new Option<string?>("--destination") { Description = "The only destination it may go to. Without it: all.", HelpName = "NAME" };
        var sent = new Option<bool>("--sent") { Description = "Edit what --destination was to get, and send it there without running scripts. Without it: what the sender sent, which is processed anew." };
        var file = new Option<string?>("--file") { Description = "The new content, byte for byte. Without it: an editor opens with the present one (VISUAL or EDITOR).", HelpName = "FILE" };
        var why = CommonOptions.WhyIfSaid();
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        var url = CommonOptions.Url();
        var json = CommonOptions.Json();
        var command = new Command("edit", "Sends a message again with other content, as a new message. The stored one is kept as it is; each names the other.")
        {
            channel, id, destination, sent, file, why, yes, url, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(sent) && parsed.GetValue(destination) is null)
            {
                throw new CommandFailure(ExitCode.Usage, "--sent needs --destination: what is sent differs from one to the other");
            }

            using var interruption = new Interruption(cancellationToken);
            using var client = new HostClient(parsed.GetValue(url)!);
            var edit = new Edit(client, parsed.GetValue(channel)!, parsed.GetValue(id), parsed.GetValue(destination), parsed.GetValue(sent), parsed.GetValue(why), terminal);
            return (int)await edit.RunAsync(parsed.GetValue(file), parsed.GetValue(yes), parsed.GetValue(json), interruption.Token);
        });
        return command;
    }

    private sealed class Edit(HostClient client, string channel, long id, string? destination, bool isSent, string? why, Terminal terminal)
    {
        private readonly string _path = string.Create(CultureInfo.InvariantCulture, $"{HostClient.PathOf(channel)}/messages/{id}");

        public async Task<ExitCode> RunAsync(string? file, bool isAnswered, bool json, CancellationToken cancellationToken)
        {
            var content = file is null ? await EditedAsync(cancellationToken) : ReadFile(file);
            if (content is not { Length: > 0 } bytes)
            {
                return terminal.Fail(ExitCode.Usage, file is null ? "nothing was changed; nothing was done" : $"{file} is empty; nothing was done");
            }

            var where = (isSent, destination) switch
            {
                (true, _) => $"send them to {destination}",
                (_, not null) => $"process them anew and send the outcome to {destination} only",
                _ => "process them anew",
            };
            var question = string.Create(CultureInfo.InvariantCulture, $"Take these {bytes.Length} bytes in place of message {id} of {channel} and {where}?");
            if (!isAnswered && !terminal.Confirm(question, "--yes"))
            {
                return terminal.Fail(ExitCode.Usage, "nothing was done");
            }

            var outcome = await client.PostAsync(
                $"{_path}/edit", new EditRequest(bytes, destination, isSent, Caller.Name(), why), ApiJson.Default.EditRequest, ApiJson.Default.ReplayOutcome, cancellationToken, isLong: true);
            terminal.Output.WriteLine(json
                ? JsonSerializer.Serialize(outcome, ApiJson.Default.ReplayOutcome)
                : PlainText.OneLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"message {outcome.MessageId} was made from message {id}: {outcome.Status.ToString().ToLowerInvariant()}{(outcome.Reason is null ? "" : $": {outcome.Reason}")}")));
            return outcome.Status == MessageStatus.Error ? ExitCode.Problems : ExitCode.Done;
        }

        private static byte[] ReadFile(string file)
        {
            try
            {
                return File.ReadAllBytes(file);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new CommandFailure(ExitCode.Usage, $"{file} cannot be read: {error.Message}", error);
            }
        }

        /// <summary>What a person made of it; null when it is as it was.</summary>
        private async Task<byte[]?> EditedAsync(CancellationToken cancellationToken)
        {
            // Asked first: reading the content is on the record.
            var editor = TextEditor.Chosen()
                ?? throw new CommandFailure(ExitCode.Usage, "no editor is named: set EDITOR (or VISUAL), or give the new content with --file");
            var what = isSent ? "sent" : "raw";
            var view = await client.GetAsync(
                $"{_path}/content?what={what}&who={Uri.EscapeDataString(Caller.Name())}&why={Uri.EscapeDataString(why ?? "edit")}", ApiJson.Default.ContentView, cancellationToken);
            var before = isSent
                ? view.Sent.TryGetValue(destination!, out var bytes) ? bytes : throw new CommandFailure(ExitCode.Usage, $"message {id} was not made for {destination}, or its content is not kept any more")
                : view.Raw ?? throw new CommandFailure(ExitCode.Usage, $"the content of message {id} is not kept any more; give the new one with --file");
            return await TextEditor.EditAsync(editor, before, cancellationToken);
        }
    }
}
