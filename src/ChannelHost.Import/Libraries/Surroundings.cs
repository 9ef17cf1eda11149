using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Libraries;

/// <summary>What stands around channels: groups, tags, who needs whom, and the values of the configuration map.</summary>
internal static class Surroundings
{
    private static readonly string[] Reserved = ["lib", "config", "global"];

    /// <summary>Reads it all.</summary>
    public static void Read(ExportContent found, ImportWorld world)
    {
        foreach (var (group, _) in found.Groups)
        {
            var name = Slug.Of(group.Value("name") ?? "", "group");
            name = Array.Exists(Reserved, reserved => reserved == name) ? $"{name}-channels" : name;
            foreach (var channel in group.Find("channels")?.All() ?? [])
            {
                if (channel.Peek("id")?.Text.Trim() is { Length: > 0 } id)
                {
                    world.GroupsById[id] = name;
                }
            }
        }

        foreach (var (tag, _) in found.Tags)
        {
            foreach (var id in tag.Find("channelIds")?.All() ?? [])
            {
                Add(world.TagsById, id.Text.Trim(), tag.Word("name"));
            }
        }

        foreach (var (dependency, _) in found.Dependencies)
        {
            Add(world.NeedsById, dependency.Word("dependentId"), dependency.Word("dependencyId"));
        }

        foreach (var (channel, _) in found.Channels)
        {
            OfChannel(channel, world);
        }

        var first = new Dictionary<string, (string Value, string File, int Line)>(StringComparer.Ordinal);
        foreach (var (key, value, comment, file, line) in found.Configuration)
        {
            if (first.TryGetValue(key, out var other) && other.Value != value)
            {
                world.Findings.Add(new ImportFinding(
                    ImportLevel.Decision, "", file, line, "", 0,
                    $"the configuration map's {key} has another value here than in {other.File}, line {other.Line}: the one that is read last counts, {file}, line {line}; see that it is the right one"));
            }

            first[key] = (value, file, line);
            Configure(key, value, comment, file, line, world);
        }
    }

    private static void OfChannel(ExportElement channel, ImportWorld world)
    {
        var id = channel.Peek("id")?.Text.Trim() ?? "";
        var export = channel.Peek("exportData") ?? channel;
        foreach (var needed in export.Peek("dependencyIds")?.Children ?? [])
        {
            Add(world.NeedsById, id, needed.Text.Trim());
        }

        foreach (var dependent in export.Peek("dependentIds")?.Children ?? [])
        {
            Add(world.NeedsById, dependent.Text.Trim(), id);
        }

        foreach (var tag in channel.Peek("properties")?.Peek("tags")?.Children ?? [])
        {
            Add(world.TagsById, id, tag.Text.Trim());
        }
    }

    private static void Configure(string key, string value, string comment, string file, int line, ImportWorld world)
    {
        _ = comment;
        if (SecretWords.Are(key) && value.Length > 0)
        {
            var reference = world.Secret(key, value);
            var name = reference["${secret:".Length..^1];
            world.SecretConfiguration[key] = name;
            world.Findings.Add(new ImportFinding(
                ImportLevel.Decision, "", file, line, "", 0,
                $"the configuration map's {key} looks like a secret: it is kept as the secret {name} and not written into config; scripts that read it need CHANNELHOST_CONFIG_{Variable(key)} in the host's environment"));
            return;
        }

        world.Configuration[key] = value;
    }

    private static string Variable(string key) => string.Concat(key.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));

    private static void Add(Dictionary<string, SortedSet<string>> sets, string key, string value)
    {
        if (key.Length == 0 || value.Length == 0)
        {
            return;
        }

        if (!sets.TryGetValue(key, out var set))
        {
            sets[key] = set = new SortedSet<string>(StringComparer.Ordinal);
        }

        set.Add(value);
    }
}
