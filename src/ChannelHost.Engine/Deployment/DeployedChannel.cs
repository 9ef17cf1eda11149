using ChannelHost.Engine.Attachments;
using ChannelHost.Engine.Destinations;
using ChannelHost.Engine.Figures;
using ChannelHost.Engine.Pipeline;
using ChannelHost.Engine.Recovery;
using ChannelHost.Engine.Sources;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Deployment;

/// <summary>
/// A channel that runs: its store and state, open for as long as it lives, its source, and the version that processes its messages.
/// Its methods are called by one deployment at a time.
/// </summary>
internal sealed partial class DeployedChannel : IAsyncDisposable
{
    /// <summary>How long a swap waits for the messages of the old version before it goes on without them.</summary>
    private static readonly TimeSpan SwapPatience = TimeSpan.FromSeconds(10);

    /// <summary>How often messages past their retention are removed.</summary>
    private static readonly TimeSpan PruneInterval = TimeSpan.FromMinutes(10);

    private readonly EngineServices _services;
    private readonly ILogger _logger;
    private readonly ChannelBuilder _builder;
    private readonly Intake _intake;
    private readonly ReceivedBacklog _backlog;
    private readonly CancellationTokenSource _aborting = new();
    private readonly MessageReceiver _receiver;
    private readonly KeyedReceiver _keyed;
    private readonly AttachmentShelves _shelves;
    private readonly string _id;
    private readonly LaneTakeover _takeover;
    private SourceRunner? _source;
    private Task _housekeeping = Task.CompletedTask;

    private DeployedChannel(ChannelDefinition definition, EngineServices services, IChannelRouter router, IVariableMap globalMap, AttachmentShelves shelves, ChannelFigures figures, IChannelDirectory channels, IMessageStore store, IChannelState state)
    {
        Name = definition.Name;
        Figures = figures;
        Store = store;
        State = state;
        Resends = new ResendWindow(store);
        _shelves = shelves;
        _id = definition.Id ?? definition.Name;
        shelves.Open(Name, store);
        shelves.Open(_id, store);
        _services = services;
        _logger = services.Loggers.CreateLogger<DeployedChannel>();
        _builder = new ChannelBuilder(services, router, globalMap, shelves, figures, store, state, _aborting.Token, channels);
        _intake = new Intake(definition.Threads);
        _backlog = new ReceivedBacklog(Name, store, () => _intake.Pipeline, services.Time, _logger);
        _receiver = new MessageReceiver(Name, _intake, _backlog, store, state, figures, services.Time, _logger, _aborting.Token);
        _takeover = new LaneTakeover(Name, new DoubtMarks(store, _builder.Leases), services.Time, _logger, _aborting.Token);
        _keyed = new KeyedReceiver(Name, _receiver, _intake, store, _logger);
    }

    /// <summary>Which messages people sent again and still wait.</summary>
    public ResendWindow Resends { get; }

    public string Name { get; }

    public ChannelFigures Figures { get; }

    public IMessageStore Store { get; }

    public IChannelState State { get; }

    /// <summary>The version that processes new messages; null until the first is built.</summary>
    public ChannelVersion? Version { get; private set; }

    /// <summary>The time by the channel's clock.</summary>
    public DateTimeOffset Now => _services.Time.GetUtcNow();

    /// <summary>True when the source takes messages.</summary>
    public bool IsListening => _source is { IsStarted: true };

    /// <summary>Why the source does not.</summary>
    public string? SourceReason => IsPaused ? "its source is paused, as a script asked" : _source?.Reason;

    /// <summary>True when its source was stopped by <see cref="PauseAsync"/>.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Takes messages from channels of this host, as from a source.</summary>
    public IMessageReceiver Receiver => _receiver;

    /// <summary>The queues that people have paused.</summary>
    public PausedQueues Paused => _builder.Paused;

    /// <summary>True when messages are queued at a destination, also at one that has no queue any more.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public bool Waits(string destination) => _builder.Waits(destination);

    /// <summary>Processes a stored message anew.</summary>
    public ValueTask<SourceResponse> ReplayAsync(IncomingMessage message, ReplayedMessage origin, CancellationToken cancellationToken) =>
        _receiver.ReplayAsync(message, origin, cancellationToken);

