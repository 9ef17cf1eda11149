using System.CommandLine;
using System.Text.Json;
using ChannelHost.Server.Hosting;
using ChannelHost.Storage;
using ChannelHost.Storage.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost import archive</c>: reads archives of removed messages back into a store.</summary>
internal static class ImportArchiveCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var files = new Argument<string[]>("FILE") { Description = "Archives, or folders of them (data/archive/GROUP/NAME).", Arity = ArgumentArity.OneOrMore };
        var into = new Option<string?>("--into") { Description = "The channel that gets them; without it, the one each came from.", HelpName = "CHANNEL" };
        var channels = CommonOptions.Channels();
        var data = CommonOptions.Data();
        var store = CommonOptions.Store();
        var json = CommonOptions.Json();
        var command = new Command(
            "archive",
            "Reads messages that were archived before their removal back into a channel's store: finished, marked with the id they had, and sent nowhere. What is there already is passed over; a damaged archive is read as far as it goes. No host may run on the data folder.")
        {
            files, into, channels, data, store, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var paths = parsed.GetValue(files)!.SelectMany(Paths).ToList();
            var folder = CommonOptions.ExistingFolder(parsed.GetValue(data)!);
            using var interrupt = new Interruption(cancellationToken);
            var outcome = await ImportAsync(folder, StoreChoice.Read(parsed.GetValue(store), folder), paths, parsed.GetValue(into), parsed.GetValue(channels)!, interrupt.Token);
            Write(outcome, parsed.GetValue(json), terminal);
            return (int)(outcome.Problems.Count == 0 ? ExitCode.Done : ExitCode.Problems);
        });
        return command;
    }

    private static async Task<ArchiveImportOutcome> ImportAsync(string folder, PostgreSqlSettings? postgreSql, List<string> paths, string? into, string channels, CancellationToken cancellationToken)
    {
        var stores = HostSetup.OpenStores(folder, postgreSql, NullLoggerFactory.Instance);
        await using (stores)
        {
            try
            {
                return await new MessageArchives(TimeProvider.System) { SettingsOf = name => StoreOf(name, channels, folder) }.ImportAsync(stores, paths, into, cancellationToken);
            }
            catch (StoreException error)
            {
                throw new CommandFailure(ExitCode.DataFolderUnusable, error.Message, error);
            }
        }
    }

    // What comes back is kept as the channel says: encrypted, above all. A channel that is gone, or cannot be read, keeps the form that its store has.
    private static StoreSettings? StoreOf(string channel, string channelsFolder, string dataFolder) =>
        Directory.Exists(channelsFolder) ? HostSetup.OpenChannels(Path.GetFullPath(channelsFolder), dataFolder).Read(channel)?.Definition?.Store : null;

    private static void Write(ArchiveImportOutcome outcome, bool json, Terminal terminal)
    {
        if (json)
        {
            terminal.Output.WriteLine(JsonSerializer.Serialize(outcome, CommandJson.Default.ArchiveImportOutcome));
            return;
        }

        foreach (var problem in outcome.Problems)
        {
            terminal.Output.WriteLine(PlainText.OneLine(problem));
        }

        terminal.Output.WriteLine($"{outcome.Taken} of {outcome.Read} archived message(s) were brought in; {outcome.Read - outcome.Taken} were there already or could not be taken; {outcome.Problems.Count} problem(s)");
    }

    private static IEnumerable<string> Paths(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.jsonl.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        : File.Exists(path) ? [path]
        : throw new CommandFailure(ExitCode.Usage, $"there is no file {path}");
}
