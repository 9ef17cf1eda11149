using ChannelHost.Scripting.Scope;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses.Host;

/// <summary><c>ChannelUtil</c>: what scripts know of other channels, and what they may do to them where the channel says so.</summary>
internal static class ChannelUtilClass
{
    /// <summary>What requests give: they are asked for, not waited for.</summary>
    public static readonly UserClass Future = new UserClassBuilder<object>(Packages.Server, "Future")
        .Method("get", static (_, _) => JsValue.Null, 1)
        .Method("cancel", static (_, _) => JsBoolean.False, 1)
        .Method("isDone", static (_, _) => JsBoolean.True)
        .Method("isCancelled", static (_, _) => JsBoolean.False)
        .Build();

    /// <summary>The class.</summary>
    public static readonly UserClass Type = new UserClassBuilder<object>(Packages.Server, "ChannelUtil")
        .Static("getChannelNames", static call => List(call, Directory(call).Channels.Select(channel => NameOf(call, channel))))
        .Static("getChannelIds", static call => List(call, Directory(call).Channels.Select(channel => channel.Id)))
        .Static("getChannelName", static call => call.Run.Text(Find(call) is { } channel ? NameOf(call, channel) : null))
        .Static("getDeployedChannelNames", static call => List(call, Deployed(call).Select(channel => NameOf(call, channel))))
        .Static("getDeployedChannelIds", static call => List(call, Deployed(call).Select(channel => channel.Id)))
        .Static("getDeployedChannelName", static call => call.Run.Text(Find(call) is { IsDeployed: true } channel ? NameOf(call, channel) : null))
        .Static("getDeployedChannelId", static call => call.Run.Text(Find(call) is { IsDeployed: true } channel ? channel.Id : null))
        .Static("isChannelDeployed", static call => Find(call) is { IsDeployed: true })
        .Static("getChannelState", State)
        .Static("getConnectorState", State)
        .Static("getReceivedCount", static call => Figure(call, static channel => channel.Received))
        .Static("getFilteredCount", static call => Figure(call, static channel => channel.Filtered))
        .Static("getQueuedCount", static call => Figure(call, static channel => channel.Queued))
        .Static("getSentCount", static call => Figure(call, static channel => channel.Sent))
        .Static("getErrorCount", static call => Figure(call, static channel => channel.Failed))
        .Static("startChannel", static call => Request(call, ChannelRequest.Start))
        .Static("stopChannel", static call => Request(call, ChannelRequest.Stop))
        .Static("haltChannel", static call => Request(call, ChannelRequest.Stop))
        .Static("pauseChannel", static call => Request(call, ChannelRequest.Pause))
        .Static("resumeChannel", static call => Request(call, ChannelRequest.Resume))
        .Static("deployChannel", static call => Request(call, ChannelRequest.Deploy))
        .Static("undeployChannel", static call => Request(call, ChannelRequest.Undeploy))
        .Static("startConnector", static call => throw call.Error("is not available here: a channel's connectors start and stop together."))
        .Static("stopConnector", static call => throw call.Error("is not available here: a channel's connectors start and stop together."))
        .Static("resetStatistics", static call => throw call.Error("is not available here: figures are not reset by scripts."))
        .Build();

    private static IChannelDirectory Directory(UserCall call) =>
        call.Run.Environment.Channels ?? throw call.Error("is not available here: this host shows scripts no other channels.");

    private static IEnumerable<ChannelEntry> Deployed(UserCall call) => Directory(call).Channels.Where(channel => channel.IsDeployed);

    private static string NameOf(UserCall call, ChannelEntry channel) => call.Run.IsMirth ? channel.Title ?? channel.Name : channel.Name;

    // By id or name; a bare name may be that of a channel in the same group, and a title that of the only one that has it.
    private static ChannelEntry? Find(UserCall call)
    {
        var wanted = call.Text(0);
        var channels = Directory(call).Channels;
        var own = call.Run.Environment.Channel;
        var group = own.LastIndexOf('/') is var slash and >= 0 ? own[..(slash + 1)] : "";
        return channels.FirstOrDefault(channel => string.Equals(channel.Id, wanted, StringComparison.OrdinalIgnoreCase))
            ?? channels.FirstOrDefault(channel => string.Equals(channel.Name, group + wanted, StringComparison.Ordinal))
            ?? channels.FirstOrDefault(channel => string.Equals(channel.Name, wanted, StringComparison.Ordinal))
            ?? Only([.. channels.Where(channel => string.Equals(channel.Title, wanted, StringComparison.Ordinal))], group);
    }

    private static ChannelEntry? Only(List<ChannelEntry> titled, string group)
    {
        var near = titled.Count > 1 && group.Length > 0 ? titled.FindAll(channel => channel.Name.StartsWith(group, StringComparison.Ordinal)) : titled;
        return near is [var only] ? only : null;
    }

    private static JsValue State(UserCall call)
    {
        if (Find(call) is not { } channel)
        {
            return JsValue.Null;
        }

        var name = !channel.IsDeployed ? "UNDEPLOYED" : channel.State.ToUpperInvariant() switch
        {
            "STARTED" => "STARTED",
            "PAUSED" => "PAUSED",
            "STOPPED" => "STOPPED",
            _ => "UNKNOWN",
        };
        return EnumClass.Of(call.Run, EnumClass.DeployedState, name);
    }

    private static JsValue Figure(UserCall call, Func<ChannelEntry, long> figure) => Find(call) is { } channel ? figure(channel) : JsValue.Null;

    private static UserObject Request(UserCall call, ChannelRequest request)
    {
        if (!call.Run.Environment.Access.ControlsChannels)
        {
            throw call.Throw("java.lang.SecurityException", "Scripts of this channel may not start or stop channels: declare access: { channels: true } in channel.yaml.");
        }

        if (Find(call) is not { } channel || !Directory(call).Request(channel.Name, request))
        {
            throw call.Error($"found no channel '{call.Text(0)}'.");
        }

        return call.Run.Classes.Wrap(Future, request);
    }

    private static JsValue List(UserCall call, IEnumerable<string> names) => Collections.List(call.Run, [.. names.Select(name => call.Run.Text(name))]);
}
