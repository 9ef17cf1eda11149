namespace ChannelHost.Engine.Destinations;

/// <summary>
/// A partner's wish not to be called for a while (<see cref="Response.RetryAfter"/>). It holds for every message of the destination, not only for the one
/// that was turned away.
/// </summary>
internal sealed class PartnerPause(TimeProvider time)
{
    private static readonly TimeSpan LongestSpread = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private long _since;
    private TimeSpan _length;

    /// <summary>Is told of every pause that begins; by default nobody is.</summary>
    public Action<TimeSpan> Begun { get; init; } = static _ => { };

    /// <summary>How long it goes on; zero when there is none.</summary>
    public TimeSpan Left
    {
        get
        {
            lock (_gate)
            {
                return _length == TimeSpan.Zero ? TimeSpan.Zero : Remaining();
            }
        }
    }

    /// <summary>The partner asked for a pause. A longer one that runs already stays.</summary>
    /// <param name="asked">How long.</param>
    /// <param name="random">0 to 1; spreads the return of many destinations that were asked at once. Only ever later, never sooner.</param>
    public void Begin(TimeSpan asked, double random)
    {
        // A timer may fire a tick before its time, and the partner counts by its own clock.
        var spread = asked / 20 < LongestSpread ? asked / 20 : LongestSpread;
        var length = asked + (spread * random) + TimeSpan.FromMilliseconds(20);
        if (Continue(length))
        {
            Begun(length);
        }
    }

    /// <summary>As <see cref="Begin"/>, exactly so long, and nobody is told.</summary>
    /// <returns>False when a longer one runs already.</returns>
    public bool Continue(TimeSpan length)
    {
        lock (_gate)
        {
            if (_length != TimeSpan.Zero && length <= Remaining())
            {
                return false;
            }

            _since = time.GetTimestamp();
            _length = length;
            return true;
        }
    }

    /// <summary>Waits until the pause is over.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        while (Left is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private TimeSpan Remaining()
    {
        var left = _length - time.GetElapsedTime(_since);
        if (left > TimeSpan.Zero)
        {
            // Below a millisecond a delay would be none at all.
            return left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
        }

        _length = TimeSpan.Zero;
        return TimeSpan.Zero;
    }
}
