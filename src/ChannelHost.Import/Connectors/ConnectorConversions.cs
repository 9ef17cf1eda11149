using ChannelHost.Import.Drafts;
using ChannelHost.Import.Steps;

namespace ChannelHost.Import.Connectors;

/// <summary>The connectors that are known.</summary>
internal static class ConnectorConversions
{
    private static readonly Dictionary<string, IConnectorConversion> Known = new IConnectorConversion[]
    {
        new TcpListener(), new TcpSender(), new HttpListener(), new HttpSender(), new FileReader(), new FileWriter(), new ChannelReader(), new ChannelWriter(),
        new ScriptReader(), new ScriptWriter(), new DatabaseReader(), new DatabaseWriter(), new WebServiceSender(), new DocumentWriter(), new SmtpSender(),
    }.ToDictionary(conversion => conversion.PropertiesClass, StringComparer.Ordinal);

    /// <summary>Sets the keys of a source or destination; one that is not known gets a stand-in that says so.</summary>
    public static void Convert(ConnectorDraft draft)
    {
        var kind = draft.Properties.Class[(draft.Properties.Class.LastIndexOf('.') + 1)..];
        if (Known.TryGetValue(kind, out var conversion))
        {
            conversion.Convert(draft);
            Plugins.Read(draft);
            return;
        }

        var transport = draft.Connector.Word("transportName") is { Length: > 0 } name ? name : kind;
        foreach (var setting in draft.Properties.Children)
        {
            if (setting.Name is not ("sourceConnectorProperties" or "destinationConnectorProperties"))
            {
                setting.MarkAll();
            }
        }

        draft.Channel.Keep(
            draft.IsOff ? ImportLevel.Decision : ImportLevel.Unsupported, draft.Properties,
            $"the connector {transport} is not there; its settings are kept in import-report.json, for whoever replaces it");
        draft.Await(transport);
        if (draft.IsSource)
        {
            draft.Yaml.Set("type", "channel", draft.Properties);
            return;
        }

        draft.Yaml.Set("type", "javascript", draft.Properties).Set("script", draft.ScriptPath("write.js"));
        draft.Channel.Script(draft.ScriptPath("write.js"))
            .Line($"// {JavaScriptText.Remark(transport)} is not there: what it did belongs here, or this destination goes.")
            .Line($"throw new Error({JavaScriptText.Literal($"The connector {transport} of the imported channel has no counterpart here.")});", draft.Properties);
    }
}
