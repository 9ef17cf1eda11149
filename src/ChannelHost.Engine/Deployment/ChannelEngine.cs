using System.Collections.Concurrent;
using ChannelHost.Engine.Attachments;
using ChannelHost.Engine.Figures;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Deployment;

/// <summary>Runs channels. A fault of one channel is that channel's: it is in its status, and the others go on. Safe for use by many threads.</summary>
public sealed partial class ChannelEngine : IChannelRouter, IAsyncDisposable
{
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(10);

    private readonly EngineServices _services;
    private readonly ILogger _logger;
    private readonly EngineMeter _meter;
    private readonly SharedVariables _globalMap = new();
    private readonly AttachmentShelves _shelves = new();
    private readonly ChannelDirectory _directory;
    private readonly GlobalScriptRunner _global;
    private readonly ConcurrentDictionary<string, ChannelSlot> _slots = new(StringComparer.Ordinal);

    /// <summary>An engine without channels.</summary>
    public ChannelEngine(EngineServices services)
    {
        _services = services;
        _logger = services.Loggers.CreateLogger<ChannelEngine>();
        _meter = new EngineMeter(Status, WaitingQueues, services.Time);
        _directory = new ChannelDirectory(this, services.Loggers.CreateLogger<ChannelDirectory>());
        _global = new GlobalScriptRunner(services, this, _globalMap, _directory);
    }

    /// <summary>The name of the meter under which the engine publishes its figures.</summary>
    public static string MeterName => EngineMeter.Name;

    /// <summary>All channels that are known, by name.</summary>
    public IReadOnlyList<ChannelStatus> Status() =>
        [.. _slots.Values.OrderBy(slot => slot.Name, StringComparer.Ordinal).Select(slot => slot.Status())];

    /// <summary>One channel, or null.</summary>
    public ChannelStatus? StatusOf(string channel) => _slots.TryGetValue(channel, out var slot) ? slot.Status() : null;

    /// <summary>True when this very version runs, and what it refers to is still the same.</summary>
    public bool Runs(ChannelDefinition definition) => _slots.TryGetValue(definition.Name, out var slot) && slot.Runs(definition);

    /// <summary>A channel's messages, or null when it is unknown or its store is not open.</summary>
    public IMessageStore? MessagesOf(string channel) => _slots.TryGetValue(channel, out var slot) ? slot.Channel?.Store : null;

    /// <summary>What people may do to a channel by hand; null when it is unknown or does not run.</summary>
    public ChannelOperations? OperationsOf(string channel) =>
        _slots.TryGetValue(channel, out var slot) && slot.Channel is { Version: not null } running ? new ChannelOperations(slot, running) : null;

    private IEnumerable<QueueStatus> WaitingQueues() => _slots.Keys.SelectMany(QueuesOf);

    private IReadOnlyList<QueueStatus> QueuesOf(string channel)
    {
        try
        {
            return OperationsOf(channel)?.Queues() ?? [];
        }
        catch (StoreException)
        {
            // A store that cannot be read gives no figure; the channel's status says why.
            return [];
        }
    }

    /// <summary>Runs the deploy script of all channels, once before channels are deployed.</summary>
    /// <param name="definition">A channel of the folder.</param>
    /// <param name="cancellationToken">Cuts it off.</param>
    /// <returns>Why it failed, which stops nothing; null when it did not.</returns>
    public Task<string?> RunGlobalDeployAsync(ChannelDefinition definition, CancellationToken cancellationToken) =>
        Task.Run(() => _global.Run(ScriptKind.GlobalDeploy, definition.Global.Deploy, definition, cancellationToken), cancellationToken);

    /// <summary>What a channel's folder said when it was last deployed; null when it never was.</summary>
    public ChannelDefinition? LastDefinitionOf(string channel) => _slots.TryGetValue(channel, out var slot) ? slot.Last : null;

    /// <summary>Starts a channel, or swaps a running one for this version. What is wrong with this channel never throws: it is in the outcome and in the status.</summary>
    public async Task<DeployOutcome> DeployAsync(ChannelDefinition definition, CancellationToken cancellationToken)
    {
        if (!definition.Enabled)
        {
            await CloseDependentsAsync(definition.Name, cancellationToken).ConfigureAwait(false);
        }

        var slot = _slots.GetOrAdd(definition.Name, name => new ChannelSlot(name));
        var outcome = await DeployLockedAsync(slot, definition, cancellationToken).ConfigureAwait(false);
        if (definition.Enabled && slot.Channel is null)
        {
            // It was closed for a version that then could not start.
            await CloseDependentsAsync(definition.Name, cancellationToken).ConfigureAwait(false);
        }

        return outcome;
    }

