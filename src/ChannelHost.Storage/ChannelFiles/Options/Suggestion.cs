namespace ChannelHost.Storage.ChannelFiles.Options;

/// <summary>Finds what somebody meant who mistyped a name.</summary>
internal static class Suggestion
{
    private const int LongestName = 64;

    /// <summary>What is wanted instead of an unknown word: one of the known ones, and which was probably meant.</summary>
    public static string OneOf(string written, IReadOnlyCollection<string> known)
    {
        var all = $"one of {string.Join(", ", known)}";
        return Nearest(written, known) is { } near ? $"{all}; did you mean `{near}`?" : all;
    }

    /// <summary>What is wanted instead of an unknown key: the one that was probably meant, else all there are.</summary>
    public static string Key(string written, IReadOnlyCollection<string> known) =>
        Nearest(written, known) is { } near ? $"a known key; did you mean `{near}`?"
        : known.Count == 0 ? "nothing: there are no settings here"
        : $"one of {string.Join(", ", known)}";

    /// <summary>The known name within a third of its length in edits (two for short names); null when none is that near.</summary>
    public static string? Nearest(string written, IEnumerable<string> known)
    {
        if (written.Length > LongestName)
        {
            return null;
        }

        var best = known
            .Select(name => (Name: name, Edits: Edits(written.ToLowerInvariant(), name.ToLowerInvariant()), Allowed: Allowed(written, name)))
            .Where(candidate => candidate.Edits <= candidate.Allowed)
            .OrderBy(candidate => candidate.Edits)
            .FirstOrDefault();
        return best.Name;
    }

    private static int Allowed(string written, string name)
    {
        var (shorter, longer) = (Math.Min(written.Length, name.Length), Math.Max(written.Length, name.Length));
        return Math.Min(shorter - 1, Math.Max(2, longer / 3));
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
