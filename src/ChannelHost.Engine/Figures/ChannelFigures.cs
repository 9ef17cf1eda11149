using System.Collections.Concurrent;
using ChannelHost.Engine.Deployment;

namespace ChannelHost.Engine.Figures;

/// <summary>What a channel did since it was started. Counting is one interlocked addition; nothing is formatted until somebody looks.</summary>
internal sealed class ChannelFigures : IConnectorFigures
{
    private readonly ConcurrentDictionary<string, long> _limits = new(StringComparer.Ordinal);
    private long _received;
    private long _refused;
    private long _filtered;
    private long _errors;
    private long _queued;
    private long _sent;
    private long _failed;
    private long _deadLetters;
    private long _dropped;
    private long _retries;
    private long _reattempts;
    private long _duplicates;
    private long _reusedControlIds;
    private long _scriptStops;
    private long _connections;
    private long _junk;

    public void Received() => Interlocked.Increment(ref _received);

    public void Refused() => Interlocked.Increment(ref _refused);

    public void Filtered() => Interlocked.Increment(ref _filtered);

    public void SourceError() => Interlocked.Increment(ref _errors);

    public void Queued() => Interlocked.Increment(ref _queued);

    public void Sent() => Interlocked.Increment(ref _sent);

    public void DeliveryFailed() => Interlocked.Increment(ref _failed);

    /// <summary>A message that nobody took was set aside or dropped, as the channel says.</summary>
    public void GivenUp(GiveUp how) => _ = how == GiveUp.DeadLetter ? Interlocked.Increment(ref _deadLetters) : Interlocked.Increment(ref _dropped);

    public void Retried() => Interlocked.Increment(ref _retries);

    public void Reattempted() => Interlocked.Increment(ref _reattempts);

    public void Duplicate() => Interlocked.Increment(ref _duplicates);

    public void ControlIdUsedAgain() => Interlocked.Increment(ref _reusedControlIds);

    public void ScriptStopped() => Interlocked.Increment(ref _scriptStops);

    public void Connections(int change) => Interlocked.Add(ref _connections, change);

    public void Junk(long bytes) => Interlocked.Add(ref _junk, bytes);

    public void LimitHit(string limit) => _limits.AddOrUpdate(limit, 1, static (_, count) => count + 1);

    public ChannelFiguresSnapshot Snapshot() => new(
        Interlocked.Read(ref _received),
        Interlocked.Read(ref _refused),
        Interlocked.Read(ref _filtered),
        Interlocked.Read(ref _errors),
        Interlocked.Read(ref _queued),
        Interlocked.Read(ref _sent),
        Interlocked.Read(ref _failed),
        Interlocked.Read(ref _retries),
        Interlocked.Read(ref _reattempts),
        Interlocked.Read(ref _duplicates),
        Interlocked.Read(ref _scriptStops),
        Interlocked.Read(ref _connections),
        Interlocked.Read(ref _junk),
        new Dictionary<string, long>(_limits))
    {
        DeadLetters = Interlocked.Read(ref _deadLetters),
        Dropped = Interlocked.Read(ref _dropped),
        ReusedControlIds = Interlocked.Read(ref _reusedControlIds),
    };
}
