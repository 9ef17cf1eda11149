using Jint;
using Jint.Native;
using Jint.Runtime;

namespace ChannelHost.Scripting.Running;

/// <summary>
/// Watches one run: time, memory, stack, cancellation. The engine asks before each statement and each function, and every few thousand
/// rounds inside its own loops. One run may enter the engine several times, so the engine's invitations to reset are declined.
/// </summary>
/// <remarks>
/// A limit ends the run by a script error, not by an exception of the host: the engine unwinds script errors level by level without using
/// stack, while any other exception is caught and thrown again on each level and needs up to 10 KB there, which a deep recursion has not
/// got. A script may catch the error, but time and memory stay used up: its next statement fails again, and so does the run.
/// </remarks>
internal sealed class RunLimits : Constraint
{
    /// <summary>The part of the time limit that one regular expression may take.</summary>
    public const double RegexShare = 0.2;

    private readonly ScriptLimits _limits;
    private Engine _engine = null!;
    private long _deadline = long.MaxValue;
    private long _allocationEnd = long.MaxValue;
    private StackUse _stack;

    /// <summary>Made together with an engine; watches nothing until <see cref="Begin"/>.</summary>
    public RunLimits(ScriptLimits limits)
    {
        _limits = limits;
    }

    /// <summary>The limit that ended the run; null while none did. Depth is no such limit: a script may give up one way and go another.</summary>
    public ReachedLimit? Reached { get; private set; }

    /// <summary>The last error about depth that was thrown, to know it again.</summary>
    public JsValue? DepthError { get; private set; }

    /// <summary>The longest string or array that one call may make.</summary>
    public int Length => _limits.Length;

    /// <summary>How long one regular expression may take: the overrun that a run is allowed, because no clock stops one in between.</summary>
    public TimeSpan RegexTime => _limits.Time * RegexShare;

    /// <summary>Ends the run from outside.</summary>
    public CancellationToken CancellationToken { get; private set; }

    /// <summary>What is left of the time; zero when it is up.</summary>
    public TimeSpan TimeLeft
    {
        get => TimeSpan.FromMilliseconds(Math.Max(0, _deadline - Environment.TickCount64));
    }

    /// <summary>How many bytes the run may still allocate.</summary>
    public long RoomLeft => Math.Max(0, _allocationEnd - GC.GetAllocatedBytesForCurrentThread());

    /// <summary>Starts the clock; memory and stack are those of the calling thread, which the run stays on.</summary>
    public void Begin(Engine engine, CancellationToken cancellationToken)
    {
        _engine = engine;
        CancellationToken = cancellationToken;
        _stack = StackUse.Begin(_limits.CallDepth);
        _deadline = Environment.TickCount64 + (long)_limits.Time.TotalMilliseconds;
        _allocationEnd = GC.GetAllocatedBytesForCurrentThread() + _limits.Memory.Bytes;
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
            throw Memory();
        }

        if (_stack.IsUsedUp)
        {
            throw TooDeep("Calls nest too deeply: a function calls itself without end, or through too many others.");
        }

        // The coarse clock costs a few nanoseconds and is exact to some milliseconds, which is all that is needed here.
        if (Environment.TickCount64 >= _deadline || Reached is not null || CancellationToken.IsCancellationRequested)
        {
            throw Ended();
        }
    }

    /// <summary>Refuses a string or array that is longer than one call may make.</summary>
    public void CheckLength(double length)
    {
        if (length > _limits.Length)
        {
            throw Reach("length", $"A single call asked for {length:0} characters or elements; the limit is {_limits.Length}.");
        }
    }

    /// <summary>Refuses to allocate so many bytes when the run has not got them left.</summary>
    public void CheckRoom(double bytes)
    {
        if (bytes > _allocationEnd - GC.GetAllocatedBytesForCurrentThread())
        {
            throw Memory();
        }
    }

    /// <summary>Ends the run: the time is up while it waits for something.</summary>
    public JavaScriptException OutOfTime(string message) => Reach("time", message);

    /// <summary>Refuses what nests too deeply.</summary>
    public JavaScriptException TooDeep(string message)
    {
        var exception = Error(message);
        DepthError = exception.Error;
        return exception;
    }

    /// <summary>Fails when a limit was reached, whatever the script made of it.</summary>
    public void ThrowIfReached()
    {
        if (Reached is not null)
        {
            throw Error(Reached.Message);
        }
    }

    // What is used up stays so: a script that catches the error gets it again at its next statement.
    private JavaScriptException Ended() => CancellationToken.IsCancellationRequested
        ? Reach("cancelled", "The run was cancelled.")
        : Reach("time", $"The script ran longer than {_limits.Time.TotalSeconds:0.###} s.");

    private JavaScriptException Memory() => Reach("memory", $"The script used more than {_limits.Memory} of memory.");

    private JavaScriptException Reach(string kind, string message)
    {
        Reached ??= new ReachedLimit(kind, message, _engine.Advanced.StackTrace);
        return Error(Reached.Message);
    }

    private JavaScriptException Error(string message) => new(_engine.Intrinsics.Error, message);
}

/// <summary>A limit that ended a run.</summary>
/// <param name="Kind">See <see cref="ScriptError.Kind"/>.</param>
/// <param name="Message">For people.</param>
/// <param name="Stack">Where it was reached, as the engine writes it.</param>
internal sealed record ReachedLimit(string Kind, string Message, string? Stack);
