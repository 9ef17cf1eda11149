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
    private (DateTime At, long Length) _seen;

    internal KeyFileWatch(string path, EncryptionKeys keys, Action changed, TimeProvider time, ILogger logger)
    {
        _path = path;
        _keys = keys;
        _changed = changed;
        _logger = logger;
        _seen = Stamp();
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
            if (Stamp() is var stamp && stamp != _seen)
            {
                _seen = stamp;
                TakeUp();
            }
        }
    }

    private void TakeUp()
    {
        try
        {
            if (_keys.Reload() is { } ring)
            {
                Log.TakenUp(_logger, _path, ring.Present.Id);
                _changed();
            }
        }
        catch (SecretException fault)
        {
            Log.NotUsable(_logger, fault);
        }
    }

    private (DateTime, long) Stamp()
    {
        var file = new FileInfo(_path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Path} has changed: stores are encrypted with the key {Key} from here on")]
        internal static partial void TakenUp(ILogger logger, string path, string key);

        [LoggerMessage(Level = LogLevel.Error, Message = "The changed key file is not used, the keys from before stay in use")]
        internal static partial void NotUsable(ILogger logger, Exception fault);
    }
}
