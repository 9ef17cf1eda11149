using System.CommandLine;
using System.Globalization;
using ChannelHost.Engine.Cases;
using ChannelHost.Server.Api;
using ChannelHost.Server.Cases;
using Spectre.Console;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost messages save-case</c>: a stored message of the running host becomes a golden case of its channel.</summary>
internal static class SaveCaseCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var channel = new Argument<string>("CHANNEL") { Description = "The channel." };
        var id = new Argument<long>("ID") { Description = "The message's id in its channel." };
        var name = new Argument<string?>("NAME") { Description = "The case's name. Without it: made of the kind of message and its id.", Arity = ArgumentArity.ZeroOrOne };
        var mask = new Option<bool>("--mask") { Description = "Put invented values into the fields of HL7 v2 that say who the patient is. Free text and results stay as they are." };
        var channels = CommonOptions.Channels();
        var data = CommonOptions.Data();
        var environment = CommonOptions.Environment();
        var url = CommonOptions.Url();
        var command = new Command("save-case", "Makes a golden case of a stored message. It writes the message's real content into the channel's folder.") { channel, id, name, mask, channels, data, environment, url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new HostClient(parsed.GetValue(url)!);
            var path = string.Create(CultureInfo.InvariantCulture, $"{HostClient.PathOf(parsed.GetValue(channel)!)}/messages/{parsed.GetValue(id)}/content?who={Uri.EscapeDataString(Caller.Name())}&why=save-case");
            var stored = await client.GetAsync(path, ApiJson.Default.ContentView, cancellationToken);
            var folder = CommonOptions.ExistingFolder(parsed.GetValue(channels)!);
            var read = HostSetup.OpenChannels(folder, Path.GetFullPath(parsed.GetValue(data)!), parsed.GetValue(environment)).Read(parsed.GetValue(channel)!);
            var definition = read?.Definition
                ?? throw new CommandFailure(ExitCode.Usage, $"{parsed.GetValue(channel)} is not in {folder}, or cannot be read; `validate {parsed.GetValue(channel)}` says why");
            var save = new Save(HostSetup.OpenCases(folder), definition, stored, parsed.GetValue(mask), terminal);
            return (int)await save.RunAsync(parsed.GetValue(name), cancellationToken);
        });
        return command;
    }

    private sealed class Save(ICaseFiles files, ChannelDefinition definition, ContentView stored, bool masks, Terminal terminal)
    {
        private readonly CaseRunner _runner = HostSetup.CreateCaseRunner();

        public async Task<ExitCode> RunAsync(string? name, CancellationToken cancellationToken)
        {
            var made = new CaseOfMessage(definition, stored).Make(name, masks);
            Create(made);
            var saved = files.Read(definition.Name).FirstOrDefault(reading => reading.Name == made.Name)?.Case
                ?? throw new CommandFailure(ExitCode.Internal, $"the case {made.Name} was written and cannot be read");
            var result = await _runner.RunAsync(definition, saved, null, cancellationToken);
            if (result.Actual is not { } actual)
            {
                throw new CommandFailure(ExitCode.Problems, $"{saved.File} was written, but cannot be run: {result.Differences[0].Problem}");
            }

            files.WriteExpectation(saved, actual);
            Tell(saved, actual);
            if (!masks)
            {
                await TellOfChangesAsync(saved, actual, cancellationToken);
            }

            return ExitCode.Done;
        }

        private void Create(ChannelCase made)
        {
            try
            {
                files.Create(made);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new CommandFailure(ExitCode.Usage, error.Message, error);
            }
        }

        private void Tell(ChannelCase saved, CaseExpectation actual)
        {
            terminal.Output.WriteLine($"written: {PlainText.OneLine(saved.File)}");
            terminal.Output.WriteLine($"expects: {PlainText.OneLine(string.Join(", ", actual.Files.Keys.Append(CaseExpectation.OutcomeFile)))}");
            terminal.Tables.MarkupLine(masks
                ? "[yellow]The fields that say who the patient is hold invented values. Free text, results and notes are as they were: read them before the case leaves this machine.[/]"
                : "[yellow]These files hold the message as it was, with all that it says about the patient. Replace that before they go into version control, or save with --mask.[/]");
            terminal.Output.WriteLine($"run it:  {CommonOptions.ProgramName()} test {PlainText.OneLine(definition.Name)} --case {saved.Name}");
        }

        /// <summary>What was really sent is told where it is not what this version of the channel sends now.</summary>
        private async Task TellOfChangesAsync(ChannelCase saved, CaseExpectation actual, CancellationToken cancellationToken)
        {
            var then = await _runner.RunAsync(definition, saved with { Expectation = CaseOfMessage.AsSent(definition, actual, stored) }, null, cancellationToken);
            if (then.Passed)
            {
                return;
            }

            terminal.Output.WriteLine("what was sent when the message came is not what the channel sends now (expected: then, got: now):");
            foreach (var difference in then.Differences)
            {
                CaseTables.WriteDifference(terminal.Tables, difference);
            }
        }
    }
}
