using ChannelHost.Storage.ChannelFiles.Options;
using ChannelHost.Storage.ChannelFiles.Reading;
using ChannelHost.Storage.ChannelFiles.Watching;
using ChannelHost.Storage.Secrets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Storage.ChannelFiles;

/// <summary>Reads, checks and watches the channels folder: <c>&lt;group&gt;/&lt;name&gt;/channel.yaml</c> and the scripts beside it.</summary>
public sealed class ChannelFolder : IChannelFiles
{
    private readonly ChannelTree _tree;
    private readonly ChannelReader _reader;
    private readonly Catalog _catalog;
    private readonly IScriptCompiler? _compiler;
    private readonly Func<string, string?> _environment;
    private readonly SecretSources? _secrets;
    private readonly string? _environmentName;
    private readonly byte[] _fingerprintKey = RandomNumberGenerator.GetBytes(32);
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // What was last read; all under the lock. Reading is short work on small files, so one at a time is enough.
    private readonly Lock _lock = new();
    private readonly ChannelRecords _records = new();
    private SharedScripts? _shared;
    private ConfigurationValues? _configuration;

    /// <summary>What environments may be called, for people.</summary>
    public const string EnvironmentNameWanted = $"{Names.Wanted}, and not base";

    /// <summary>True for what an environment may be called.</summary>
    public static bool IsEnvironmentName(string name) => ConfigurationValues.IsEnvironmentName(name);

    /// <summary>Makes a reader. Nothing is read yet.</summary>
    /// <param name="path">The channels folder.</param>
    /// <param name="connectors">The connectors that channels may use.</param>
    /// <param name="dataTypes">The data types that channels may use.</param>
    /// <param name="compiler">Checks scripts; null leaves that out.</param>
    /// <param name="time">The clock of <see cref="WatchAsync"/>.</param>
    /// <param name="environment">The value of an environment variable, or null; for <c>${env:NAME}</c>.</param>
    /// <param name="logger">Where <see cref="WatchAsync"/> says that it gets no notice from the file system.</param>
    /// <param name="secrets">For <c>${secret:NAME}</c>; null when there are none.</param>
    /// <param name="environmentName">The environment whose values count over the base: <c>config/NAME.yaml</c>; null for the base alone.</param>
    /// <exception cref="ArgumentException">A descriptor cannot be used: a mistake of its author, not of a channel's; or the environment's name is none.</exception>
    public ChannelFolder(
        string path,
        IReadOnlyList<IConnector> connectors,
        IReadOnlyList<IDataType> dataTypes,
        IScriptCompiler? compiler,
        TimeProvider time,
        Func<string, string?> environment,
        ILogger<ChannelFolder>? logger = null,
        SecretSources? secrets = null,
        string? environmentName = null)
    {
        if (environmentName is not null && !ConfigurationValues.IsEnvironmentName(environmentName))
        {
            throw new ArgumentException($"no environment can be called that: {EnvironmentNameWanted}", nameof(environmentName));
        }

        _environment = environment;
        _secrets = secrets;
        _environmentName = environmentName;
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        _tree = new ChannelTree(root);
        _compiler = compiler;
        _catalog = new Catalog(connectors, dataTypes);
        _reader = new ChannelReader(root, _catalog, compiler);
        _time = time;
        _logger = logger ?? NullLogger<ChannelFolder>.Instance;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ChannelReading> ReadAll(string? path = null)
    {
        var below = path is null ? "" : Path.GetRelativePath(_tree.Root, Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, _tree.Root))).Replace('\\', '/');
        if (below == ".")
        {
            below = "";
        }
        else if (below.Split('/')[0] == ".." || Path.IsPathRooted(below))
        {
            var outside = new ChannelProblem(path!, 0, 0, "", "a folder outside the channels folder", $"one below {_tree.Root}");
            return [new ChannelReading(path!, null, [outside])];
        }

        if (below.Length == 0 && !Directory.Exists(_tree.Root))
        {
            return Missing();
        }

