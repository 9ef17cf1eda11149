namespace ChannelHost.Connectors.FileIntake;

/// <summary>Remembers which files could not be removed. Removing is tried again later and later; the file's message stays one.</summary>
internal sealed class RemovalPauses(TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, (long FailedAt, TimeSpan Pause)> _failed = [];

    /// <summary>Nothing failed.</summary>
    public bool IsEmpty => _failed.Count == 0;

    /// <summary>True while a removal failed a short time ago: leave the file alone until its pause is over.</summary>
    public bool IsPaused(string key) => _failed.TryGetValue(key, out var failed) && time.GetElapsedTime(failed.FailedAt) < failed.Pause;

    /// <summary>True when a removal failed, also when its pause is over.</summary>
    public bool HasFailed(string key) => _failed.ContainsKey(key);

    /// <summary>Notes a failure; true when it is the file's first.</summary>
    public bool Failed(string key)
    {
        var isFirst = !_failed.TryGetValue(key, out var before);
        var pause = isFirst ? FirstPause : TimeSpan.FromTicks(Math.Min(before.Pause.Ticks * 2, LongestPause.Ticks));
        _failed[key] = (time.GetTimestamp(), pause);
        return isFirst;
    }

    /// <summary>The file is gone.</summary>
    public void Done(string key) => _failed.Remove(key);

    /// <summary>Forgets all failures but those of these files.</summary>
    public void KeepOnly(IReadOnlySet<string> keys)
    {
        foreach (var gone in _failed.Keys.Where(key => !keys.Contains(key)).ToList())
        {
            _failed.Remove(gone);
        }
    }
}
