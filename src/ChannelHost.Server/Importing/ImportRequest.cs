using ChannelHost.Import;
using ChannelHost.Import.Reports;
using ChannelHost.Scripting;
using ChannelHost.Storage.Files;

namespace ChannelHost.Server.Importing;

/// <summary>An import as it was asked for.</summary>
/// <param name="ChannelsFolder">Where channels go.</param>
/// <param name="DataFolder">Where secrets go.</param>
/// <param name="Group">The one group for all; null for the export's own.</param>
/// <param name="Force">Whether what is there is written over.</param>
/// <param name="Report">Where the report goes.</param>
internal sealed record ImportRequest(string ChannelsFolder, string DataFolder, string? Group, bool Force, string Report)
{
    /// <summary>Imports, writes, keeps the secrets, and reads what was written as <c>validate</c> does.</summary>
    /// <exception cref="CommandFailure">Something is there already, or cannot be written.</exception>
    public ImportReport Run(IReadOnlyList<ImportInput> inputs, Terminal terminal)
    {
        var options = new ImportOptions
        {
            Group = Group ?? new ImportOptions().Group,
            OneGroup = Group is not null,
            HasConfiguration = File.Exists(Path.Join(ChannelsFolder, "config", "base.yaml")),
        };
        var result = MirthImport.Read(inputs, options, new ScriptCompiler());
        var folder = new ImportFolder(ChannelsFolder, new DurableFiles());
        if (!Force && folder.Obstacles(result) is { Count: > 0 } there)
        {
            throw new CommandFailure(
                ExitCode.Usage,
                $"{string.Join(", ", there.Take(5))}{(there.Count > 5 ? $" and {there.Count - 5} more" : "")} {(there.Count == 1 ? "is" : "are")} there already, and nothing was written: give --force to write over them, or --group for another group");
        }

        // Secrets first: channels that refer to them are taken up at once by a host that watches.
        var (left, made) = ImportSecrets.Keep(result.Secrets, DataFolder, Force);
        foreach (var words in folder.Write(result))
        {
            terminal.Error.WriteLine(PlainText.OneLine(words));
        }

        if (made is not null)
        {
            terminal.Error.WriteLine(PlainText.OneLine($"the key was made: {made}; keep a copy of it apart from the data, without it the secrets are lost"));
        }

        foreach (var name in left)
        {
            terminal.Error.WriteLine(PlainText.OneLine($"the secret {name} is there already and was left as it is; --force sets it anew"));
        }

        var wanted = result.Channels.Select(channel => channel.Name).ToHashSet(StringComparer.Ordinal);
        var environment = result.Shared.Any(file => file.Name == "config/imported.yaml") ? "imported" : null;
        var readings = HostSetup.OpenChannels(ChannelsFolder, DataFolder, environment).ReadAll().Where(reading => wanted.Contains(reading.Name)).ToList();
        return ImportReport.Of(result, readings);
    }
}
