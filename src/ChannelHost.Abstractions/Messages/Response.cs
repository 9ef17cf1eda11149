namespace ChannelHost.Abstractions;

/// <summary>What came back from one attempt at one destination.</summary>
public sealed record Response
{
    /// <summary><see cref="MessageStatus.Sent"/>, <see cref="MessageStatus.Queued"/> (may work later: try again) or <see cref="MessageStatus.Error"/> (will not).</summary>
    public required MessageStatus Status { get; init; }

    /// <summary>The partner's answer, bytes as received; empty when there was none.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>One line for people: what happened, where. No message content, no secret.</summary>
    public string StatusMessage { get; init; } = "";

    /// <summary>The details of a failure for the message's record; null when it worked.</summary>
    public string? Error { get; init; }

    /// <summary>
    /// True when the partner may have got the message all the same: it was cut off or silent after we had begun to send. The next attempt is then a
    /// re-attempt (<see cref="OutgoingMessage.IsReattempt"/>). False when it cannot have: refused, unreachable, not written.
    /// </summary>
    public bool IsUncertain { get; init; }

    /// <summary>How long the partner asked us to wait before the next attempt, already capped; null when it did not. Never shortens the queue's own pause.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The destination confirmed the message.</summary>
    public static Response Sent(string statusMessage, ReadOnlyMemory<byte> content = default) =>
        new() { Status = MessageStatus.Sent, StatusMessage = statusMessage, Content = content };

    /// <summary>The attempt failed in a way that may pass: refused, timed out, disk full.</summary>
    public static Response TryAgain(string reason, ReadOnlyMemory<byte> content = default) =>
        new() { Status = MessageStatus.Queued, StatusMessage = reason, Error = reason, Content = content };

    /// <summary>The attempt failed in a way that may pass, and the partner may have got the message all the same.</summary>
    public static Response Uncertain(string reason, ReadOnlyMemory<byte> content = default) =>
        TryAgain(reason, content) with { IsUncertain = true };

    /// <summary>The attempt failed for good: the partner rejected the message, or its settings cannot be resolved.</summary>
    public static Response Failed(string reason, ReadOnlyMemory<byte> content = default) =>
        new() { Status = MessageStatus.Error, StatusMessage = reason, Error = reason, Content = content };
}
