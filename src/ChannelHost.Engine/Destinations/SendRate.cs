namespace ChannelHost.Engine.Destinations;

/// <summary>
/// Keeps a destination below so many attempts in a second. After a rest so many may go at once as a tenth of a second allows, at least one; then each waits for its time.
/// </summary>
/// <param name="maximum">Attempts in a second; null for no limit.</param>
/// <param name="time">The clock.</param>
internal sealed class SendRate(double? maximum, TimeProvider time)
{
    private readonly Lock _sync = new();
    private readonly double _interval = maximum is { } rate ? time.TimestampFrequency / rate : 0;
    private double _next = double.MinValue;

    /// <summary>Takes the time of the next attempt, and says how far off that is; zero or less for now.</summary>
    public TimeSpan Reserve()
    {
        if (maximum is not { } rate)
        {
            return TimeSpan.Zero;
        }

        lock (_sync)
        {
            double now = time.GetTimestamp();
            var saved = _interval * (Math.Max(1, rate / 10) - 1);
            var mine = Math.Max(_next, now - saved);
            _next = mine + _interval;
            return TimeSpan.FromSeconds((mine - now) / time.TimestampFrequency);
        }
    }
}
