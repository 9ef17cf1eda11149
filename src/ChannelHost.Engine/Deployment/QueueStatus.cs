using ChannelHost.Engine.Figures;

namespace ChannelHost.Engine.Deployment;

/// <summary>What waits at one destination. A snapshot.</summary>
public sealed record QueueStatus
{
    /// <summary>The channel.</summary>
    public required string Channel { get; init; }

    /// <summary>The destination.</summary>
    public required string Destination { get; init; }

    /// <summary>Its connector type; null for an orphan.</summary>
    public string? Type { get; init; }

    /// <summary>How it queues; null for an orphan.</summary>
    public QueueMode? Mode { get; init; }

    /// <summary>True when this version of the channel has no such destination: the messages wait until it is back, or somebody gives up on them.</summary>
    public bool IsOrphan { get; init; }

    /// <summary>True when people have paused it.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Why nothing of it is sent before somebody decides; null when it is not held. Then what waits may have been sent already, as after a restore, and is marked.</summary>
    public string? HeldBecause { get; init; }

    /// <summary>Messages waiting.</summary>
    public required long Queued { get; init; }

    /// <summary>The oldest of them; 0 when none waits.</summary>
    public long OldestId { get; init; }

    /// <summary>When that one was received.</summary>
    public DateTimeOffset? OldestReceivedAt { get; init; }

    /// <summary>How many messages are sent at once; 0 for an orphan.</summary>
    public int Lanes { get; init; }

    /// <summary>True when messages of one key go in order and others pass.</summary>
    public bool HasKey { get; init; }

    /// <summary>How many messages, or keys with all that waits behind theirs, wait for another attempt.</summary>
    public int Parked { get; init; }

    /// <summary>True when so many are parked that no further ones are begun before some are through.</summary>
    public bool IsFull { get; init; }

    /// <summary>Where its circuit breaker stands; null where there is none.</summary>
    public BreakerState? Breaker { get; init; }

    /// <summary>The message that is being tried again and keeps the others waiting (those of its key, where there are keys; the oldest of several); 0 for none.</summary>
    public long BlockedBy { get; init; }

    /// <summary>Since when it is being tried.</summary>
    public DateTimeOffset? BlockedSince { get; init; }

    /// <summary>When the next attempt is due; null when none waits for its time.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>Why the last attempt failed; null when it did not.</summary>
    public string? LastFailure { get; init; }
}

/// <summary>What an operation came to.</summary>
/// <param name="IsDone">True when it was done.</param>
/// <param name="Told">What was done, or why not and what to do instead: for people, without message content.</param>
public sealed record OperationOutcome(bool IsDone, string Told)
{
    /// <summary>True when it can be done a little later.</summary>
    public bool IsForLater { get; init; }
}

/// <summary>What became of a message that was processed anew.</summary>
/// <param name="Original">The stored message.</param>
/// <param name="MessageId">The new one; 0 when there is none.</param>
/// <param name="Status">The outcome of the new one.</param>
/// <param name="Reason">Why it failed, without message content; null when it did not.</param>
public sealed record ReplayOutcome(long Original, long MessageId, MessageStatus Status, string? Reason);

/// <summary>What became of the wish to repair a message at a destination.</summary>
/// <param name="Message">The message.</param>
/// <param name="Destination">The destination; null when all were meant and it ended at none.</param>
/// <param name="IsDone">True when it was done.</param>
/// <param name="Told">What was done, or why not and what to do instead: for people, without message content.</param>
public sealed record RepairOutcome(long Message, string? Destination, bool IsDone, string Told)
{
    /// <summary>True when it can be done a little later: too many that were sent again wait there.</summary>
    public bool IsForLater { get; init; }
}
