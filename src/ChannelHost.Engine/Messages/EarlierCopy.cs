namespace ChannelHost.Engine.Messages;

/// <summary>What is known about earlier copies of a message.</summary>
/// <param name="ContentHash">The hash of what arrived; empty when content does not count.</param>
/// <param name="IsContentIndexed">True when later copies are found by that hash alone.</param>
/// <param name="DuplicateOf">The earlier copy; 0 for none.</param>
/// <param name="IsDropped">True: it is kept as filtered and sent nowhere.</param>
internal sealed record EarlierCopy(ReadOnlyMemory<byte> ContentHash, bool IsContentIndexed, long DuplicateOf, bool IsDropped)
{
    /// <summary>The numbers of the only destinations that it is sent to, because no earlier copy reached them; null for all.</summary>
    public IReadOnlyList<int>? Missing { get; init; }

    /// <summary>Puts it into what is stored.</summary>
    public MessageRecord Put(MessageRecord record) => record with { ContentHash = ContentHash, IsContentIndexed = IsContentIndexed, DuplicateOf = DuplicateOf };
}
