using ChannelHost.Connectors.FileIntake;
using ChannelHost.Connectors.Polling;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.Sftp;

/// <summary>
/// Takes files from a server's folder, one message each. One loop looks, takes, waits; nothing that a server does ends it. Several sessions claim, read
/// and remove side by side; the files are handed over one after the other, in order. A file goes only after its message is stored.
/// </summary>
internal sealed partial class SftpSource : ISource
{
    private readonly SftpSourceOptions _options;
    private readonly ConnectorContext _context;
    private readonly LeftAloneReport _leftAlone = new();
    private readonly SetAsideFiles _setAside;
    private readonly RemovalOutcomes _outcomes = new();
    private readonly RemovalPauses _pauses;
    private readonly StableFiles<RemoteFile, RemoteVersion> _stable;
    private readonly TimeSpan _pause;
    private readonly RetryPause _retry;

    private SftpDialer? _dialer;
    private SftpSessions? _sessions;
    private SftpListing? _listing;
    private SftpMarkers? _markers;
    private SftpFileWork? _work;
    private IMessageReceiver? _receiver;
    private PollingLoop? _loop;
    private string? _trouble;
    private RemoteFile? _held;

    // While the server is in trouble it is left in peace until then, whatever the schedule says.
    private (long Since, TimeSpan Pause) _troubled;

    public SftpSource(SftpSourceOptions options, ConnectorContext context)
    {
        (_options, _context) = (options, context);
        _pauses = new RemovalPauses(context.Time);
        _setAside = new SetAsideFiles(_leftAlone);
        _stable = new StableFiles<RemoteFile, RemoteVersion>(options.StableFor, context.Time);
        _pause = options.Interval ?? (options.Schedule is null ? TimeSpan.FromSeconds(10) : TimeSpan.FromMinutes(1));
        _retry = new RetryPause(_pause);
    }

    private string Where => $"{_options.Folder} on {_dialer!.Server}";

    public Task StartAsync(IMessageReceiver receiver, CancellationToken cancellationToken)
    {
        if (_options is { After: AfterFile.Move, MoveTo: null })
        {
            // Validation says so long before. Here it would turn moving into deleting.
            throw new ConnectorException("after: move needs moveTo, the folder that files go to.");
        }

        _dialer = new SftpDialer(_options, _context);
        _dialer.Prepare();
        var host = HostName();
        _sessions = new SftpSessions(_dialer, _options.Sessions, _context);
        _listing = new SftpListing(_options, host, _context, _leftAlone, _pauses, _setAside);
        _markers = new SftpMarkers(_options, _context);
        _work = new SftpFileWork(_options, host, _markers);
        _receiver = receiver;
        _loop = new PollingLoop(PollingSchedule.Of(_options.Schedule, _pause, startsAtOnce: true, _context.Time), _pause, _context.Time, _context.Logger, LookAsync);
        _loop.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_loop is not null && !await _loop.StopAsync(cancellationToken))
        {
            Log.StoppedWhileTaking(_context.Logger, Where);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_loop is not null)
        {
            await _loop.DisposeAsync();
        }

        _sessions?.Dispose();
        _dialer?.Dispose();
    }

    // Without a state that names us, claims of an earlier life cannot be told from another host's.
    private string HostName() => _context.StateId() is { Length: 8 } name ? name : ClaimName.By("").Id[..8];

    private async ValueTask<TimeSpan?> LookAsync(CancellationToken cancellationToken)
    {
        var left = _troubled.Pause - _context.Time.GetElapsedTime(_troubled.Since);
        if (left > TimeSpan.Zero)
        {
            return left;
        }

        _troubled = default;
        try
        {
            return await PollAsync(cancellationToken);
        }
        catch (SftpFaultException e)
        {
            Report(e);
            _troubled = (_context.Time.GetTimestamp(), _retry.AfterFailure(e));
            return _troubled.Pause;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.LookFailed(_context.Logger, Where, e);
            return _pause;
        }
        finally
        {
            if (!_options.KeepOpen)
            {
                _sessions!.CloseIdle();
            }
        }
    }

    /// <summary>One look at the folder; gives the pause until it must look again even if it is not yet time for that, or null.</summary>
    private async Task<TimeSpan?> PollAsync(CancellationToken cancellationToken)
    {
        await _sessions!.EnsureAsync(cancellationToken);
        List<RemoteFile> files;
        bool hasMore;
        using (var rented = await _sessions.RentAsync(cancellationToken))
        {
            (files, hasMore) = await _listing!.ReadAsync(rented.Session, cancellationToken);
        }

        var (ready, nextIn) = Ready(files);
        var taking = new SftpTaking(_options, _sessions, _markers!, _work!, _receiver!, _pauses, _outcomes, _setAside, _leftAlone, _context, Where);
        try
        {
            await taking.TakeAsync(ready, cancellationToken);
        }
        finally
        {
            _held = taking.Held;
            foreach (var (reason, count) in _leftAlone.News())
            {
                Log.LeftAlone(_context.Logger, count, Where, reason);
            }
        }

        if (taking.Fault is { } fault)
        {
            if (taking.Taken > 0)
            {
                // Something goes through: a connection that breaks now and then needs no pause.
                _retry.Reset();
            }

            throw fault;
        }

        Report(null);
        _retry.Reset();
        if (taking.Taken > 0 && !taking.IsHeldUp && (hasMore || ready.Count > taking.Tried))
        {
            return TimeSpan.Zero;
        }

        return taking.IsHeldUp ? _pause : nextIn;
    }

    /// <summary>The files that are quiet for long enough, in order. What the store could not keep was so before: its claim's name must not cost it its place.</summary>
    private (List<RemoteFile> Ready, TimeSpan? NextIn) Ready(List<RemoteFile> files)
    {
        var (ready, nextIn) = _stable.Look(files);
        if (_held is { } held && ready.Count < files.Count && files.Find(file => file.Path == held.Path && file.Version == held.Version) is { } again && !ready.Contains(again))
        {
            var quiet = new HashSet<RemoteFile>(ready) { again };
            ready = files.FindAll(quiet.Contains);
        }

        if (!_pauses.IsEmpty)
        {
            // What failed before waits behind the rest, so that no number of such files holds the others back.
            ready = [.. ready.Where(file => !_pauses.HasFailed(file.PauseKey)), .. ready.Where(file => _pauses.HasFailed(file.PauseKey))];
        }

        return (ready, nextIn);
    }

    private void Report(SftpFaultException? trouble)
    {
        if (trouble?.Message == _trouble)
        {
            return;
        }

        if (trouble is null)
        {
            Log.Back(_context.Logger, Where);
        }
        else
        {
            Log.Trouble(_context.Logger, Where, trouble.Message);
        }

        _trouble = trouble?.Message;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The folder {Where} cannot be worked on: {Reason} It is tried again.")]
        public static partial void Trouble(ILogger logger, string where, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "The folder {Where} can be worked on again.")]
        public static partial void Back(ILogger logger, string where);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} entries of {Where} are left alone: {Reason}.")]
        public static partial void LeftAlone(ILogger logger, int count, string where, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "Looking at {Where} failed unexpectedly; trying on.")]
        public static partial void LookFailed(ILogger logger, string where, Exception exception);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Stopped while a file of {Where} was being taken; it is known when the channel starts again.")]
        public static partial void StoppedWhileTaking(ILogger logger, string where);
    }
}
