using ChannelHost.Import.Channels;
using ChannelHost.Import.Drafts;
using ChannelHost.Import.Libraries;
using ChannelHost.Import.Migration;
using ChannelHost.Import.Reading;

namespace ChannelHost.Import;

/// <summary>Reads Mirth Connect's exports: bytes in, channel folders as texts out. Touches no disk; safe for use by many threads.</summary>
public static class MirthImport
{
    /// <summary>Reads exports that belong together: channels of one may use the code templates and groups of another.</summary>
    /// <param name="inputs">The files, in any order.</param>
    /// <param name="options">How.</param>
    /// <param name="scripts">Looks through the scripts for what is not there.</param>
    public static ImportResult Read(IReadOnlyList<ImportInput> inputs, ImportOptions options, IScriptCompiler scripts)
    {
        var world = new ImportWorld(options);
        var found = new ExportContent();
        foreach (var input in inputs)
        {
            try
            {
                ExportSorting.Sort(input, found, world);
            }
            catch (ExportException error)
            {
                world.Findings.Add(new ImportFinding(ImportLevel.Unsupported, "", input.Name, error.Line, "", 0, $"the file cannot be read: {error.Message}; nothing of it is imported"));
            }
        }

        Surroundings.Read(found, world);
        var drafts = Name(found, world);
        var channels = new List<ImportedChannel>();
        var finishing = new Finishing(scripts);
        foreach (var draft in drafts)
        {
            ChannelConversion.Convert(draft);
        }

        AccessProposals.Add(drafts);
        foreach (var draft in drafts)
        {
            channels.Add(finishing.Finish(draft, world.Findings));
        }

        var shared = new SharedFiles(world, finishing);
        shared.Add(found, drafts);
        return new ImportResult { Channels = channels, Shared = shared.Files, Secrets = [.. world.Secrets], Findings = world.Findings };
    }

    // All channels have their names before any is converted: they refer to each other.
    private static List<ChannelDraft> Name(ExportContent found, ImportWorld world)
    {
        var drafts = new List<ChannelDraft>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (channel, file) in found.Channels)
        {
            ChannelMigration.Migrate(channel);
            var title = (channel.Value("name") ?? "").Trim();
            var id = channel.Word("id");
            if (id.Length > 0 && !ids.Add(id))
            {
                world.Say(ImportLevel.Decision, file, channel, $"the channel '{title}' ({id}) is in the import twice: the first one counts, this one is left out");
                continue;
            }

            var group = !world.Options.OneGroup && world.GroupsById.TryGetValue(id, out var own) ? own : world.Options.Group;
            var draft = new ChannelDraft(world.ChannelName(title.Length > 0 ? title : "channel", group), title, channel, file, world) { Id = id };
            if (id.Length > 0)
            {
                world.ChannelsById[id] = draft.Name;
            }

            drafts.Add(draft);
        }

        return drafts;
    }
}
