using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ChannelHost.Storage;

/// <summary>What the disk costs: the time of each commit to stable storage, over all channels. Nobody looks, nothing is counted.</summary>
internal sealed class StoreMeter : IDisposable
{
    // From what a fast disk needs to what a sick one takes.
    private static readonly double[] Boundaries = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

    private readonly Meter _meter = new("ChannelHost.Storage");
    private readonly Histogram<double> _syncs;

    /// <summary>Publishes the figure.</summary>
    public StoreMeter() => _syncs = _meter.CreateHistogram(
        "channelhost.store.sync", "s", "Time of a commit of messages to stable storage", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Boundaries });

    /// <summary>A commit that began then is on stable storage now.</summary>
    public void Committed(long startedAt) => _syncs.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
