using ChannelHost.Import.Drafts;

namespace ChannelHost.Import.Connectors;

/// <summary>JavaScript Reader: <c>javascript</c>.</summary>
internal sealed class ScriptReader : IConnectorConversion
{
    public string PropertiesClass => "JavaScriptReceiverProperties";

    public void Convert(ConnectorDraft draft)
    {
        draft.Yaml.Set("type", "javascript", draft.Properties);
        Polling.Convert(draft, "interval");
        var script = draft.Properties.Find("script");
        draft.Channel.Script("read.js").Script(script?.Text ?? "", script ?? draft.Connector);
        draft.Yaml.Set("script", "read.js", script);
    }
}

/// <summary>JavaScript Writer: <c>javascript</c>.</summary>
internal sealed class ScriptWriter : IConnectorConversion
{
    public string PropertiesClass => "JavaScriptDispatcherProperties";

    public void Convert(ConnectorDraft draft)
    {
        draft.Yaml.Set("type", "javascript", draft.Properties);
        var script = draft.Properties.Find("script");
        draft.Channel.Script(draft.ScriptPath("write.js")).Script(script?.Text ?? "", script ?? draft.Connector);
        draft.Yaml.Set("script", draft.ScriptPath("write.js"), script);
    }
}