    /// <summary>Opens the stores, finishes what the last process left behind, and starts queues and source.</summary>
    /// <exception cref="StoreException">A store cannot be opened.</exception>
    /// <exception cref="ScriptCompileException">A script cannot be prepared.</exception>
    /// <exception cref="ConnectorException">A destination cannot work.</exception>
    public static async Task<DeployedChannel> StartAsync(
        ChannelDefinition definition,
        EngineServices services,
        IChannelRouter router,
        IVariableMap globalMap,
        AttachmentShelves shelves,
        ChannelFigures figures,
        IChannelDirectory channels,
        CancellationToken cancellationToken)
    {
        var store = services.Stores.OpenMessages(definition.Name, definition.Store);
        IChannelState? state = null;
        DeployedChannel? channel = null;
        try
        {
            state = services.Stores.OpenState(definition.Name, store, definition.State);
            channel = new DeployedChannel(definition, services, router, globalMap, shelves, figures, channels, store, state);
            await channel.BeginAsync(definition, cancellationToken).ConfigureAwait(false);
            return channel;
        }
        catch
        {
            if (channel is not null)
            {
                await channel.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                if (state is not null)
                {
                    await state.DisposeAsync().ConfigureAwait(false);
                }

                await store.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>True when this version can take the running one's place; false when the channel must be stopped and started anew.</summary>
    public bool CanSwap(ChannelDefinition next) =>
        Version is { } running
        && IsSame(running.Definition.Store, next.Store)
        && Equals(running.Definition.State, next.State)
        && running.Definition.Id == next.Id
        && running.Definition.Threads == next.Threads;

    // Records compare the times by status as objects, and each reading of a file makes others.
    private static bool IsSame(StoreSettings running, StoreSettings next) =>
        running with { RetentionByStatus = next.RetentionByStatus } == next
        && running.RetentionByStatus.Count == next.RetentionByStatus.Count
        && running.RetentionByStatus.All(kept => next.RetentionByStatus.TryGetValue(kept.Key, out var time) && time == kept.Value);

    /// <summary>Finds out, while this one runs, whether the scripts of a version that must be started anew can be prepared.</summary>
    /// <exception cref="ScriptCompileException">They cannot.</exception>
    public void CheckScripts(ChannelDefinition next) => _builder.CheckScripts(next);

    /// <summary>
    /// Swaps the version in one step. Messages in flight finish on the old one; senders stay connected; new messages wait at the door meanwhile.
    /// When anything of the new version cannot be built, it throws and the old one runs on untouched.
    /// </summary>
    public async Task SwapAsync(ChannelDefinition next, CancellationToken cancellationToken)
    {
        var old = Version!;
        var built = await _builder.BuildAsync(next, old, cancellationToken).ConfigureAwait(false);
        var sourceTookOver = await OfferToSourceAsync(next, built, old, cancellationToken).ConfigureAwait(false);
        await RunLifeAsync(old, built, sourceTookOver, cancellationToken).ConfigureAwait(false);
        var gone = old.Lanes.Where(lane => !built.Lanes.Values.Contains(lane.Value)).Select(lane => lane.Value).ToList();
        using var patience = new CancellationTokenSource(SwapPatience + next.ScriptLimits.Time, _services.Time);
        using (await _intake.HoldAsync(patience.Token))
        using (await _backlog.PauseAsync(patience.Token))
        using (await _builder.Chains.PauseAsync(patience.Token))
        {
            await _takeover.EndRetryAsync().ConfigureAwait(false);

            // Lanes that are replaced end first: a message must not be in two hands. What they leave Pending is taken up by those that follow.
            await Task.WhenAll(gone.Select(lane => lane.StopAsync(patience.Token))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _intake.Pipeline = built.Pipeline;
            Version = built;
            await TakeUpAsync(built, old, gone, _builder.Chains.Swap(built.Lanes, Store.NextId)).ConfigureAwait(false);
        }

        foreach (var lane in gone)
        {
            await lane.DisposeAsync().ConfigureAwait(false);
        }

        if (!sourceTookOver && !IsPaused)
        {
            await RestartSourceAsync(built, cancellationToken).ConfigureAwait(false);
        }

        WarnOfOrphans();
    }

    /// <summary>Stops the source until <see cref="ResumeAsync"/>; other channels can still send to it, and its queues run.</summary>
    public async Task PauseAsync(CancellationToken cancellationToken)
    {
        IsPaused = true;
        await _source!.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts the source again.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        if (!IsPaused)
        {
            return;
        }

        await _source!.DisposeAsync().ConfigureAwait(false);
        await StartSourceAsync(Version!, cancellationToken).ConfigureAwait(false);
        IsPaused = false;
    }

    /// <summary>Takes no more messages, lets those inside finish, stops the queues. At cancellation everything is closed at once.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_source is not null)
        {
            await _source.StopAsync(cancellationToken).ConfigureAwait(false);
        }

        await _takeover.EndRetryAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _intake.Close();
        await _intake.InFlight.WhenEmptyAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _backlog.StopAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Version is not null)
        {
            await Task.WhenAll(Version.Lanes.Values.Select(lane => lane.StopAsync(cancellationToken))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!cancellationToken.IsCancellationRequested && Version is { Life: { Undeploy: not null } life })
        {
            await UndeployedAsync(life, cancellationToken).ConfigureAwait(false);
        }

        LeaveWord();
        await _aborting.CancelAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _intake.Close();
        await _aborting.CancelAsync().ConfigureAwait(false);
        await _takeover.EndRetryAsync().ConfigureAwait(false);
        await _housekeeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CloseAsync(_source).ConfigureAwait(false);
        foreach (var lane in Version?.Lanes.Values ?? [])
        {
            await CloseAsync(lane).ConfigureAwait(false);
        }

        await CloseAsync(_backlog).ConfigureAwait(false);
        await CloseAsync(State).ConfigureAwait(false);
        _shelves.Close(Name, Store);
        _shelves.Close(_id, Store);
        await CloseAsync(Store).ConfigureAwait(false);
        _aborting.Dispose();
    }

    private void LeaveWord()
    {
        try
        {
            if (Version is not null && Store.Fault is null && _takeover.IsDone && Version.Lanes.Values.All(lane => lane.Uncertain == 0 && lane.InDoubt.Count == 0))
            {
                new CleanStop(Store, State).Leave();
            }
        }
        catch (StoreException exception)
        {
            Log.NoWordLeft(_logger, Name, exception.Message);
        }
    }

    /// <summary>One part that cannot be closed must not keep the others open.</summary>
    private async Task CloseAsync(IAsyncDisposable? part)
    {
        try
        {
            if (part is not null)
            {
                await part.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            Log.NotClosed(_logger, Name, exception.GetType().Name);
        }
    }

    private async Task BeginAsync(ChannelDefinition definition, CancellationToken cancellationToken)
    {
        await HoldAsync().ConfigureAwait(false);
        var version = await _builder.BuildAsync(definition, null, cancellationToken).ConfigureAwait(false);
        Version = version;
        _intake.Pipeline = version.Pipeline;
        _builder.Chains.Lanes = version.Lanes;
        if (State.Rebuilt is { } rebuilt)
        {
            Log.StateRebuilt(_logger, Name, rebuilt);
        }

        await DeployedAsync(version.Life, cancellationToken).ConfigureAwait(false);
        var recovery = Recovery(version);
        var wasCleanStop = new CleanStop(Store, State).Take();
        await new DoubtMarks(Store, _builder.Leases).TakeOverAsync(wasCleanStop).ConfigureAwait(false);
        var queuedAgain = version.Lanes.Values.Select(lane => lane.QueuedAgain).DefaultIfEmpty().Max();
        await recovery.ResumeAllAsync(wasCleanStop, queuedAgain, cancellationToken).ConfigureAwait(false);
        foreach (var lane in version.Lanes.Values)
        {
            lane.StartQueue();
        }

        _backlog.Start(recovery.ReadReceivedAsync(CancellationToken.None));
        if (definition.Store.IsPruned)
        {
            _housekeeping = Task.Run(PruneAsync, CancellationToken.None);
        }

        await StartSourceAsync(version, cancellationToken).ConfigureAwait(false);
        WarnOfOrphans();
    }

    // Before anything is built on it: a lane looks once whether it is held.
    private async Task HoldAsync()
    {
        var isAsked = _services.Hold?.IsFirst(Name) ?? false;
        try
        {
            await new BackupHold(Name, Store, _builder.Paused, _logger).TakeAsync(isAsked).ConfigureAwait(false);
        }
        catch when (isAsked)
        {
            _services.Hold!.Forget(Name);
            throw;
        }
    }

    private async Task PruneAsync()
    {
        using var timer = new PeriodicTimer(PruneInterval, _services.Time);
        try
        {
            do
            {
                try
                {
                    await Store.PruneAsync(Now, _aborting.Token).ConfigureAwait(false);
                }
                catch (StoreException exception)
                {
                    Log.NotPruned(_logger, Name, exception.Message);
                }
                catch (Exception exception) when (exception is not OperationCanceledException || !_aborting.IsCancellationRequested)
                {
                    // Its text may quote content. Were the loop to end, the disk would fill up without a word.
                    Log.NotPruned(_logger, Name, exception.GetType().Name);
                }
            }
            while (await timer.WaitForNextTickAsync(_aborting.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (_aborting.IsCancellationRequested)
        {
            // The channel is closed.
        }
    }

    private Task StartSourceAsync(ChannelVersion version, CancellationToken cancellationToken)
    {
        var definition = version.Definition.Source;
        var context = _builder.Context(version.Definition, "source", definition.DataType, version.Environment);
        var source = definition.Connector.CreateSource(definition.Options, context);
        _source = new SourceRunner(Name, definition, source, _keyed, _services.Time, _logger);
        return _source.StartAsync(cancellationToken);
    }

    private MessageRecovery Recovery(ChannelVersion version) =>
        new(Name, Store, _builder.Recorder(Name), version.Pipeline, version.Lanes, _intake.InFlight, _services.Time, _logger, _aborting.Token);

    /// <summary>
    /// The old version goes, the new one comes: the last thing that can refuse a version, because what the scripts did cannot be undone. When the new one's script fails, the
    /// old one comes again with what <c>globalChannelMap</c> held: it runs on.
    /// </summary>
    private async Task RunLifeAsync(ChannelVersion old, ChannelVersion built, bool sourceTookOver, CancellationToken cancellationToken)
    {
        await UndeployedAsync(old.Life, cancellationToken).ConfigureAwait(false);
        var forgotten = Forget(built.Definition);
        try
        {
            await DeployedAsync(built.Life, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await ChannelBuilder.DiscardAsync(built.Lanes.Values, old).ConfigureAwait(false);
            if (sourceTookOver)
            {
                await GiveSourceBackAsync(old).ConfigureAwait(false);
            }

            Remember(forgotten);
            await DeployedAsync(old.Life, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>In the reference a deployment empties <c>globalChannelMap</c>; ours outlives a change, and where it is kept also a restart.</summary>
    /// <returns>What it held.</returns>
    private List<(string Key, object? Value)> Forget(ChannelDefinition next)
    {
        var forgotten = new List<(string, object?)>();
        if (next.Compatibility == Compatibility.Mirth && !next.State.KeepGlobalChannelMap)
        {
            foreach (var key in State.GlobalChannelMap.Keys)
            {
                if (State.GlobalChannelMap.TryGet(key, out var value))
                {
                    forgotten.Add((key, value));
                }

                State.GlobalChannelMap.Remove(key);
            }
        }

        return forgotten;
    }

    /// <summary>Puts back what was forgotten, but for what messages of the version that goes on have written since.</summary>
    private void Remember(List<(string Key, object? Value)> forgotten)
    {
        foreach (var (key, value) in forgotten)
        {
            if (!State.GlobalChannelMap.TryGet(key, out _))
            {
                State.GlobalChannelMap.Put(key, value);
            }
        }
    }

    /// <exception cref="ConnectorException">The script failed.</exception>
    private async Task DeployedAsync(LifeScripts life, CancellationToken cancellationToken)
    {
        if (life.Deploy is null)
        {
            return;
        }

        var (error, changes) = life.Run(life.Deploy, cancellationToken);
        await KeepAsync(changes).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (error is not null)
        {
            throw new ConnectorException($"its deploy script failed: {error.Told}");
        }
    }

    private async Task UndeployedAsync(LifeScripts life, CancellationToken cancellationToken)
    {
        var (error, changes) = life.Run(life.Undeploy, cancellationToken);
        if (error is not null)
        {
            Log.UndeployFailed(_logger, Name, error.Told);
        }

        try
        {
            await KeepAsync(changes).ConfigureAwait(false);
        }
        catch (StoreException exception)
        {
            Log.UndeployFailed(_logger, Name, exception.Message);
        }
    }

    private async Task KeepAsync(IReadOnlyList<StateChange> changes)
    {
        if (changes.Count > 0)
        {
            var sequence = await Store.RecordAfterwardsAsync(0, changes, null).ConfigureAwait(false);
            State.Apply(new RecordedStateChanges(sequence, 0, changes));
        }
    }

    private async Task TakeUpAsync(ChannelVersion built, ChannelVersion old, List<DestinationLane> gone, SwapRemnants remnants)
    {
        foreach (var lane in built.Lanes.Values.Except(old.Lanes.Values).Where(lane => !gone.Exists(before => before.Definition.Name == lane.Definition.Name)))
        {
            lane.StartQueue();
        }

        if (gone.Count == 0 && _takeover.IsDone)
        {
            _builder.Chains.TakenUp(remnants);
            return;
        }

        var recovery = Recovery(built);
        var names = gone.Select(lane => lane.Definition.Name).ToHashSet(StringComparer.Ordinal);
        await _takeover.BeginAsync(gone, built.Lanes, ResumeAsync).ConfigureAwait(false);

        async Task ResumeAsync()
        {
            await recovery.ResumeReplacedAsync(names, remnants, _aborting.Token).ConfigureAwait(false);
            _builder.Chains.TakenUp(remnants);
        }
    }

    /// <summary>Offers the source its changed settings before anything is swapped: when it cannot work with them, the old version stays whole.</summary>
    private async Task<bool> OfferToSourceAsync(ChannelDefinition next, ChannelVersion built, ChannelVersion old, CancellationToken cancellationToken)
    {
        if (IsPaused)
        {
            return false;
        }

        try
        {
            return await _source!.TryChangeAsync(next.Source, !ChannelBuilder.ShareScripts(old.Definition, next), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await ChannelBuilder.DiscardAsync(built.Lanes.Values, old).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The version whose settings the source took over is not to be: it gets back those that it had.</summary>
    private async Task GiveSourceBackAsync(ChannelVersion old)
    {
        try
        {
            if (await _source!.TryChangeAsync(old.Definition.Source, scriptsChanged: false, CancellationToken.None).ConfigureAwait(false))
            {
                return;
            }
        }
        catch (ConnectorException exception)
        {
            Log.SourceNotGivenBack(_logger, Name, exception.Message);
        }

        await RestartSourceAsync(old, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task RestartSourceAsync(ChannelVersion built, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(SwapPatience, _services.Time);
        await _source!.StopAsync(patience.Token).ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
        await StartSourceAsync(built, cancellationToken).ConfigureAwait(false);
    }

    private void WarnOfOrphans()
    {
        foreach (var orphan in Store.Orphans([.. Version!.Lanes.Keys]))
        {
            Log.Orphans(_logger, Name, orphan.Count, orphan.Connector);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2009, Level = LogLevel.Warning, Message = "{Channel}: it could not be noted that every delivery is recorded; the next start marks the first messages of each queue as re-attempts: {Reason}")]
        public static partial void NoWordLeft(ILogger logger, string channel, string reason);

        [LoggerMessage(EventId = 2008, Level = LogLevel.Error, Message = "{Channel}: a part of the channel could not be closed ({Failure}); the rest was")]
        public static partial void NotClosed(ILogger logger, string channel, string failure);

        [LoggerMessage(EventId = 2002, Level = LogLevel.Warning, Message = "{Channel}: {Count} messages wait for the destination {Destination}, which this version of the channel does not have. They are kept; bring the destination back, or decide on them")]
        public static partial void Orphans(ILogger logger, string channel, long count, string destination);

        [LoggerMessage(EventId = 2015, Level = LogLevel.Error, Message = "{Channel}: its undeploy script failed; it is undeployed all the same: {Reason}")]
        public static partial void UndeployFailed(ILogger logger, string channel, string reason);

        [LoggerMessage(EventId = 2016, Level = LogLevel.Warning, Message = "{Channel}: the source does not take back the settings of the version that goes on; it is started anew with them: {Reason}")]
        public static partial void SourceNotGivenBack(ILogger logger, string channel, string reason);

        [LoggerMessage(EventId = 2006, Level = LogLevel.Warning, Message = "{Channel}: messages past their retention could not be removed and are tried again later: {Reason}")]
        public static partial void NotPruned(ILogger logger, string channel, string reason);

        [LoggerMessage(EventId = 2003, Level = LogLevel.Warning, Message = "{Channel}: the channel's state was rebuilt: {Reason}")]
        public static partial void StateRebuilt(ILogger logger, string channel, string reason);
    }
}
