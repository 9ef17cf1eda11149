using System.Reflection;

namespace ChannelHost.Storage.ChannelFiles.Options;

/// <summary>The settings of one options record, in the order of its properties.</summary>
internal sealed class OptionSet
{
    private readonly Type _type;
    private Dictionary<string, OptionModel> _byName = [];

    private OptionSet(Type type) => _type = type;

    /// <summary>What the block is called where it is described once for all: <c>tls-server</c>.</summary>
    public string Name => OptionText.Kebab(_type.Name.EndsWith("Options", StringComparison.Ordinal) ? _type.Name[..^"Options".Length] : _type.Name);

    public IReadOnlyList<OptionModel> Options { get; private set; } = [];

    public IReadOnlyCollection<string> Names => _byName.Keys;

    /// <summary>Keys that are not supported yet.</summary>
    public IReadOnlyList<string> Planned { get; private set; } = [];

    /// <summary>The setting that a plain value in place of the block is for; null where a block is needed.</summary>
    public OptionModel? Plain { get; private set; }

    /// <summary>The set for a record. Sets are built once per catalog; a record may hold itself.</summary>
    /// <exception cref="ArgumentException">The record cannot be bound: a mistake of its author.</exception>
    public static OptionSet For(Type type, Dictionary<Type, OptionSet> built)
    {
        if (built.TryGetValue(type, out var known))
        {
            return known;
        }

        if (type.GetConstructor(Type.EmptyTypes) is null)
        {
            throw new ArgumentException($"The options {type.Name} cannot be used: they need a parameterless constructor, which gives the defaults.");
        }

        var set = new OptionSet(type);
        built.Add(type, set);
        set.Options =
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Select(property => (property, attribute: property.GetCustomAttribute<OptionAttribute>()))
                .Where(pair => pair.attribute is not null)
                .Select(pair => new OptionModel(pair.property, pair.attribute!, block => For(block, built))),
        ];
        set.Planned = type.GetCustomAttribute<PlannedKeysAttribute>()?.Names ?? [];
        set._byName = set.Options.ToDictionary(option => option.Name, StringComparer.Ordinal);
        set.Plain = type.GetCustomAttribute<PlainKeyAttribute>() is { } plain ? set._byName[plain.Name] : null;
        return set;
    }

    public OptionModel? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>A record with the same values, to be changed without changing the other.</summary>
    public object Copy(object options)
    {
        var copy = Create();
        foreach (var property in _type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            property.SetValue(copy, property.GetValue(options));
        }

        return copy;
    }

    /// <summary>A record with its defaults.</summary>
    public object Create() => Activator.CreateInstance(_type)!;
}
