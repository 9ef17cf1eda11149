using ChannelHost.Storage.Secrets;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Storage.Encryption;

/// <summary>Looks at the key file every few seconds, so that a key is rotated while the host runs. A file that cannot be used changes nothing, and is told.</summary>
internal sealed partial class KeyFileWatch : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly EncryptionKeys _keys;
    private readonly Action _changed;
    private readonly ILogger _logger;
    private readonly PeriodicTimer _timer;
    private readonly Task _watching;

    // What was taken up last, and what was told of last: a file that was refused is tried at every look, because a chmod, or a folder above it, may mend it.
    private Stamp _seen;
    private Stamp? _refused;

    internal KeyFileWatch(string path, EncryptionKeys keys, Action changed, TimeProvider time, ILogger logger)
    {
        _path = path;
        _keys = keys;
        _changed = changed;
        _logger = logger;
        _seen = Stamp.Of(path);
        _timer = new PeriodicTimer(Every, time);
        _watching = Task.Run(WatchAsync);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _watching;
    }

    private async Task WatchAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            if (Stamp.Of(_path) is var stamp && (stamp != _seen || _refused is not null))
            {
                TakeUp(stamp);
            }
        }
    }

    private void TakeUp(Stamp stamp)
    {
        try
        {
            var ring = _keys.Reload();
            (_seen, _refused) = (stamp, null);
            if (ring is not null)
            {
                Log.TakenUp(_logger, _path, ring.Present.Id);
                _changed();
            }
        }
        catch (SecretException fault)
        {
            if (_refused != stamp)
            {
                Log.NotUsable(_logger, fault);
            }

            _refused = stamp;
        }
    }

    // The time of its making as well: a file that was put in the place of another may have the same time of change.
    private readonly record struct Stamp(DateTime At, long Length, UnixFileMode Mode, DateTime MadeAt)
    {
        internal static Stamp Of(string path)
        {
            try
            {
                var file = new FileInfo(path);
                return file.Exists ? new Stamp(file.LastWriteTimeUtc, file.Length, file.UnixFileMode, file.CreationTimeUtc) : default;
            }
            catch (IOException)
            {
                // It went between two questions; the next look sees what is there then.
                return default;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Path} has changed: stores are encrypted with the key {Key} from here on")]
        internal static partial void TakenUp(ILogger logger, string path, string key);

        [LoggerMessage(Level = LogLevel.Error, Message = "The changed key file is not used, the keys from before stay in use")]
        internal static partial void NotUsable(ILogger logger, Exception fault);
    }
}
