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
    SftpFileWork work,
    IMessageReceiver receiver,
    RemovalPauses pauses,
    LeftAloneReport leftAlone,
    ConnectorContext context,
    string where)
{
    private const int AheadPerSession = 2;
    private const int RemovalsPerSession = 4;
    private const int MostFailuresInARow = 10;
    private const long MostBytesAhead = 64 << 20;

    private readonly Queue<(Task<SftpReading> Reading, long Bytes)> _ahead = new();
    private readonly Queue<Task> _removals = new();
    private readonly Lock _gate = new();
    private long _bytesAhead;
    private int _failuresInARow;

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
                ReadAhead(files, cancellationToken);
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

    private void ReadAhead(List<RemoteFile> files, CancellationToken cancellationToken)
    {
        while (Tried < files.Count && Taken + _ahead.Count < options.FilesPerLook && _ahead.Count < AheadPerSession * Math.Max(sessions.Live, 1) &&
            (_ahead.Count == 0 || _bytesAhead + files[Tried].Version.Size <= MostBytesAhead))
        {
            var file = files[Tried++];
            _bytesAhead += file.Version.Size;
            _ahead.Enqueue((ReadAsync(file, cancellationToken), file.Version.Size));
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
                await ReleaseAsync(reading.File).ConfigureAwait(false);
                return;
            case SftpReadOutcome.LeftAlone:
                await LeaveAloneAsync(reading).ConfigureAwait(false);
                return;
            case SftpReadOutcome.TooLarge:
                await TooLargeAsync(reading.File).ConfigureAwait(false);
                return;
            case SftpReadOutcome.Known:
                Taken++;
                await RemoveSoonAsync(reading.File, isError: false, messageId: 0).ConfigureAwait(false);
                return;
        }

        // From here on it is never given back, also when this throws: parts of it may be stored, or the whole with nobody to say so.
        Held = reading.File;
        var response = await receiver.ReceiveAsync(MessageOf(reading), cancellationToken).ConfigureAwait(false);
        if (response.IsStored)
        {
            Held = null;
            Taken++;
            await RemoveSoonAsync(reading.File, response.Status == MessageStatus.Error, response.MessageId).ConfigureAwait(false);
            return;
        }

        Log.NotStored(context.Logger, where);
        IsHeldUp = true;
    }

    private async Task LeaveAloneAsync(SftpReading reading)
    {
        leftAlone.Add(new LeftAlone(reading.File.OriginalPath, reading.Reason!));
        var isReleased = await ReleaseAsync(reading.File).ConfigureAwait(false);
        lock (_gate)
        {
            pauses.Failed((isReleased ? reading.File with { Claim = null } : reading.File).PauseKey);
            CountFailure(reading.Reason!);
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
        await RemoveSoonAsync(file, isError: true, messageId: 0).ConfigureAwait(false);
    }

    // Removing goes on while the next file is handed over. It is not given up when the channel stops: the file's message is stored.
    private async Task RemoveSoonAsync(RemoteFile file, bool isError, long messageId)
    {
        while (_removals.Count >= RemovalsPerSession * options.Sessions)
        {
            await _removals.Dequeue().ConfigureAwait(false);
        }

        _removals.Enqueue(RemoveAsync(file, isError, messageId));
    }

    private async Task RemoveAsync(RemoteFile file, bool isError, long messageId)
    {
        try
        {
            using var rented = await sessions.RentAsync(CancellationToken.None).ConfigureAwait(false);
            await work.RemoveAsync(rented.Session, file, isError, CancellationToken.None).ConfigureAwait(false);
            lock (_gate)
            {
                pauses.Done(file.PauseKey);
                _failuresInARow = 0;
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

    // Where nothing can be claimed or removed, each further file would only be one more to fail.
    private void CountFailure(string reason)
    {
        if (++_failuresInARow >= MostFailuresInARow)
        {
            IsHeldUp = true;
            Fault ??= new SftpFaultException(SftpFaultKind.Permission, $"{MostFailuresInARow} files in a row failed: {reason}");
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
