using System.Globalization;

namespace ChannelHost.Scripting.Scope;

/// <summary>What stands behind a map of the scope.</summary>
internal abstract class MapStore(string name)
{
    /// <summary>The map's name, for errors.</summary>
    public string Name { get; } = name;

    /// <summary>True when values may be changed in place by whoever got them, until the run ends.</summary>
    public virtual bool KeepsObjects => false;

    /// <summary>True when null is no value of this map.</summary>
    public virtual bool RefusesNull => false;

    /// <summary>What runs that share the map lock; null for maps of one message.</summary>
    public virtual IVariableMap? Shared => null;

    /// <summary>Why the map takes no values; null when it does.</summary>
    public virtual string? ReadOnlyReason => null;

    public abstract int Count { get; }

    public abstract IEnumerable<string> Keys { get; }

    public abstract bool TryGet(string key, out object? value);

    /// <summary>The key under which a value stands that is asked for by this one.</summary>
    public virtual string KeyOf(string key) => key;

    public virtual void Put(string key, object? value) => throw new NotSupportedException();

    public virtual bool Remove(string key) => throw new NotSupportedException();
}

/// <summary>A map of the message: it is the run's alone until the run ends.</summary>
internal sealed class MessageMapStore(string name, IVariableMap map) : MapStore(name)
{
    public override bool KeepsObjects => true;

    public override int Count => map.Count;

    public override IEnumerable<string> Keys => map.Keys;

    public override bool TryGet(string key, out object? value) => map.TryGet(key, out value);

    public override void Put(string key, object? value) => map.Put(key, value);

    public override bool Remove(string key) => map.Remove(key);
}

/// <summary>A map that other runs read and write at the same time; what is written is seen at once, and where asked recorded.</summary>
internal sealed class SharedMapStore(string name, IVariableMap map, List<StateChange>? changes) : MapStore(name)
{
    public override bool RefusesNull => true;

    public override IVariableMap? Shared => map;

    public override int Count => map.Count;

    public override IEnumerable<string> Keys => map.Keys;

    public override bool TryGet(string key, out object? value) => map.TryGet(key, out value);

    public override void Put(string key, object? value)
    {
        map.Put(key, value);
        changes?.Add(new StateChange(StateChangeKind.MapPut, key, value));
    }

    public override bool Remove(string key)
    {
        if (!map.Remove(key))
        {
            return false;
        }

        changes?.Add(new StateChange(StateChangeKind.MapRemove, key));
        return true;
    }
}

/// <summary>The source map: what the source said stays as it is.</summary>
internal sealed class SourceMapStore(IReadOnlyDictionary<string, object?> map) : MapStore("sourceMap")
{
    public override string ReadOnlyReason => "it holds what the source said about the message. Use channelMap";

    public override int Count => map.Count;

    public override IEnumerable<string> Keys => map.Keys;

    public override bool TryGet(string key, out object? value) => map.TryGetValue(key, out value);
}

/// <summary>The configuration map: it is changed in the host's configuration only.</summary>
internal sealed class ConfigurationMapStore(IReadOnlyDictionary<string, string> map) : MapStore("configurationMap")
{
    public override string ReadOnlyReason => "it is changed in the host's configuration. Use globalChannelMap for what a channel remembers";

    public override int Count => map.Count;

    public override IEnumerable<string> Keys => map.Keys;

    public override bool TryGet(string key, out object? value)
    {
        var found = map.TryGetValue(key, out var text);
        value = text;
        return found;
    }
}

/// <summary>What scripts may only look at: a row of a database, another connector's map.</summary>
internal sealed class FixedMapStore(string name, IReadOnlyDictionary<string, object?> map) : MapStore(name)
{
    public override string ReadOnlyReason => "it is only for reading";

    public override int Count => map.Count;

    public override IEnumerable<string> Keys => map.Keys;

    public override bool TryGet(string key, out object? value) => map.TryGetValue(key, out value);
}

/// <summary>The response map: what stands under <c>d1</c> is also found by the destination's name and title, and the other way round.</summary>
internal sealed class ResponseMapStore(IVariableMap map, ScriptEnvironment environment) : MapStore("responseMap")
{
    public override bool KeepsObjects => true;

    public override int Count => map.Count;

    public override IEnumerable<string> Keys => map.Keys;

    public override string KeyOf(string key) => map.TryGet(key, out _) ? key : OtherName(key) ?? key;

    public override bool TryGet(string key, out object? value) => map.TryGet(KeyOf(key), out value);

    public override void Put(string key, object? value) => map.Put(key, value);

    public override bool Remove(string key) => map.Remove(key);

    // By number (d3), by name or by title: whichever of the number and the name has an entry.
    private string? OtherName(string key)
    {
        var number = -1;
        var isNumber = key.StartsWith('d') && int.TryParse(key.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out number);
        foreach (var (name, id) in environment.Destinations)
        {
            if ((isNumber && id == number) || string.Equals(name, key, StringComparison.Ordinal) || environment.DestinationTitles.GetValueOrDefault(name) == key)
            {
                var numbered = string.Create(CultureInfo.InvariantCulture, $"d{id}");
                return map.TryGet(numbered, out _) ? numbered : map.TryGet(name, out _) ? name : null;
            }
        }

        return null;
    }
}
