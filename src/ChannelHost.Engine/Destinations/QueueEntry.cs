namespace ChannelHost.Engine.Destinations;

/// <summary>A message that waits.</summary>
/// <param name="Work">The message.</param>
/// <param name="Committed">Completes when its Queued status is on stable storage.</param>
/// <param name="Turn">0, or which time a person queued it again (<see cref="QueueControl.Again"/>).</param>
internal readonly record struct QueueEntry(DestinationWork Work, Task Committed, long Turn = 0)
{
    /// <summary>True when the doubt about its delivery is known to this queue only, not to the store.</summary>
    public bool IsMarkedHere { get; init; }

    /// <summary>True when only the id is known, and the message is read from the store when it is taken.</summary>
    public bool IsToBeRead { get; init; }

    /// <summary>A message of which no more than the id is kept.</summary>
    /// <param name="work">The message.</param>
    /// <param name="committed">Completes when its row can be read.</param>
    /// <param name="turn">As <see cref="Turn"/>.</param>
    public static QueueEntry ToBeRead(DestinationWork work, Task committed, long turn = 0) =>
        new(work with { Content = default, SourceMap = null, ChannelMap = null, ConnectorMap = null }, committed, turn) { IsToBeRead = true };

    /// <summary>What is sent, with what its commit told of it. Call when that is through.</summary>
    public async ValueTask<DestinationWork> WorkAsync() =>
        Committed is Task<StoredOutcome> stored && (await stored.ConfigureAwait(false)).DuplicateOf is var duplicateOf and not 0
            ? Work with { DuplicateOf = duplicateOf }
            : Work;
}
