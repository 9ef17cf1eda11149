namespace ChannelHost.Connectors.Mllp;

/// <summary>Until when a connection may take for what it is doing. Set by the connection's loop, looked at by the source's timer: a number, no timer of its own.</summary>
internal sealed class ConnectionDeadline(TimeProvider time)
{
    private long _at;
    private volatile string _limit = "";
    private volatile string _reason = "";

    /// <summary>The limit's name in the figures.</summary>
    public string Limit => _limit;

    /// <summary>Why the connection is closed when the time is up, for people.</summary>
    public string Reason => _reason;

    /// <summary>From now on the connection has so long; zero or less for ever.</summary>
    public void Set(TimeSpan after, string limit, string reason)
    {
        _limit = limit;
        _reason = reason;
        Volatile.Write(ref _at, after <= TimeSpan.Zero ? 0 : time.GetTimestamp() + (long)(after.TotalSeconds * time.TimestampFrequency));
    }

    /// <summary>Nothing is waited for.</summary>
    public void Clear() => Volatile.Write(ref _at, 0);

    /// <summary>True once when the time is up.</summary>
    public bool IsOver(long now)
    {
        var at = Volatile.Read(ref _at);
        return at != 0 && now >= at && Interlocked.CompareExchange(ref _at, 0, at) == at;
    }
}
