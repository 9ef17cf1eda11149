using System.CommandLine;
using System.Text.Json;
using ChannelHost.Server.Completion;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost validate</c>: everything that is wrong with channels, at once.</summary>
internal static class ValidateCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var path = new Argument<string?>("PATH")
        {
            Description = "A channel (clinic/registration), a group (clinic) or a folder. Without it: all channels.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var channels = CommonOptions.Channels();
        ChannelNames.Complete(path, channels, withGroups: true);
        var data = CommonOptions.Data();
        var environment = CommonOptions.Environment();
        var json = CommonOptions.Json();
        var command = new Command("validate", "Reads channels and tells every problem at once: file, line, field, what was found, what is wanted. Nothing is started.") { path, channels, data, environment, json };
        command.SetAction(parsed =>
        {
            var what = ValidatePath.Of(parsed.GetValue(path), parsed.GetValue(channels)!);
            var files = HostSetup.OpenChannels(what.ChannelsFolder, Path.GetFullPath(parsed.GetValue(data)!), parsed.GetValue(environment));
            return (int)Validate(what, files, parsed.GetValue(json), terminal);
        });
        return command;
    }

    private static ExitCode Validate(ValidatePath path, IChannelFiles files, bool json, Terminal terminal)
    {
        var readings = files.ReadAll(path.Below);
        var warnings = readings.Sum(reading => reading.Problems.Count(problem => problem.Severity == ProblemSeverity.Warning));
        var report = new ValidationReport(
            readings.Sum(reading => reading.Problems.Count) - warnings,
            warnings,
            [.. readings.Select(reading => new ChannelValidation(reading.Name, reading.Definition is not null, reading.Problems))]);
        if (json)
        {
            terminal.Output.WriteLine(JsonSerializer.Serialize(report, CommandJson.Default.ValidationReport));
        }
        else
        {
            terminal.Output.Write(HostSetup.Render(readings, path.ChannelsFolder));
            WriteSummary(report, terminal);
        }

        return report.Errors == 0 && report.Channels.All(channel => channel.IsValid) ? ExitCode.Done : ExitCode.Problems;
    }

    private static void WriteSummary(ValidationReport report, Terminal terminal)
    {
        if (report.Channels.Count == 0)
        {
            terminal.Output.WriteLine("there are no channels there: a channel is a folder with a channel.yaml, like channels/clinic/registration");
            return;
        }

        foreach (var channel in report.Channels)
        {
            terminal.Output.WriteLine($"{PlainText.OneLine(channel.Name)}: {(channel.IsValid ? "good" : "cannot run")}");
        }

        terminal.Output.WriteLine($"{report.Channels.Count} channel(s), {report.Errors} error(s), {report.Warnings} warning(s)");
    }
}
