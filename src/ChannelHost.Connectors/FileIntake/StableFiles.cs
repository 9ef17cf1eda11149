namespace ChannelHost.Connectors.FileIntake;

/// <summary>
/// Remembers since when each file looks the same. Only what we saw ourselves counts: a sender that copies a file with its old time of change
/// is still writing, whatever the clock says.
/// </summary>
internal sealed class StableFiles<TFile, TVersion>(TimeSpan stableFor, TimeProvider time)
    where TFile : IFoundFile<TVersion>
    where TVersion : struct, IEquatable<TVersion>
{
    private Dictionary<string, (TVersion Version, long Since)> _seen = [];

    /// <summary>The files that have not changed for long enough, in the order given, and how long until the next one is ready; null when none waits.</summary>
    public (List<TFile> Ready, TimeSpan? NextIn) Look(List<TFile> files)
    {
        if (stableFor <= TimeSpan.Zero)
        {
            return (files, null);
        }

        var now = time.GetTimestamp();
        var seen = new Dictionary<string, (TVersion, long)>(files.Count);
        var ready = new List<TFile>(files.Count);
        TimeSpan? next = null;
        foreach (var file in files)
        {
            var since = _seen.TryGetValue(file.Path, out var before) && before.Version.Equals(file.Version) ? before.Since : now;
            seen[file.Path] = (file.Version, since);
            var left = stableFor - time.GetElapsedTime(since, now);
            if (left <= TimeSpan.Zero)
            {
                ready.Add(file);
            }
            else if (next is null || left < next)
            {
                next = left;
            }
        }

        // What is gone is forgotten with the old table: it cannot grow beyond what the folder holds.
        _seen = seen;
        return (ready, next);
    }
}
