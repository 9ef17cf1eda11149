using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Files;
using ChannelHost.Storage.Locking;
using ChannelHost.Storage.PostgreSql.Messages;
using ChannelHost.Storage.PostgreSql.Schema;
using ChannelHost.Storage.PostgreSql.State;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Storage.PostgreSql;

/// <summary>
/// The stores of all channels in one PostgreSQL database, schema <c>channelhost</c>. The data folder holds what belongs to this host (versions, audit, secrets),
/// and its lock is held as with files.
/// </summary>
public sealed partial class PostgreSqlStores : IChannelStores, IEncryptedStores
{
    // The first one that takes a partition off beside those who read.
    private const int OldestServer = 14;

    private readonly PgDatabase _database;
    private readonly ILoggerFactory _loggers;
    private readonly DataFolderLock _lock;
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly string _dataFolder;
    private readonly EncryptionKeys _keys = EncryptionKeys.None;
    private readonly KeyFileWatch? _watch;
    private readonly StoreMeter _meter = new();
    private readonly Lock _gate = new();

    // Null while one is being opened: that waits for the server, and the other channels' stores need not wait with it.
    private readonly Dictionary<string, PgMessageStore?> _messages = [];
    private readonly Dictionary<string, PgChannelState?> _states = [];

    /// <summary>Takes the data folder, and makes the schema or brings it up to date.</summary>
    /// <param name="dataFolder">The folder.</param>
    /// <param name="settings">How to reach the server.</param>
    /// <param name="loggers">For faults of the stores.</param>
    /// <exception cref="StoreException">The folder is in use, the server cannot be reached, its settings are unsafe, or a newer version has written the schema.</exception>
    public PostgreSqlStores(string dataFolder, PostgreSqlSettings settings, ILoggerFactory loggers)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataFolder);
        ArgumentNullException.ThrowIfNull(settings);
        var folder = _dataFolder = Path.GetFullPath(dataFolder);
        _loggers = loggers;
        Posix.MakeFileSizeLimitAnError();
        ChannelFolder.MakePrivate(folder);
        _lock = DataFolderLock.Take(folder);
        try
        {
            _database = Open(settings);
            try
            {
                Prepare(settings);
            }
            catch
            {
                _database.Dispose();
                throw;
            }
        }
        catch
        {
            _lock.Dispose();
            _meter.Dispose();
            throw;
        }
    }

    /// <summary>The keys of encrypted channels; none when not given. A key file is looked at every few seconds.</summary>
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

    /// <summary>The keys of encrypted stores and archives.</summary>
    EncryptionKeys IEncryptedStores.Keys => _keys;

    /// <inheritdoc/>
    StoreSettings IEncryptedStores.SettingsFoundOf(string channel) => PgKeys.Ask(_database, PgFormRows.OfAll).Find(forms => forms.Channel == channel)?.Settings ?? new StoreSettings();

    /// <inheritdoc/>
    Task<string?> IEncryptedStores.ResealedAsync(string channel, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _messages.GetValueOrDefault(channel)?.ResealedAsync(cancellationToken) ?? Task.FromResult<string?>(null);
        }
    }

    /// <inheritdoc/>
    public IMessageStore OpenMessages(string channel, StoreSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Open(_messages, channel, "message store", closed =>
        {
            var codec = _keys.CodecFor(channel, settings);
            try
            {
                return PgMessageStore.Open(new PgStorePlace(channel, _dataFolder, codec, _time), _database, settings, _meter, _loggers.CreateLogger<PgMessageStore>(), closed);
            }
            catch
            {
                codec.Dispose();
                throw;
            }
        });
    }

    /// <inheritdoc/>
    public IChannelState OpenState(string channel, IMessageStore messages, StateSettings settings)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(settings);
        PgMessageStore? store;
        lock (_gate)
        {
            store = _messages.GetValueOrDefault(channel);
        }

        return store is null
            ? throw new StoreException($"channel {channel}: its state is opened after its message store")
            : Open(_states, channel, "state", closed => PgChannelState.Open(channel, store, settings, _loggers.CreateLogger<PgChannelState>(), closed));
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
            open = [.. _states.Values.OfType<IAsyncDisposable>(), .. _messages.Values.OfType<IAsyncDisposable>()];
        }

        foreach (var store in open)
        {
            await store.DisposeAsync();
        }

        _meter.Dispose();
        _database.Dispose();
        _lock.Dispose();
    }

    // Each channel for itself: what stands in the way of one does not keep the others from it.
    private void UseKeys()
    {
        (string Channel, PgMessageStore Messages)[] open;
        lock (_gate)
        {
            open = [.. _messages.Where(pair => pair.Value is not null).Select(pair => (pair.Key, pair.Value!))];
        }

        foreach (var (channel, messages) in open)
        {
            try
            {
                messages.UseKeys();
                messages.BeginResealing();
            }
            catch (StoreException failure)
            {
                Log.KeyNotTaken(_loggers.CreateLogger<PostgreSqlStores>(), failure, channel);
            }
        }
    }

    private static PgDatabase Open(PostgreSqlSettings settings)
    {
        try
        {
            return new PgDatabase(settings);
        }
        catch (ArgumentException error)
        {
            // The text of the error may repeat the password.
            throw new StoreException($"the connection string of the store is not one that Npgsql reads ({error.GetType().Name}). Next: write it as Host=...;Username=...;Password=...;Database=...");
        }
    }

    private void Prepare(PostgreSqlSettings settings)
    {
        try
        {
            using var connection = _database.OpenWriter();
            if (connection.PostgreSqlVersion.Major < OldestServer)
            {
                throw new StoreException($"{_database.Place}: the server is PostgreSQL {connection.PostgreSqlVersion.Major}. Next: use version {OldestServer} or newer");
            }

            if (ServerSafety.Problem(connection) is { } problem)
            {
                if (!settings.AllowUnsafe)
                {
                    throw new StoreException($"{_database.Place}: {problem}");
                }

                Log.Unsafe(_loggers.CreateLogger<PostgreSqlStores>(), _database.Place, problem);
            }

            PgSchema.Upgrade(connection, _database.Place);
        }
        catch (Exception failure) when (PgFailure.IsOfDatabase(failure))
        {
            throw new StoreException($"{_database.Place}: {PgFailure.Describe(failure)}", failure);
        }
    }

    private T Open<T>(Dictionary<string, T?> all, string channel, string what, Func<Action, T> open)
        where T : class
    {
        lock (_gate)
        {
            if (!all.TryAdd(channel, null))
            {
                throw new StoreException($"channel {channel}: its {what} is open already");
            }
        }

        try
        {
            var opened = open(Forget);
            lock (_gate)
            {
                all[channel] = opened;
            }

            return opened;
        }
        catch
        {
            Forget();
            throw;
        }

        void Forget()
        {
            lock (_gate)
            {
                all.Remove(channel);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The message store may lose what it acknowledged: {Place}: {Problem}")]
        internal static partial void Unsafe(ILogger logger, string place, string problem);

        [LoggerMessage(Level = LogLevel.Error, Message = "Channel {Channel}: the new key is not used for all of it yet; the next start tries again")]
        internal static partial void KeyNotTaken(ILogger logger, Exception failure, string channel);
    }
}
