namespace ChannelHost.Abstractions;

/// <summary>What the channel says to its source about one message; the end of the message's walk.</summary>
/// <param name="MessageId">The id in the channel's store; 0 when nothing was stored.</param>
/// <param name="IsStored">True when the message survives a power cut. A source removes or acknowledges nothing on false.</param>
/// <param name="Status">The outcome that the answer stands for.</param>
/// <param name="Content">The answer for the sender, ready to be framed; null when the channel answers nothing.</param>
/// <param name="Reason">Why it failed, without message content; null when it did not.</param>
public sealed record SourceResponse(long MessageId, bool IsStored, MessageStatus Status, ReadOnlyMemory<byte>? Content, string? Reason)
{
    /// <summary>
    /// What the channel's scripts left in the response map for the source itself, by name (HTTP: <c>http.status</c>, <c>http.header.NAME</c>): the names that begin with the
    /// connector's type and a dot. Null when nothing.
    /// </summary>
    public IReadOnlyDictionary<string, object?>? Variables { get; init; }

    /// <summary>Where the message failed; <see cref="FailureStage.None"/> unless <see cref="Status"/> is <see cref="MessageStatus.Error"/>.</summary>
    public FailureStage FailedAt { get; init; }

    /// <summary>What became of <see cref="IncomingMessage.AnswerKey"/>.</summary>
    public KeyUse KeyUse { get; init; }
}
