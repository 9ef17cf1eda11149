using ChannelHost.Engine.Figures;

namespace ChannelHost.Engine.Destinations;

/// <summary>Whether a partner may be called now: it did not ask for a pause, the breaker is not open, and the rate is kept.</summary>
/// <param name="settings">The destination's.</param>
/// <param name="pause">What the partner asked for.</param>
/// <param name="time">The clock.</param>
internal sealed class PartnerGate(QueueSettings settings, PartnerPause pause, TimeProvider time)
{
    private readonly CircuitBreaker _breaker = new(settings.Breaker, time);
    private readonly SendRate _rate = new(settings.MaximumRate, time);

    /// <summary>Where the breaker stands; null where there is none.</summary>
    public BreakerState? Breaker => _breaker.State;

    /// <summary>How long nobody calls; zero when one may.</summary>
    public TimeSpan Left => pause.Left is var asked && _breaker.Closes is var closed && asked > closed ? asked : closed;

    /// <summary>Why nobody calls, for people.</summary>
    public string Reason => pause.Left is var asked && asked > TimeSpan.Zero
        ? $"The partner asked not to be called for another {Math.Ceiling(asked.TotalSeconds)} s; no attempt was made."
        : _breaker.Closes is var open && open > TimeSpan.Zero
            ? $"The circuit breaker is open for another {Math.Ceiling(open.TotalSeconds)} s, because {settings.Breaker!.Failures} attempts in a row failed; no attempt was made."
            : "The circuit breaker waits for one attempt that shows whether the partner is back; no other was made.";

    /// <summary>True when <see cref="WaitAsync"/> would not wait.</summary>
    public bool IsOpen => pause.Left == TimeSpan.Zero && _breaker.IsPassable;

    /// <summary>Not null when an attempt may be made now; then <see cref="Done"/> must be told what came of it, also when none was made.</summary>
    public GatePass? TryEnter() => pause.Left == TimeSpan.Zero ? _breaker.TryEnter() : null;

    /// <summary>Waits until it is worth to <see cref="TryEnter"/>.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        await pause.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _breaker.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until an attempt may be made, and enters.</summary>
    public async ValueTask<GatePass> EnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await WaitAsync(cancellationToken).ConfigureAwait(false);
            if (TryEnter() is { } pass)
            {
                return pass;
            }
        }
    }

    /// <summary>How long the attempt that entered is to wait (<see cref="WaitRateAsync"/>), so that the rate is kept; zero or less for not at all.</summary>
    public TimeSpan ReserveRate() => _rate.Reserve();

    /// <summary>Waits that long. When it is cut off, no attempt is to be made and nobody need be told.</summary>
    /// <exception cref="OperationCanceledException">It was cut off.</exception>
    public async ValueTask WaitRateAsync(GatePass pass, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Another one may be the breaker's probe.
            Done(pass, null);
            throw;
        }
    }

    /// <summary>What came of an attempt that entered.</summary>
    /// <param name="pass">What it entered with.</param>
    /// <param name="failed">True when the connection or the partner failed; null when it says nothing.</param>
    /// <returns>True when the breaker opened.</returns>
    public bool Done(GatePass pass, bool? failed) => _breaker.Done(pass, failed);

    /// <summary>Somebody wants an attempt now, whatever the breaker says. What the partner asked for stays.</summary>
    public void LetOneThrough() => _breaker.LetOneThrough();
}
