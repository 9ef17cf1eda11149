using System.Diagnostics;
using Jint;

namespace ChannelHost.Scripting.Running;

/// <summary>
/// Watches one run: time, memory, cancellation. The engine asks before each statement, and every few thousand rounds inside its own loops.
/// One run may enter the engine several times (each script, each conversion), so the engine's invitations to reset are declined.
/// </summary>
internal sealed class RunLimits : Constraint
{
    // Reading the clock costs five times as much as reading the allocation counter, and time cannot run away between statements.
    private const int ClockEvery = 32;

    /// <summary>The part of the time limit that one regular expression may take.</summary>
    public const double RegexShare = 0.2;

    private readonly ScriptLimits _limits;
    private readonly long _deadline;
    private readonly long _allocationEnd;
    private readonly CancellationToken _cancellationToken;
    private readonly int _threadId = Environment.CurrentManagedThreadId;
    private int _untilClock = ClockEvery;

    /// <summary>Starts the clock; memory is counted on the calling thread.</summary>
    public RunLimits(ScriptLimits limits, CancellationToken cancellationToken)
    {
        _limits = limits;
        _cancellationToken = cancellationToken;
        _deadline = Stopwatch.GetTimestamp() + (long)(limits.Time.TotalSeconds * Stopwatch.Frequency);
        _allocationEnd = GC.GetAllocatedBytesForCurrentThread() + limits.Memory.Bytes;
    }

    /// <summary>The longest string or array that one call may make.</summary>
    public int Length => _limits.Length;

    /// <summary>How long one regular expression may take: the overrun that a run is allowed, because no clock stops one in between.</summary>
    public TimeSpan RegexTime => _limits.Time * RegexShare;

    /// <summary>Ends the run from outside.</summary>
    public CancellationToken CancellationToken => _cancellationToken;

    /// <summary>What is left of the time; zero when it is up.</summary>
    public TimeSpan TimeLeft
    {
        get
        {
            var ticks = _deadline - Stopwatch.GetTimestamp();
            return ticks <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)ticks / Stopwatch.Frequency);
        }
    }

    /// <inheritdoc/>
    public override bool IsAmortizable => false;

    /// <inheritdoc/>
    public override void Reset()
    {
    }

    /// <inheritdoc/>
    public override void Check()
    {
        if (GC.GetAllocatedBytesForCurrentThread() > _allocationEnd)
        {
            ThrowMemory();
        }

        if (--_untilClock <= 0)
        {
            CheckClock();
        }
    }

    /// <summary>Checks all at once; for loops of our own.</summary>
    public void CheckNow()
    {
        Check();
        CheckClock();
    }

    /// <summary>Refuses a string or array that is longer than one call may make.</summary>
    public void CheckLength(double length)
    {
        if (length > _limits.Length)
        {
            throw new ScriptLimitException(
                "length",
                $"A single call asked for {length:0} characters or elements; the limit is {_limits.Length}.");
        }
    }

    /// <summary>Refuses to allocate so many bytes when the run has not got them left.</summary>
    public void CheckRoom(double bytes)
    {
        if (bytes > _allocationEnd - GC.GetAllocatedBytesForCurrentThread())
        {
            ThrowMemory();
        }
    }

    private void CheckClock()
    {
        _untilClock = ClockEvery;
        _cancellationToken.ThrowIfCancellationRequested();
        if (Stopwatch.GetTimestamp() >= _deadline)
        {
            throw new ScriptLimitException("time", $"The script ran longer than {_limits.Time.TotalSeconds:0.###} s.");
        }
    }

    private void ThrowMemory()
    {
        Debug.Assert(_threadId == Environment.CurrentManagedThreadId, "A run stays on its thread.");
        throw new ScriptLimitException("memory", $"The script used more than {_limits.Memory} of memory.");
    }
}
