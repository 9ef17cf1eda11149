using System.Diagnostics.CodeAnalysis;

namespace ChannelHost.Abstractions;

/// <summary>A map that scripts read and write. Not safe for use by two threads at once.</summary>
public interface IVariableMap
{
    /// <summary>How many keys there are.</summary>
    int Count { get; }

    /// <summary>The keys, as a snapshot.</summary>
    IReadOnlyCollection<string> Keys { get; }

    /// <summary>Reads a value; false when the key is absent.</summary>
    bool TryGet(string key, out object? value);

    /// <summary>Writes a value.</summary>
    void Put(string key, object? value);

    /// <summary>Removes a key; false when it was absent.</summary>
    bool Remove(string key);
}

/// <summary>The map of one message: a dictionary made when first written.</summary>
public sealed class VariableMap : IVariableMap
{
    private Dictionary<string, object?>? _values;

    /// <summary>An empty map.</summary>
    public VariableMap()
    {
    }

    /// <summary>A map with these values, copied.</summary>
    public VariableMap(IEnumerable<KeyValuePair<string, object?>> values)
    {
        _values = new Dictionary<string, object?>(values);
    }

    /// <inheritdoc/>
    public int Count => _values?.Count ?? 0;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Keys => _values is null ? [] : [.. _values.Keys];

    /// <summary>True when something was put or removed since the map was made.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>All entries; empty when nothing was ever put.</summary>
    public IReadOnlyDictionary<string, object?> Values => _values ?? Empty;

    /// <inheritdoc/>
    public bool TryGet(string key, [MaybeNullWhen(false)] out object? value)
    {
        if (_values is not null)
        {
            return _values.TryGetValue(key, out value);
        }

        value = null;
        return false;
    }

    /// <inheritdoc/>
    public void Put(string key, object? value)
    {
        (_values ??= [])[key] = value;
        IsChanged = true;
    }

    /// <inheritdoc/>
    public bool Remove(string key)
    {
        var removed = _values?.Remove(key) ?? false;
        IsChanged |= removed;
        return removed;
    }

    private static readonly Dictionary<string, object?> Empty = [];
}
