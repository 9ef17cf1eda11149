using System.Diagnostics;

namespace ChannelHost.Abstractions;

/// <summary>
/// Places on a message's way at which a test build kills itself, to prove that nothing is lost there. Calls are compiled only with the constant CRASH_POINTS
/// (<c>-p:CrashPoints=true</c>); a normal build has neither the calls nor the names.
/// </summary>
/// <remarks>
/// <c>CHANNELHOST_CRASH_POINT</c> names the point and, behind a colon, at which hit (1 when not said): <c>stored:3</c>. When <c>CHANNELHOST_CRASH_WHEN</c> names
/// a file, hits count only while that file is there, so that a host can first recover in peace.
/// </remarks>
public static class CrashPoints
{
#if CRASH_POINTS
    /// <summary>Every point, in the order of the walk.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        "bytes-read",
        "filter-begin",
        "filter-end",
        "transform-begin",
        "transform-end",
        "storing",
        "committing",
        "committed",
        "stored",
        "queued",
        "sending",
        "sent",
        "reply-read",
        "status-committed",
        "answering",
        "answer-written",
        "pruning",
        "shrinking",
    ];

    private static readonly string? Chosen = Environment.GetEnvironmentVariable("CHANNELHOST_CRASH_POINT");
    private static readonly string? When = Environment.GetEnvironmentVariable("CHANNELHOST_CRASH_WHEN");
    private static readonly string? Point = Chosen?.Split(':')[0];
    private static int _hitsLeft = Chosen?.Split(':') is [_, var hits] ? int.Parse(hits, System.Globalization.CultureInfo.InvariantCulture) : 1;
#endif

    /// <summary>The process ends here by SIGKILL when this is the point and the hit that were asked for.</summary>
    /// <param name="point">One of the declared points.</param>
    /// <exception cref="InvalidOperationException">No such point is declared: neither it nor one that was asked for would ever be reached.</exception>
    [Conditional("CRASH_POINTS")]
    public static void Pass(string point)
    {
#if CRASH_POINTS
        if (!All.Contains(point) || (Point is not null && !All.Contains(Point)))
        {
            throw new InvalidOperationException($"'{point}' or '{Point}' is no declared crash point");
        }

        if (point == Point && (When is null || File.Exists(When)) && Interlocked.Decrement(ref _hitsLeft) == 0)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
        }
#endif
    }
}