    private async Task<DeployOutcome> DeployLockedAsync(ChannelSlot slot, ChannelDefinition definition, CancellationToken cancellationToken)
    {
        using (await slot.LockAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                var outcome = await DeployAsync(slot, definition, cancellationToken).ConfigureAwait(false);
                slot.Accepted();
                return outcome;
            }
            catch (ScriptCompileException exception)
            {
                var problems = exception.Problems
                    .Select(problem => new ChannelProblem(problem.File, problem.Line, problem.Column, "", problem.Message, "a script that can be read"))
                    .ToList();
                return slot.Refused("its scripts cannot be prepared", problems);
            }
            catch (Exception exception) when (exception is ConnectorException or StoreException)
            {
                Log.NotDeployed(_logger, definition.Name, exception.Message);
                return slot.Refused(exception.Message, []);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Log.Unexpected(_logger, definition.Name, exception.GetType().Name, exception.StackTrace);
                return slot.Refused($"unexpected failure ({exception.GetType().Name}); the log has the details", []);
            }
        }
    }

    /// <summary>Notes that the version on disk was refused; the running version goes on.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="problems">What is wrong with it.</param>
    /// <param name="reason">The same in a few words.</param>
    public void Refuse(string channel, IReadOnlyList<ChannelProblem> problems, string reason = "channel.yaml or its scripts have problems") =>
        _slots.GetOrAdd(channel, name => new ChannelSlot(name)).Refused(reason, problems);

    /// <summary>Stops a channel and forgets it; its data stays. Channels that depend on it are stopped before it.</summary>
    public async Task UndeployAsync(string channel, CancellationToken cancellationToken)
    {
        if (!_slots.TryGetValue(channel, out var slot))
        {
            return;
        }

        await CloseDependentsAsync(channel, cancellationToken).ConfigureAwait(false);
        using (await slot.LockAsync(CancellationToken.None).ConfigureAwait(false))
        {
            await CloseAsync(slot, cancellationToken).ConfigureAwait(false);
            _slots.TryRemove(channel, out _);
        }

        await RunGlobalUndeployAsync(slot.Last, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Stops all channels, those that depend on others before them and else side by side: no new messages, those taken finish, queues stop after the message in
    /// hand. At cancellation everything is closed at once.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var last = _slots.Values.FirstOrDefault(slot => slot.Channel is not null)?.Last;
        foreach (var tier in DeployOrder.Tiers(_slots.Values, slot => slot.Name, NeedsOf).Reverse())
        {
            await Task.WhenAll(tier.Select(async slot =>
            {
                using (await slot.LockAsync(CancellationToken.None).ConfigureAwait(false))
                {
                    await slot.CloseAsync(cancellationToken).ConfigureAwait(false);
                }
            })).ConfigureAwait(false);
        }

        await RunGlobalUndeployAsync(last, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What scripts can know of all channels.</summary>
    internal IReadOnlyList<ChannelEntry> Entries() => [.. _slots.Values.OrderBy(slot => slot.Name, StringComparer.Ordinal).Select(slot => slot.Entry())];

    /// <summary>The full name of a channel by its name or id; null when there is none.</summary>
    internal string? NameOf(string channel) => Find(channel)?.Name;

    /// <summary>Does what a script asked for.</summary>
    internal async Task CarryOutAsync(string channel, ChannelRequest request, CancellationToken cancellationToken)
    {
        if (!_slots.TryGetValue(channel, out var slot))
        {
            return;
        }

        switch (request)
        {
            case ChannelRequest.Stop or ChannelRequest.Undeploy:
                await CloseDependentsAsync(channel, cancellationToken).ConfigureAwait(false);
                using (await slot.LockAsync(cancellationToken).ConfigureAwait(false))
                {
                    await CloseAsync(slot, cancellationToken).ConfigureAwait(false);
                }

                break;
            case ChannelRequest.Pause:
                using (await slot.LockAsync(cancellationToken).ConfigureAwait(false))
                {
                    await (slot.Channel?.PauseAsync(cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);
                }

                break;
            case ChannelRequest.Resume or ChannelRequest.Start when slot.Channel is not null:
                using (await slot.LockAsync(cancellationToken).ConfigureAwait(false))
                {
                    await (slot.Channel?.ResumeAsync(cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);
                }

                break;
            default:
                if (slot.Last is { } definition)
                {
                    await DeployAsync(definition, cancellationToken).ConfigureAwait(false);
                }

                break;
        }
    }

    /// <summary>The undeploy script of all channels, once after channels went. A stop that may not take time does without it.</summary>
    private async Task RunGlobalUndeployAsync(ChannelDefinition? definition, CancellationToken cancellationToken)
    {
        if (definition?.Global.Undeploy is { } script && !cancellationToken.IsCancellationRequested)
        {
            await Task.Run(() => _global.Run(ScriptKind.GlobalUndeploy, script, definition, cancellationToken), CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static IReadOnlyList<string> NeedsOf(ChannelSlot slot) => slot.Last?.DependsOn ?? [];

    /// <summary>By full name, by id, or by a title that no other channel has: with a choice, nobody can say which one is meant.</summary>
    private ChannelSlot? Find(string channel, string group = "")
    {
        if (_slots.TryGetValue(channel, out var slot) || (slot = _slots.Values.FirstOrDefault(candidate => candidate.Last?.Id == channel)) is not null)
        {
            return slot;
        }

        var titled = _slots.Values.Where(candidate => candidate.Last?.Title == channel).ToList();
        var near = titled.Count > 1 && group.Length > 0 ? titled.FindAll(candidate => candidate.Name.StartsWith(group, StringComparison.Ordinal)) : titled;
        return near is [var only] ? only : null;
    }

    /// <summary>Channels that wait for one that goes are stopped before it, and tried again by whoever retries.</summary>
    private async Task CloseDependentsAsync(string channel, CancellationToken cancellationToken)
    {
        foreach (var slot in _slots.Values.Where(slot => slot.Channel is not null && NeedsOf(slot).Contains(channel)).ToList())
        {
            await CloseDependentsAsync(slot.Name, cancellationToken).ConfigureAwait(false);
            using (await slot.LockAsync(CancellationToken.None).ConfigureAwait(false))
            {
                await CloseAsync(slot, cancellationToken).ConfigureAwait(false);
                slot.Refused($"it depends on {channel}, which does not run", []);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<SourceResponse?> RouteAsync(string channel, string from, IncomingMessage message, CancellationToken cancellationToken)
    {
        var group = from.LastIndexOf('/') is var slash and >= 0 ? from[..(slash + 1)] : "";
        if (!_slots.TryGetValue(group + channel, out var slot) && (slot = Find(channel, group)) is null)
        {
            return null;
        }

        if (slot.Channel is not { Version: not null } running)
        {
            return null;
        }

        try
        {
            return await running.Receiver.ReceiveAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The target stopped before it kept the message: for the caller the same as not running.
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        await _directory.DisposeAsync().ConfigureAwait(false);
        _meter.Dispose();
        foreach (var slot in _slots.Values)
        {
            slot.Dispose();
        }
    }

    /// <summary>Closes a channel for a deployment: what is in hand has a while to finish, but one channel must not hold up the deployments of the others.</summary>
    private async Task CloseAsync(ChannelSlot slot, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(ClosePatience, _services.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await slot.CloseAsync(limit.Token).ConfigureAwait(false);
    }

    private async Task<DeployOutcome> DeployAsync(ChannelSlot slot, ChannelDefinition definition, CancellationToken cancellationToken)
    {
        if (!definition.Enabled)
        {
            await CloseAsync(slot, cancellationToken).ConfigureAwait(false);
            slot.Disabled(definition);
            return new DeployOutcome(false, "enabled: false", []);
        }

        slot.Offered(definition);
        if (slot.Runs(definition))
        {
            slot.Deployed(definition);
            return new DeployOutcome(true, null, []);
        }

        if (definition.DependsOn.FirstOrDefault(other => !_slots.TryGetValue(other, out var needed) || needed.Channel is not { Version: not null }) is { } missing)
        {
            throw new ConnectorException($"it depends on {missing}, which does not run");
        }

        if (slot.Channel is { } running && running.CanSwap(definition))
        {
            await running.SwapAsync(definition, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await StartAnewAsync(slot, definition, cancellationToken).ConfigureAwait(false);
        }

        slot.Deployed(definition);
        return new DeployOutcome(true, slot.Channel?.SourceReason, []);
    }

    /// <summary>For a version that cannot take the running one's place. When it cannot start, the one before comes back: a refused version takes nothing down.</summary>
    private async Task StartAnewAsync(ChannelSlot slot, ChannelDefinition definition, CancellationToken cancellationToken)
    {
        slot.Channel?.CheckScripts(definition);
        var (before, wasPaused) = (slot.Channel?.Version?.Definition, slot.Channel is { IsPaused: true });
        await CloseAsync(slot, cancellationToken).ConfigureAwait(false);
        try
        {
            slot.Channel = await StartAsync(slot, definition, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (before is not null && exception is not OperationCanceledException)
        {
            await BringBackAsync(slot, before, wasPaused, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private async Task BringBackAsync(ChannelSlot slot, ChannelDefinition before, bool wasPaused, CancellationToken cancellationToken)
    {
        try
        {
            slot.Channel = await StartAsync(slot, before, cancellationToken).ConfigureAwait(false);
            await (wasPaused ? slot.Channel.PauseAsync(cancellationToken) : Task.CompletedTask).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ConnectorException or StoreException or ScriptCompileException)
        {
            Log.NotBroughtBack(_logger, slot.Name, exception.Message);
        }
    }

    private Task<DeployedChannel> StartAsync(ChannelSlot slot, ChannelDefinition definition, CancellationToken cancellationToken) =>
        DeployedChannel.StartAsync(definition, _services, this, _globalMap, _shelves, slot.Figures, _directory, cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(EventId = 2019, Level = LogLevel.Error, Message = "{Channel}: the version before the refused one does not start again; the channel is down: {Reason}")]
        public static partial void NotBroughtBack(ILogger logger, string channel, string reason);

        [LoggerMessage(EventId = 2004, Level = LogLevel.Error, Message = "{Channel}: not deployed: {Reason}")]
        public static partial void NotDeployed(ILogger logger, string channel, string reason);

        [LoggerMessage(EventId = 2005, Level = LogLevel.Error, Message = "{Channel}: not deployed because of an unexpected {Failure}\n{Trace}")]
        public static partial void Unexpected(ILogger logger, string channel, string failure, string? trace);
    }
}
