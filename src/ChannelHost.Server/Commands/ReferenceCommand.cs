using System.CommandLine;
using ChannelHost.Server.Editing;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost reference</c>: what there is to write in a channel, for people and for editors.</summary>
internal static class ReferenceCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string?>("NAME")
        {
            HelpName = "NAME",
            Description = "A connector (mllp), a data type (hl7v2) or channel. Without it: a list of all.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        name.CompletionSources.Add(_ => ReferencePages.All().Select(page => new System.CommandLine.Completions.CompletionItem(page.Name)));
        var channels = CommonOptions.Channels();
        var write = new Option<bool>("--write")
        {
            Description = "Write what editors need into the channels folder: the schema of channel.yaml and the declarations of scripts.",
        };
        var pages = new Option<string?>("--pages") { Description = "With --write: also write every reference page below this folder of sources.", HelpName = "DIR" };
        var command = new Command("reference", "Tells every setting of a connector or data type, or writes help for editors.") { name, channels, write, pages };
        command.SetAction(parsed => (int)(parsed.GetValue(write)
            ? Write(parsed.GetValue(channels)!, parsed.GetValue(pages), terminal)
            : Show(parsed.GetValue(name), terminal)));
        return command;
    }

    private static ExitCode Show(string? name, Terminal terminal)
    {
        var all = ReferencePages.All();
        if (name is null)
        {
            foreach (var kind in all.GroupBy(page => page.Kind))
            {
                terminal.Output.WriteLine($"{kind.Key}:");
                foreach (var page in kind)
                {
                    terminal.Output.WriteLine($"  {page.Name,-12} {page.Summary}");
                }
            }

            terminal.Output.WriteLine($"'{CommonOptions.ProgramName()} reference mllp' tells the settings of one.");
            return ExitCode.Done;
        }

        var found = all.Where(page => page.Name == name).ToList();
        if (found.Count == 0)
        {
            var near = NearestName.Of(name, all.Select(page => page.Name)) is { } meant ? $"; did you mean '{meant}'?" : "";
            throw new CommandFailure(ExitCode.Usage, $"there is no connector or data type '{name}'{near}");
        }

        foreach (var page in found)
        {
            terminal.Output.WriteLine(page.Markdown.TrimEnd());
        }

        return ExitCode.Done;
    }

    private static ExitCode Write(string channelsFolder, string? pagesFolder, Terminal terminal)
    {
        var folder = CommonOptions.ExistingFolder(channelsFolder);
        var files = EditorFiles.For(folder).Select(file => (Path: Path.Join(folder, file.Name), file.Text));
        if (pagesFolder is not null)
        {
            var pages = CommonOptions.ExistingFolder(pagesFolder);
            files = files.Concat(ReferencePages.All().Select(page => (Path: Path.Join(pages, page.File), Text: page.Markdown)));
        }

        var (written, same) = (0, 0);
        foreach (var (path, text) in files)
        {
            if (File.Exists(path) && File.ReadAllText(path) == text)
            {
                same++;
                continue;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            terminal.Output.WriteLine($"written: {path}");
            written++;
        }

        terminal.Output.WriteLine($"{written} file(s) written, {same} as they were");
        return ExitCode.Done;
    }
}
