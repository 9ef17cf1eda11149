namespace ChannelHost.Engine.Destinations;

/// <summary>Delivers what waits at one destination, in the order that its queue promises.</summary>
internal interface IQueueWorker : IAsyncDisposable
{
    /// <summary>Completes when the store was asked once what waits; before, <see cref="HoldsBack"/> is only a guess.</summary>
    Task FirstLook { get; }

    /// <summary>The message that is tried again, the oldest where there are several, and since when; 0 when none is.</summary>
    (long MessageId, DateTimeOffset Since) Blocked { get; }

    /// <summary>When the next message is tried again; null when none waits for that.</summary>
    DateTimeOffset? NextAttempt { get; }

    /// <summary>How many messages wait for another attempt while others pass.</summary>
    int Parked { get; }

    /// <summary>True when so many wait for another attempt that no further ones are begun.</summary>
    bool IsFull { get; }

    /// <summary>How many of the oldest queued messages the partner may have got without a record, when it ended.</summary>
    int Uncertain { get; }

    /// <summary>Which queued messages besides.</summary>
    IReadOnlyCollection<long> InDoubt { get; }

    /// <summary>Completes when <see cref="InDoubt"/> holds no message whose outcome is on stable storage, or about to be.</summary>
    Task WhenSettledAsync(CancellationToken cancellationToken);

    /// <summary>True when something that waits, or is being delivered, goes before a message of this key.</summary>
    bool HoldsBack(long orderKey);

    /// <summary>Says, before it is started, how many of the oldest the partner may have got already.</summary>
    void BeginUncertain(int messages);

    /// <summary>In place of being started: nothing waits in the store.</summary>
    void BeginEmpty();

    /// <summary>Adds a message in the order in which messages are handed to the store.</summary>
    /// <param name="work">The message.</param>
    /// <param name="committed">Completes when its Queued status is on stable storage; when it fails, the message is not delivered.</param>
    void Enqueue(DestinationWork work, Task committed);

    /// <summary>Takes a message that failed before, and is Queued again in the store, before those that wait.</summary>
    /// <param name="work">The message.</param>
    /// <param name="turn">Tells this entry from others of the message.</param>
    void Requeue(DestinationWork work, long turn);

    /// <summary>Ends the pause before the next attempt of this message, or of all that wait for one; false when none waits for that.</summary>
    bool TryNow(long? messageId);

    /// <summary>A message that waits was given up: whatever waits only for it may go on.</summary>
    void Skipped(long messageId);

    /// <summary>Delivers until it is stopped; then what is in hand is finished, unless it is cut off.</summary>
    Task RunAsync();
}
