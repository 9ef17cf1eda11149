namespace ChannelHost.Connectors.JavaScript;

/// <summary>
/// What a source's scripts changed in <c>globalChannelMap</c> and no message has recorded yet. By key, the last change counts: a script that writes its cursor
/// each second for a week without a message leaves one entry.
/// </summary>
internal sealed class UnrecordedChanges
{
    private readonly Dictionary<string, StateChange> _changes = [];

    /// <summary>The changes, to be handed over with a message.</summary>
    public IReadOnlyList<StateChange> All => [.. _changes.Values];

    /// <summary>Notes the changes of a run.</summary>
    public void Add(IEnumerable<StateChange> changes)
    {
        foreach (var change in changes)
        {
            _changes[change.Key] = change;
        }
    }

    /// <summary>They were recorded.</summary>
    public void Clear() => _changes.Clear();
}
