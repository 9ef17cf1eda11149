using System.Collections.Concurrent;
using ChannelHost.Engine.Deployment;

namespace ChannelHost.Server.Hosting;

/// <summary>
/// Keeps what runs equal to what is on disk: deploys every channel at start, side by side, then follows the folder. A version with problems is refused,
/// and the running one goes on; at start, when nothing runs yet, the one that ran last does. One line in the log for each result.
/// </summary>
internal sealed partial class ChannelDeployer(
    ChannelEngine engine,
    IChannelFiles files,
    CaseGate gate,
    VersionKeeper versions,
    LastGoodVersion lastGood,
    Readiness readiness,
    TimeProvider time,
    ILogger<ChannelDeployer> logger) : IAsyncDisposable
{
    // When the folder cannot be followed any more: how long until it is tried again.
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    // How often a channel that has no problems of its own and does not run is tried again.
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(15);

    // Preparing scripts needs the processor, opening a store waits for the disk: twice the cores keeps both busy.
    private static readonly int Degree = Math.Clamp(Environment.ProcessorCount * 2, 2, 16);

    private readonly CancellationTokenSource _stop = new();

    // Following the folder and carrying out requests take turns: a restore is not to be read half done.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Task _work = Task.CompletedTask;

    // Channels that were refused at start, until something of them runs or they are taken from the folder.
    private readonly ConcurrentDictionary<string, RefusedAtStart> _refusedAtStart = new(StringComparer.Ordinal);

    /// <summary>Starts deploying; returns at once. <see cref="Readiness.WhenReady"/> completes after the first round.</summary>
    public void Start() => _work = Task.Run(() => WorkAsync(_stop.Token));

    /// <summary>Ends following the folder and waits for the deploy in hand, until the token is cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        try
        {
            await _work.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _stop.Dispose();
        _turn.Dispose();
    }

    /// <summary>Does something to a channel's folder and deploys it as it is then.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="request">Who wants it, and why.</param>
    /// <param name="prepare">What is done before; nothing of it is deployed until it is through, and nothing at all when it gives a refusal.</param>
    /// <param name="cancellationToken">Gives up waiting for the turn.</param>
    /// <returns>What came of it; null when there is no such channel.</returns>
    public async Task<DeployOutcome?> RequestAsync(string channel, DeployRequest request, Func<Task<DeployOutcome?>> prepare, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (await prepare() is { } refusal)
            {
                return refusal;
            }

            return files.Read(channel) is { } reading ? await DeployAsync(reading, request, new GlobalDeploy(engine), _stop.Token) : null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What would keep a version out, read or run; null when it may be deployed. Nothing is changed.</summary>
    public async Task<DeployOutcome?> RefusalAsync(ChannelReading reading, DeployRequest request, CancellationToken cancellationToken)
    {
        if (reading.Definition is not { } definition)
        {
            return new DeployOutcome(false, "it has problems as things are now; no file was changed", reading.Problems);
        }

        if (request.Force || !definition.Enabled || engine.Runs(definition))
        {
            return null;
        }

        var problems = await gate.CheckAsync(definition, cancellationToken);
        return problems.Count == 0 ? null : new DeployOutcome(false, "its cases do not give what they expect; no file was changed", problems);
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await FollowAsync(cancellationToken);
                return;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                Log.FollowingFailed(logger, error, PauseAfterFailure.TotalSeconds);
            }

            await Task.Delay(PauseAfterFailure, time, cancellationToken);
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        // Watching begins before the first reading, so that a change in between is not lost.
        await using var changes = files.WatchAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        var next = changes.MoveNextAsync().AsTask();
        await DeployAllAsync(cancellationToken);
        while (true)
        {
            if (await Task.WhenAny(next, Task.Delay(RetryInterval, time, cancellationToken)) != next)
            {
                await RetryFailedAsync(cancellationToken);
                continue;
            }

            if (!await next)
            {
                return;
            }

            var round = new GlobalDeploy(engine);
            foreach (var channel in changes.Current)
            {
                await GuardedAsync(channel, () => FollowAsync(channel, round, cancellationToken));
            }

            next = changes.MoveNextAsync().AsTask();
        }
    }

    // What keeps a good folder from running is outside of it: a full disk, a lock, a certificate that is not there yet. Time may mend it.
    private async Task RetryFailedAsync(CancellationToken cancellationToken)
    {
        foreach (var status in engine.Status())
        {
            if (status is { Condition: ChannelCondition.Failed, Problems.Count: 0 })
            {
                await GuardedAsync(status.Name, () => FollowAsync(status.Name, null, cancellationToken));
            }
        }

        // The watch does not look at cases: a changed case is no changed version. For one that they keep out it is a reason to look again.
        foreach (var channel in gate.WrittenSince())
        {
            await GuardedAsync(channel, () => FollowAsync(channel, null, cancellationToken));
        }

        foreach (var channel in _refusedAtStart.Keys)
        {
            await GuardedAsync(channel, () => RetryLastGoodAsync(channel, cancellationToken));
        }

        await versions.RetryAsync(cancellationToken);
    }

    private async Task DeployAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            var readings = files.ReadAll();
            readiness.Begin(readings.Count);
            var options = new ParallelOptions { MaxDegreeOfParallelism = Degree, CancellationToken = cancellationToken };
            var round = new GlobalDeploy(engine);
            foreach (var tier in DeployOrder.Tiers(readings, reading => reading.Name, reading => reading.Definition?.DependsOn ?? []))
            {
                await Parallel.ForEachAsync(tier, options, async (reading, token) =>
                {
                    await GuardedAsync(reading.Name, async () =>
                    {
                        var outcome = await DeployAsync(reading, DeployRequest.OfFolder, round, token);
                        if (outcome is { IsRunning: false, Problems.Count: > 0 } && reading.IsMeantToRun)
                        {
                            _refusedAtStart[reading.Name] = new RefusedAtStart(outcome, null);
                        }
                    });
                    readiness.Count();
                });
            }

            // After all others: what a good folder claims is its own.
            foreach (var channel in _refusedAtStart.Keys.Order(StringComparer.Ordinal))
            {
                await GuardedAsync(channel, () => RunLastGoodAsync(channel, cancellationToken));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Log.FolderUnreadable(logger, error.Message);
        }

        readiness.Complete();
    }

    // Without a round it is a retry: what all channels share was made ready before.
    private async Task FollowAsync(string channel, GlobalDeploy? round, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (files.Read(channel) is { } reading)
            {
                NoteRefusal(reading, await DeployAsync(reading, DeployRequest.OfFolder, round, cancellationToken));
                return;
            }

            _refusedAtStart.TryRemove(channel, out _);
            await engine.UndeployAsync(channel, cancellationToken);
            versions.NoteOff(channel, isOff: true);
            Log.Undeployed(logger, channel);
        }
        finally
        {
            _turn.Release();
        }
    }

    // What is told beside the version that stands in is what is wrong with the folder now.
    private void NoteRefusal(ChannelReading reading, DeployOutcome outcome)
    {
        if (!reading.IsMeantToRun)
        {
            _refusedAtStart.TryRemove(reading.Name, out _);
        }
        else if (outcome.Problems.Count > 0 && _refusedAtStart.TryGetValue(reading.Name, out var refused))
        {
            _refusedAtStart[reading.Name] = refused with { Outcome = outcome };
        }
    }

    private async Task RetryLastGoodAsync(string channel, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await RunLastGoodAsync(channel, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    // What ran before the restart is in the archive: a mistake in the folder does not take the channel down, neither now nor at the start.
    private async Task RunLastGoodAsync(string channel, CancellationToken cancellationToken)
    {
        if (!_refusedAtStart.TryGetValue(channel, out var refused))
        {
            return;
        }

        var (definition, failure) = lastGood.Find(channel);
        if (definition is not null)
        {
            // The folder is refused all the same, and the status goes on saying so.
            var outcome = await engine.DeployAsync(definition, cancellationToken);
            engine.Refuse(channel, refused.Outcome.Problems, refused.Outcome.Reason ?? "");
            if (engine.StatusOf(channel)?.Version is { } version)
            {
                _refusedAtStart.TryRemove(channel, out _);
                Log.LastGoodRuns(logger, channel, version);
                return;
            }

            failure = outcome.Reason;
        }

        if (failure is null)
        {
            _refusedAtStart.TryRemove(channel, out _);
            return;
        }

        _refusedAtStart[channel] = refused with { Told = failure };
        if (failure != refused.Told)
        {
            Log.NoLastGood(logger, channel, failure);
        }
    }

    // The watch also names channels whose files were written without becoming different.
    private bool IsRunning(ChannelReading reading) =>
        reading.Definition is { } definition
        && engine.StatusOf(reading.Name) is { Condition: ChannelCondition.Running or ChannelCondition.Waiting, Problems.Count: 0 }
        && engine.Runs(definition);

    // What goes wrong with one channel must not keep the others from being deployed.
    private async Task GuardedAsync(string channel, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Log.Failed(logger, error, channel);
        }
    }

    private async Task<DeployOutcome> DeployAsync(ChannelReading reading, DeployRequest request, GlobalDeploy? round, CancellationToken cancellationToken)
    {
        if (IsRunning(reading))
        {
            return new DeployOutcome(true, null, []);
        }

        if (reading.Definition is null)
        {
            engine.Refuse(reading.Name, reading.Problems);
            Refused(reading.Name, reading.Problems);
            return new DeployOutcome(false, "channel.yaml or its scripts have problems", reading.Problems);
        }

        foreach (var warning in reading.Problems)
        {
            Log.Warning(logger, reading.Name, warning.ToString());
        }

        if (await KeptOutAsync(reading.Definition, request, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        if (round is not null && reading.Definition.Enabled)
        {
            await round.BeforeAsync(reading.Definition, cancellationToken);
        }

        var outcome = await engine.DeployAsync(reading.Definition, cancellationToken);
        if (outcome.Problems.Count > 0)
        {
            Refused(reading.Name, outcome.Problems);
        }
        else if (!outcome.IsRunning && reading.Definition.Enabled)
        {
            Log.NotRunning(logger, reading.Name, outcome.Reason ?? "no reason was given");
        }
        else
        {
            _refusedAtStart.TryRemove(reading.Name, out _);
            versions.NoteOff(reading.Name, isOff: !reading.Definition.Enabled);
            if (reading.Definition.Enabled)
            {
                await versions.RecordAsync(reading, request, cancellationToken);
            }

            Running(reading.Definition);
        }

        return outcome;
    }

    /// <summary>The refusal when the version's cases keep it out, as of one with any other problem; null when it may be deployed.</summary>
    private async Task<DeployOutcome?> KeptOutAsync(ChannelDefinition definition, DeployRequest request, CancellationToken cancellationToken)
    {
        if (!definition.Enabled || engine.Runs(definition))
        {
            return null;
        }

        var problems = await gate.CheckAsync(definition, cancellationToken);
        if (problems.Count == 0)
        {
            return null;
        }

        if (request.Force)
        {
            Log.Forced(logger, definition.Name, definition.Version, problems.Count, request.Who);
            return null;
        }

        const string Reason = "its cases do not give what they expect";
        engine.Refuse(definition.Name, problems, Reason);
        Refused(definition.Name, problems);
        return new DeployOutcome(false, Reason, problems);
    }

    private void Running(ChannelDefinition definition)
    {
        var status = engine.StatusOf(definition.Name);
        if (!definition.Enabled)
        {
            Log.Disabled(logger, definition.Name);
        }
        else if (status?.Condition == ChannelCondition.Waiting)
        {
            Log.Waiting(logger, definition.Name, definition.Version, status.Reason ?? "");
        }
        else
        {
            Log.Running(logger, definition.Name, definition.Version, string.Join(", ", status?.Resources ?? []));
        }
    }

    private void Refused(string channel, IReadOnlyList<ChannelProblem> problems)
    {
        var older = engine.StatusOf(channel)?.Version;
        foreach (var problem in problems)
        {
            Log.Problem(logger, channel, problem.ToString());
        }

        if (older is null)
        {
            Log.RefusedFirst(logger, channel, problems.Count);
        }
        else
        {
            Log.RefusedChange(logger, channel, problems.Count, older);
        }
    }

    /// <summary>A channel whose folder was refused before anything of it ran.</summary>
    /// <param name="Outcome">What is wrong with the folder.</param>
    /// <param name="Told">Why no older version runs either, as it was last told; null for not told.</param>
    private sealed record RefusedAtStart(DeployOutcome Outcome, string? Told);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Channel} runs, version {Version}, {Resources}")]
        public static partial void Running(ILogger logger, string channel, string version, string resources);

        [LoggerMessage(2, LogLevel.Information, "{Channel} is disabled by its channel.yaml")]
        public static partial void Disabled(ILogger logger, string channel);

        [LoggerMessage(3, LogLevel.Warning, "{Channel} is deployed, version {Version}, but its source waits: {Reason}")]
        public static partial void Waiting(ILogger logger, string channel, string version, string reason);

        [LoggerMessage(4, LogLevel.Error, "{Channel} does not run: {Reason}")]
        public static partial void NotRunning(ILogger logger, string channel, string reason);

        [LoggerMessage(5, LogLevel.Error, "{Channel}: {Problem}")]
        public static partial void Problem(ILogger logger, string channel, string problem);

        [LoggerMessage(11, LogLevel.Warning, "{Channel}: {Problem}")]
        public static partial void Warning(ILogger logger, string channel, string problem);

        [LoggerMessage(12, LogLevel.Error, "Changes of the channels folder cannot be followed; tried again in {Seconds} s")]
        public static partial void FollowingFailed(ILogger logger, Exception error, double seconds);

        [LoggerMessage(6, LogLevel.Error, "{Channel} is refused: {Count} problem(s); it does not run until they are mended")]
        public static partial void RefusedFirst(ILogger logger, string channel, int count);

        [LoggerMessage(7, LogLevel.Error, "{Channel}: the change is refused: {Count} problem(s); version {Version} goes on")]
        public static partial void RefusedChange(ILogger logger, string channel, int count, string version);

        [LoggerMessage(13, LogLevel.Warning, "{Channel}: version {Version} is deployed by force: {Count} problem(s) with its cases; {Who} wanted it so")]
        public static partial void Forced(ILogger logger, string channel, string version, int count, string who);

        [LoggerMessage(14, LogLevel.Error, "{Channel}: its folder is refused; version {Version}, which ran last, runs until the folder is mended")]
        public static partial void LastGoodRuns(ILogger logger, string channel, string version);

        [LoggerMessage(15, LogLevel.Error, "{Channel}: its folder is refused, and the version that ran last does not run either; tried again: {Reason}")]
        public static partial void NoLastGood(ILogger logger, string channel, string reason);

        [LoggerMessage(8, LogLevel.Information, "{Channel} is undeployed: its folder is gone; its data stays")]
        public static partial void Undeployed(ILogger logger, string channel);

        [LoggerMessage(9, LogLevel.Error, "{Channel} could not be deployed")]
        public static partial void Failed(ILogger logger, Exception error, string channel);

        [LoggerMessage(10, LogLevel.Error, "The channels folder cannot be read: {Reason}")]
        public static partial void FolderUnreadable(ILogger logger, string reason);
    }
}
