using ChannelHost.Engine.Deployment;

namespace ChannelHost.Server.Demo.Screen;

/// <summary>A channel as the table shows it: all figures are the host's own.</summary>
/// <param name="Name">Group and name.</param>
/// <param name="Rate">Messages a second over the last seconds.</param>
/// <param name="Received">Messages taken over.</param>
/// <param name="Filtered">Turned down at the source.</param>
/// <param name="Errors">Failed at the source or at a destination.</param>
/// <param name="Queued">Waiting now.</param>
/// <param name="Sent">Deliveries confirmed.</param>
/// <param name="Condition">Whether it works.</param>
/// <param name="Problem">What was the matter last; null when nothing was.</param>
/// <param name="Age">Whether that is still so.</param>
internal sealed record ChannelRow(
    string Name, double Rate, long Received, long Filtered, long Errors, long Queued, long Sent, ChannelCondition Condition, string? Problem, ProblemAge Age);

/// <summary>Whether a problem is still there, in the order in which people want to hear of them.</summary>
internal enum ProblemAge
{
    /// <summary>It was; since then all may be well.</summary>
    Past,

    /// <summary>It is there and goes by itself, once a partner is back or a port is free.</summary>
    Passing,

    /// <summary>Somebody has to mend something: the version on disk is refused.</summary>
    Standing,
}
