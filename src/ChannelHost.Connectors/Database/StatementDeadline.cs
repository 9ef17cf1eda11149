namespace ChannelHost.Connectors.Database;

/// <summary>Ends a wait when its time is over or somebody cancels, and can tell the two apart.</summary>
internal sealed class StatementDeadline : IDisposable
{
    private readonly CancellationToken _first;
    private readonly CancellationToken _second;
    private readonly CancellationTokenSource _clock;
    private readonly CancellationTokenSource _all;

    public StatementDeadline(TimeSpan time, TimeProvider clock, CancellationToken first, CancellationToken second = default)
    {
        (_first, _second) = (first, second);
        _clock = new CancellationTokenSource(time, clock);
        _all = CancellationTokenSource.CreateLinkedTokenSource(first, second, _clock.Token);
    }

    /// <summary>Cancelled by whichever comes first.</summary>
    public CancellationToken Token => _all.Token;

    /// <summary>The time is over.</summary>
    public bool IsOver => _clock.IsCancellationRequested;

    /// <summary>Throws when somebody cancelled.</summary>
    public void ThrowIfCancelled()
    {
        _first.ThrowIfCancellationRequested();
        _second.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        _all.Dispose();
        _clock.Dispose();
    }
}
