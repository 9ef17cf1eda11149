using System.Collections.Concurrent;

namespace ChannelHost.Testing.Network;

/// <summary>Adds up what a connector reports.</summary>
public sealed class CollectingFigures : IConnectorFigures
{
    private readonly ConcurrentDictionary<string, long> _limits = new();
    private long _connections;
    private long _opened;
    private long _junk;

    /// <summary>Open now.</summary>
    public long Open => Interlocked.Read(ref _connections);

    /// <summary>Opened in all.</summary>
    public long Opened => Interlocked.Read(ref _opened);

    /// <summary>Bytes that belong to no message.</summary>
    public long JunkBytes => Interlocked.Read(ref _junk);

    /// <summary>How often a limit was reached.</summary>
    public long Limit(string name) => _limits.GetValueOrDefault(name);

    public void Connections(int change)
    {
        Interlocked.Add(ref _connections, change);
        if (change > 0)
        {
            Interlocked.Add(ref _opened, change);
        }
    }

    public void Junk(long bytes) => Interlocked.Add(ref _junk, bytes);

    public void LimitHit(string limit) => _limits.AddOrUpdate(limit, 1, (_, count) => count + 1);
}
