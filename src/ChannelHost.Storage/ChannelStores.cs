using ChannelHost.Storage.Archives;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Files;
using ChannelHost.Storage.Locking;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Writing;
using ChannelHost.Storage.State;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Storage;

/// <summary>
/// The stores of all channels under one data folder: <c>channels/&lt;group&gt;/&lt;name&gt;/messages.db</c> and <c>state.db</c>.
/// Holds the folder's lock from its making to its disposal, so that a second host cannot work on the same files.
/// </summary>
public sealed partial class ChannelStores : IChannelStores, IEncryptedStores
{
    private readonly string _dataFolder;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;
    private readonly DataFolderLock _lock;
    private readonly EncryptionKeys _keys = EncryptionKeys.None;
    private readonly KeyFileWatch? _watch;
    private readonly StoreMeter _meter = new();
    private readonly CommitSeats _seats = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly Lock _gate = new();
    // Null while one is being opened: that waits for the disk, and the other channels' stores need not wait with it.
    private readonly Dictionary<string, MessageStore?> _messages = [];
    private readonly Dictionary<string, ChannelState?> _states = [];
    private readonly Dictionary<string, StoreSettings> _settings = [];

    // Stores that are closed and being copied: whoever opens one waits for that.
    private readonly Dictionary<string, TaskCompletionSource> _copied = [];

