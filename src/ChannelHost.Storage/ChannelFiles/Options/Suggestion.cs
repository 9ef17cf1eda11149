namespace ChannelHost.Storage.ChannelFiles.Options;

/// <summary>Finds what somebody meant who mistyped a name.</summary>
internal static class Suggestion
{
    private const int LongestName = 64;

    /// <summary>What is wanted instead of an unknown name: the nearest known one, else all of them.</summary>
    public static string For(string written, IReadOnlyCollection<string> known)
    {
        if (known.Count == 0)
        {
            return "nothing: there are no settings here";
        }

        var all = $"one of {string.Join(", ", known)}";
        return Nearest(written, known) is { } near ? $"did you mean `{near}`? ({all})" : all;
    }

    /// <summary>The known name within a third of its length in edits, at least one; null when none is that near.</summary>
    public static string? Nearest(string written, IEnumerable<string> known)
    {
        if (written.Length > LongestName)
        {
            return null;
        }

        var best = known
            .Select(name => (Name: name, Edits: Edits(written.ToLowerInvariant(), name.ToLowerInvariant()), Allowed: Math.Max(1, Math.Max(name.Length, written.Length) / 3)))
            .Where(candidate => candidate.Edits <= candidate.Allowed)
            .OrderBy(candidate => candidate.Edits)
            .FirstOrDefault();
        return best.Name;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours between two names.</summary>
    private static int Edits(string from, string to)
    {
        var (before, last, next) = (new int[to.Length + 1], new int[to.Length + 1], new int[to.Length + 1]);
        for (var j = 0; j <= to.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= from.Length; i++)
        {
            next[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replace = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                next[j] = Math.Min(replace, 1 + Math.Min(last[j], next[j - 1]));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    next[j] = Math.Min(next[j], before[j - 2] + 1);
                }
            }

            (before, last, next) = (last, next, before);
        }

        return last[to.Length];
    }
}
