using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ChannelHost.Storage;
using Spectre.Console;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost archive</c>: what was removed from the stores and kept in files.</summary>
internal static class ArchiveCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal) =>
        new("archive", "Shows the archives of messages that were removed (store: { archive: true }); 'import archive' reads them back.") { List(terminal), Show(terminal) };

    private static Command List(Terminal terminal)
    {
        var data = CommonOptions.Data();
        var json = CommonOptions.Json();
        var command = new Command("list", "Lists the archives of a data folder, by channel and time.") { data, json };
        command.SetAction(parsed =>
        {
            var files = MessageArchives.List(CommonOptions.ExistingFolder(parsed.GetValue(data)!));
            if (parsed.GetValue(json))
            {
                terminal.Output.WriteLine(JsonSerializer.Serialize(files, CommandJson.Default.IReadOnlyListArchiveFileSummary));
                return (int)ExitCode.Done;
            }

            if (files.Count > 0)
            {
                var table = new Table().Border(TableBorder.Rounded).AddColumns("channel", "file", "bytes");
                foreach (var file in files)
                {
                    table.AddRow(Text(file.Channel), Text(file.Path, 400), file.Bytes.ToString("N0", CultureInfo.InvariantCulture));
                }

                terminal.Tables.Write(table);
            }

            terminal.Output.WriteLine($"{files.Count} archive(s)");
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Command Show(Terminal terminal)
    {
        var file = new Argument<string>("FILE") { Description = "An archive." };
        var count = new Option<int>("--count") { Description = "So many of its messages are listed; the others are checked all the same.", HelpName = "N", DefaultValueFactory = _ => 20 };
        var command = new Command("show", "Reads an archive to its end, lists its first messages without their content, and says what is damaged. Exit code 1 when anything is.") { file, count };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            if (!File.Exists(path))
            {
                throw new CommandFailure(ExitCode.Usage, $"there is no file {path}");
            }

            return (int)Show(path, parsed.GetValue(count), terminal);
        });
        return command;
    }

    private static ExitCode Show(string path, int count, Terminal terminal)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("id", "received", "control id", "type", "bytes", "what became of it");
        var listed = 0;
        ArchiveContent content;
        try
        {
            content = MessageArchives.Read(path, HostSetup.Encryption(), message =>
            {
                if (listed++ < count)
                {
                    table.AddRow(
                        message.Id.ToString(CultureInfo.InvariantCulture), message.ReceivedAt.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                        Text(message.ControlId ?? ""), Text(message.MessageType ?? ""), message.Size.ToString("N0", CultureInfo.InvariantCulture), Text(Outcome(message), 200));
                }
            });
        }
        catch (StoreException error)
        {
            throw new CommandFailure(ExitCode.Problems, error.Message, error);
        }

        if (listed > 0 && count > 0)
        {
            terminal.Tables.Write(table);
        }

        foreach (var problem in content.Problems)
        {
            terminal.Output.WriteLine(PlainText.OneLine(problem));
        }

        terminal.Output.WriteLine(PlainText.OneLine(
            $"{content.Messages} message(s) of channel {content.Channel ?? "(its header is lost)"}, written {content.WrittenAt:yyyy-MM-dd HH:mm:ss}, {content.Problems.Count} problem(s)"));
        return content.Problems.Count == 0 ? ExitCode.Done : ExitCode.Problems;
    }

    private static string Outcome(MessageSummary message) => message.Destinations.Count == 0
        ? Word(message.Status)
        : string.Join(", ", message.Destinations.Select(at => $"{at.Name}: {Word(at.Status)}"));

    private static string Word(MessageStatus status) => JsonNamingPolicy.KebabCaseLower.ConvertName(status.ToString());

    private static string Text(string text, int limit = 60) => Markup.Escape(PlainText.OneLine(text, limit));
}
