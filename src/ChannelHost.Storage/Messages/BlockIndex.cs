using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// What can be found in which block of 1,024 message ids: between which times they were received, and which statuses that have no index of their own (because
/// nearly every message ends in one of them) occur at which destination. It lets a search for something rare, or for a day, pass over millions of rows for the price of
/// a few small rows per block. It says where to look, never what is there: what it says too much costs time, and nothing is ever missing in it.
/// Used by the writer's thread only.
/// </summary>
internal sealed class BlockIndex
{
    /// <summary>Ids of a block have these many lower bits.</summary>
    internal const int Bits = 10;

    /// <summary>Stands for: goes to this destination, whatever its status there.</summary>
    internal const int AnyStatus = 255;

    /// <summary>What the schema step adds.</summary>
    internal const string Tables = """

        CREATE TABLE blocks(
            id INTEGER PRIMARY KEY,
            first_at INTEGER NOT NULL,
            last_at INTEGER NOT NULL);
        CREATE TABLE block_places(
            connector INTEGER NOT NULL,
            status INTEGER NOT NULL,
            block INTEGER NOT NULL,
            PRIMARY KEY (connector, status, block)) WITHOUT ROWID;
        CREATE INDEX messages_reason ON messages(id) WHERE error IS NOT NULL;
        CREATE INDEX destinations_reason ON destinations(message_id) WHERE error IS NOT NULL;
        CREATE INDEX destinations_again ON destinations(message_id) WHERE attempts > 1;
        CREATE INDEX destinations_reattempt ON destinations(message_id) WHERE flags & 1;
        """;

    /// <summary>Fills the tables from what a file of an earlier schema holds.</summary>
    internal const string Fill = """

        INSERT INTO blocks SELECT id >> 10, MIN(received_at), MAX(received_at) + 1 FROM messages GROUP BY id >> 10;
        INSERT OR IGNORE INTO block_places SELECT 0, status, id >> 10 FROM messages WHERE status IN (1, 2);
        INSERT OR IGNORE INTO block_places SELECT destination, status, message_id >> 10 FROM destinations WHERE status IN (1, 3, 8);
        INSERT OR IGNORE INTO block_places SELECT destination, 255, message_id >> 10 FROM destinations;
        """;

    // Bounds are widened to whole minutes: so they are written once a minute and block, not with each commit.
    private const long Grain = TimeSpan.TicksPerMinute;
    private const int MostKnown = 8_192;

    private readonly SqliteStatement _span;
    private readonly SqliteStatement _place;
    private readonly HashSet<long> _known = [];
    private readonly List<(int Connector, int Status, long Block)> _newPlaces = [];
    private readonly List<(long Block, long First, long End)> _newSpans = [];
    private (long Block, long First, long End) _span0 = (-1, 0, 0);

    internal BlockIndex(SqliteDatabase database)
    {
        _span = database.Prepare("""
            INSERT INTO blocks VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET first_at = MIN(first_at, excluded.first_at), last_at = MAX(last_at, excluded.last_at)
            """);
        _place = database.Prepare("INSERT OR IGNORE INTO block_places VALUES (?1, ?2, ?3)");
    }

    /// <summary>Statuses that are found by their blocks; the others have indexes of their own.</summary>
    internal static bool Holds(int connector, MessageStatus status) => connector == StatusCounts.Source
        ? status is MessageStatus.Filtered or MessageStatus.Transformed
        : status is MessageStatus.Filtered or MessageStatus.Sent or MessageStatus.Dropped;

    /// <summary>A message of the running transaction was received then.</summary>
    internal void NoteTime(long messageId, long receivedAt)
    {
        var block = messageId >> Bits;
        if (_span0.Block == block && receivedAt >= _span0.First && receivedAt < _span0.End)
        {
            return;
        }

        // A damaged row that is set to Error may hold any number here.
        receivedAt = Math.Clamp(receivedAt, 0, DateTime.MaxValue.Ticks);
        var first = receivedAt - receivedAt % Grain;
        _span0 = (block, first, first + Grain);
        _newSpans.Add(_span0);
    }

    /// <summary>A message of the running transaction stands there now.</summary>
    internal void NoteStatus(long messageId, int connector, MessageStatus status)
    {
        if (Holds(connector, status))
        {
            Note(messageId, connector, (int)status);
        }
    }

    /// <summary>A message of the running transaction goes to a destination.</summary>
    internal void NoteDestination(long messageId, int destination) => Note(messageId, destination, AnyStatus);

    /// <summary>Writes what is new into the running transaction.</summary>
    internal void Write()
    {
        foreach (var (block, first, end) in _newSpans)
        {
            _span.Bind(1, block).Bind(2, first).Bind(3, end).Run();
        }

        foreach (var (connector, status, block) in _newPlaces)
        {
            _place.Bind(1, connector).Bind(2, status).Bind(3, block).Run();
        }
    }

    internal void Committed()
    {
        _newSpans.Clear();
        _newPlaces.Clear();
        if (_known.Count > MostKnown)
        {
            _known.Clear();
        }
    }

    internal void RolledBack()
    {
        _newSpans.Clear();
        _newPlaces.Clear();
        _known.Clear();
        _span0 = (-1, 0, 0);
    }

    /// <summary>Forgets blocks whose messages are all gone; gives how many went.</summary>
    internal static int Forget(SqliteDatabase database)
    {
        var first = database.Number("SELECT COALESCE((SELECT MIN(id) FROM messages), (SELECT id_ceiling FROM progress))") >> Bits;
        using var spans = database.Prepare("DELETE FROM blocks WHERE id < ?1");
        spans.Bind(1, first).Run();
        var gone = database.Changes;
        if (gone > 0)
        {
            using var places = database.Prepare("DELETE FROM block_places WHERE block < ?1");
            places.Bind(1, first).Run();
        }

        return gone;
    }

    // 14 bits of connector and 8 of status leave 40 for the block, a thousand times more than a channel will ever see.
    private void Note(long messageId, int connector, int status)
    {
        var block = messageId >> Bits;
        if (_known.Add(((long)connector << 48) | ((long)status << 40) | (block & ((1L << 40) - 1))))
        {
            _newPlaces.Add((connector, status, block));
        }
    }
}
