using System.Collections.Concurrent;
using System.Text;
using ChannelHost.Storage.Messages.Sqlite;
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
    private readonly bool _keepMap;
    private readonly ILogger _logger;
    private readonly Action _closed;
    private readonly SharedMap _map = new();
    private readonly TakenKeys _taken = new();
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
        _keepMap = settings.KeepGlobalChannelMap;
        _logger = logger;
        _closed = closed;
    }

    /// <inheritdoc/>
    public IVariableMap GlobalChannelMap => _map;

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
        foreach (var change in changes.Changes)
        {
            if (change.Kind == StateChangeKind.Taken)
            {
                _taken.Add(TakenKeys.HashOf(change.Key));
            }
        }

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
    public bool IsTaken(string onceKey) => _taken.Contains(onceKey);

    /// <inheritdoc/>
    public string? ReadDocument(string name) => _documents.GetValueOrDefault(name);

    /// <inheritdoc/>
    public void WriteDocument(string name, string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        ObjectDisposedException.ThrowIf(_isClosed, this);
        var body = Encoding.UTF8.GetBytes(json);
        _messages.Run(connection => connection.Run(
            "INSERT INTO channelhost.documents VALUES ($1, $2, $3, $4) ON CONFLICT (channel, name) DO UPDATE SET body = excluded.body, crc = excluded.crc",
            _messages.Tables.Channel, name, body, CheckOf(name, body)));
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

    /// <summary>The check of a document.</summary>
    internal static long CheckOf(string name, ReadOnlySpan<byte> body)
    {
        var check = new RowCheck();
        check.Add(name);
        check.Add(body);
        return check.Value;
    }

    private void Load()
    {
        foreach (var (name, body, crc) in _messages.Read(connection => connection.List(
            row => (row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetInt64(2)), "SELECT name, body, crc FROM channelhost.documents WHERE channel = $1", _messages.Tables.Channel)))
        {
            if (crc != CheckOf(name, body))
            {
                throw new StoreException($"channel {_channel}: the document '{name}' (a cursor or the like) is damaged: its checksum does not fit. Next: run `channelhost verify`, and put it back from a backup");
            }

            _documents[name] = Encoding.UTF8.GetString(body);
        }

        while (_messages.ReadStateChanges(_applied, RecordsTogether) is { Count: > 0 } records)
        {
            foreach (var change in records.SelectMany(record => record.Changes))
            {
                Remember(change);
            }

            _folded = records[^1].MessageId == 0 ? records[^1].Sequence : _folded;
            _applied = records[^1].Sequence;
        }
    }

    private void Remember(StateChange change)
    {
        switch (change.Kind)
        {
            case StateChangeKind.MapPut when _keepMap:
                _map.Put(change.Key, change.Value);
                break;
            case StateChangeKind.MapRemove when _keepMap:
                _map.Remove(change.Key);
                break;
            case StateChangeKind.Taken:
                _taken.Add(TakenKeys.HashOf(change.Key));
                break;
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
