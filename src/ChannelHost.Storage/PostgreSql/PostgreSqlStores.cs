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
public sealed partial class PostgreSqlStores : IChannelStores
{
    private readonly PgDatabase _database;
    private readonly ILoggerFactory _loggers;
    private readonly DataFolderLock _lock;
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
        var folder = Path.GetFullPath(dataFolder);
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

    /// <summary>What the host encrypts where a channel does not say. This store encrypts nothing, so a channel whose content is to be encrypted is refused.</summary>
    public EncryptionSettings Encryption { get; init; } = EncryptionSettings.None;

    /// <inheritdoc/>
    public IMessageStore OpenMessages(string channel, StoreSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (new EncryptionKeys(Encryption).ScopeOf(settings) != EncryptionScope.None)
        {
            throw new PgText(channel, _database.Place).CannotEncrypt();
        }

        if (settings.Encrypt == true)
        {
            throw new StoreException($"channel {channel}: encrypt is set, and this version does not encrypt in PostgreSQL. Next: keep the channel on SQLite, or set encrypt: false");
        }

        return Open(
            _messages, channel, "message store", closed => PgMessageStore.Open(channel, _database, settings, _meter, _loggers.CreateLogger<PgMessageStore>(), closed));
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
    }
}
