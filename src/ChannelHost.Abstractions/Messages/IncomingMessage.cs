namespace ChannelHost.Abstractions;

/// <summary>What a source hands to its channel: bytes and where they came from.</summary>
public sealed record IncomingMessage
{
    /// <summary>The message's bytes, exactly as received. The source gives the memory away and never writes to it again.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>What scripts read as <c>sourceMap</c>: peer address, file name and the like. Values are strings, doubles, booleans or null.</summary>
    public IReadOnlyDictionary<string, object?> SourceMap { get; init; } = EmptyMap;

    /// <summary>
    /// Names the very thing that was read (for a file: path, size and time of change), so that it is never taken twice.
    /// Kept with the message and in the channel's state; ask <see cref="IMessageReceiver.IsTaken"/> before reading again. Null: no ledger entry.
    /// </summary>
    public string? OnceKey { get; init; }

    /// <summary>False: the source has nobody to hand <see cref="SourceResponse.Content"/> to (it reads files), so the answers to a batch's parts are not kept.</summary>
    public bool WantsAnswer { get; init; } = true;

    /// <summary>
    /// The sender's own key for this very request (HTTP: <c>Idempotency-Key</c>). A message with a key that is known already is not taken again: what was
    /// answered then is answered now, over restarts too, for as long as that message is kept. Null: none.
    /// </summary>
    public AnswerKey? AnswerKey { get; init; }

    /// <summary>The numbers of the destinations that it goes to at most (<see cref="DestinationDefinition.Id"/>); null for all.</summary>
    public IReadOnlyList<int>? Destinations { get; init; }

    /// <summary>What the source's own script changed in <c>globalChannelMap</c>; recorded with the message.</summary>
    public IReadOnlyList<StateChange> StateChanges { get; init; } = [];

    private static readonly Dictionary<string, object?> EmptyMap = [];
}
