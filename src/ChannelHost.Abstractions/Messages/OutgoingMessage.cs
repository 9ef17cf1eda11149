namespace ChannelHost.Abstractions;

/// <summary>One attempt to deliver one message to one destination.</summary>
public sealed class OutgoingMessage
{
    /// <summary>The bytes to send.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The message's id in its channel.</summary>
    public required long MessageId { get; init; }

    /// <summary>From 1; counts over restarts.</summary>
    public required int Attempt { get; init; }

    /// <summary>True when an earlier attempt may have reached the partner. A connector whose protocol can carry the mark sends it.</summary>
    public bool IsReattempt { get; init; }

    /// <summary>Resolves <c>${name}</c> in the connector's templates (<see cref="Template"/>).</summary>
    public required IVariableLookup Variables { get; init; }

    /// <summary>The maps of this connector message, for destinations that run scripts or carry variables on.</summary>
    public required MessageMaps Maps { get; init; }

    /// <summary>What the connector's own script changed in <c>globalChannelMap</c>; recorded with the outcome.</summary>
    public List<StateChange> StateChanges { get; } = [];

    /// <summary>The whole message as scripts may look at it, made when first asked for; null where there is none.</summary>
    public Func<MessageSnapshot>? Snapshot { get; init; }

    /// <summary>The destination's number in <see cref="Snapshot"/>.</summary>
    public int ConnectorId { get; init; }

    /// <summary>Judges the partner's answer; null when any answer will do. A connector that reads answers must ask it.</summary>
    public IResponseValidator? Validator { get; init; }
}
