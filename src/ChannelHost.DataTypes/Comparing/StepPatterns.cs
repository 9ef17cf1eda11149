namespace ChannelHost.DataTypes.Comparing;

/// <summary>Paths of steps below which nothing is compared; <c>*</c> stands for any one step.</summary>
internal sealed class StepPatterns(IReadOnlyList<string[]> patterns)
{
    /// <summary>True when a pattern names this very place.</summary>
    public bool Matches(IReadOnlyList<string> path)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.Length == path.Count && Matches(pattern, path))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Matches(string[] pattern, IReadOnlyList<string> path)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != "*" && !string.Equals(pattern[i], path[i], StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
