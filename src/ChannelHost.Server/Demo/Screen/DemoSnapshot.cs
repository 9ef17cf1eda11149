using ChannelHost.Server.Demo.StandIns;
using ChannelHost.Server.Demo.Traffic;

namespace ChannelHost.Server.Demo.Screen;

/// <summary>The demo at one moment.</summary>
/// <param name="At">When.</param>
/// <param name="Running">For how long it has been running.</param>
/// <param name="Channels">All channels, by name.</param>
/// <param name="StandIns">The other side.</param>
/// <param name="Traffic">What the partners that send saw.</param>
internal sealed record DemoSnapshot(
    DateTimeOffset At, TimeSpan Running, IReadOnlyList<ChannelRow> Channels, IReadOnlyList<StandInView> StandIns, TrafficCounts Traffic)
{
    /// <summary>The sums over all channels.</summary>
    public (double Rate, long Received, long Filtered, long Errors, long Queued, long Sent) Total { get; } = (
        Channels.Sum(row => row.Rate), Channels.Sum(row => row.Received), Channels.Sum(row => row.Filtered), Channels.Sum(row => row.Errors),
        Channels.Sum(row => row.Queued), Channels.Sum(row => row.Sent));
}
