using System.Collections.Concurrent;

namespace ChannelHost.Engine.Deployment;

/// <summary><c>globalMap</c>: shared by all channels, in memory, safe for use by many threads.</summary>
internal sealed class SharedVariables : IVariableMap
{
    private readonly ConcurrentDictionary<string, object?> _values = new(StringComparer.Ordinal);

    public int Count => _values.Count;

    public IReadOnlyCollection<string> Keys => [.. _values.Keys];

    public bool TryGet(string key, out object? value) => _values.TryGetValue(key, out value);

    public void Put(string key, object? value) => _values[key] = value;

    public bool Remove(string key) => _values.TryRemove(key, out _);
}
