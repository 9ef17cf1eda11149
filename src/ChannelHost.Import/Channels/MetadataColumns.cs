using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Channels;

/// <summary>Columns of the message browser: paths where the path is known, else a word in the report.</summary>
internal static class MetadataColumns
{
    /// <summary>Sets <c>metadata:</c>.</summary>
    public static void Convert(ChannelDraft draft, ExportElement? columns)
    {
        var isHl7 = draft.Yaml.Entries.Find(entry => entry.Key == "source")?.Value is YamlBlock source && source.Entries.Find(entry => entry.Key == "dataType")?.Value switch
        {
            YamlScalar word => word.Text == "hl7v2",
            YamlBlock block => block.Entries is [{ Value: YamlScalar { Text: "hl7v2" } }, ..],
            _ => false,
        };
        var metadata = new YamlBlock { Origin = columns };
        foreach (var column in columns?.All("metaDataColumn") ?? [])
        {
            var variable = column.Word("mappingName");
            var path = variable switch { "mirth_source" => "MSH-4.1", "mirth_type" => "MSH-9", "mirth_version" => "MSH-12.1", _ => null };
            if (path is not null && isHl7)
            {
                metadata.Set(Slug.Of(column.Word("name"), "column"), path, column);
            }
            else if (path is null)
            {
                draft.Note(column, $"the column {column.Word("name")} showed the variable {variable}: here a column shows a path into the message; add it under metadata if you search by it");
            }

            column.MarkAll();
        }

        if (metadata.Entries.Count > 0)
        {
            draft.Yaml.Set("metadata", metadata, columns);
        }
    }
}