        lock (_lock)
        {
            return ReadBelow(below);
        }
    }

    /// <inheritdoc/>
    public ChannelReading? Read(string name)
    {
        lock (_lock)
        {
            if (_tree.Find(name) is not { } place)
            {
                _records.Remove(name);
                return null;
            }

            var record = DependencyCheck.Resolve(_reader.Read(place, Shared(), Surroundings()), Exists);
            foreach (var holder in ClaimCheck.Apply(record, Holder).HeldBy)
            {
                // Two channels may have swapped what they claim: what counts is what the others say now.
                RefreshClaims(holder);
            }

            record = DependencyCheck.Apply(ClaimCheck.Apply(record, Holder), NeedsOf);
            _records.Set(name, record.WithoutTexts());
            return record.Reading;

            string? Holder(Claim claim) => _records.Holder(claim.Resource, besides: name);
        }
    }

    /// <inheritdoc/>
    public ChannelReading ReadTexts(string name, IReadOnlyList<ChannelFile> texts, bool sharedOfFolder, string scratchFolder)
    {
        ArgumentNullException.ThrowIfNull(texts);
        using var copy = new TextCopy(scratchFolder);
        foreach (var text in texts.Where(text => !sharedOfFolder || TextCopy.IsOwn(name, text.Name)))
        {
            copy.Write(text);
        }

        if (sharedOfFolder)
        {
            copy.TakeFrom(_tree.Root, texts.Select(text => text.Name).Where(file => !TextCopy.IsOwn(name, file)));
        }
        else if (_environmentName is not null && texts.All(text => text.Name != $"{ChannelTree.Configuration}/{_environmentName}.yaml"))
        {
            // A version that used no value kept no file of them; that is no mistake in it.
            copy.Write(new ChannelFile($"{ChannelTree.Configuration}/{_environmentName}.yaml", ""));
        }

        lock (_lock)
        {
            if (new ChannelTree(copy.Root).Find(name) is not { } place)
            {
                return new ChannelReading(name, null, [new ChannelProblem($"{name}/{ChannelPlace.FileName}", 0, 0, "", "no such text in the version", "a version with its channel.yaml")]);
            }

            var surroundings = Surroundings() with { Configuration = ConfigurationValues.Read(copy.Root, _environmentName).Over(_environment) };
            var record = new ChannelReader(copy.Root, _catalog, _compiler, _tree.Root).Read(place, SharedScripts.Read(copy.Root, _compiler), surroundings);
            return ClaimCheck.Apply(DependencyCheck.Apply(DependencyCheck.Resolve(record, Exists), NeedsOf), claim => _records.Holder(claim.Resource, besides: name)).Reading;
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyCollection<string>> WatchAsync(CancellationToken cancellationToken) =>
        new FolderWatch(_tree, SnapshotOfLast, SharedStamps, _time, _logger).WatchAsync(cancellationToken);

    private List<ChannelReading> ReadBelow(string below)
    {
        var (shared, surroundings) = (Shared(), Surroundings());
        var (places, problems) = _tree.List(below);
        var names = places.Select(place => place.Name).ToHashSet(StringComparer.Ordinal);
        var read = places.Select(place => DependencyCheck.Resolve(_reader.Read(place, shared, surroundings), name => names.Contains(name) || Exists(name))).ToList();
        var needs = read.ToDictionary(record => record.Reading.Name, record => record.DependsOn, StringComparer.Ordinal);
        var isWhole = below.Length == 0;
        foreach (var name in _records.Names.Where(name => isWhole || name == below || name.StartsWith(below + "/", StringComparison.Ordinal)).ToList())
        {
            _records.Remove(name);
        }

        // In order of name: whoever comes first keeps what it claims. Channels read earlier and not now come before all.
        var readings = problems.Select(problem => new ChannelReading(problem.File, null, [problem])).ToList();
        foreach (var one in read)
        {
            var name = one.Reading.Name;
            var record = ClaimCheck.Apply(one, claim => _records.Holder(claim.Resource, besides: name));
            record = DependencyCheck.Apply(record, other => needs.TryGetValue(other, out var its) ? its : NeedsOf(other));
            _records.Set(name, record.WithoutTexts());
            readings.Add(record.Reading);
        }

        readings.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        return readings;
    }

    private bool Exists(string name) => _tree.Find(name) is not null;

    private IReadOnlyList<Dependency> NeedsOf(string name) => _records.Find(name)?.DependsOn ?? [];

    private List<ChannelReading> Missing()
    {
        lock (_lock)
        {
            foreach (var name in _records.Names.ToList())
            {
                _records.Remove(name);
            }
        }

        return [new ChannelReading(".", null, [new ChannelProblem(".", 0, 0, "", $"no folder {_tree.Root}", "the channels folder; make it, or name another")])];
    }

    /// <summary>The shared scripts, read anew only when one of them changed: a change there makes every channel be read.</summary>
    private SharedScripts Shared()
    {
        if (_shared is null || !_shared.Stamps.SequenceEqual(SharedScripts.StampsOf(_tree.Root)))
        {
            _shared = SharedScripts.Read(_tree.Root, _compiler);
        }

        return _shared;
    }

    /// <summary>What settings may refer to, with the configuration read anew only when one of its files changed.</summary>
    private Surroundings Surroundings()
    {
        if (_configuration is null || !_configuration.Stamps.SequenceEqual(ConfigurationValues.StampsOf(_tree.Root, _environmentName)))
        {
            _configuration = ConfigurationValues.Read(_tree.Root, _environmentName).Over(_environment);
        }

        return new Surroundings(_environment, _configuration, _secrets, _fingerprintKey);
    }

    /// <summary>How the files look now that concern every channel.</summary>
    private IReadOnlyList<FileStamp> SharedStamps(string root) => [.. SharedScripts.StampsOf(root), .. ConfigurationValues.StampsOf(root, _environmentName)];

    private void RefreshClaims(string name)
    {
        var old = _records.Find(name)!;
        if (_tree.Find(name) is not { } place)
        {
            _records.Set(name, old with { Claims = [] });
        }
        else if (!ChannelReader.StampsOf(place, old.Stamps).SequenceEqual(old.Stamps))
        {
            // The stamps stay the old ones: the channel itself is still to be read by whoever runs it.
            _records.Set(name, old with { Claims = _reader.Read(place, Shared(), Surroundings()).Claims });
        }
    }

    private LastRead SnapshotOfLast()
    {
        lock (_lock)
        {
            return new LastRead(_records.Snapshot(), [.. _shared?.Stamps ?? [], .. _configuration?.Stamps ?? []]);
        }
    }
}
