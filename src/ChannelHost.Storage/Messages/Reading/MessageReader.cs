using System.Runtime.InteropServices;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages.Reading;

/// <summary>The reading statements on one connection.</summary>
internal sealed class MessageReader : IMessageRows, IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly NameTable _names;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _end;
    private readonly SqliteStatement _message;
    private readonly SqliteStatement _destinations;
    private readonly SqliteStatement _content;
    private readonly SqliteStatement _contents;
    private readonly SqliteStatement _queue;
    private readonly SqliteStatement _original;
    private readonly SqliteStatement _queueOfKey;
    private readonly GCHandle _codecHandle;
    private EarlierMessages? _earlier;

    private MessageReader(SqliteDatabase database, NameTable names, ContentCodec codec)
    {
        Codec = codec;
        _codecHandle = GCHandle.Alloc(codec);
        OpenedFunction.AddTo(database, _codecHandle);
        _database = database;
        _names = names;
        _begin = database.Prepare("BEGIN");
        _end = database.Prepare("COMMIT");
        _message = database.Prepare($"SELECT {MessageRow.Columns} FROM messages WHERE id = ?1");
        _destinations = database.Prepare($"SELECT {DestinationRow.Columns} FROM destinations WHERE message_id = ?1 ORDER BY destination");
        _content = database.Prepare($"SELECT {StoredContent.Columns} FROM contents WHERE key = ?1");
        _contents = database.Prepare($"SELECT {StoredContent.Columns} FROM contents WHERE key >= ?1 AND key < ?2");
        _original = database.Prepare("SELECT original_id FROM imported WHERE message_id = ?1");
        _queue = database.Prepare(
            $"SELECT {DestinationRow.Columns} FROM destinations WHERE destination = ?1 AND status = 4 AND message_id > ?2 ORDER BY message_id LIMIT ?3");
        _queueOfKey = database.Prepare(
            $"SELECT {DestinationRow.Columns} FROM destinations WHERE destination = ?1 AND order_key = ?4 AND order_key <> 0 AND status = 4 AND message_id > ?2 ORDER BY message_id LIMIT ?3");
    }

    /// <summary>Finds earlier copies of messages.</summary>
    internal EarlierMessages Earlier => _earlier ??= new EarlierMessages(_database, Codec, Message, Destinations);

    internal SqliteDatabase Database => _database;

    /// <inheritdoc/>
    public NameTable Names => _names;

    /// <summary>How content is read.</summary>
    internal ContentCodec Codec { get; }

    internal static MessageReader Open(string path, NameTable names, ContentCodec codec)
    {
        var database = SqliteDatabase.Open(path);
        try
        {
            MessageSchema.PrepareReader(database);
            return new MessageReader(database, names, codec);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    internal void Begin() => _begin.Run();

    internal void End() => _end.Run();

    /// <summary>The queued rows of a destination in order of id.</summary>
    internal List<DestinationRow> Queue(int destination, long afterId, int count, QueueSlice slice = default)
    {
        var rows = new List<DestinationRow>(Math.Min(count, 256));
        var statement = slice.OnlyKey == 0 ? _queue : _queueOfKey.Bind(4, slice.OnlyKey);
        statement.Bind(1, destination).Bind(2, afterId).Bind(3, slice.WithoutKeys is null ? count : -1);
        try
        {
            while (rows.Count < count && statement.Step())
            {
                var row = DestinationRow.Read(statement, Codec);
                if (slice.WithoutKeys is null || row.OrderKey == 0 || !slice.WithoutKeys.Contains(row.OrderKey))
                {
                    rows.Add(row);
                }
            }
        }
        finally
        {
            statement.Reset();
        }

        return rows;
    }

    /// <inheritdoc/>
    public long OriginalOf(long messageId)
    {
        _original.Bind(1, messageId);
        var original = _original.Step() ? _original.Integer(0) : 0;
        _original.Reset();
        return original;
    }

    /// <summary>The newest message; 0 when there is none.</summary>
    internal long LastId() => _database.Number("SELECT MAX(id) FROM messages");

    /// <summary>Whether bytes stand in a message as received. Content that is gone or damaged contains nothing.</summary>
    internal bool ContainsRaw(long messageId, ReadOnlySpan<byte> bytes) => RawOrNothing(messageId).AsSpan().IndexOf(bytes) >= 0;

    /// <summary>A message as received; null when its content is gone or damaged.</summary>
    internal byte[]? RawOrNothing(long messageId)
    {
        try
        {
            return Content(messageId, ContentSlot.Raw);
        }
        catch (InvalidDataException)
        {
            // Who reads this message is told; a search for others goes on.
            return null;
        }
    }

    /// <inheritdoc/>
    public MessageRow? Message(long id)
    {
        _message.Bind(1, id);
        if (!_message.Step())
        {
            return null;
        }

        var row = MessageRow.Read(_message, Codec);
        _message.Reset();
        return row;
    }

    /// <inheritdoc/>
    public List<DestinationRow> Destinations(long messageId)
    {
        var rows = new List<DestinationRow>();
        _destinations.Bind(1, messageId);
        while (_destinations.Step())
        {
            rows.Add(DestinationRow.Read(_destinations, Codec));
        }

        return rows;
    }

    /// <inheritdoc/>
    public Dictionary<int, byte[]> Contents(long messageId)
    {
        var contents = new Dictionary<int, byte[]>();
        _contents.Bind(1, ContentSlot.FirstKey(messageId)).Bind(2, ContentSlot.FirstKey(messageId + 1));
        try
        {
            while (_contents.Step())
            {
                contents[ContentSlot.SlotOf(_contents.Integer(0))] = StoredContent.Read(_contents, Codec);
            }
        }
        finally
        {
            _contents.Reset();
        }

        return contents;
    }

    /// <summary>The lengths of a message's contents by slot; only those that are stored compressed are read for that.</summary>
    internal Dictionary<int, int> Lengths(long messageId)
    {
        // length() of a blob reads its header, not its pages.
        using var find = _database.Prepare("SELECT key, form, length(data), substr(data, 1, 1) FROM contents WHERE key >= ?1 AND key < ?2");
        find.Bind(1, ContentSlot.FirstKey(messageId)).Bind(2, ContentSlot.FirstKey(messageId + 1));
        var lengths = new Dictionary<int, int>();
        while (find.Step())
        {
            var slot = ContentSlot.SlotOf(find.Integer(0));
            lengths[slot] = StoredContent.PlainLength(find.Integer(1), (int)find.Integer(2), find.Bytes(3)) ?? Content(messageId, slot)?.Length ?? 0;
        }

        return lengths;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _database.Dispose();
        _codecHandle.Free();
    }

    /// <inheritdoc/>
    public byte[]? Content(long messageId, int slot)
    {
        _content.Bind(1, ContentSlot.Key(messageId, slot));
        try
        {
            return _content.Step() ? StoredContent.Read(_content, Codec) : null;
        }
        finally
        {
            _content.Reset();
        }
    }
}