    /// <summary>Takes the data folder, which is made when it is not there (mode 0700).</summary>
    /// <param name="dataFolder">The folder.</param>
    /// <param name="loggers">For faults of the stores.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="StoreException">Another host uses the folder; the text names its process.</exception>
    public ChannelStores(string dataFolder, ILoggerFactory loggers, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataFolder);
        _dataFolder = Path.GetFullPath(dataFolder);
        _loggers = loggers;
        _time = time;
        Posix.MakeFileSizeLimitAnError();
        ChannelFolder.MakePrivate(_dataFolder);
        _lock = DataFolderLock.Take(_dataFolder);
    }

    /// <summary>For stores that are opened from here on.</summary>
    internal WriterTimes Times { get; init; } = new();

    /// <summary>The keys of encrypted stores; none when not given. A key file is looked at every few seconds.</summary>
    public EncryptionSettings Encryption
    {
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _keys = new EncryptionKeys(value);
            _watch = value.KeyFile is { } path
                ? new KeyFileWatch(path, _keys, UseKeys, _time, _loggers.CreateLogger<KeyFileWatch>())
                : null;
        }
    }

    /// <inheritdoc/>
    public IMessageStore OpenMessages(string channel, StoreSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var path = Path.Combine(ChannelFolder.Make(_dataFolder, channel), MessageStore.FileName);
        Reserve(channel);

        try
        {
            var store = MessageStore.Open(channel, path, ArchiveWriter.FolderOf(_dataFolder, channel), settings, _keys.CodecFor(channel, settings), Times, _time, _meter, _seats, _loggers.CreateLogger<MessageStore>(), () => ForgetMessages(channel));
            lock (_gate)
            {
                _settings[channel] = settings;
                _messages[channel] = store;
            }

            return store;
        }
        catch
        {
            ForgetMessages(channel);
            throw;
        }
    }

    private void Reserve(string channel)
    {
        while (true)
        {
            TaskCompletionSource? copying;
            lock (_gate)
            {
                if (!_copied.TryGetValue(channel, out copying))
                {
                    if (!_messages.TryAdd(channel, null))
                    {
                        throw new StoreException($"channel {channel}: its message store is open already");
                    }

                    return;
                }
            }

            copying.Task.GetAwaiter().GetResult();
        }
    }

    /// <summary>Does something with the files of a channel while they are closed, and stay so; false when they are open.</summary>
    internal bool TryWhileClosed(string channel, Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_messages.ContainsKey(channel) || _states.ContainsKey(channel) || !_copied.TryAdd(channel, done))
            {
                return false;
            }
        }

        try
        {
            work();
            return true;
        }
        finally
        {
            lock (_gate)
            {
                _copied.Remove(channel);
            }

            done.SetResult();
        }
    }

    /// <summary>Both stores of a channel that is open; null when it is closed, or only one of them is open now.</summary>
    internal (MessageStore Messages, ChannelState State)? BothOf(string channel)
    {
        lock (_gate)
        {
            return _messages.GetValueOrDefault(channel) is { } messages && _states.GetValueOrDefault(channel) is { } state ? (messages, state) : null;
        }
    }

    /// <inheritdoc/>
    public IChannelState OpenState(string channel, IMessageStore messages, StateSettings settings)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(settings);
        var path = Path.Combine(ChannelFolder.Make(_dataFolder, channel), ChannelState.FileName);
        lock (_gate)
        {
            if (!_states.TryAdd(channel, null))
            {
                throw new StoreException($"channel {channel}: its state is open already");
            }
        }

        try
        {
            var state = ChannelState.Open(channel, path, messages, settings, CodecOfState(channel), _time, _loggers.CreateLogger<ChannelState>(), () => ForgetState(channel));
            MessageStore? store;
            lock (_gate)
            {
                _states[channel] = state;
                store = _messages.GetValueOrDefault(channel);
            }

            // Keys may have changed between the two openings, when the channel was not yet among those that are told.
            if (store is not null)
            {
                TakeKeys(channel, store, state, onlyNewer: true);
            }

            return state;
        }
        catch
        {
            ForgetState(channel);
            throw;
        }
    }

    /// <summary>The keys of encrypted stores and archives.</summary>
    EncryptionKeys IEncryptedStores.Keys => _keys;

    /// <summary>The settings that keep a closed channel's store in the form it is in; for those who do not know its channel.yaml.</summary>
    StoreSettings IEncryptedStores.SettingsFoundOf(string channel)
    {
        var path = Path.Combine(ChannelFolder.Of(_dataFolder, channel), MessageStore.FileName);
        return File.Exists(path) ? ChannelForms.Read(channel, path).Settings : new StoreSettings();
    }

    /// <summary>The state of an open channel, or null.</summary>
    internal IChannelState? StateOf(string channel)
    {
        lock (_gate)
        {
            return _states.GetValueOrDefault(channel);
        }
    }

    /// <summary>Ends when nothing of an open channel is being brought to another form any more. Gives why it ended before it was through; null when it did not.</summary>
    Task<string?> IEncryptedStores.ResealedAsync(string channel, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _messages.GetValueOrDefault(channel)?.ResealedAsync(cancellationToken) ?? Task.FromResult<string?>(null);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_watch is not null)
        {
            await _watch.DisposeAsync();
        }

        IAsyncDisposable[] open;
        lock (_gate)
        {
            // States first: they write what the messages hold for them.
            open = [.. _states.Values.OfType<IAsyncDisposable>(), .. _messages.Values.OfType<IAsyncDisposable>()];
        }

        foreach (var store in open)
        {
            await store.DisposeAsync();
        }

        _meter.Dispose();
        _lock.Dispose();
    }

    /// <summary>Takes up keys that were changed. Each channel for itself: what stands in the way of one does not keep the others from it.</summary>
    internal void UseKeys()
    {
        (string, MessageStore, ChannelState)[] open;
        lock (_gate)
        {
            open = [.. _messages.Keys.Where(channel => _messages[channel] is not null && _states.GetValueOrDefault(channel) is not null)
                .Select(channel => (channel, _messages[channel]!, _states[channel]!))];
        }

        foreach (var (channel, messages, state) in open)
        {
            TakeKeys(channel, messages, state, onlyNewer: false);
        }
    }

    // Only when both are in the present form is an old key struck out.
    private void TakeKeys(string channel, MessageStore messages, ChannelState state, bool onlyNewer)
    {
        try
        {
            messages.UseKeys();
            if (!onlyNewer || state.IsBehind)
            {
                state.Renew();
            }

            messages.BeginResealing(() => state.Form);
        }
        catch (StoreException failure)
        {
            Log.KeyNotTaken(_loggers.CreateLogger<ChannelStores>(), failure, channel);
        }
    }

    // The state follows its messages in this as in the rest.
    private ContentCodec CodecOfState(string channel)
    {
        lock (_gate)
        {
            return _keys.CodecFor(channel, _settings.GetValueOrDefault(channel) ?? new StoreSettings());
        }
    }

    private void ForgetState(string channel)
    {
        lock (_gate)
        {
            _states.Remove(channel);
        }
    }

    private void ForgetMessages(string channel)
    {
        lock (_gate)
        {
            _messages.Remove(channel);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Channel {Channel}: the new key is not used for all of it yet; the next start tries again")]
        internal static partial void KeyNotTaken(ILogger logger, Exception failure, string channel);
    }
}
