using ChannelHost.Engine.Figures;

namespace ChannelHost.Engine.Deployment;

/// <summary>Whether a channel does its work.</summary>
public enum ChannelCondition
{
    /// <summary>Its first version is being prepared.</summary>
    Starting,

    /// <summary>Its source takes messages.</summary>
    Running,

    /// <summary>It is deployed, its queues run, but its source could not start (port taken, folder missing); tried again by itself.</summary>
    Waiting,

    /// <summary>It has no version that can run: its folder has problems or its store cannot be opened.</summary>
    Failed,

    /// <summary>Its folder says <c>enabled: false</c>.</summary>
    Disabled,

    /// <summary>It was stopped.</summary>
    Stopped,
}

/// <summary>A channel as the API shows it. A snapshot.</summary>
public sealed record ChannelStatus
{
    /// <summary>Group and name.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public string Description { get; init; } = "";

    /// <summary>Whether it works.</summary>
    public required ChannelCondition Condition { get; init; }

    /// <summary>The version that runs; null when none does.</summary>
    public string? Version { get; init; }

    /// <summary>Since when that version runs.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Why it does not work, or works with less: for people, without message content. Null when all is well.</summary>
    public string? Reason { get; init; }

    /// <summary>The problems of the version on disk when it was refused; the running version is then an older one.</summary>
    public IReadOnlyList<ChannelProblem> Problems { get; init; } = [];

    /// <summary>The source's connector type.</summary>
    public string? SourceType { get; init; }

    /// <summary>What the source listens on or watches, as named in <c>channel.yaml</c>; empty when there is nothing to name.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>The destinations.</summary>
    public IReadOnlyList<DestinationStatus> Destinations { get; init; } = [];

    /// <summary>How many messages stand where, exact as of the last commit.</summary>
    public IReadOnlyList<StatusCount> Counts { get; init; } = [];

    /// <summary>Queued messages of destinations that no longer exist.</summary>
    public IReadOnlyList<StatusCount> Orphans { get; init; } = [];

    /// <summary>Why its store cannot write now; null while it can.</summary>
    public string? StoreFault { get; init; }

    /// <summary>What it did since it was started.</summary>
    public required ChannelFiguresSnapshot Figures { get; init; }
}

/// <summary>A destination as the API shows it.</summary>
public sealed record DestinationStatus
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its connector type.</summary>
    public required string Type { get; init; }

    /// <summary>How it queues.</summary>
    public required QueueMode Queue { get; init; }

    /// <summary>Messages waiting.</summary>
    public required long Queued { get; init; }

    /// <summary>The id of the message that is being tried again and keeps the others waiting; 0 for none.</summary>
    public long BlockedBy { get; init; }

    /// <summary>For how many seconds that message is being tried; 0 when none is.</summary>
    public double BlockedSeconds { get; init; }

    /// <summary>How many messages, or keys, wait for another attempt.</summary>
    public int Parked { get; init; }

    /// <summary>Where its circuit breaker stands; null where there is none.</summary>
    public BreakerState? Breaker { get; init; }

    /// <summary>Why the last attempt failed; null when it did not.</summary>
    public string? LastFailure { get; init; }
}

/// <summary>What a channel did since it was started.</summary>
/// <param name="Received">Messages taken over from the source.</param>
/// <param name="Refused">Messages and bytes that were refused: not kept, negative answer.</param>
/// <param name="Filtered">Messages turned down at the source.</param>
/// <param name="Errors">Messages that failed at the source.</param>
/// <param name="Queued">Deliveries that went into a queue.</param>
/// <param name="Sent">Deliveries confirmed.</param>
/// <param name="Failed">Deliveries that ended in Error.</param>
/// <param name="Retries">Attempts beyond the first.</param>
/// <param name="Reattempts">Attempts after one of uncertain outcome.</param>
/// <param name="Duplicates">Messages whose control id was seen before.</param>
/// <param name="ScriptStops">Scripts stopped at a limit.</param>
/// <param name="Connections">Open connections of the source and the destinations.</param>
/// <param name="JunkBytes">Bytes that belonged to no message.</param>
/// <param name="LimitsHit">Limits reached by connectors.</param>
public sealed record ChannelFiguresSnapshot(
    long Received,
    long Refused,
    long Filtered,
    long Errors,
    long Queued,
    long Sent,
    long Failed,
    long Retries,
    long Reattempts,
    long Duplicates,
    long ScriptStops,
    long Connections,
    long JunkBytes,
    IReadOnlyDictionary<string, long> LimitsHit)
{
    /// <summary>Deliveries that nobody took and that were set aside.</summary>
    public long DeadLetters { get; init; }

    /// <summary>Deliveries that nobody took and that were dropped, as the channel says.</summary>
    public long Dropped { get; init; }

    /// <summary>Messages with a control id of late, but other content; counted where duplicates are looked for by both.</summary>
    public long ReusedControlIds { get; init; }
}

/// <summary>What a deploy came to.</summary>
/// <param name="IsRunning">True when this very version runs now (its source may still be waiting for its port).</param>
/// <param name="Reason">Why not, for people; null when it does.</param>
/// <param name="Problems">Problems with places, when scripts could not be prepared.</param>
public sealed record DeployOutcome(bool IsRunning, string? Reason, IReadOnlyList<ChannelProblem> Problems);
