using System.CommandLine;
using ChannelHost.Server.Scaffolding;
using Spectre.Console;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost new</c>: a channel to begin with, that validates and passes its cases.</summary>
internal static class NewCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string?>("NAME") { Description = "The channel's name, like clinic/intake.", Arity = ArgumentArity.ZeroOrOne };
        var from = new Option<string>("--from") { Description = "The template; --list shows all.", HelpName = "TEMPLATE", DefaultValueFactory = _ => ChannelTemplate.All[0].Name };
        from.CompletionSources.Add([.. ChannelTemplate.All.Select(template => template.Name)]);
        var list = new Option<bool>("--list") { Description = "List the templates." };
        var port = new Option<int?>("--port") { Description = "Where it listens; the first port from 6661 that no other channel names when not given.", HelpName = "PORT" };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > 65535)
            {
                result.AddError("--port takes 1 to 65535");
            }
        });
        var channels = CommonOptions.Channels();
        var data = CommonOptions.Data();
        var command = new Command("new", "Makes a channel from a template: channel.yaml, scripts, cases that pass, and a README. Nothing is written over.") { name, from, list, port, channels, data };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(list))
            {
                return (int)List(terminal);
            }

            var wanted = parsed.GetValue(name) ?? throw new CommandFailure(ExitCode.Usage, "new needs a name, like clinic/intake; --list shows the templates");
            var folder = parsed.GetValue(channels)!;
            return (int)Make(wanted, Template(parsed.GetValue(from)!), parsed.GetValue(port), folder, Path.GetFullPath(parsed.GetValue(data)!), terminal);
        });
        return command;
    }

    private static ChannelTemplate Template(string name) => ChannelTemplate.All.FirstOrDefault(template => template.Name == name)
        ?? throw new CommandFailure(
            ExitCode.Usage,
            $"there is no template '{name}'{(NearestName.Of(name, ChannelTemplate.All.Select(template => template.Name)) is { } near ? $"; did you mean '{near}'?" : "; --list shows all")}");

    private static ExitCode List(Terminal terminal)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("Template").AddColumn("What it makes");
        foreach (var template in ChannelTemplate.All)
        {
            table.AddRow(Markup.Escape(template.Name), Markup.Escape(template.Summary));
        }

        terminal.Tables.Write(table);
        return ExitCode.Done;
    }

    private static ExitCode Make(string name, ChannelTemplate template, int? port, string channelsFolder, string dataFolder, Terminal terminal)
    {
        var channels = CommonOptions.ExistingFolder(channelsFolder);
        var (folder, files) = new NewChannel(channels, dataFolder).Create(name, template, port);
        var shown = Path.GetRelativePath(Environment.CurrentDirectory, folder);
        terminal.Output.WriteLine($"made {name} from {template.Name} in {shown}: {string.Join(", ", files)}");

        // A port that was asked for may be another channel's: said at once, by the same words as ever.
        var reading = HostSetup.OpenChannels(channels, dataFolder).ReadAll().FirstOrDefault(reading => reading.Name == name);
        if (reading is not { Definition: not null })
        {
            terminal.Output.Write(HostSetup.Render(reading is null ? [] : [reading], channels));
            return ExitCode.Problems;
        }

        var program = CommonOptions.ProgramName();
        var at = channelsFolder == "channels" ? "" : $" --channels {channelsFolder}";
        terminal.Output.WriteLine("next:");
        terminal.Output.WriteLine($"  {program} test {name}{at}");
        terminal.Output.WriteLine("      runs its cases; edit a script or channel.yaml and run them again, --update writes what comes as what is expected");
        terminal.Output.WriteLine($"  {program} run{at}");
        terminal.Output.WriteLine("      runs it; a host that runs takes it up by itself");
        terminal.Output.WriteLine($"  {template.SendCommand(program, name, shown)}");
        terminal.Output.WriteLine("      sends it a message");
        if (!File.Exists(Path.Join(channels, Editing.EditorFiles.Schema)))
        {
            terminal.Output.WriteLine($"  {program} reference --write{at}");
            terminal.Output.WriteLine("      lets your editor complete and check channel.yaml and scripts");
        }

        return ExitCode.Done;
    }
}
