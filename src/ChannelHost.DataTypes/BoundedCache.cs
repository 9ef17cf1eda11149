using System.Collections.Concurrent;

namespace ChannelHost.DataTypes;

/// <summary>
/// What was made once and can be made again, by its key. Keeps the first so many and no more: a sender who makes up names without end fills it and
/// then pays for the making, not we with memory. Safe for use by many threads; two may make the same value.
/// </summary>
internal sealed class BoundedCache<TKey, TValue>(int capacity, IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, TValue> _values = new(comparer);

    // The dictionary's own count takes all its locks.
    private int _count;

    /// <summary>The value, from the cache or made now.</summary>
    public TValue GetOrMake(TKey key, Func<TKey, TValue> make)
    {
        if (_values.TryGetValue(key, out var known))
        {
            return known;
        }

        var made = make(key);
        if (Volatile.Read(ref _count) < capacity && _values.TryAdd(key, made))
        {
            Interlocked.Increment(ref _count);
        }

        return made;
    }
}
