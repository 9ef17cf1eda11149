using System.Diagnostics.Metrics;
using ChannelHost.Engine.Deployment;

namespace ChannelHost.Engine.Figures;

/// <summary>
/// Publishes the channels' figures under the meter <c>ChannelHost</c>. Everything is observed when somebody collects, so that traffic pays nothing for it.
/// </summary>
internal sealed class EngineMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "ChannelHost";

    private readonly Meter _meter = new(Name);
    private readonly Func<IReadOnlyList<ChannelStatus>> _channels;

    /// <param name="channels">What the channels do.</param>
    /// <param name="queues">What waits where.</param>
    /// <param name="time">The clock.</param>
    public EngineMeter(Func<IReadOnlyList<ChannelStatus>> channels, Func<IEnumerable<QueueStatus>> queues, TimeProvider time)
    {
        _channels = channels;
        Counter("channelhost.messages.accepted", "Messages stored and answered for", figures => figures.Received);
        Counter("channelhost.messages.refused", "Messages not kept, answered negatively", figures => figures.Refused);
        Counter("channelhost.messages.filtered", "Messages turned down at the source", figures => figures.Filtered);
        Counter("channelhost.messages.errors", "Messages that failed at the source", figures => figures.Errors);
        Counter("channelhost.messages.duplicates", "Messages whose control id was seen before", figures => figures.Duplicates);
        Counter("channelhost.messages.reused_control_ids", "Messages with a control id of late, but other content (where duplicates are looked for)", figures => figures.ReusedControlIds);
        Counter("channelhost.deliveries.queued", "Deliveries that went into a queue", figures => figures.Queued);
        Counter("channelhost.deliveries.sent", "Deliveries confirmed", figures => figures.Sent);
        Counter("channelhost.deliveries.errors", "Deliveries that ended in error", figures => figures.Failed);
        Counter("channelhost.deliveries.dead_letters", "Deliveries that nobody took and that were set aside", figures => figures.DeadLetters);
        Counter("channelhost.deliveries.dropped", "Deliveries that nobody took and that were dropped", figures => figures.Dropped);
        Counter("channelhost.deliveries.retries", "Attempts beyond the first", figures => figures.Retries);
        Counter("channelhost.deliveries.reattempts", "Attempts after one of uncertain outcome", figures => figures.Reattempts);
        Counter("channelhost.scripts.stopped", "Scripts stopped at a limit", figures => figures.ScriptStops);
        Counter("channelhost.junk", "Bytes that belonged to no message", figures => figures.JunkBytes, "By");
        _meter.CreateObservableCounter("channelhost.limits.hit", LimitsHit, description: "Limits reached by connectors");
        _meter.CreateObservableGauge("channelhost.connections", () => Observe(status => status.Figures.Connections), description: "Open connections");
        _meter.CreateObservableGauge("channelhost.channel.up", () => Observe(status => status.Condition == ChannelCondition.Running ? 1 : 0), description: "1 while the channel takes messages");
        _meter.CreateObservableGauge("channelhost.queue.depth", () => Queues(queue => queue.Queued), description: "Messages waiting at a destination");
        _meter.CreateObservableGauge("channelhost.queue.age", () => Queues(queue => queue.BlockedSeconds), "s", "How long the message at the head of the queue is being tried");
        _meter.CreateObservableGauge("channelhost.queue.oldest", () => Oldest(queues(), time.GetUtcNow()), "s", "How long ago the oldest message that waits at a destination was received");
        _meter.CreateObservableGauge("channelhost.queue.parked", () => Queues(queue => queue.Parked), description: "Messages or keys that wait for another attempt");
        _meter.CreateObservableGauge("channelhost.queue.breaker", () => Queues(queue => queue.Breaker switch { BreakerState.Open => 2, BreakerState.HalfOpen => 1, _ => 0 }), description: "The circuit breaker: 0 closed, 1 half open, 2 open");
    }

    public void Dispose() => _meter.Dispose();

    private void Counter(string name, string description, Func<ChannelFiguresSnapshot, long> value, string? unit = null) =>
        _meter.CreateObservableCounter(name, () => Observe(status => value(status.Figures)), unit, description);

    private IEnumerable<Measurement<long>> Observe(Func<ChannelStatus, long> value) =>
        _channels().Select(status => new Measurement<long>(value(status), Tag("channel", status.Name)));

    private IEnumerable<Measurement<double>> Queues(Func<DestinationStatus, double> value) =>
        from status in _channels()
        from destination in status.Destinations
        select new Measurement<double>(value(destination), Tag("channel", status.Name), Tag("destination", destination.Name));

    private static IEnumerable<Measurement<double>> Oldest(IEnumerable<QueueStatus> queues, DateTimeOffset now) =>
        from queue in queues
        where queue.OldestReceivedAt is not null
        select new Measurement<double>((now - queue.OldestReceivedAt!.Value).TotalSeconds, Tag("channel", queue.Channel), Tag("destination", queue.Destination));

    private IEnumerable<Measurement<long>> LimitsHit() =>
        from status in _channels()
        from limit in status.Figures.LimitsHit
        select new Measurement<long>(limit.Value, Tag("channel", status.Name), Tag("limit", limit.Key));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
