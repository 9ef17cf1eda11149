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

    /// <summary>The channel's metadata of it; null when it was not asked for yet.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>What was taken out of it and is stored with it.</summary>
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>True when the message is stored already, and its attachments with it.</summary>
    public bool HasStoredAttachments { get; init; }

    /// <summary>The sender's key for it.</summary>
    public AnswerKey? AnswerKey { get; init; }

    /// <summary>State changes that came with it.</summary>
    public IReadOnlyList<StateChange> StateChanges { get; init; } = [];

    /// <summary>The stored message that this one was made from again; 0 when it came from the source.</summary>
    public long ReplayOf { get; init; }

    /// <summary>What was found about earlier copies of it; null when nobody looked.</summary>
    public EarlierCopy? Earlier { get; init; }

    /// <summary>The only destination it may go to; null for all.</summary>
    public string? OnlyDestination { get; init; }

    /// <summary>The numbers of the destinations it may go to; null for all.</summary>
    public IReadOnlyList<int>? Destinations { get; init; }

    /// <summary>The first message of its batch; 0 when it is no part of one.</summary>
    public long BatchId { get; init; }

    /// <summary>How far it takes a batch that is read again after a restart.</summary>
    public BatchStep? BatchStep { get; init; }

    /// <summary>True for a batch that holds no message: it is kept as filtered, so that somebody can see that it came.</summary>
    public bool IsEmptyBatch { get; init; }

    /// <summary>Why these bytes cannot be a message, without content; they are kept as an error. Null when they can.</summary>
    public string? Problem { get; init; }
}
