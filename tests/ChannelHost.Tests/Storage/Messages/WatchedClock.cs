namespace ChannelHost.Tests.Storage.Messages;

/// <summary>The real clock; a test can put it forward, and is told when somebody begins to wait.</summary>
internal sealed class WatchedClock : TimeProvider
{
    private long _forward;

    /// <summary>Called before a timer is made.</summary>
    internal Action? TimerMade { get; set; }

    /// <inheritdoc/>
    public override long GetTimestamp() => System.GetTimestamp() + Interlocked.Read(ref _forward);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        TimerMade?.Invoke();
        return System.CreateTimer(callback, state, dueTime, period);
    }

    /// <summary>Lets time pass at once; timers that run are not concerned.</summary>
    internal void Forward(TimeSpan by) => Interlocked.Add(ref _forward, (long)(by.TotalSeconds * TimestampFrequency));
}
