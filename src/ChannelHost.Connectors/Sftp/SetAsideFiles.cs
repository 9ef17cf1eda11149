using ChannelHost.Connectors.FileIntake;

namespace ChannelHost.Connectors.Sftp;

/// <summary>Files that stay for a reason and are tried again later and later. In between they are still reported as left alone: each is told once as long as it lasts.</summary>
internal sealed class SetAsideFiles(LeftAloneReport report)
{
    private readonly Dictionary<string, LeftAlone> _entries = [];

    /// <summary>Notes why a file stays.</summary>
    /// <param name="key">Its key for pauses.</param>
    /// <param name="entry">What is told of it.</param>
    public void Add(string key, LeftAlone entry)
    {
        _entries[key] = entry;
        report.Add(entry);
    }

    /// <summary>It was seen again and its pause goes on.</summary>
    public void SeenAgain(string key)
    {
        if (_entries.TryGetValue(key, out var entry))
        {
            report.Add(entry);
        }
    }

    /// <summary>Forgets all but these.</summary>
    public void KeepOnly(IReadOnlySet<string> keys)
    {
        foreach (var gone in _entries.Keys.Where(key => !keys.Contains(key)).ToList())
        {
            _entries.Remove(gone);
        }
    }
}
