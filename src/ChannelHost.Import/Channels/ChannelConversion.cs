using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Channels;

/// <summary>Makes a channel of one of the present form (4.5): older ones were migrated to it.</summary>
internal static class ChannelConversion
{
    private static readonly (string Setting, string Key, string File)[] OwnScripts =
    [
        ("preprocessingScript", "preprocessor", "preprocess.js"), ("postprocessingScript", "postprocessor", "postprocess.js"),
        ("deployScript", "deploy", "deploy.js"), ("undeployScript", "undeploy", "undeploy.js"),
    ];

    /// <summary>Fills in the draft.</summary>
    public static void Convert(ChannelDraft draft)
    {
        var channel = draft.Export;
        var properties = channel.Find("properties") ?? new ExportElement("properties", channel.Line);
        var metadata = channel.Find("exportData", "metadata");
        channel.Skip("nextMetaDataId", "revision", "name", "id");
        Describe(draft, channel);
        draft.Yaml.Set("title", draft.Title.Length is > 0 and <= 255 && !draft.Title.Any(char.IsControl) ? draft.Title : null, channel.Find("name"));
        draft.Yaml.Set("id", draft.Id.Length > 0 ? draft.Id : null, channel.Find("id")).Set("compatibility", "mirth");
        var isEnabled = Enabled(draft, metadata ?? channel, properties);
        draft.IsEnabled = isEnabled;

        var source = new YamlBlock { Origin = channel.Peek("sourceConnector") };
        draft.Yaml.Set("source", source, channel.Find("sourceConnector"));
        var destinations = new DestinationsConversion(draft);
        destinations.Name(channel.Find("destinationConnectors")?.All("connector") ?? []);
        SourceConversion.Convert(draft, channel.Peek("sourceConnector") ?? new ExportElement("sourceConnector", channel.Line), source);
        foreach (var (setting, key, file) in OwnScripts)
        {
            if (channel.Find(setting) is { } script && !DefaultScripts.Are(script.Text))
            {
                draft.Script(file).Script(script.Text, script);
                draft.Yaml.Set(key, file, script);
            }
        }

        AttachmentConversion.Convert(draft, properties);
        destinations.Convert(source);
        MetadataColumns.Convert(draft, properties.Find("metaDataColumns"));
        StorageConversion.Convert(draft, properties, metadata ?? channel);
        Dependencies(draft, channel);
        Leftovers.Report(draft);
        if (!isEnabled || draft.Obstacles.Count > 0)
        {
            draft.Yaml.Entries.Insert(1, new YamlEntry("enabled", new YamlScalar("false"), isEnabled ? "Not enabled until what import-report.md says of it is settled." : "", null));
        }

        draft.IsEnabled = isEnabled && draft.Obstacles.Count == 0;
    }

    private static void Describe(ChannelDraft draft, ExportElement channel)
    {
        var description = (channel.Value("description") ?? "").Trim();
        var tags = draft.World.TagsById.GetValueOrDefault(draft.Id) ?? [];
        var text = draft.Title + (description.Length > 0 ? $": {description}" : "") + (tags.Count > 0 ? $"\nTags: {string.Join(", ", tags)}" : "");
        draft.Yaml.Set("description", text, channel.Find("description") ?? channel);
    }

    private static bool Enabled(ChannelDraft draft, ExportElement metadata, ExportElement properties)
    {
        metadata.Skip("lastModified", "userId");
        var state = properties.Word("initialState").ToUpperInvariant();
        if (state is "STOPPED" or "PAUSED")
        {
            if (state == "STOPPED")
            {
                // The same in effect: it does not run until somebody says so.
                draft.Note(properties.Find("initialState"), "the channel was deployed but not started: it is not enabled here");
            }
            else
            {
                draft.Decide(properties.Find("initialState"), "the channel was deployed but its source did not start: it is not enabled here");
            }
        }

        return metadata.Flag("enabled", otherwise: true) && state is not ("STOPPED" or "PAUSED");
    }

    private static void Dependencies(ChannelDraft draft, ExportElement channel)
    {
        var export = channel.Find("exportData");
        export?.Skip("channelTags", "codeTemplateLibraries", "dependentIds", "dependencyIds");
        channel.Skip("codeTemplateLibraries", "dependentIds", "dependencyIds");
        var names = new List<string>();
        foreach (var id in draft.World.NeedsById.GetValueOrDefault(draft.Id) ?? [])
        {
            if (draft.World.ChannelsById.TryGetValue(id, out var name))
            {
                names.Add(name);
            }
            else
            {
                draft.Decide(channel, $"it needs the channel {id}, which is not among those that are imported");
            }
        }

        if (names.Count > 0)
        {
            draft.Yaml.Set("dependsOn", new YamlWords(names), channel.Find("exportData", "dependencyIds"));
        }
    }
}
