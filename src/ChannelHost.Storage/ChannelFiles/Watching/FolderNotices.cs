using ChannelHost.Storage.ChannelFiles.Reading;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Storage.ChannelFiles.Watching;

/// <summary>The file system's notices about the channels folder, while it gives any. Says once when it gives none, and tries again at each renewal.</summary>
internal sealed partial class FolderNotices : IDisposable
{
    private readonly string _root;
    private readonly Func<string, bool> _isOfInterest;
    private readonly Action _changed;
    private readonly ILogger _logger;

    // The watcher is made and renewed by the watching loop; its own threads only report failures.
    private FileSystemWatcher? _watcher;
    private DateTime _rootTime;
    private volatile bool _hasFailed;
    private bool _hasSaid;

    public FolderNotices(string root, Func<string, bool> isOfInterest, Action changed, ILogger logger)
    {
        _root = root;
        _isOfInterest = isOfInterest;
        _changed = changed;
        _logger = logger;
        Start();
    }

    /// <summary>Starts anew when notices ended, or when the folder may be another one than before (its own time changed): a watcher sticks to the folder, not to its name.</summary>
    public void Renew()
    {
        var isSame = _watcher is not null && !_hasFailed && Directory.GetLastWriteTimeUtc(_root) == _rootTime;
        if (!isSame)
        {
            Start();
        }
    }

    public void Dispose() => _watcher?.Dispose();

    private void Start()
    {
        _watcher?.Dispose();
        _watcher = null;
        _hasFailed = false;
        FileSystemWatcher? watcher = null;
        try
        {
            _rootTime = Directory.GetLastWriteTimeUtc(_root);
            watcher = new FileSystemWatcher(_root)
            {
                IncludeSubdirectories = true,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            watcher.Changed += (_, change) => OnChanged(change.FullPath);
            watcher.Created += (_, change) => OnChanged(change.FullPath);
            watcher.Deleted += (_, change) => OnChanged(change.FullPath);
            watcher.Renamed += (_, change) => OnRenamed(change);
            watcher.Error += (_, failure) => OnError(failure.GetException());
            watcher.EnableRaisingEvents = true;
            _watcher = watcher;
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
        {
            watcher?.Dispose();
            Say(error);
        }
    }

    private void OnChanged(string path)
    {
        if (_isOfInterest(path))
        {
            _changed();
        }
    }

    private void OnRenamed(RenamedEventArgs change)
    {
        if (_isOfInterest(change.FullPath) || _isOfInterest(change.OldFullPath))
        {
            _changed();
        }
    }

    private void OnError(Exception error)
    {
        if (error is not InternalBufferOverflowException)
        {
            // Renewed by the next tick; until then the ticks themselves look.
            _hasFailed = true;
            Say(error);
        }

        _changed();
    }

    private void Say(Exception error)
    {
        if (!_hasSaid)
        {
            _hasSaid = true;
            Log.NoNotices(_logger, TextFile.Reason(error));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Warning,
            "The file system gives no notice of changes in the channels folder ({Reason}); it is looked at every 5 s instead. "
                + "On Linux, fs.inotify.max_user_watches and max_user_instances limit notices.")]
        public static partial void NoNotices(ILogger logger, string reason);
    }
}
