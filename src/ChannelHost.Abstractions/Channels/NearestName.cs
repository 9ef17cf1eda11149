namespace ChannelHost.Abstractions;

/// <summary>Finds what somebody meant who mistyped a setting, a verb or a name: problems in channel files and the command line suggest it.</summary>
public static class NearestName
{
    private const int LongestName = 64;

    /// <summary>The known name within a third of its length in edits (two for short names), the first of the nearest; null when none is that near. Case does not count.</summary>
    /// <param name="written">What stands there; more than 64 characters are no mistyped name.</param>
    /// <param name="known">The names there are.</param>
    public static string? Of(string written, IEnumerable<string> known)
    {
        if (written.Length is 0 or > LongestName)
        {
            return null;
        }

        return known
            .Select(name => (Name: name, Edits: Edits(written, name)))
            .Where(candidate => candidate.Edits <= Allowed(written, candidate.Name))
            .OrderBy(candidate => candidate.Edits)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
    }

    private static int Allowed(string written, string name) =>
        Math.Min(Math.Min(written.Length, name.Length) - 1, Math.Max(2, Math.Max(written.Length, name.Length) / 3));

    // Insertions, deletions, replacements and swaps of neighbours.
    private static int Edits(string from, string to)
    {
        var (before, last, next) = (new int[to.Length + 1], Enumerable.Range(0, to.Length + 1).ToArray(), new int[to.Length + 1]);
        for (var i = 1; i <= from.Length; i++)
        {
            next[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var isSame = char.ToLowerInvariant(from[i - 1]) == char.ToLowerInvariant(to[j - 1]);
                next[j] = Math.Min(last[j - 1] + (isSame ? 0 : 1), 1 + Math.Min(last[j], next[j - 1]));
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
