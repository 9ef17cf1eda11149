namespace ChannelHost.Abstractions;

/// <summary>A key by which a sender may send one and the same request again.</summary>
/// <param name="Key">The key as the sender gave it, unique in the channel.</param>
/// <param name="Fingerprint">Tells requests apart: the same key with another fingerprint is a mistake of the sender, and is refused.</param>
public sealed record AnswerKey(string Key, string Fingerprint);

/// <summary>What a message's <see cref="AnswerKey"/> turned out to be.</summary>
public enum KeyUse
{
    /// <summary>New, or there was none: the message was taken as any other.</summary>
    First,

    /// <summary>Known: the response is the one of the first time; nothing was taken now.</summary>
    Repeated,

    /// <summary>Known with another fingerprint: nothing was taken.</summary>
    Mismatch,
}

/// <summary>What is known of a key.</summary>
/// <param name="MessageId">The message that was taken with it.</param>
/// <param name="Fingerprint">The fingerprint of that request.</param>
/// <param name="Response">What was answered; null when the process ended before that was known.</param>
public sealed record KeptAnswer(long MessageId, string Fingerprint, SourceResponse? Response);
