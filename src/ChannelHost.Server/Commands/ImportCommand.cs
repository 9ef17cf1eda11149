using System.CommandLine;
using System.Globalization;
using System.Text;
using ChannelHost.Import;
using ChannelHost.Import.Reports;
using ChannelHost.Server.Importing;
using Spectre.Console;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost import</c>: channels of other engines become channel folders, with a report of what that leaves to decide.</summary>
internal static class ImportCommand
{
    private const long MostBytes = 512L * 1024 * 1024;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal) => new("import", "Makes channel folders of other engines' exports, and reads archives of messages back.")
    {
        Mirth(terminal), ImportArchiveCommand.Create(terminal),
    };

    private static Command Mirth(Terminal terminal)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Exports of Mirth Connect 1.x to 4.x: channels, groups, code templates, global scripts, configuration maps, server backups; or folders of them. Give together what belongs together.",
            Arity = ArgumentArity.OneOrMore,
        };
        var channels = CommonOptions.Channels();
        var data = CommonOptions.Data();
        var group = new Option<string?>("--group") { Description = "Put all channels into this group. Without it the export's groups count, and 'imported' for channels in none.", HelpName = "NAME" };
        var force = new Option<bool>("--force") { Description = "Write over channels, libraries and secrets that are there already." };
        var report = new Option<string>("--report") { Description = "Where the report goes; beside it stands the same as JSON.", HelpName = "FILE", DefaultValueFactory = _ => "import-report.md" };
        var json = CommonOptions.Json();
        var replay = new Option<bool>("--replay")
        {
            Description = "FILE holds exported messages (files, folders, zips): they go through the imported channels with sending switched off, and what comes is compared with what was sent there. Exit code 1 when anything is different.",
        };
        var channel = new Option<string?>("--channel") { Description = "With --replay: the channel they all go through; without it, each goes through the one that has the id of the channel it came from.", HelpName = "NAME" };
        var ignore = new Option<string[]>("--ignore") { Description = "With --replay: a path that is not compared, such as MSH-7; may be given several times.", HelpName = "PATH" };
        var environment = CommonOptions.Environment();
        var command = new Command(
            "mirth",
            "Reads exports of Mirth Connect and writes channel.yaml, scripts and libraries; scripts keep their text. Secrets go to the encrypted file. The report says for each channel what runs, what needs a decision and what is unsupported, with lines.")
        {
            files, channels, data, group, force, report, json, replay, channel, ignore, environment,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(replay))
            {
                var proof = new ReplayRequest(Path.GetFullPath(parsed.GetValue(channels)!), Path.GetFullPath(parsed.GetValue(data)!), parsed.GetValue(environment))
                {
                    Channel = parsed.GetValue(channel),
                    Ignore = parsed.GetValue(ignore) ?? [],
                    IsJson = parsed.GetValue(json),
                };
                return (int)await proof.RunAsync(parsed.GetValue(files)!, terminal, cancellationToken);
            }

            var inputs = Read(parsed.GetValue(files)!);
            var request = new ImportRequest(
                Path.GetFullPath(parsed.GetValue(channels)!), Path.GetFullPath(parsed.GetValue(data)!), GroupName(parsed.GetValue(group)), parsed.GetValue(force), parsed.GetValue(report)!);
            return (int)Import(inputs, request, parsed.GetValue(json), terminal);
        });
        return command;
    }

    private static ExitCode Import(IReadOnlyList<ImportInput> inputs, ImportRequest request, bool json, Terminal terminal)
    {
        var report = request.Run(inputs, terminal);
        var text = report.ToJson();
        CommandFiles.Write(request.Report, Encoding.UTF8.GetBytes(report.ToMarkdown()));
        CommandFiles.Write(Path.ChangeExtension(request.Report, ".json"), Encoding.UTF8.GetBytes(text));
        if (json)
        {
            terminal.Output.WriteLine(text);
        }
        else
        {
            WriteSummary(report, request.Report, terminal);
        }

        return report.Level switch { ImportLevel.Runs => ExitCode.Done, ImportLevel.Decision => ExitCode.Problems, _ => ExitCode.ImportIncomplete };
    }

    private static void WriteSummary(ImportReport report, string reportFile, Terminal terminal)
    {
        if (report.Channels.Count > 0)
        {
            var table = new Table().Border(TableBorder.Rounded).AddColumns("channel", "from", "what becomes of it", "validates", "findings");
            foreach (var channel in report.Channels)
            {
                var grave = channel.Findings.Count(finding => finding.Level != ImportLevel.Runs);
                table.AddRow(
                    Text(channel.Name), Text(channel.Title), Spoken(channel.Level), channel.IsValid ? "yes" : "no",
                    grave.ToString(CultureInfo.InvariantCulture));
            }

            terminal.Tables.Write(table);
        }

        foreach (var finding in report.Shared.Where(finding => finding.Level != ImportLevel.Runs).Take(20))
        {
            terminal.Output.WriteLine(PlainText.OneLine($"{finding.ExportFile}{(finding.ExportLine > 0 ? $":{finding.ExportLine}" : "")}: {finding.What}"));
        }

        terminal.Output.WriteLine($"{report.Channels.Count} channel(s): {report.Runs} run as they are, {report.NeedDecisions} need a decision, {report.Unsupported} ask for something unsupported; {report.Valid} validate");
        terminal.Output.WriteLine($"report: {PlainText.OneLine(reportFile)} and {PlainText.OneLine(Path.ChangeExtension(reportFile, ".json"))}");
    }

    private static string Spoken(ImportLevel level) => level switch { ImportLevel.Runs => "runs as it is", ImportLevel.Decision => "needs a decision", _ => "unsupported" };

    private static string Text(string text) => Markup.Escape(PlainText.OneLine(text, 60));

    private static string? GroupName(string? group) => group is null || (group.Length <= 64 && group.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && group.Length > 0 && group is not ("lib" or "config" or "global"))
        ? group
        : throw new CommandFailure(ExitCode.Usage, $"no group can be called '{group}': letters, digits, - and _, 64 at most, and not lib, config or global");

    private static List<ImportInput> Read(IReadOnlyList<string> paths)
    {
        var inputs = new List<ImportInput>();
        long total = 0;
        foreach (var path in paths.SelectMany(Files))
        {
            try
            {
                var size = new FileInfo(path).Length;
                total += size;
                if (total > MostBytes)
                {
                    throw new CommandFailure(ExitCode.Usage, $"the files have more than {MostBytes / (1024 * 1024)} MB together; import them in several runs");
                }

                inputs.Add(new ImportInput(path, File.ReadAllBytes(path)));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new CommandFailure(ExitCode.Usage, $"{path} cannot be read: {error.Message}", error);
            }
        }

        return inputs.Count > 0 ? inputs : throw new CommandFailure(ExitCode.Usage, "there are no .xml or .properties files there");
    }

    private static IEnumerable<string> Files(string path)
    {
        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? [path] : throw new CommandFailure(ExitCode.Usage, $"there is no file {path}");
        }

        return Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file).ToUpperInvariant() is ".XML" or ".PROPERTIES").Order(StringComparer.Ordinal);
    }
}
