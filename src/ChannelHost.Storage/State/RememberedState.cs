namespace ChannelHost.Storage.State;

/// <summary>What a channel's state answers from, wherever it is kept: the map and the ledger of things taken. Safe for use by many threads.</summary>
/// <param name="keepMap">False: the map starts empty, whatever was recorded.</param>
internal sealed class RememberedState(bool keepMap)
{
    /// <summary><c>globalChannelMap</c>.</summary>
    internal SharedMap Map { get; } = new();

    /// <summary>The ledger.</summary>
    internal TakenKeys Taken { get; } = new();

    /// <summary>Takes over a recorded change, at start.</summary>
    internal void Remember(StateChange change)
    {
        switch (change.Kind)
        {
            case StateChangeKind.MapPut when keepMap:
                Map.Put(change.Key, change.Value);
                break;
            case StateChangeKind.MapRemove when keepMap:
                Map.Remove(change.Key);
                break;
            case StateChangeKind.Taken:
                Taken.Add(TakenKeys.HashOf(change.Key));
                break;
        }
    }

    /// <summary>Takes over what a committed message has taken. What it did to the map is there already.</summary>
    internal void Take(RecordedStateChanges changes)
    {
        foreach (var change in changes.Changes)
        {
            if (change.Kind == StateChangeKind.Taken)
            {
                Taken.Add(TakenKeys.HashOf(change.Key));
            }
        }
    }
}
