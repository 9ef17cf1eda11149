namespace ChannelHost.Abstractions;

/// <summary>What kind of thing a state change is about. The numbers are stored: never renumber.</summary>
public enum StateChangeKind : byte
{
    /// <summary>An entry of <c>globalChannelMap</c> was written.</summary>
    MapPut = 0,

    /// <summary>An entry of <c>globalChannelMap</c> was removed.</summary>
    MapRemove = 1,

    /// <summary>A thing was taken once and for all (<see cref="IncomingMessage.OnceKey"/>).</summary>
    Taken = 2,
}

/// <summary>One change of a channel's state that follows from a message. Stored with the message, so that state lost in a crash is brought up again.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Key">The map's key or the once-key.</param>
/// <param name="Value">The map's value (plain: string, double, bool, null, lists and dictionaries of these).</param>
public sealed record StateChange(StateChangeKind Kind, string Key, object? Value = null);

/// <summary>State changes as recorded in one commit with the message they follow from.</summary>
/// <param name="Sequence">Increases with each record; the state file names the last one it has.</param>
/// <param name="MessageId">The message.</param>
/// <param name="Changes">In the order they were made.</param>
public sealed record RecordedStateChanges(long Sequence, long MessageId, IReadOnlyList<StateChange> Changes);

/// <summary>
/// What a channel remembers between messages. Reads answer from memory or by key; what follows from a message is written after that message
/// is committed, in groups. Safe for use by many threads.
/// </summary>
public interface IChannelState : IAsyncDisposable
{
    /// <summary><c>globalChannelMap</c>: kept over restarts when the channel says so. Each write must also be recorded with the message that made it.</summary>
    IVariableMap GlobalChannelMap { get; }

    /// <summary>The newest record whose changes are in the state file on disk; records after it are replayed at start.</summary>
    long AppliedSequence { get; }

    /// <summary>Takes over the changes of a committed record; written to disk soon, with others. Map changes are in <see cref="GlobalChannelMap"/> already.</summary>
    void Apply(RecordedStateChanges changes);

    /// <summary>True when a once-key was taken.</summary>
    bool IsTaken(string onceKey);

    /// <summary>A named document, or null: cursors and the like.</summary>
    string? ReadDocument(string name);

    /// <summary>Writes a named document durably before it returns.</summary>
    void WriteDocument(string name, string json);

    /// <summary>Why the state file had to be rebuilt at start; null when it had not.</summary>
    string? Rebuilt { get; }
}

/// <summary>Opens the stores of channels. Holds the lock on the data folder.</summary>
public interface IChannelStores : IAsyncDisposable
{
    /// <summary>Opens (or makes) a channel's message store.</summary>
    /// <exception cref="StoreException">The file is damaged or cannot be opened; only this channel is concerned.</exception>
    IMessageStore OpenMessages(string channel, StoreSettings settings);

    /// <summary>Opens (or makes) a channel's state and brings it up from the messages.</summary>
    IChannelState OpenState(string channel, IMessageStore messages, StateSettings settings);
}
