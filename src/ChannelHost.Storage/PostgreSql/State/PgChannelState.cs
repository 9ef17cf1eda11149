using System.Collections.Concurrent;
using System.Text;
using ChannelHost.Storage.PostgreSql.Messages;
using ChannelHost.Storage.State;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Storage.PostgreSql.State;

/// <summary>
/// What a channel remembers, in PostgreSQL. Memory answers. Changes stand in the database with the commit of their message, so there is nothing that could
/// lag behind or be lost alone; now and then they are folded.
/// </summary>
internal sealed partial class PgChannelState : IChannelState
{
    private const int RecordsTogether = 1_000;
    private const int FoldAfter = 500;

    private readonly string _channel;
    private readonly PgMessageStore _messages;
    private readonly ILogger _logger;
    private readonly Action _closed;
    private readonly RememberedState _memory;
    private readonly ConcurrentDictionary<string, string> _documents = new();
    private readonly Lock _gate = new();
    private Task _folding = Task.CompletedTask;
    private bool _isFolding;
    private bool _isClosed;
    private long _applied;
    private long _folded;

    private PgChannelState(string channel, PgMessageStore messages, StateSettings settings, ILogger logger, Action closed)
    {
        _channel = channel;
        _messages = messages;
        _memory = new RememberedState(settings.KeepGlobalChannelMap);
        _logger = logger;
        _closed = closed;
    }

    /// <inheritdoc/>
    public IVariableMap GlobalChannelMap => _memory.Map;

    /// <inheritdoc/>
    public long AppliedSequence => Volatile.Read(ref _applied);

    /// <inheritdoc/>
    public string? Rebuilt => null;

    /// <summary>Reads a channel's state.</summary>
    internal static PgChannelState Open(string channel, PgMessageStore messages, StateSettings settings, ILogger logger, Action closed)
    {
        var state = new PgChannelState(channel, messages, settings, logger, closed);
        state.Load();
        return state;
    }

    /// <inheritdoc/>
    public void Apply(RecordedStateChanges changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        _memory.Take(changes);
        lock (_gate)
        {
            Volatile.Write(ref _applied, Math.Max(_applied, changes.Sequence));
            if (_applied - _folded >= FoldAfter && !_isFolding && !_isClosed)
            {
                _isFolding = true;
                _folding = Task.Run(Fold);
            }
        }
    }

    /// <inheritdoc/>
    public bool IsTaken(string onceKey) => _memory.Taken.Contains(onceKey);

    /// <inheritdoc/>
    public string? ReadDocument(string name) => _documents.GetValueOrDefault(name);

    /// <inheritdoc/>
    public void WriteDocument(string name, string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        ObjectDisposedException.ThrowIf(_isClosed, this);
        var body = Encoding.UTF8.GetBytes(json);
        _messages.Run(connection =>
        {
            PgDocuments.Write(connection, _messages.Tables.Channel, _messages.Codec, name, body);
            return 0;
        });
        _documents[name] = json;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task folding;
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            folding = _folding;
        }

        await folding;
        _closed();
    }

    private void Load()
    {
        foreach (var (name, json) in _messages.Read(connection => PgDocuments.Read(connection, _messages.Tables.Channel, _messages.Codec)))
        {
            _documents[name] = json;
        }

        while (_messages.ReadStateChanges(_applied, RecordsTogether) is { Count: > 0 } records)
        {
            foreach (var change in records.SelectMany(record => record.Changes))
            {
                _memory.Remember(change);
            }

            _folded = records[^1].MessageId == 0 ? records[^1].Sequence : _folded;
            _applied = records[^1].Sequence;
        }
    }

    private void Fold()
    {
        var upTo = AppliedSequence;
        try
        {
            _messages.ForgetStateChanges(upTo);
        }
        catch (StoreException failure)
        {
            // They are all there still, and folded with the next ones.
            Log.NotFolded(_logger, failure, _channel);
        }

        lock (_gate)
        {
            _folded = upTo;
            _isFolding = false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Channel {Channel}: state changes could not be folded; the next ones are folded with them")]
        internal static partial void NotFolded(ILogger logger, Exception failure, string channel);
    }
}
