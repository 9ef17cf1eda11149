using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Drafts;

/// <summary>What channels of one import know of each other, and what they share.</summary>
internal sealed class ImportWorld(ImportOptions options)
{
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (string Value, bool Hashed)> _secrets = new(StringComparer.Ordinal);

    /// <summary>What was asked for.</summary>
    public ImportOptions Options => options;

    /// <summary>By id, the name here of each channel.</summary>
    public Dictionary<string, string> ChannelsById { get; } = new(StringComparer.Ordinal);

    /// <summary>By id, the group of channels that are in one.</summary>
    public Dictionary<string, string> GroupsById { get; } = new(StringComparer.Ordinal);

    /// <summary>By id, the tags of channels.</summary>
    public Dictionary<string, SortedSet<string>> TagsById { get; } = new(StringComparer.Ordinal);

    /// <summary>By id, the ids of the channels that it needs.</summary>
    public Dictionary<string, SortedSet<string>> NeedsById { get; } = new(StringComparer.Ordinal);

    /// <summary>The values that channels read by <c>configurationMap</c> and <c>${config:...}</c>.</summary>
    public Dictionary<string, string> Configuration { get; } = new(StringComparer.Ordinal);

    /// <summary>Values that settings need and nobody knows: by key, what stands there until somebody says it.</summary>
    public SortedDictionary<string, string> OpenConfiguration { get; } = new(StringComparer.Ordinal);

    /// <summary>The configuration map's entries that are secrets: by key, the secret's name.</summary>
    public Dictionary<string, string> SecretConfiguration { get; } = new(StringComparer.Ordinal);

    /// <summary>Where sources of enabled channels listen: by address and path, the first channel that does.</summary>
    public Dictionary<string, string> Listeners { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The secrets.</summary>
    public IEnumerable<ImportedSecret> Secrets => _secrets.Select(secret => new ImportedSecret(secret.Key, secret.Value.Value, secret.Value.Hashed));

    /// <summary>What is to be said about no channel.</summary>
    public List<ImportFinding> Findings { get; } = [];

    /// <summary>A name that no other channel has.</summary>
    public string ChannelName(string title, string group)
    {
        var slug = Slug.Of(title, "channel");
        var name = $"{group}/{slug}";
        for (var number = 2; !_taken.Add(name); number++)
        {
            name = $"{group}/{Slug.Cut(slug, 58)}-{number}";
        }

        return name;
    }

    /// <summary>Keeps a secret; gives how a setting refers to it.</summary>
    public string Secret(string wanted, string value, bool hashed = false)
    {
        var stem = Slug.Of(wanted, "secret");
        var name = stem;
        for (var number = 2; _secrets.TryGetValue(name, out var known) && known != (value, hashed); number++)
        {
            name = $"{Slug.Cut(stem, 58)}-{number}";
        }

        _secrets[name] = (value, hashed);
        return $"${{secret:{name}}}";
    }

    /// <summary>Says something about no channel.</summary>
    public void Say(ImportLevel level, string file, ExportElement? at, string what, string made = "") =>
        Findings.Add(new ImportFinding(level, "", file, at?.Line ?? 0, made, 0, what));
}
