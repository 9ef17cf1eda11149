using System.Globalization;
using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Channels;

/// <summary>How messages are kept.</summary>
internal static class StorageConversion
{
    /// <summary>Sets <c>store:</c>.</summary>
    public static void Convert(ChannelDraft draft, ExportElement properties, ExportElement metadata)
    {
        var mode = properties.Word("messageStorageMode");
        var keepsNothing = mode is "METADATA" or "DISABLED" or "RAW" || properties.Flag("removeContentOnCompletion");
        if (keepsNothing)
        {
            draft.Yaml.Block("store", properties).Set("keep", "metadata", properties.Find("messageStorageMode"));
        }

        if (mode is "METADATA" or "DISABLED" or "RAW")
        {
            draft.Note(properties.Find("messageStorageMode"), $"messages were {(mode == "DISABLED" ? "not kept at all" : mode == "RAW" ? "kept as they came, without what became of them" : "kept without content")}; here their content is kept until they are through, so that none is lost, then their outcome");
        }

        if (metadata.Find("pruningSettings") is { } pruning)
        {
            if (pruning.Number("pruneMetaDataDays") is > 0 and var days)
            {
                draft.Yaml.Block("store", pruning).Set("retention", string.Create(CultureInfo.InvariantCulture, $"{days}d"), pruning.Find("pruneMetaDataDays"));
            }

            if (pruning.Number("pruneContentDays") is > 0 and var content && content != pruning.Number("pruneMetaDataDays"))
            {
                draft.Decide(pruning.Find("pruneContentDays"), $"content was removed after {content} days and the rest later; here both go together (store.retention)");
                if (pruning.Number("pruneMetaDataDays") == 0)
                {
                    draft.Yaml.Block("store", pruning).Set("retention", string.Create(CultureInfo.InvariantCulture, $"{content}d"), pruning.Find("pruneContentDays"));
                }
            }

            pruning.Skip("archiveEnabled", "pruneErroredMessages");
        }

        Expect("encryptData", "content was kept encrypted; encrypt the disk that the data folder lies on");
        Expect("encryptAttachments", "attachments were kept encrypted; encrypt the disk that the data folder lies on");
        Expect("encryptCustomMetaData", "columns were kept encrypted; encrypt the disk that the data folder lies on");
        if (!properties.Flag("clearGlobalChannelMap", otherwise: true))
        {
            draft.Yaml.Block("state", properties).Set("globalChannelMap", "keep", properties.Find("clearGlobalChannelMap"));
        }

        properties.Skip("removeContentOnCompletion", "removeOnlyFilteredOnCompletion", "tags", "archiveEnabled");
        Resources.Check(draft, properties.Find("resourceIds"));

        void Expect(string setting, string what)
        {
            if (properties.Flag(setting))
            {
                draft.Decide(properties.Find(setting), what);
            }
        }
    }
}
