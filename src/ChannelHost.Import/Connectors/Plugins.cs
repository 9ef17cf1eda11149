using ChannelHost.Import.Drafts;

namespace ChannelHost.Import.Connectors;

/// <summary>Settings of extensions on a connector. Those that are known and switched off say nothing; the rest is kept in the report.</summary>
internal static class Plugins
{
    /// <summary>Looks at them.</summary>
    public static void Read(ConnectorDraft draft)
    {
        foreach (var plugin in draft.Properties.Find("pluginProperties")?.All() ?? [])
        {
            var kind = plugin.Name[(plugin.Name.LastIndexOf('.') + 1)..];
            if (kind.EndsWith("HttpAuthProperties", StringComparison.Ordinal))
            {
                continue;
            }

            var isOff = plugin.Peek("enabled")?.Text.Trim() is "false" || plugin.Peek("sslEnabled")?.Text.Trim() is "false" || plugin.Peek("tlsEnabled")?.Text.Trim() is "false" || plugin.Children.Count == 0;
            plugin.MarkAll();
            if (!isOff)
            {
                draft.Channel.Keep(ImportLevel.Decision, plugin, $"settings of the extension {kind} are not taken over: set what they did by hand (for TLS the block tls)");
            }
        }
    }
}
