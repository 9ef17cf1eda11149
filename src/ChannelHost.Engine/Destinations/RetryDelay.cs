namespace ChannelHost.Engine.Destinations;

/// <summary>How long to wait before the next attempt: doubled from the first delay to the longest, and by chance shorter, so that many queues do not knock together.</summary>
internal static class RetryDelay
{
    /// <param name="settings">The queue's settings.</param>
    /// <param name="failures">How many attempts have failed in a row, from 1.</param>
    /// <param name="random">0 to 1.</param>
    public static TimeSpan After(QueueSettings settings, int failures, double random)
    {
        var doubled = settings.Delay.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 30));
        var bounded = Math.Min(doubled, settings.MaximumDelay.TotalMilliseconds);
        var spread = settings.Jitter switch { RetryJitter.Full => 1, RetryJitter.Equal => 0.5, _ => 0.2 };
        return TimeSpan.FromMilliseconds(Math.Max(1, bounded * (1 - (spread * random))));
    }
}
