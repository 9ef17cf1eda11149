using System.Globalization;
using ChannelHost.Import.Connectors;
using ChannelHost.Import.DataTypes;
using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Steps;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Channels;

/// <summary>The source with its filter and transformer.</summary>
internal static class SourceConversion
{
    /// <summary>Fills in the source's block.</summary>
    public static void Convert(ChannelDraft channel, ExportElement connector, YamlBlock yaml)
    {
        connector.Skip("metaDataId", "name", "transportName", "mode", "enabled", "waitForPrevious", "responseTransformer");
        var draft = new ConnectorDraft(channel, connector, yaml, "", isOff: false);
        ConnectorConversions.Convert(draft);
        Common(draft);
        CheckListener(draft);

        var transformer = connector.Find("transformer");
        var types = new DataTypeConversion(channel, isOff: false);
        var at = transformer ?? connector;
        var inbound = types.Convert(transformer?.Word("inboundDataType") ?? "", transformer?.Find("inboundProperties"), transformer?.Find("inboundDataType") ?? at, draft.Charset);
        var outbound = types.Convert(transformer?.Word("outboundDataType") ?? "", transformer?.Find("outboundProperties"), transformer?.Find("outboundDataType") ?? at, draft.Charset);
        yaml.Set("dataType", DataTypeText.Of(inbound), inbound.Origin);
        if (!DataTypeText.AreSame(inbound, outbound))
        {
            yaml.Set("outbound", DataTypeText.Of(outbound), outbound.Origin);
        }

        BatchConversion.Convert(draft, transformer);
        OutboundTemplate.Convert(channel, transformer, yaml, "template");
        if (new RuleConversion(channel).Convert(connector.Find("filter"), "filter.js", "Filter of the source") is not null)
        {
            channel.Yaml.Set("filter", "filter.js", connector.Find("filter"));
        }

        if (new StepConversion(channel).Convert(transformer, "transform.js", "Transformer of the source") is not null)
        {
            channel.Yaml.Set("transform", "transform.js", transformer);
        }

        connector.Peek("filter")?.Find("elements");
    }

    // Two channels cannot listen in one place, there as here: the second one failed when it started.
    private static void CheckListener(ConnectorDraft draft)
    {
        var place = $"{TextOf(draft, "listen")} {TextOf(draft, "path")}";
        if (draft.Channel.IsEnabled && draft.Channel.Obstacles.Count == 0 && draft.Yaml.Has("listen") && !draft.Channel.World.Listeners.TryAdd(place, draft.Channel.Name))
        {
            draft.Decide(draft.Properties.Peek("listenerConnectorProperties"), $"it listens where {draft.Channel.World.Listeners[place]} does ({place.Trim()}): one of them can run");
            draft.Await("an address of its own");
        }
    }

    private static string? TextOf(ConnectorDraft draft, string key) => (draft.Yaml.Entries.Find(entry => entry.Key == key)?.Value as YamlScalar)?.Text;

    private static void Common(ConnectorDraft draft)
    {
        var settings = draft.Properties.Find("sourceConnectorProperties");
        draft.Properties.Skip("requestHeaderSize", "useStrictLLP", "tcpProtocolClassName", "waitForEndOfMessageCharacter", "responseFromTransformer");
        if (settings is null)
        {
            return;
        }

        Acknowledge(draft, settings);
        if (settings.Number("processingThreads", 1) is > 1 and var threads)
        {
            draft.Channel.Yaml.Set("threads", Math.Min(threads, 64).ToString(CultureInfo.InvariantCulture), settings.Find("processingThreads"));
        }

        Resources.Check(draft.Channel, settings.Find("resourceIds"));
        settings.Skip("defaultQueueOnResponses", "defaultQueueOffResponses", "firstResponse", "queueBufferSize", "processBatch");
    }

    private static void Acknowledge(ConnectorDraft draft, ExportElement settings)
    {
        var found = settings.Find("responseVariable");
        var wanted = found?.Text.Trim() ?? "None";
        var isPolling = draft.Properties.Peek("pollConnectorProperties") is not null;
        var isQueued = !settings.Flag("respondAfterProcessing", otherwise: true);
        if (wanted is "None" or "")
        {
            // A file that was taken is done with when its message is: that is the default.
            var isListening = draft.Properties.Peek("listenerConnectorProperties") is not null;
            if (!isPolling && (isQueued || isListening))
            {
                draft.Yaml.Set("acknowledge", "none", found);
            }

            return;
        }

        if (wanted.Length > 1 && wanted[0] == 'd' && int.TryParse(wanted.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            if (draft.Channel.Destinations.TryGetValue(id, out var destination))
            {
                draft.Yaml.Set("acknowledge", new YamlBlock().Set("destination", destination), found);
            }
            else
            {
                draft.Decide(found, $"the answer was that of destination {id}, which does not exist: senders get an acknowledgment when all destinations are through");
            }

            return;
        }

        var word = wanted switch
        {
            "Auto-generate (Before processing)" => "on-receipt",
            "Auto-generate (After source transformer)" => "after-transform",
            "Auto-generate (Destinations completed)" => "after-destinations",
            "Postprocessor" => "postprocess",
            _ => null,
        };
        if (word == "postprocess" && DefaultScripts.Are(draft.Channel.Export.Peek("postprocessingScript")?.Text))
        {
            draft.Decide(found, "the answer was that of the postprocessor, and there is none: senders get an acknowledgment when all destinations are through");
        }
        else if (word is not null)
        {
            draft.Yaml.Set("acknowledge", word, found);
        }
        else
        {
            draft.Yaml.Set("acknowledge", new YamlBlock().Set("variable", wanted), found);
        }
    }
}
