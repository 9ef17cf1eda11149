using System.CommandLine;
using System.Text.Json;

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
        var data = CommonOptions.Data();
        var json = CommonOptions.Json();
        var command = new Command("validate", "Reads channels and tells every problem at once: file, line, field, what was found, what is wanted. Nothing is started.") { path, channels, data, json };
        command.SetAction(parsed => (int)Validate(ValidatePath.Of(parsed.GetValue(path), parsed.GetValue(channels)!), Path.GetFullPath(parsed.GetValue(data)!), parsed.GetValue(json), terminal));
        return command;
    }

    private static ExitCode Validate(ValidatePath path, string dataFolder, bool json, Terminal terminal)
    {
        var readings = HostSetup.OpenChannels(path.ChannelsFolder, dataFolder).ReadAll(path.Below);
        var report = new ValidationReport(
            readings.Sum(reading => reading.Problems.Count),
            [.. readings.Select(reading => new ChannelValidation(reading.Name, reading.Definition is not null, reading.Problems))]);
        if (json)
        {
            terminal.Output.WriteLine(JsonSerializer.Serialize(report, CommandJson.Default.ValidationReport));
        }
        else
        {
            Write(report, path.ChannelsFolder, terminal);
        }

        return report.Channels.All(channel => channel.IsValid) && report.Problems == 0 ? ExitCode.Done : ExitCode.Problems;
    }

    private static void Write(ValidationReport report, string channelsFolder, Terminal terminal)
    {
        if (report.Channels.Count == 0)
        {
            terminal.Output.WriteLine("there are no channels there: a channel is a folder with a channel.yaml, like channels/clinic/registration");
            return;
        }

        foreach (var channel in report.Channels)
        {
            terminal.Output.WriteLine(channel.Problems.Count == 0 ? $"{PlainText.OneLine(channel.Name)}: good" : $"{PlainText.OneLine(channel.Name)}: {Count(channel.Problems.Count)}");
            foreach (var problem in channel.Problems)
            {
                foreach (var line in HostSetup.Render(problem, channelsFolder).Split('\n'))
                {
                    terminal.Output.WriteLine($"  {PlainText.OneLine(line.Replace("\t", "    ", StringComparison.Ordinal))}");
                }
            }
        }

        terminal.Output.WriteLine($"{report.Channels.Count} channel(s), {Count(report.Problems)}");
    }

    private static string Count(int problems) => problems == 1 ? "1 problem" : $"{problems} problems";
}
