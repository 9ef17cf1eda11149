using ChannelHost.Connectors.FileIntake;
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
    private readonly RemovalPauses _pauses;
    private readonly StableFiles<RemoteFile, RemoteVersion> _stable;
    private readonly RetryPause _retry;
    private readonly CancellationTokenSource _stopping = new();

    private SftpDialer? _dialer;
    private SftpSessions? _sessions;
    private SftpListing? _listing;
    private SftpFileWork? _work;
    private IMessageReceiver? _receiver;
    private Task _loop = Task.CompletedTask;
    private string? _trouble;

    public SftpSource(SftpSourceOptions options, ConnectorContext context)
    {
        (_options, _context) = (options, context);
        _pauses = new RemovalPauses(context.Time);
        _stable = new StableFiles<RemoteFile, RemoteVersion>(options.StableFor, context.Time);
        _retry = new RetryPause(options.Interval);
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
        _listing = new SftpListing(_options, host, _context, _leftAlone, _pauses);
        _work = new SftpFileWork(_options, host);
        _receiver = receiver;
        _loop = Task.Run(LoopAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        try
        {
            await _loop.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Log.StoppedWhileTaking(_context.Logger, Where);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _sessions?.Dispose();
        _dialer?.Dispose();
        if (_loop.IsCompleted)
        {
            _stopping.Dispose();
        }
    }

    // Without a state that names us, claims of an earlier life cannot be told from another host's.
    private string HostName() => _context.StateId() is { Length: 8 } name ? name : ClaimName.By("").Id[..8];

    private async Task LoopAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var pause = _options.Interval;
            try
            {
                pause = await LookAsync(_stopping.Token);
            }
            catch (OperationCanceledException)
            {
                // Stopping, or the channel is: the loop's condition tells.
            }
            catch (SftpFaultException e)
            {
                Report(e);
                pause = _retry.AfterFailure(e.NeedsSomebody);
            }
            catch (Exception e)
            {
                Log.LookFailed(_context.Logger, Where, e);
            }

            try
            {
                if (!_options.KeepOpen)
                {
                    _sessions!.CloseIdle();
                }

                await Task.Delay(pause, _context.Time, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>One look at the folder; gives the pause until the next.</summary>
    private async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        await _sessions!.EnsureAsync(cancellationToken);
        List<RemoteFile> files;
        bool hasMore;
        using (var rented = await _sessions.RentAsync(cancellationToken))
        {
            (files, hasMore) = await _listing!.ReadAsync(rented.Session, cancellationToken);
        }

        Report(null);
        var (ready, nextIn) = _stable.Look(files);
        var taking = new SftpTaking(_options, _sessions, _work!, _receiver!, _pauses, _leftAlone, _context, Where);
        try
        {
            await taking.TakeAsync(ready, cancellationToken);
        }
        finally
        {
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

        _retry.Reset();
        if (taking.Taken > 0 && !taking.IsHeldUp && (hasMore || ready.Count > taking.Tried))
        {
            return TimeSpan.Zero;
        }

        return nextIn < _options.Interval ? nextIn.Value : _options.Interval;
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
