namespace ChannelHost.Connectors.Text;

/// <summary>Lets one event of a kind through per period, so that ten thousand refused connections are one line with a number.</summary>
internal sealed class EventThrottle(TimeProvider time, TimeSpan period)
{
    private readonly Lock _gate = new();
    private long _last;
    private bool _any;
    private long _held;

    /// <summary>True when the event is to be written; <paramref name="held"/> is how many were not since the last one.</summary>
    public bool Allows(out long held)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            if (_any && time.GetElapsedTime(_last, now) < period)
            {
                _held++;
                held = 0;
                return false;
            }

            _any = true;
            _last = now;
            held = _held;
            _held = 0;
            return true;
        }
    }
}
