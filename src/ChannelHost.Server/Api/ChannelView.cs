using ChannelHost.Engine.Deployment;
using ChannelHost.Engine.Figures;

namespace ChannelHost.Server.Api;

/// <summary>A channel in <c>GET /api/channels</c>.</summary>
internal sealed record ChannelView
{
    /// <summary>Group and name.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public required string Description { get; init; }

    /// <summary><c>starting</c>, <c>running</c>, <c>waiting</c>, <c>failed</c>, <c>disabled</c>, <c>stopped</c>.</summary>
    public required ChannelCondition Condition { get; init; }

    /// <summary>The version that runs.</summary>
    public string? Version { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Why it does not work, or works with less.</summary>
    public string? Reason { get; init; }

    /// <summary>Problems of the version on disk when it was refused.</summary>
    public required IReadOnlyList<ChannelProblem> Problems { get; init; }

    /// <summary>The source.</summary>
    public required SourceView Source { get; init; }

    /// <summary>The destinations.</summary>
    public required IReadOnlyList<DestinationView> Destinations { get; init; }

    /// <summary>How many messages stand where, exact as of the last commit.</summary>
    public required IReadOnlyList<StatusCount> Counts { get; init; }

    /// <summary>Queued messages of destinations that no longer exist.</summary>
    public required IReadOnlyList<StatusCount> Orphans { get; init; }

    /// <summary>What it did since it was started.</summary>
    public required ChannelFiguresSnapshot Figures { get; init; }

    /// <summary>The view of a status.</summary>
    public static ChannelView Of(ChannelStatus status) => new()
    {
        Name = status.Name,
        Description = status.Description,
        Condition = status.Condition,
        Version = status.Version,
        Since = status.Since,
        Reason = status.Reason,
        Problems = status.Problems,
        Source = new SourceView(status.SourceType, status.Resources),
        Destinations = [.. status.Destinations.Select(DestinationView.Of)],
        Counts = status.Counts,
        Orphans = status.Orphans,
        Figures = status.Figures,
    };
}

/// <summary>A channel's source.</summary>
/// <param name="Type">Its connector.</param>
/// <param name="Resources">What it listens on or watches.</param>
internal sealed record SourceView(string? Type, IReadOnlyList<string> Resources);

/// <summary>A channel's destination.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its connector.</param>
/// <param name="Queue">How it queues.</param>
/// <param name="Queued">Messages waiting.</param>
/// <param name="BlockedBy">The message that is tried again and keeps others waiting; null for none.</param>
/// <param name="LastFailure">Why the last attempt failed; null when it did not.</param>
internal sealed record DestinationView(string Name, string Type, QueueMode Queue, long Queued, long? BlockedBy, string? LastFailure)
{
    /// <summary>The view of a status.</summary>
    public static DestinationView Of(DestinationStatus status) => new(
        status.Name, status.Type, status.Queue, status.Queued, status.BlockedBy == 0 ? null : status.BlockedBy, status.LastFailure)
    {
        Parked = status.Parked,
        Breaker = status.Breaker,
    };

    /// <summary>How many messages, or keys, wait for another attempt.</summary>
    public int Parked { get; init; }

    /// <summary>Where its circuit breaker stands; null where there is none.</summary>
    public BreakerState? Breaker { get; init; }
}
