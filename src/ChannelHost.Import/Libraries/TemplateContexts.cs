using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Libraries;

/// <summary>Before which scripts a code template runs.</summary>
internal static class TemplateContexts
{
    private static readonly string[] Connectors =
        ["source-receiver", "source-filter-transformer", "destination-filter-transformer", "destination-dispatcher", "destination-response-transformer"];

    private static readonly string[] OfChannels =
        ["global-postprocessor", "channel-deploy", "channel-undeploy", "channel-preprocessor", "channel-postprocessor", "channel-attachment", "channel-batch", .. Connectors];

    private static readonly string[] Everywhere = ["global-deploy", "global-undeploy", "global-preprocessor", .. OfChannels];

    /// <summary>Their names here. Before 3.3 there was a number in their place.</summary>
    public static IReadOnlyList<string> Of(ExportElement template)
    {
        if (template.Find("contextSet") is { } set)
        {
            set.MarkAll();
            var types = set.Peek("delegate")?.Children ?? set.Children;
            return [.. types.Select(type => type.Text.Trim().ToLowerInvariant().Replace('_', '-')).Where(name => Everywhere.Contains(name))];
        }

        return template.Number("scope") switch
        {
            0 or 1 => Everywhere,
            2 => OfChannels,
            _ => Connectors,
        };
    }
}
