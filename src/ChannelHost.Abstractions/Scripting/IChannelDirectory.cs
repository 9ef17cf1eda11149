namespace ChannelHost.Abstractions;

/// <summary>What scripts can know of the host's channels, and do to them where their channel may (<see cref="ScriptAccess.ControlsChannels"/>). Safe for use by many threads.</summary>
public interface IChannelDirectory
{
    /// <summary>All channels that are deployed or known, by name.</summary>
    IReadOnlyList<ChannelEntry> Channels { get; }

    /// <summary>Starts, stops, deploys or undeploys a channel; comes back when it was asked for, not when it is done. False when there is no such channel.</summary>
    bool Request(string channel, ChannelRequest request);
}

/// <summary>What scripts can know of a channel.</summary>
/// <param name="Id">Its id (<c>id:</c> in <c>channel.yaml</c>), or its name where it has none.</param>
/// <param name="Name">Its name: <c>clinic/registration</c>.</param>
/// <param name="IsDeployed">True when it is deployed.</param>
/// <param name="State">started, paused, stopped or failed.</param>
/// <param name="Received">Messages taken since the host's start, as the next four.</param>
/// <param name="Filtered">Messages turned down by filters.</param>
/// <param name="Queued">Messages that wait for a destination now.</param>
/// <param name="Sent">Deliveries.</param>
/// <param name="Failed">Messages and deliveries that failed.</param>
public sealed record ChannelEntry(string Id, string Name, bool IsDeployed, string State, long Received, long Filtered, long Queued, long Sent, long Failed)
{
    /// <summary>The name people know it by; null for none.</summary>
    public string? Title { get; init; }
}

/// <summary>What can be done to a channel.</summary>
public enum ChannelRequest
{
    /// <summary>Starts its source and destinations.</summary>
    Start,

    /// <summary>Stops them.</summary>
    Stop,

    /// <summary>Stops its source.</summary>
    Pause,

    /// <summary>Starts its source.</summary>
    Resume,

    /// <summary>Deploys it from its folder.</summary>
    Deploy,

    /// <summary>Stops and forgets it.</summary>
    Undeploy,
}
