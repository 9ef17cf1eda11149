namespace ChannelHost.Engine.Deployment;

/// <summary>In which order channels come: first those that wait for nobody, then those that wait for these. They go the other way round.</summary>
public static class DeployOrder
{
    /// <summary>The tiers; what is in one can come side by side. Of channels that wait for each other in a circle the first by name come last, all together.</summary>
    /// <param name="items">The channels.</param>
    /// <param name="name">Its name.</param>
    /// <param name="needs">The names of those it waits for; those that are not among the items do not count.</param>
    /// <typeparam name="T">What stands for a channel.</typeparam>
    public static IReadOnlyList<IReadOnlyList<T>> Tiers<T>(IEnumerable<T> items, Func<T, string> name, Func<T, IReadOnlyList<string>> needs)
    {
        ArgumentNullException.ThrowIfNull(items);
        var left = items.GroupBy(name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        var tiers = new List<IReadOnlyList<T>>();
        while (left.Count > 0)
        {
            var tier = left.Where(pair => !pair.Value.SelectMany(needs).Any(left.ContainsKey)).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList();
            if (tier.Count == 0)
            {
                tier = [.. left.OrderBy(pair => pair.Key, StringComparer.Ordinal)];
            }

            tiers.Add([.. tier.SelectMany(pair => pair.Value)]);
            foreach (var (key, _) in tier)
            {
                left.Remove(key);
            }
        }

        return tiers;
    }
}
