namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Looks for the channels that one waits for, and refuses one that would wait for itself.</summary>
internal static class DependencyCheck
{
    /// <summary>The record with the full names of what it waits for: a bare name is looked for in the channel's own group first, as in <c>router</c>.</summary>
    /// <param name="record">The channel.</param>
    /// <param name="exists">Whether there is a channel of a full name.</param>
    public static ChannelRecord Resolve(ChannelRecord record, Func<string, bool> exists)
    {
        if (record.DependsOn.Count == 0)
        {
            return record;
        }

        var name = record.Reading.Name;
        var group = name.LastIndexOf('/') is var slash and >= 0 ? name[..(slash + 1)] : "";
        var resolved = new List<Dependency>();
        var problems = new List<ChannelProblem>();
        foreach (var dependency in record.DependsOn)
        {
            var full = exists(group + dependency.Channel) ? group + dependency.Channel : dependency.Channel;
            if (full == group + dependency.Channel || exists(full))
            {
                resolved.Add(dependency with { Channel = full });
            }
            else
            {
                problems.Add(Problem(record, dependency, $"the channel {Shown.Value(dependency.Channel)}, which does not exist", "a channel of this folder: its group and name"));
            }
        }

        return Refused(record with { DependsOn = resolved }, problems, []);
    }

    /// <summary>The record, refused when what it waits for waits for it.</summary>
    /// <param name="record">The channel, resolved.</param>
    /// <param name="needs">What other channels wait for; nothing for one that is not known.</param>
    public static ChannelRecord Apply(ChannelRecord record, Func<string, IReadOnlyList<Dependency>> needs)
    {
        var problems = new List<ChannelProblem>();
        var others = new HashSet<string>(StringComparer.Ordinal);
        foreach (var dependency in record.DependsOn)
        {
            if (WayTo(record.Reading.Name, dependency.Channel, needs, new HashSet<string>(StringComparer.Ordinal)) is { } way)
            {
                var by = way.Count > 1 ? $", which waits for this one by way of {string.Join(", ", way.Skip(1).Select(Shown.Value))}" : ", which waits for this one";
                var found = dependency.Channel == record.Reading.Name ? "this channel itself" : Shown.Value(dependency.Channel) + by;
                problems.Add(Problem(record, dependency, found, "channels that do not wait for each other"));
                others.UnionWith(way.Where(channel => channel != record.Reading.Name));
            }
        }

        var checkedRecord = record.Reading.Definition is { } definition && record.DependsOn.Count > 0
            ? record with { Reading = record.Reading with { Definition = definition with { DependsOn = [.. record.DependsOn.Select(dependency => dependency.Channel)] } } }
            : record;
        return Refused(checkedRecord, problems, others);
    }

    /// <summary>The channels on the way from one to another, the first included; null when there is none.</summary>
    private static List<string>? WayTo(string goal, string from, Func<string, IReadOnlyList<Dependency>> needs, HashSet<string> visited)
    {
        if (from == goal)
        {
            return [from];
        }

        if (!visited.Add(from))
        {
            return null;
        }

        foreach (var next in needs(from))
        {
            if (next.Channel == goal)
            {
                return [from];
            }

            if (WayTo(goal, next.Channel, needs, visited) is { } way)
            {
                return [from, .. way];
            }
        }

        return null;
    }

    private static ChannelProblem Problem(ChannelRecord record, Dependency dependency, string found, string wanted) =>
        new($"{record.Reading.Name}/{ChannelPlace.FileName}", dependency.Line, dependency.Column, $"dependsOn[{dependency.Index}]", found, wanted);

    private static ChannelRecord Refused(ChannelRecord record, List<ChannelProblem> problems, IReadOnlyCollection<string> heldBy) => problems.Count == 0 ? record : record with
    {
        Reading = record.Reading with
        {
            Definition = null,
            Problems = [.. ProblemList.Sort(record.Reading.Problems.Concat(problems), $"{record.Reading.Name}/{ChannelPlace.FileName}")],
        },
        HeldBy = [.. record.HeldBy.Union(heldBy)],
    };
}
