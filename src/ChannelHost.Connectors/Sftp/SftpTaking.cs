using ChannelHost.Connectors.FileIntake;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.Sftp;

/// <summary>
/// Takes the files of one look. Reads ahead on all sessions, hands over one after the other in order, and removes what is stored while the next ones are
/// on their way. When it returns nothing is in work any more: what was read and not handed over has its name back. What was handed over keeps its claim
/// whatever came of it: all or some of it may be stored, and only the claim's name tells that it is the same file.
/// </summary>
internal sealed partial class SftpTaking(
    SftpSourceOptions options,
    SftpSessions sessions,
    SftpMarkers markers,
    SftpFileWork work,
    IMessageReceiver receiver,
    RemovalPauses pauses,
    RemovalOutcomes outcomes,
    SetAsideFiles setAside,
    LeftAloneReport leftAlone,
    ConnectorContext context,
    string where)
{
    private const int AheadPerSession = 2;
    private const int RemovalsPerSession = 4;
    private const int MostFailuresInARow = 10;
    private const long MostBytesAhead = 64 << 20;

    private readonly Queue<SftpReading> _sized = new();
    private readonly Queue<(Task<SftpReading> Reading, long Bytes)> _ahead = new();
    private readonly Queue<Task> _removals = new();
    private readonly Lock _gate = new();
    private long _bytesAhead;
    private int _failuresInARow;
    private int _removed;
    private int _asked;

    /// <summary>How many files were handed over, or known and removed.</summary>
    public int Taken { get; private set; }

    /// <summary>How many files were tried.</summary>
    public int Tried { get; private set; }

    /// <summary>The store could not keep a message, or nothing goes any more: the rest waits where it is safe.</summary>
    public bool IsHeldUp { get; private set; }

    /// <summary>The file that was handed over and not stored, under the name it has now; null when there is none.</summary>
    public RemoteFile? Held { get; private set; }

    /// <summary>What broke the sessions; null when nothing did.</summary>
    public SftpFaultException? Fault { get; private set; }

    /// <summary>Takes files in their order, up to filesPerLook.</summary>
    public async Task TakeAsync(List<RemoteFile> files, CancellationToken cancellationToken)
    {
        try
        {
            while (!IsHeldUp && Fault is null && Taken < options.FilesPerLook && !cancellationToken.IsCancellationRequested)
            {
                await ReadAheadAsync(files, cancellationToken).ConfigureAwait(false);
                if (!_ahead.TryDequeue(out var next))
                {
                    break;
                }

                _bytesAhead -= next.Bytes;
                await HandOverAsync(await next.Reading.ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await GiveBackAsync().ConfigureAwait(false);
            await Task.WhenAll(_removals).ConfigureAwait(false);
        }
    }

    private async Task ReadAheadAsync(List<RemoteFile> files, CancellationToken cancellationToken)
    {
        while (Tried < files.Count && Taken + _ahead.Count < options.FilesPerLook && _ahead.Count < AheadPerSession * Math.Max(sessions.Live, 1))
        {
            if (_sized.Count == 0)
            {
                await AskSizesAsync(files, cancellationToken).ConfigureAwait(false);
            }

            var next = _sized.Peek();
            var bytes = next.Outcome == SftpReadOutcome.Read ? next.File.Version.Size : 0;
            if (_ahead.Count > 0 && _bytesAhead + bytes > MostBytesAhead)
            {
                return;
            }

            _sized.Dequeue();
            Tried++;
            _bytesAhead += bytes;
            _ahead.Enqueue((next.Outcome == SftpReadOutcome.Read ? ReadAsync(next.File, cancellationToken) : Task.FromResult(next), bytes));
        }
    }

    // Of what a marker brings the size is not known before it is asked for; it must be, to keep to what may be read ahead.
    private async Task AskSizesAsync(List<RemoteFile> files, CancellationToken cancellationToken)
    {
        if (options.Marker is null)
        {
            _sized.Enqueue(new SftpReading(SftpReadOutcome.Read, files[_asked++], [], ""));
            return;
        }

        var count = Math.Min(AheadPerSession * Math.Max(sessions.Live, 1), files.Count - _asked);
        foreach (var sized in await Task.WhenAll(files.GetRange(_asked, count).Select(file => AskSizeAsync(file, cancellationToken))).ConfigureAwait(false))
        {
            _sized.Enqueue(sized);
        }

        _asked += count;
    }

    private async Task<SftpReading> AskSizeAsync(RemoteFile file, CancellationToken cancellationToken)
    {
        if (file.Claim is not null)
        {
            return new SftpReading(SftpReadOutcome.Read, file, [], "");
        }

        try
        {
            using var rented = await sessions.RentAsync(cancellationToken).ConfigureAwait(false);
            return await markers.LookAsync(rented.Session, file, CancellationToken.None).ConfigureAwait(false);
        }
        catch (SftpFaultException e) when (!e.IsSessionLost)
        {
            return SftpReading.LeftAlone(file, $"it cannot be looked at: {e.Message}");
        }
        catch (SftpFaultException e)
        {
            return new SftpReading(SftpReadOutcome.Lost, file, [], "", Fault: e);
        }
        catch (OperationCanceledException)
        {
            return SftpReading.NotNow(file);
        }
    }

    private async Task<SftpReading> ReadAsync(RemoteFile file, CancellationToken cancellationToken)
    {
        try
        {
            using var rented = await sessions.RentAsync(cancellationToken).ConfigureAwait(false);
            return cancellationToken.IsCancellationRequested ? SftpReading.NotNow(file) : await work.ReadAsync(rented.Session, file, receiver.IsTaken, cancellationToken).ConfigureAwait(false);
        }
        catch (SftpFaultException e)
        {
            return new SftpReading(SftpReadOutcome.Lost, file, [], "", Fault: e);
        }
        catch (OperationCanceledException)
        {
            return SftpReading.NotNow(file);
        }
    }

    private async Task HandOverAsync(SftpReading reading, CancellationToken cancellationToken)
    {
        switch (reading.Outcome)
        {
            case SftpReadOutcome.Lost:
                Fault = reading.Fault;
                return;
            case SftpReadOutcome.NotNow:
                if (reading.Reason is { } reason)
                {
                    leftAlone.Add(new LeftAlone(reading.File.OriginalPath, reason));
                }

                await ReleaseAsync(reading.File).ConfigureAwait(false);
                return;
            case SftpReadOutcome.LeftAlone:
                await LeaveAloneAsync(reading).ConfigureAwait(false);
                return;
            case SftpReadOutcome.TooLarge:
                await TooLargeAsync(reading.File).ConfigureAwait(false);
                return;
            case SftpReadOutcome.Known:
                await RemoveKnownAsync(reading).ConfigureAwait(false);
                return;
        }

        // From here on it is never given back, also when this throws: parts of it may be stored, or the whole with nobody to say so.
        Held = reading.File;
        CrashPoints.Pass("bytes-read");
        var response = await receiver.ReceiveAsync(MessageOf(reading), cancellationToken).ConfigureAwait(false);
        if (response.IsStored)
        {
            Held = null;
            Taken++;
            await RemoveSoonAsync(reading.File, response.Status == MessageStatus.Error, response.MessageId, reading.OnceKey).ConfigureAwait(false);
            return;
        }

        Log.NotStored(context.Logger, where);
        IsHeldUp = true;
    }

    private async Task LeaveAloneAsync(SftpReading reading)
    {
        var isReleased = await ReleaseAsync(reading.File).ConfigureAwait(false);
        var key = (isReleased ? reading.File with { Claim = null } : reading.File).PauseKey;
        setAside.Add(key, new LeftAlone(reading.File.OriginalPath, reading.Reason!));
        lock (_gate)
        {
            pauses.Failed(key);
            if (reading.IsRefused)
            {
                CountFailure(reading.Reason!);
            }
        }
    }

    private async Task TooLargeAsync(RemoteFile file)
    {
        if (options.ErrorFolder is null)
        {
            if (leftAlone.Add(new LeftAlone(file.Path, $"it is larger than {options.MaximumFile} (maximumFile)")))
            {
                context.Figures.LimitHit("file-size");
            }

            return;
        }

        context.Figures.LimitHit("file-size");
        Log.FileTooLarge(context.Logger, where, file.Version.Size, options.MaximumFile.Bytes, options.ErrorFolder);
        await RemoveSoonAsync(file, isError: true, messageId: 0, onceKey: null).ConfigureAwait(false);
    }

    private async Task RemoveKnownAsync(SftpReading reading)
    {
        var isError = outcomes.Find(reading.OnceKey);
        if (isError is null && options is { ErrorFolder: not null, After: AfterFile.Delete })
        {
            // Deleting it could be deleting what belongs into errorFolder.
            setAside.Add(reading.File.PauseKey, new LeftAlone(
                reading.File.OriginalPath,
                "its message is stored, but the host stopped before it was known whether the file belongs into errorFolder; look at the message, then remove the file or move it there"));
            lock (_gate)
            {
                pauses.Failed(reading.File.PauseKey);
            }

            return;
        }

        Taken++;
        await RemoveSoonAsync(reading.File, isError ?? false, messageId: 0, reading.OnceKey).ConfigureAwait(false);
    }

    // Removing goes on while the next file is handed over. It is not given up when the channel stops: the file's message is stored.
    private async Task RemoveSoonAsync(RemoteFile file, bool isError, long messageId, string? onceKey)
    {
        while (_removals.Count >= RemovalsPerSession * options.Sessions)
        {
            await _removals.Dequeue().ConfigureAwait(false);
        }

        _removals.Enqueue(RemoveAsync(file, isError, messageId, onceKey));
    }

    private async Task RemoveAsync(RemoteFile file, bool isError, long messageId, string? onceKey)
    {
        if (onceKey is not null)
        {
            outcomes.Note(onceKey, isError);
        }

        try
        {
            using var rented = await sessions.RentAsync(CancellationToken.None).ConfigureAwait(false);
            CrashPoints.Pass("answering");
            await work.RemoveAsync(rented.Session, file, isError, CancellationToken.None).ConfigureAwait(false);
            CrashPoints.Pass("answer-written");
            lock (_gate)
            {
                pauses.Done(file.PauseKey);
                _failuresInARow = 0;
                _removed++;
            }

            if (onceKey is not null)
            {
                outcomes.Forget(onceKey);
            }
        }
        catch (SftpFaultException e)
        {
            lock (_gate)
            {
                NotRemoved(file, messageId, e);
            }
        }
    }

    private void NotRemoved(RemoteFile file, long messageId, SftpFaultException fault)
    {
        if (fault.IsSessionLost)
        {
            Fault ??= fault;
            return;
        }

        if (pauses.Failed(file.PauseKey))
        {
            Log.NotRemoved(context.Logger, messageId, where, fault.Message);
        }

        CountFailure(fault.Message);
    }

    // Where nothing can be claimed or removed, each further file would only be one more to fail. Where something can, it is those files and not the folder.
    private void CountFailure(string reason)
    {
        if (++_failuresInARow >= MostFailuresInARow)
        {
            IsHeldUp = true;
            if (_removed == 0)
            {
                Fault ??= new SftpFaultException(SftpFaultKind.Permission, $"{MostFailuresInARow} files in a row failed: {reason}");
            }
        }
    }

    private async Task GiveBackAsync()
    {
        while (_ahead.TryDequeue(out var next))
        {
            var reading = await next.Reading.ConfigureAwait(false);
            if (reading.Outcome != SftpReadOutcome.Known)
            {
                await ReleaseAsync(reading.File).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> ReleaseAsync(RemoteFile file)
    {
        if (file.Claim is null || sessions.Live == 0)
        {
            return false;
        }

        try
        {
            using var rented = await sessions.RentAsync(CancellationToken.None).ConfigureAwait(false);
            return await SftpFileWork.ReleaseAsync(rented.Session, file, CancellationToken.None).ConfigureAwait(false);
        }
        catch (SftpFaultException e)
        {
            // It stays a claim of ours and is found under it at the next look.
            Fault ??= e;
            return false;
        }
    }

    private static IncomingMessage MessageOf(SftpReading reading)
    {
        var file = reading.File;
        var map = new Dictionary<string, object?>(5)
        {
            ["originalFilename"] = file.Name,
            ["fileDirectory"] = file.Folder,
            ["fileSize"] = (double)file.Version.Size,
            ["fileLastModified"] = (double)(file.Version.Modified * 1000),
        };
        if (file.Claim is { IsTakenOver: true })
        {
            map["fileTakenOver"] = true;
        }

        return new IncomingMessage { Content = reading.Content, OnceKey = reading.OnceKey, SourceMap = map, WantsAnswer = false };
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A file in {Where} has {Size} bytes, more than {Limit} (maximumFile): moved to {Target}.")]
        public static partial void FileTooLarge(ILogger logger, string where, long size, long limit, string target);

        [LoggerMessage(Level = LogLevel.Error,
            Message = "The file of message {MessageId} in {Where} could not be removed: {Reason} It stays one message; removing is tried again with growing pauses.")]
        public static partial void NotRemoved(ILogger logger, long messageId, string where, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "A file in {Where} could not be stored and stays where it is; trying again at the next look.")]
        public static partial void NotStored(ILogger logger, string where);
    }
}
