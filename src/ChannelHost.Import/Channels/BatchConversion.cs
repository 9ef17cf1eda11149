using System.Globalization;
using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Channels;

/// <summary>How a source takes batches apart.</summary>
internal static class BatchConversion
{
    /// <summary>Sets <c>batch:</c>, when the source takes batches.</summary>
    public static void Convert(ConnectorDraft draft, ExportElement? transformer)
    {
        var batch = transformer?.Peek("inboundProperties")?.Find("batchProperties");
        if (draft.Properties.Peek("sourceConnectorProperties")?.Flag("processBatch") != true)
        {
            batch?.MarkAll();
            return;
        }

        var yaml = new YamlBlock { Origin = batch };
        var split = batch?.Word("splitType") ?? "";
        switch (split)
        {
            case "JavaScript" or "":
                var script = batch?.Find("batchScript");
                draft.Channel.Script("batch.js").Script(script?.Text ?? "", script ?? draft.Connector);
                yaml.Set("script", "batch.js", script);
                break;
            case "Element_Name":
                yaml.Set("node", batch!.Word("elementName"), batch.Find("elementName"));
                break;
            case "Level":
                yaml.Set("node", string.Concat(Enumerable.Repeat("/*", batch!.Number("level", 1) + 1)), batch.Find("level"));
                break;
            case "XPath_Query":
                yaml.Set("node", batch!.Word("query"), batch.Find("query"));
                draft.Decide(batch.Find("query"), "the batch was taken apart by an XPath query: a name, or a path from the root is taken here");
                break;
            case "Delimiter":
                yaml.Set("delimiter", batch!.Word("batchMessageDelimiter"), batch.Find("batchMessageDelimiter"));
                yaml.Set("keepDelimiter", batch.Flag("batchMessageDelimiterIncluded"), batch.Find("batchMessageDelimiterIncluded"));
                break;
            case "Grouping_Column":
                yaml.Set("groupBy", batch!.Word("batchGroupingColumn"), batch.Find("batchGroupingColumn"));
                break;
        }

        if (batch?.Number("batchSkipRecords") is > 0 and var skipped)
        {
            yaml.Set("skipRows", skipped.ToString(CultureInfo.InvariantCulture), batch.Find("batchSkipRecords"));
        }

        draft.Yaml.Set("batch", yaml, batch);
        batch?.MarkAll();
    }
}
