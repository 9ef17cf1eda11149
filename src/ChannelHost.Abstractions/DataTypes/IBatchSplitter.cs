namespace ChannelHost.Abstractions;

/// <summary>
/// Takes what a source received apart into messages, and puts the answers to them together. Made by <see cref="IDataType.CreateSplitter"/> for the
/// source's <c>batch:</c> settings. Holds no message; safe for use by many threads.
/// </summary>
public interface IBatchSplitter
{
    /// <summary>
    /// The parts in order, read lazily. What is no batch is one part; an envelope or a header line without messages (an empty day's file) has none. Nothing is passed over in silence: what belongs to no message is a part with
    /// a problem. Never throws for what the content is guilty of: where the rest cannot be read any more, a last part with a problem holds it.
    /// </summary>
    IEnumerable<BatchPart> Split(ReadOnlyMemory<byte> content);

    /// <summary>The answer for the sender of the whole, built from what became of all parts; null when this type answers nothing.</summary>
    /// <param name="content">The whole, as received.</param>
    /// <param name="answers">One for each part, in order.</param>
    ReadOnlyMemory<byte>? Answer(ReadOnlyMemory<byte> content, IReadOnlyList<BatchAnswer> answers);
}

/// <summary>One message of a batch.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Place">Where it begins, for people: <c>line 17</c>, <c>element 3</c>, <c>message 2</c>.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Problem">Why it cannot be a message (a ragged row, bytes between messages), without content; null when it can. It is kept and shown as an error.</param>
public readonly record struct BatchPart(int Number, string Place, ReadOnlyMemory<byte> Content, string? Problem = null);

/// <summary>What became of one part.</summary>
/// <param name="Part">The part.</param>
/// <param name="Response">What the channel said to it.</param>
public readonly record struct BatchAnswer(BatchPart Part, SourceResponse Response);
