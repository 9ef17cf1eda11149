using System.Runtime.CompilerServices;

namespace ChannelHost.Scripting.Running;

/// <summary>
/// How much stack a run has used since it began. It is the depth of calls as the machine feels it: a call through a getter, a sort or an
/// iterator weighs more than a plain one. What remains must be several times what is used, because unwinding takes stack too.
/// </summary>
internal readonly struct StackUse
{
    /// <summary>What one call is taken for.</summary>
    private const int BytesPerCall = 2 * 1_024;

    /// <summary>What a run may use at most. Threads have 8 MB on Linux with glibc; set DOTNET_DefaultStackSize where they have less.</summary>
    private const int Most = 1_024 * 1_024;

    private readonly nuint _start;
    private readonly nuint _limit;

    private StackUse(nuint start, nuint limit)
    {
        _start = start;
        _limit = limit;
    }

    /// <summary>True when the run has used it up.</summary>
    public bool IsUsedUp
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            // The stack grows downwards; a run that is asked from further up has used nothing.
            var here = Here();
            return here < _start && _start - here > _limit;
        }
    }

    /// <summary>Begins to measure.</summary>
    public static StackUse Begin(int calls) => new(Here(), (nuint)Math.Min((long)calls * BytesPerCall, Most));

    private static unsafe nuint Here()
    {
        byte here;
        return (nuint)(&here);
    }
}
