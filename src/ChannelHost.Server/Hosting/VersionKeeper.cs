using System.Collections.Concurrent;
using ChannelHost.Storage.Audit;
using ChannelHost.Storage.Versions;

namespace ChannelHost.Server.Hosting;

/// <summary>
/// Keeps the record of what ran: each version once, when it really begins to run, with who brought it and why. A record that cannot be written does not
/// stop the channel; it is tried again.
/// </summary>
internal sealed partial class VersionKeeper(VersionArchive archive, AuditFile audit, string? environment, TimeProvider time, ILogger<VersionKeeper> logger)
{
    // What runs and is not yet on the disk.
    private readonly ConcurrentDictionary<string, (ChannelReading Reading, DeployRequest Request)> _waiting = new(StringComparer.Ordinal);

    // Restores that the last process began and this one finished: who wanted them, until they run.
    private readonly ConcurrentDictionary<string, DeployRequest> _finished = new(StringComparer.Ordinal);

    /// <summary>Finishes restores that the end of the last process interrupted. Before anything is deployed.</summary>
    public void Finish(VersionRestore restore)
    {
        foreach (var (pending, failure) in restore.Resume())
        {
            if (failure is null)
            {
                Log.Finished(logger, pending.Channel, pending.Number);
                _finished[pending.Channel] = new DeployRequest(pending.Who, $"version {pending.Number} put back: {pending.Why}", Force: false) { RestoredFrom = pending.Number };
            }
            else
            {
                Log.NotFinished(logger, pending.Channel, failure);
            }
        }
    }

    /// <summary>True when this version is the last one that ran here: a restart of the host brings nothing new.</summary>
    public bool IsLastThatRan(ChannelDefinition definition) => archive.Latest(definition.Name)?.Version == definition.Version;

    /// <summary>Notes that a version runs now.</summary>
    public void Record(ChannelReading reading, DeployRequest request)
    {
        _waiting.TryRemove(reading.Name, out _);
        try
        {
            var definition = reading.Definition!;
            if (IsLastThatRan(definition))
            {
                return;
            }

            request = _finished.TryRemove(reading.Name, out var finished) ? finished : request;
            var version = Describe(reading, definition, request);
            audit.Write(version.Who, "version", reading.Name, version.Why, $"version {version.Version} runs{(version.Forced ? ", forced" : "")}");
            archive.Add(reading.Name, version, reading.Files);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or StoreException)
        {
            _waiting[reading.Name] = (reading, request);
            Log.NotRecorded(logger, reading.Name, error.Message);
        }
    }

    /// <summary>Tries again what could not be recorded.</summary>
    public void RecordWaiting()
    {
        foreach (var (reading, request) in _waiting.Values)
        {
            Record(reading, request);
        }
    }

    private VersionRecord Describe(ChannelReading reading, ChannelDefinition definition, DeployRequest request) => new()
    {
        Number = 0,
        Version = definition.Version,
        At = time.GetUtcNow(),
        Who = request == DeployRequest.OfFolder && reading.ChangedBy.Length > 0 ? $"{reading.ChangedBy} ({request.Who})" : request.Who,
        Why = request.Why,
        Forced = request.Force,
        RestoredFrom = request.RestoredFrom,
        Environment = environment,
        Files = [],
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Channel} runs, but its version could not be recorded; tried again: {Reason}")]
        public static partial void NotRecorded(ILogger logger, string channel, string reason);

        [LoggerMessage(2, LogLevel.Warning, "{Channel}: version {Number} was being put back when the last process ended; that is finished now")]
        public static partial void Finished(ILogger logger, string channel, int number);

        [LoggerMessage(3, LogLevel.Error, "{Channel}: a version was being put back when the last process ended, and that cannot be finished: {Reason}. Look at its folder before you rely on it")]
        public static partial void NotFinished(ILogger logger, string channel, string reason);
    }
}
