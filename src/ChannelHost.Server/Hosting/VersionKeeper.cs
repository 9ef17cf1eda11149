using System.Collections.Concurrent;
using System.Threading.Channels;
using ChannelHost.Storage.Audit;
using ChannelHost.Storage.Versions;

namespace ChannelHost.Server.Hosting;

/// <summary>
/// Keeps the record of what ran: each version once, when it really begins to run, with who brought it and why. The record is written behind the deploy, one
/// after the other: five hundred channels must not wait for four thousand syncs of the disk at the first start. Whoever needs it written waits for
/// <see cref="SettleAsync"/>. A record that cannot be written does not stop the channel; it is tried again.
/// </summary>
internal sealed partial class VersionKeeper : IAsyncDisposable
{
    /// <summary>So many may wait; then deploys do.</summary>
    private const int MostWaiting = 1_024;

    private readonly VersionArchive _archive;
    private readonly AuditFile _audit;
    private readonly string? _environment;
    private readonly TimeProvider _time;
    private readonly ILogger<VersionKeeper> _logger;
    private readonly Channel<Work> _queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Task _worker;

    // What runs and could not be recorded, by channel.
    private readonly ConcurrentDictionary<string, Work> _failed = new(StringComparer.Ordinal);

    // Restores that the last process began and this one finished: who wanted them, until they run.
    private readonly ConcurrentDictionary<string, DeployRequest> _finished = new(StringComparer.Ordinal);

    /// <summary>Begins to keep.</summary>
    /// <param name="archive">Takes the versions.</param>
    /// <param name="audit">Takes an event for each.</param>
    /// <param name="environment">The environment whose values count.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where failures go.</param>
    public VersionKeeper(VersionArchive archive, AuditFile audit, string? environment, TimeProvider time, ILogger<VersionKeeper> logger)
    {
        (_archive, _audit, _environment, _time, _logger) = (archive, audit, environment, time, logger);
        _worker = Task.Run(WorkAsync);
    }

    /// <summary>Writes what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _worker;
    }

    /// <summary>Finishes restores that the end of the last process interrupted. Before anything is deployed.</summary>
    public void Finish(VersionRestore restore)
    {
        foreach (var (pending, failure) in restore.Resume())
        {
            if (failure is null)
            {
                Log.Finished(_logger, pending.Channel, pending.Number);
                _finished[pending.Channel] = new DeployRequest(pending.Who, $"version {pending.Number} put back: {pending.Why}", Force: false) { RestoredFrom = pending.Number };
            }
            else
            {
                Log.NotFinished(_logger, pending.Channel, failure);
            }
        }
    }

    /// <summary>True when this version is the last one that ran here: a restart of the host brings nothing new.</summary>
    public bool IsLastThatRan(ChannelDefinition definition) => _archive.Latest(definition.Name)?.Version == definition.Version;

    /// <summary>Notes whether a channel is switched off, or its folder gone: then its last version does not stand in for a refused one.</summary>
    public void NoteOff(string channel, bool isOff)
    {
        try
        {
            _archive.NoteOff(channel, isOff);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or StoreException)
        {
            Log.OffNotRecorded(_logger, channel, isOff ? "off" : "on", error.Message);
        }
    }

    /// <summary>Notes that a version runs from now on.</summary>
    public async Task RecordAsync(ChannelReading reading, DeployRequest request, CancellationToken cancellationToken)
    {
        request = _finished.TryRemove(reading.Name, out var finished) ? finished : request;
        await _queue.Writer.WriteAsync(new Work(reading, Describe(reading, request), null), cancellationToken);
    }

    /// <summary>Tries again what could not be recorded.</summary>
    public async Task RetryAsync(CancellationToken cancellationToken)
    {
        foreach (var failed in _failed)
        {
            if (_failed.TryRemove(failed))
            {
                await _queue.Writer.WriteAsync(failed.Value, cancellationToken);
            }
        }
    }

    /// <summary>Waits until everything that was noted so far is on the disk, or failed.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _queue.Writer.WriteAsync(new Work(null, null, settled), cancellationToken);
        await settled.Task.WaitAsync(cancellationToken);
    }

    private async Task WorkAsync()
    {
        await foreach (var work in _queue.Reader.ReadAllAsync())
        {
            if (work is { Reading: { } reading, Version: { } version })
            {
                Keep(reading, version, work);
            }

            work.Settled?.SetResult();
        }
    }

    private void Keep(ChannelReading reading, VersionRecord version, Work work)
    {
        try
        {
            if (_archive.Latest(reading.Name)?.Version == version.Version)
            {
                return;
            }

            _audit.Write(version.Who, "version", reading.Name, version.Why, $"version {version.Version} runs{(version.Forced ? ", forced" : "")}");
            _archive.Add(reading.Name, version, reading.Files);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or StoreException)
        {
            _failed[reading.Name] = work;
            Log.NotRecorded(_logger, reading.Name, error.Message);
        }
        catch (Exception error)
        {
            // One record must not keep the others from being written.
            Log.Failed(_logger, error, reading.Name);
        }
    }

    private VersionRecord Describe(ChannelReading reading, DeployRequest request) => new()
    {
        Number = 0,
        Version = reading.Definition!.Version,
        At = _time.GetUtcNow(),
        Who = request == DeployRequest.OfFolder && reading.ChangedBy.Length > 0 ? $"{reading.ChangedBy} ({request.Who})" : request.Who,
        Why = request.Why,
        Forced = request.Force,
        RestoredFrom = request.RestoredFrom,
        Environment = _environment,
        Files = [],
    };

    /// <summary>A version to be recorded, or somebody who waits until those before are.</summary>
    private sealed record Work(ChannelReading? Reading, VersionRecord? Version, TaskCompletionSource? Settled);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Channel} runs, but its version could not be recorded; tried again: {Reason}")]
        public static partial void NotRecorded(ILogger logger, string channel, string reason);

        [LoggerMessage(2, LogLevel.Warning, "{Channel}: version {Number} was being put back when the last process ended; that is finished now")]
        public static partial void Finished(ILogger logger, string channel, int number);

        [LoggerMessage(3, LogLevel.Error, "{Channel}: a version was being put back when the last process ended, and that cannot be finished: {Reason}. Look at its folder before you rely on it")]
        public static partial void NotFinished(ILogger logger, string channel, string reason);

        [LoggerMessage(5, LogLevel.Error, "{Channel}: that it is switched {State} could not be recorded: {Reason}. It counts when the next start finds its folder refused")]
        public static partial void OffNotRecorded(ILogger logger, string channel, string state, string reason);

        [LoggerMessage(4, LogLevel.Error, "{Channel}: its version could not be recorded")]
        public static partial void Failed(ILogger logger, Exception error, string channel);
    }
}
