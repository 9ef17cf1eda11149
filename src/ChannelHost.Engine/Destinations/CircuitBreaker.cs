using ChannelHost.Engine.Figures;

namespace ChannelHost.Engine.Destinations;

/// <summary>
/// Leaves a partner alone for a while when attempt after attempt fails, then lets one through as a probe. Only what says something about the connection or the
/// partner counts: a message that the partner refuses shows that it is there. Own code, because a queue must wait for the moment when it may go on, not be
/// told "no" as by Polly's, which also counts shares of a time span in place of failures in a row.
/// </summary>
/// <param name="settings">When; null for never.</param>
/// <param name="time">The clock.</param>
internal sealed class CircuitBreaker(BreakerSettings? settings, TimeProvider time)
{
    private readonly Lock _sync = new();
    private TaskCompletionSource _change = NewSignal();
    private int _failures;
    private bool _isOpen;
    private bool _isProbing;
    private long _openedAt;

    /// <summary>Where it stands; null where there is none.</summary>
    public BreakerState? State
    {
        get
        {
            lock (_sync)
            {
                return settings is null ? null : !_isOpen ? BreakerState.Closed : _isProbing || Left == TimeSpan.Zero ? BreakerState.HalfOpen : BreakerState.Open;
            }
        }
    }

    /// <summary>How long no attempt is made; zero when one may be.</summary>
    public TimeSpan Closes
    {
        get
        {
            lock (_sync)
            {
                return _isOpen ? Left : TimeSpan.Zero;
            }
        }
    }

    private TimeSpan Left => settings!.OpenFor - time.GetElapsedTime(_openedAt) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private bool IsPassableHere => !_isOpen || (!_isProbing && Left == TimeSpan.Zero);

    /// <summary>True when <see cref="TryEnter"/> would let somebody in.</summary>
    public bool IsPassable
    {
        get
        {
            lock (_sync)
            {
                return IsPassableHere;
            }
        }
    }

    /// <summary>Not null when an attempt may be made now; then <see cref="Done"/> must be told what came of it, also when none was made.</summary>
    public GatePass? TryEnter()
    {
        if (settings is null)
        {
            return default(GatePass);
        }

        lock (_sync)
        {
            if (!_isOpen)
            {
                return default(GatePass);
            }

            if (!IsPassableHere)
            {
                return null;
            }

            _isProbing = true;
            return new GatePass(IsProbe: true);
        }
    }

    /// <summary>Waits until an attempt may be worth trying to <see cref="TryEnter"/>.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        while (settings is not null)
        {
            Task change;
            TimeSpan left;
            lock (_sync)
            {
                if (IsPassableHere)
                {
                    return;
                }

                left = _isProbing ? Timeout.InfiniteTimeSpan : Longer(Left);
                change = _change.Task;
            }

            await change.WaitAsync(left, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>What came of an attempt.</summary>
    /// <param name="pass">What it entered with.</param>
    /// <param name="failed">True when the connection or the partner failed; null when the attempt was cut off and says nothing.</param>
    /// <returns>True when it opened.</returns>
    public bool Done(GatePass pass, bool? failed)
    {
        if (settings is null)
        {
            return false;
        }

        lock (_sync)
        {
            // The probe alone ends the probing: what was on its way when it opened ends at any time.
            _isProbing &= !pass.IsProbe;
            if (failed is not { } isFailure)
            {
                // Another one may be the probe.
                Signal(pass.IsProbe);
                return false;
            }

            if (!isFailure)
            {
                var wasOpen = _isOpen;
                _failures = 0;
                _isOpen = false;
                Signal(wasOpen);
                return false;
            }

            _failures++;
            if (_isOpen ? !pass.IsProbe : _failures < settings.Failures)
            {
                return false;
            }

            _isOpen = true;
            _openedAt = time.GetTimestamp();
            Signal(pass.IsProbe);
            return true;
        }
    }

    /// <summary>Somebody wants an attempt now.</summary>
    public void LetOneThrough()
    {
        if (settings is null)
        {
            return;
        }

        lock (_sync)
        {
            _openedAt = time.GetTimestamp() - (long)(settings.OpenFor.TotalSeconds * time.TimestampFrequency) - 1;
            Signal(_isOpen);
        }
    }

    private void Signal(bool isWanted)
    {
        if (isWanted)
        {
            _change.TrySetResult();
            _change = NewSignal();
        }
    }

    // Below a millisecond a delay would be none at all.
    private static TimeSpan Longer(TimeSpan left) => left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
