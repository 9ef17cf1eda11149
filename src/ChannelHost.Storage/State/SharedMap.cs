using System.Collections.Concurrent;

namespace ChannelHost.Storage.State;

/// <summary><c>globalChannelMap</c>: shared by all threads of a channel.</summary>
internal sealed class SharedMap : IVariableMap
{
    private readonly ConcurrentDictionary<string, object?> _values = new();

    /// <inheritdoc/>
    public int Count => _values.Count;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Keys => [.. _values.Keys];

    /// <inheritdoc/>
    public bool TryGet(string key, out object? value) => _values.TryGetValue(key, out value);

    /// <inheritdoc/>
    public void Put(string key, object? value) => _values[key] = value;

    internal void Clear() => _values.Clear();

    /// <inheritdoc/>
    public bool Remove(string key) => _values.TryRemove(key, out _);
}
