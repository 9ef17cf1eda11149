using ChannelHost.Engine.Destinations;
using ChannelHost.Engine.Figures;

namespace ChannelHost.Engine.Deployment;

/// <summary>The place of one channel in the engine: what runs there, and what is known when nothing does.</summary>
internal sealed class ChannelSlot(string name) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Refusal? _refusal;
    private volatile DeployedChannel? _channel;
    private ChannelDefinition? _disabled;
    private bool _isStopped;
    private bool _hasRun;

    public string Name => name;

    /// <summary>Live on over stops and starts.</summary>
    public ChannelFigures Figures { get; } = new();

    /// <summary>What was deployed last or, until a version could run, was last to be; null before the first time.</summary>
    public ChannelDefinition? Last { get; private set; }

    /// <summary>What runs; null when nothing does.</summary>
    public DeployedChannel? Channel
    {
        get => _channel;
        set
        {
            _channel = value;
            _isStopped = false;
            _disabled = null;
        }
    }

    /// <summary>True when this version runs, with the same values of what it refers to.</summary>
    public bool Runs(ChannelDefinition definition) =>
        _channel?.Version is { Definition: var running } && running.Version == definition.Version && running.References == definition.References;

    /// <summary>One deployment at a time.</summary>
    public async Task<IDisposable> LockAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(_turn);
    }

    /// <summary>A version is to be deployed. One that ran is what a restart brings back, until another one does.</summary>
    public void Offered(ChannelDefinition definition)
    {
        if (!_hasRun)
        {
            Last = definition;
        }
    }

    /// <summary>It runs.</summary>
    public void Deployed(ChannelDefinition definition)
    {
        _hasRun = true;
        Last = definition;
    }

    /// <summary>The version on disk is the one that runs, or is meant not to run.</summary>
    public void Accepted() => _refusal = null;

    /// <summary>The version on disk cannot run.</summary>
    public DeployOutcome Refused(string reason, IReadOnlyList<ChannelProblem> problems)
    {
        _refusal = new Refusal(reason, problems);
        return new DeployOutcome(false, reason, problems);
    }

    /// <summary>The folder says that the channel is not to run.</summary>
    public void Disabled(ChannelDefinition definition) => _disabled = definition;

    /// <summary>Stops what runs.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (_channel is not { } channel)
        {
            return;
        }

        await channel.StopAsync(cancellationToken).ConfigureAwait(false);
        await channel.DisposeAsync().ConfigureAwait(false);
        _channel = null;
        _isStopped = true;
    }

    /// <summary>A snapshot.</summary>
    public ChannelStatus Status()
    {
        var channel = _channel;
        var version = channel?.Version;
        var refusal = _refusal;
        var definition = version?.Definition ?? _disabled;
        var status = new ChannelStatus
        {
            Name = name,
            Description = definition?.Description ?? "",
            Condition = Condition(channel, refusal),
            Version = version?.Definition.Version,
            Since = version?.Since,
            Reason = Reason(channel, refusal),
            Problems = refusal?.Problems ?? [],
            SourceType = definition?.Source.Connector.Type,
            Resources = definition is null ? [] : [.. definition.Source.Connector.ExclusiveResources(definition.Source.Options)],
            StoreFault = channel?.Store.Fault,
            Figures = Figures.Snapshot(),
        };
        return channel is null || version is null ? status : WithCounts(status, channel, version);
    }

    /// <summary>What scripts can know of it.</summary>
    public ChannelEntry Entry()
    {
        var channel = _channel;
        var figures = Figures.Snapshot();
        var queued = channel?.Store.Counts().Where(count => count.Status == MessageStatus.Queued).Sum(count => count.Count) ?? 0;
        var state = channel is { Version: not null } ? (channel.IsPaused ? "paused" : "started") : _refusal is not null ? "failed" : "stopped";
        return new ChannelEntry(
            Last?.Id ?? name, name, channel is { Version: not null }, state, figures.Received, figures.Filtered, queued, figures.Sent, figures.Errors + figures.Failed)
        {
            Title = Last?.Title,
        };
    }

    public void Dispose() => _turn.Dispose();

    private ChannelCondition Condition(DeployedChannel? channel, Refusal? refusal)
    {
        if (channel is { Version: not null })
        {
            return channel.IsListening ? ChannelCondition.Running : ChannelCondition.Waiting;
        }

        return refusal is not null ? ChannelCondition.Failed
            : _disabled is not null ? ChannelCondition.Disabled
            : _isStopped ? ChannelCondition.Stopped
            : ChannelCondition.Starting;
    }

    private static string? Reason(DeployedChannel? channel, Refusal? refusal)
    {
        var reasons = new[]
        {
            channel?.Store.Fault,
            channel?.SourceReason,
            refusal is null ? null : channel is null ? refusal.Reason : $"the version on disk does not run, an older one does: {refusal.Reason}",
        };
        var told = string.Join("; ", reasons.Where(reason => reason is not null));
        return told.Length == 0 ? null : told;
    }

    private static ChannelStatus WithCounts(ChannelStatus status, DeployedChannel channel, ChannelVersion version)
    {
        var now = channel.Now;
        var counts = channel.Store.Counts();
        return status with
        {
            Counts = counts,
            Orphans = [.. counts.Where(count => count.Status == MessageStatus.Queued && count.Connector != "source" && !version.Lanes.ContainsKey(count.Connector))],
            Destinations = [.. version.Lanes.Values.Select(lane => DestinationStatusOf(lane, counts, now))],
        };
    }

    private static DestinationStatus DestinationStatusOf(DestinationLane lane, IReadOnlyList<StatusCount> counts, DateTimeOffset now) => new()
    {
        Name = lane.Definition.Name,
        Type = lane.Definition.Connector.Type,
        Queue = lane.Definition.Queue.Mode,
        Queued = counts.Where(count => count.Connector == lane.Definition.Name && count.Status == MessageStatus.Queued).Sum(count => count.Count),
        BlockedBy = lane.Blocked.MessageId,
        BlockedSeconds = lane.Blocked.MessageId == 0 ? 0 : Math.Max(0, (now - lane.Blocked.Since).TotalSeconds),
        Parked = lane.Parked,
        Breaker = lane.Breaker,
        LastFailure = lane.LastFailure,
    };

    private sealed record Refusal(string Reason, IReadOnlyList<ChannelProblem> Problems);

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
