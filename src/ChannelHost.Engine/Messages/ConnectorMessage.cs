namespace ChannelHost.Engine.Messages;

/// <summary>A message on its way through its channel. From its id on it is ours.</summary>
internal sealed record ConnectorMessage
{
    /// <summary>The id in the channel's store.</summary>
    public required long Id { get; init; }

    /// <summary>When it was received.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The bytes as received.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>What the source said about it.</summary>
    public required IReadOnlyDictionary<string, object?> SourceMap { get; init; }

    /// <summary>Control id and type.</summary>
    public required MessageDescription Description { get; init; }

    /// <summary>The sender's key for it.</summary>
    public AnswerKey? AnswerKey { get; init; }

    /// <summary>State changes that came with it.</summary>
    public IReadOnlyList<StateChange> StateChanges { get; init; } = [];
}
