namespace ChannelHost.Abstractions;

/// <summary>A message as scripts see it (<c>message</c> in a postprocessor, <c>connectorMessage</c> elsewhere): the source's part and one for each destination.</summary>
public sealed record MessageSnapshot
{
    /// <summary>The id in its channel.</summary>
    public required long MessageId { get; init; }

    /// <summary>The channel's id, or its name where it has none.</summary>
    public required string ChannelId { get; init; }

    /// <summary>The channel's name.</summary>
    public required string ChannelName { get; init; }

    /// <summary>This host.</summary>
    public string ServerId { get; init; } = "";

    /// <summary>When it was received.</summary>
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The message this is a replay of; null for none.</summary>
    public long? OriginalId { get; init; }

    /// <summary>True when all its scripts ran.</summary>
    public bool IsProcessed { get; init; }

    /// <summary>The parts by their number: 0 is the source, destinations have theirs (<see cref="DestinationDefinition.Id"/>).</summary>
    public required IReadOnlyList<ConnectorSnapshot> Connectors { get; init; }
}

/// <summary>What one connector knows of a message. Content that does not exist (yet) is null.</summary>
public sealed record ConnectorSnapshot
{
    /// <summary>0 for the source, the destination's number else.</summary>
    public required int Id { get; init; }

    /// <summary><c>Source</c>, or the destination's name.</summary>
    public required string Name { get; init; }

    /// <summary>What became of it so far.</summary>
    public MessageStatus Status { get; init; }

    /// <summary>What came in; for a destination the source's outcome.</summary>
    public string? Raw { get; init; }

    /// <summary>What the preprocessor made of it.</summary>
    public string? ProcessedRaw { get; init; }

    /// <summary>The message's tree or text before encoding.</summary>
    public string? Transformed { get; init; }

    /// <summary>What goes on.</summary>
    public string? Encoded { get; init; }

    /// <summary>The answer.</summary>
    public Response? Response { get; init; }

    /// <summary>Why processing failed.</summary>
    public string? Error { get; init; }

    /// <summary>From 0.</summary>
    public int Attempts { get; init; }

    /// <summary>The data type's name, for reading <see cref="Raw"/>.</summary>
    public string? DataType { get; init; }

    /// <summary>Its maps.</summary>
    public MessageMaps? Maps { get; init; }
}
