using ChannelHost.Engine.Destinations;
using ChannelHost.Engine.Messages;

namespace ChannelHost.Engine.Pipeline;

/// <summary>A message whose scripts have run, ready for its commit.</summary>
internal sealed record PreparedMessage
{
    /// <summary>The message.</summary>
    public required ConnectorMessage Message { get; init; }

    /// <summary>What is stored.</summary>
    public required MessageRecord Record { get; init; }

    /// <summary>The message after the source's transformer.</summary>
    public required ReadOnlyMemory<byte> Encoded { get; init; }

    /// <summary>The maps after the source's transformer.</summary>
    public required MessageMaps Maps { get; init; }

    /// <summary>Where it goes.</summary>
    public IReadOnlyList<PreparedDelivery> Deliveries { get; init; } = [];

    /// <summary>The chains that go on when one of <see cref="Deliveries"/> was made; empty when every destination has its part already.</summary>
    public IReadOnlyList<ChainRest> Rests { get; init; } = [];

    /// <summary>Whose fault that is, when it failed at the source.</summary>
    public FailureStage FailedAt { get; init; }

    /// <summary>Why it failed at the source, for the sender and the log: without content.</summary>
    public string? Reason { get; init; }

    /// <summary>The message as an error that goes nowhere: what its scripts left cannot be stored.</summary>
    public PreparedMessage Unstorable(string reason) => this with
    {
        Record = Record with
        {
            Status = MessageStatus.Error,
            Error = reason,
            Encoded = null,
            ChannelMap = null,
            StateChanges = [.. Record.StateChanges.Where(change => change.Kind == StateChangeKind.Taken)],
            Destinations = [],
        },
        Deliveries = [],
        Rests = [],
        FailedAt = FailureStage.Source,
        Reason = $"Message {Message.Id}: what its scripts left cannot be stored",
    };
}

/// <summary>What is left of a chain while one of its destinations is sent to, or while earlier messages are on their way to the next.</summary>
/// <param name="Head">The one that is sent to; null when only earlier messages are waited for.</param>
/// <param name="Before">The maps that the first of those behind it goes on with.</param>
/// <param name="Members">Those behind it, in order; their scripts have not run.</param>
/// <param name="Position">How many of the message's deliveries stand before them.</param>
internal sealed record ChainRest(PreparedDelivery? Head, MessageMaps Before, IReadOnlyList<DestinationPipeline> Members, int Position)
{
    /// <summary>Those behind the head.</summary>
    public IEnumerable<string> Waiting => Members.Select(member => member.Name);

    /// <summary>What is to be made of the chain.</summary>
    public IEnumerable<string> Names => Head is null ? Waiting : Waiting.Prepend(Head.Pipeline.Name);
}

/// <summary>A message on its way to stable storage, its places in the lines taken.</summary>
/// <param name="Prepared">The message.</param>
/// <param name="Commit">Completes when it is on stable storage.</param>
/// <param name="Places">For each delivery its place in the line; null where there is none to wait for.</param>
internal readonly record struct HandedOver(PreparedMessage Prepared, Task<StoredOutcome> Commit, LanePlace?[] Places)
{
    /// <summary>True when something is to be delivered straight to a partner or a postprocessor is to run.</summary>
    public bool HasMoreToDo { get; init; }
}
