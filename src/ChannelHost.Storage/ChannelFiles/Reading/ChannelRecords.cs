namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>The channels as last read, and who has what. Not safe for use by many threads.</summary>
internal sealed class ChannelRecords
{
    private readonly Dictionary<string, ChannelRecord> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> _holders = new(StringComparer.Ordinal);

    /// <summary>The names of all.</summary>
    public IReadOnlyCollection<string> Names => _records.Keys;

    /// <summary>A channel as last read, or null.</summary>
    public ChannelRecord? Find(string name) => _records.GetValueOrDefault(name);

    /// <summary>Puts a channel in the place of what was known of it.</summary>
    public void Set(string name, ChannelRecord record)
    {
        Remove(name);
        _records.Add(name, record);
        foreach (var claim in record.Claims)
        {
            if (!_holders.TryGetValue(claim.Resource, out var names))
            {
                _holders.Add(claim.Resource, names = new SortedSet<string>(StringComparer.Ordinal));
            }

            names.Add(name);
        }
    }

    /// <summary>Forgets a channel and what it claimed.</summary>
    public void Remove(string name)
    {
        if (!_records.Remove(name, out var record))
        {
            return;
        }

        foreach (var claim in record.Claims)
        {
            if (_holders.TryGetValue(claim.Resource, out var names) && names.Remove(name) && names.Count == 0)
            {
                _holders.Remove(claim.Resource);
            }
        }
    }

    /// <summary>The first channel in order of name that claims a resource, other than this one; null when there is none.</summary>
    public string? Holder(string resource, string besides) =>
        _holders.TryGetValue(resource, out var names) ? names.FirstOrDefault(name => name != besides) : null;

    /// <summary>What is known now, to be used outside the lock.</summary>
    public Dictionary<string, ChannelRecord> Snapshot() => new(_records, StringComparer.Ordinal);
}
