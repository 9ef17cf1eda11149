using ChannelHost.Connectors.FileIntake;
using ChannelHost.Connectors.Polling;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.Files;

/// <summary>
/// Takes files from a folder, one message each. One loop looks, takes, waits; it never runs twice at once and no file stops it. A file goes only after
/// its message is stored, and what a crash leaves between the two is known by the ledger and only removed.
/// </summary>
internal sealed partial class FilesSource(FilesSourceOptions options, ConnectorContext context) : ISource
{
    private readonly FileListing _listing = new(options, context.Time);
    private readonly StableFiles<FoundFile, FileVersion> _stable = new(options.StableFor, context.Time);
    private readonly FileRemoval _removal = new(options, context.Files, context.Time);
    private readonly LeftAloneReport _leftAlone = new();
    private readonly TimeSpan _pause = options.Interval ?? (options.Schedule is null ? TimeSpan.FromSeconds(5) : TimeSpan.FromMinutes(1));
    private IMessageReceiver? _receiver;
    private PollingLoop? _loop;
    private string? _folderTrouble;

    public Task StartAsync(IMessageReceiver receiver, CancellationToken cancellationToken)
    {
        if (options is { After: AfterFile.Move, MoveTo: null })
        {
            // Validation says so long before. Here it would turn moving into deleting.
            throw new ConnectorException("after: move needs moveTo, the folder that files go to.");
        }

        MakeFolder();
        _receiver = receiver;
        _loop = new PollingLoop(PollingSchedule.Of(options.Schedule, _pause, startsAtOnce: true, context.Time), _pause, context.Time, context.Logger, LookAsync);
        _loop.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_loop is not null && !await _loop.StopAsync(cancellationToken))
        {
            Log.StoppedWhileTaking(context.Logger, options.Folder);
        }
    }

    public ValueTask DisposeAsync() => _loop?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void MakeFolder()
    {
        if (!options.CreateFolder)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(options.Folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException($"The folder {options.Folder} cannot be made: {e.Message} Make it, or correct the rights above it; it is tried again.", e);
        }
    }

    private async ValueTask<TimeSpan?> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await PollAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ReportFolder($"{SystemReason.Of(e)}.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.PollFailed(context.Logger, options.Folder, e);
        }

        return _pause;
    }

    /// <summary>One look at the folder; gives the pause until it must look again even if it is not yet time for that, or null.</summary>
    private async Task<TimeSpan?> PollAsync(CancellationToken cancellationToken)
    {
        var (files, left) = _listing.Read(cancellationToken);
        ReportFolder(null);
        var (ready, nextIn) = _stable.Look(files);
        _removal.KeepOnly(files);
        var taken = 0;
        foreach (var file in ready)
        {
            if (taken == options.FilesPerLook)
            {
                Report(left);
                return TimeSpan.Zero;
            }

            cancellationToken.ThrowIfCancellationRequested();
            switch (await TakeAsync(file, left, cancellationToken))
            {
                case TakeOutcome.Taken:
                    taken++;
                    break;
                case TakeOutcome.NotStored:
                    // The store is in trouble: the files wait where they are safe.
                    Report(left);
                    return _pause;
            }
        }

        Report(left);
        return nextIn;
    }

    private async Task<TakeOutcome> TakeAsync(FoundFile file, List<LeftAlone> left, CancellationToken cancellationToken)
    {
        if (_removal.IsPaused(file))
        {
            return TakeOutcome.LeftAlone;
        }

        if (file.Version.Size > options.MaximumFile.Bytes)
        {
            TooLarge(file);
            return TakeOutcome.LeftAlone;
        }

        using var reading = FileReading.Of(file, options.FollowLinks);
        if (reading.Outcome == FileReadOutcome.Unreadable)
        {
            left.Add(new LeftAlone(file.Path, $"it cannot be read: {reading.Reason}"));
        }

        if (reading.Outcome != FileReadOutcome.Read)
        {
            return TakeOutcome.LeftAlone;
        }

        var key = file.Version.OnceKey(file.OriginalPath, reading.Content);
        if (_receiver!.IsTaken(key))
        {
            Remove(file, isError: false, messageId: 0);
            return TakeOutcome.Taken;
        }

        CrashPoints.Pass("bytes-read");
        var response = await _receiver.ReceiveAsync(MessageOf(file, reading.Content, key), cancellationToken);
        if (!response.IsStored)
        {
            Log.NotStored(context.Logger, options.Folder);
            return TakeOutcome.NotStored;
        }

        CrashPoints.Pass("answering");
        Remove(file, response.Status == MessageStatus.Error, response.MessageId);
        CrashPoints.Pass("answer-written");
        return TakeOutcome.Taken;
    }

    private void TooLarge(FoundFile file)
    {
        if (options.ErrorFolder is null)
        {
            if (_leftAlone.Add(new LeftAlone(file.Path, TooLargeReason)))
            {
                context.Figures.LimitHit("file-size");
            }

            return;
        }

        context.Figures.LimitHit("file-size");
        Log.FileTooLarge(context.Logger, options.Folder, file.Version.Size, options.MaximumFile.Bytes, options.ErrorFolder);
        Remove(file, isError: true, messageId: 0);
    }

    private void Remove(FoundFile file, bool isError, long messageId)
    {
        if (_removal.Remove(file, isError) is not { } failure)
        {
            return;
        }

        if (failure.IsFirst)
        {
            Log.NotRemoved(context.Logger, messageId, options.Folder, failure.Reason);
        }
    }

    private static IncomingMessage MessageOf(FoundFile file, byte[] content, string key) => new()
    {
        Content = content,
        OnceKey = key,
        WantsAnswer = false,
        SourceMap = new Dictionary<string, object?>(4)
        {
            ["originalFilename"] = Path.GetFileName(file.Path),
            ["fileDirectory"] = Path.GetDirectoryName(file.OriginalPath),
            ["fileSize"] = (double)file.Version.Size,
            ["fileLastModified"] = (double)(file.Version.Modified / 1_000_000),
        },
    };

    // Each oddity is told once, as long as it lasts. Names stay out: they may tell who a patient is; the folder and the reason are enough to find the file.
    private void Report(List<LeftAlone> left)
    {
        foreach (var entry in left)
        {
            _leftAlone.Add(entry);
        }

        foreach (var (reason, count) in _leftAlone.News())
        {
            Log.LeftAlone(context.Logger, options.Folder, count, reason);
        }
    }

    private void ReportFolder(string? trouble)
    {
        if (trouble == _folderTrouble)
        {
            return;
        }

        if (trouble is null)
        {
            Log.FolderBack(context.Logger, options.Folder);
        }
        else
        {
            Log.FolderUnreadable(context.Logger, options.Folder, trouble);
        }

        _folderTrouble = trouble;
    }

    private string TooLargeReason => $"it is larger than {options.MaximumFile} (maximumFile)";

    private enum TakeOutcome
    {
        Taken,
        LeftAlone,
        NotStored,
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The folder {Folder} cannot be read: {Reason} Create it or correct its rights; it is tried again.")]
        public static partial void FolderUnreadable(ILogger logger, string folder, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "The folder {Folder} can be read again.")]
        public static partial void FolderBack(ILogger logger, string folder);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} entries of {Folder} are left alone: {Reason}.")]
        public static partial void LeftAlone(ILogger logger, string folder, int count, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "A file in {Folder} has {Size} bytes, more than {Limit} (maximumFile): moved to {Target}.")]
        public static partial void FileTooLarge(ILogger logger, string folder, long size, long limit, string target);

        [LoggerMessage(Level = LogLevel.Error,
            Message = "The file of message {MessageId} in {Folder} could not be removed: {Reason}. It stays one message; removing is tried again with growing pauses.")]
        public static partial void NotRemoved(ILogger logger, long messageId, string folder, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "A file in {Folder} could not be stored and stays where it is; trying again at the next look.")]
        public static partial void NotStored(ILogger logger, string folder);

        [LoggerMessage(Level = LogLevel.Error, Message = "Looking at {Folder} failed unexpectedly; trying on.")]
        public static partial void PollFailed(ILogger logger, string folder, Exception exception);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Stopped while a file of {Folder} was being taken; it is known when the channel starts again.")]
        public static partial void StoppedWhileTaking(ILogger logger, string folder);
    }
}
