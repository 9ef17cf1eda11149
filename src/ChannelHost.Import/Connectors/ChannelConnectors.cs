using ChannelHost.Import.Drafts;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Connectors;

/// <summary>Channel Reader: <c>channel</c>.</summary>
internal sealed class ChannelReader : IConnectorConversion
{
    public string PropertiesClass => "VmReceiverProperties";

    public void Convert(ConnectorDraft draft)
    {
        draft.Yaml.Set("type", "channel", draft.Properties);
        draft.Properties.Skip("canBatch");
    }
}

/// <summary>Channel Writer: <c>channel</c>.</summary>
internal sealed class ChannelWriter : IConnectorConversion
{
    public string PropertiesClass => "VmDispatcherProperties";

    public void Convert(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        draft.Yaml.Set("type", "channel", properties);
        var id = properties.Word("channelId");
        var target = id is "" or "none" or "sink" ? "none" : draft.Channel.World.ChannelsById.GetValueOrDefault(id);
        if (target is null && ConnectorDraft.Reference().IsMatch(id))
        {
            draft.Refuse(properties.Find("channelId"), $"the channel to send to is chosen for each message ({id}): here it is fixed; use router.routeMessageByChannelId in a script");
        }
        else if (target is null)
        {
            draft.Decide(properties.Find("channelId"), $"sends to the channel {id}, which is not among those that are imported: import it, too, or name another one");
        }

        draft.Yaml.Set("channel", target ?? (id.Contains('$', StringComparison.Ordinal) ? "none" : id), properties.Find("channelId"));
        if (properties.Find("mapVariables") is { } variables && variables.All() is { Count: > 0 } names)
        {
            draft.Yaml.Set("variables", new YamlWords([.. names.Select(name => name.Text.Trim().TrimStart('$').Trim('{', '}'))]), variables);
        }

        draft.Content("channelTemplate");
    }
}
