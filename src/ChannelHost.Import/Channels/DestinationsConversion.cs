using System.Globalization;
using ChannelHost.Import.Connectors;
using ChannelHost.Import.DataTypes;
using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Steps;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Channels;

/// <summary>The destinations with their filters, transformers and queues.</summary>
internal sealed class DestinationsConversion(ChannelDraft channel)
{
    private readonly HashSet<ExportElement> _titled = [];
    private readonly List<(ExportElement Connector, string Name, int Id)> _destinations = [];

    /// <summary>Gives every destination its name, before anything refers to one.</summary>
    public void Name(IReadOnlyList<ExportElement> connectors)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "source" };
        foreach (var connector in connectors)
        {
            var title = (connector.Value("name") ?? "").Trim();
            var slug = Slug.Cased(title, "destination");
            var name = slug;
            for (var number = 2; !taken.Add(name); number++)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{Slug.Cut(slug, 58)}-{number}");
            }

            var id = connector.Number("metaDataId", _destinations.Count + 1);
            channel.Destinations.TryAdd(id, name);
            _destinations.Add((connector, name, id));
        }

        // A title that two have, or that is the other's name, would leave scripts a choice: it is not kept, and what they say of it is reported.
        foreach (var group in _destinations.GroupBy(destination => (destination.Connector.Value("name") ?? "").Trim(), StringComparer.Ordinal))
        {
            var (connector, name, _) = group.First();
            channel.DestinationTitles.TryAdd(group.Key, name);
            if (group.Key != name && group.Count() == 1 && !taken.Contains(group.Key) && group.Key.Length is > 0 and <= 255 && !group.Key.Any(char.IsControl))
            {
                _titled.Add(connector);
                channel.Titled.Add(group.Key);
            }
        }
    }

    /// <summary>Fills in <c>destinations:</c>.</summary>
    public void Convert(YamlBlock source)
    {
        var blocks = new List<YamlBlock>();
        foreach (var (connector, name, id) in _destinations)
        {
            blocks.Add(Convert(connector, name, id, blocks.Count == 0, source));
        }

        channel.Yaml.Set("destinations", new YamlBlocks(blocks), channel.Export.Find("destinationConnectors"));
    }

    private YamlBlock Convert(ExportElement connector, string name, int id, bool isFirst, YamlBlock source)
    {
        var isOff = !connector.Flag("enabled", otherwise: true);
        var yaml = new YamlBlock { Origin = connector }.Set("name", name, connector.Find("name"))
            .Set("title", _titled.Contains(connector) ? connector.Value("name")!.Trim() : null, connector.Find("name")).Set("id", id.ToString(CultureInfo.InvariantCulture), connector.Find("metaDataId"));
        connector.Skip("transportName", "mode");
        var draft = new ConnectorDraft(channel, connector, yaml, name, isOff);
        if (isOff)
        {
            yaml.Set("enabled", false, connector.Find("enabled"));
            channel.Note(connector, $"the destination {name} was switched off, and is");
        }

        if (connector.Flag("waitForPrevious", otherwise: true) && !isFirst)
        {
            yaml.Set("waitForPrevious", true, connector.Find("waitForPrevious"));
        }

        ConnectorConversions.Convert(draft);
        DataTypes(draft, source);
        Scripts(draft);
        if (draft.Properties.Find("destinationConnectorProperties") is { } common)
        {
            QueueConversion.Convert(draft, common);
        }

        return yaml;
    }

    private void DataTypes(ConnectorDraft draft, YamlBlock source)
    {
        var transformer = draft.Connector.Find("transformer");
        var types = new DataTypeConversion(channel, draft.IsOff);
        var at = transformer ?? draft.Connector;
        var outbound = types.Convert(transformer?.Word("outboundDataType") ?? "", transformer?.Find("outboundProperties"), transformer?.Find("outboundDataType") ?? at, draft.Charset);
        var taken = source.Entries.Find(entry => entry.Key == "outbound")?.Value ?? source.Entries.Find(entry => entry.Key == "dataType")!.Value!;
        if (!DataTypeText.AreSame(Block(taken), outbound) || source.Has("outbound"))
        {
            draft.Yaml.Set("dataType", DataTypeText.Of(outbound), outbound.Origin);
        }

        // What it reads is what the source leaves: a destination that took it for something else is a case for somebody.
        var inbound = transformer?.Word("inboundDataType") ?? "";
        var left = (Block(taken).Entries[0].Value as YamlScalar)?.Text;
        if (DataTypeConversion.NameOf(inbound) is { } read && read != left)
        {
            draft.Decide(transformer?.Find("inboundDataType"), $"the source leaves messages of the type {left}, and this destination read them as {inbound}: here it gets {left}");
        }

        transformer?.Find("inboundDataType");
        transformer?.Find("inboundProperties")?.MarkAll();
        OutboundTemplate.Convert(channel, transformer, draft.Yaml, draft.ScriptPath("template"));
    }

    private static YamlBlock Block(YamlNode dataType) => dataType as YamlBlock ?? new YamlBlock().Set("type", dataType);

    private void Scripts(ConnectorDraft draft)
    {
        var connector = draft.Connector;
        if (new RuleConversion(channel).Convert(connector.Find("filter"), draft.ScriptPath("filter.js"), $"Filter of {draft.Name}") is { } filter)
        {
            draft.Yaml.Set("filter", draft.ScriptPath("filter.js"), connector.Find("filter"));
            _ = filter;
        }

        if (new StepConversion(channel).Convert(connector.Find("transformer"), draft.ScriptPath("transform.js"), $"Transformer of {draft.Name}") is not null)
        {
            draft.Yaml.Set("transform", draft.ScriptPath("transform.js"), connector.Find("transformer"));
        }

        connector.Peek("filter")?.Find("elements");
        var response = connector.Find("responseTransformer");
        var script = new StepConversion(channel).Convert(response, draft.ScriptPath("response.js"), $"Transformer of the answers to {draft.Name}");
        if (script is not null)
        {
            draft.Yaml.Set("response", draft.ScriptPath("response.js"), response);
        }

        Answers(draft, response, script is not null);
    }

    private void Answers(ConnectorDraft draft, ExportElement? response, bool hasScript)
    {
        var type = response?.Word("inboundDataType") ?? "";
        var answers = (draft.Yaml.Entries.Find(entry => entry.Key == "type")?.Value as YamlScalar)?.Text is "mllp" or "http" or "channel";
        var isChecked = draft.Properties.Peek("destinationConnectorProperties")?.Flag("validateResponse") == true;
        if (answers && !isChecked && DataTypeConversion.NameOf(type) == "hl7v2" && !hasScript)
        {
            // Answers were not looked at: a negative acknowledgment counted as sent.
            draft.Yaml.Set("responseDataType", "raw", response);
            response?.Find("inboundProperties")?.MarkAll();
        }
        else if (response is not null && (hasScript || (answers && isChecked)))
        {
            var read = new DataTypeConversion(channel, draft.IsOff).Convert(type, response.Find("inboundProperties"), response.Find("inboundDataType") ?? response);
            draft.Yaml.Set("responseDataType", DataTypeText.Of(read), read.Origin);
            if (answers && !isChecked && hasScript && DataTypeConversion.NameOf(type) == "hl7v2")
            {
                draft.Note(response, "answers were not checked there; here a negative acknowledgment is an error unless the response transformer says otherwise");
            }
        }

        OutboundTemplate.Convert(channel, hasScript ? response : null, new YamlBlock(), draft.ScriptPath("response-template"));
        response?.Skip("inboundDataType", "outboundDataType", "inboundProperties", "outboundProperties", "inboundTemplate", "outboundTemplate");
        response?.Find("elements");
        draft.Connector.Peek("transformer")?.Find("elements");
    }
}
