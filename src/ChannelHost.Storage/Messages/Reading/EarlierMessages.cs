using System.Buffers.Binary;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages.Reading;

/// <summary>Looks for an earlier copy of a message that arrives: on the way of every message of a channel that asks, so its statements are prepared once.</summary>
internal sealed class EarlierMessages(SqliteDatabase database, ContentCodec codec, Func<long, MessageRow?> message, Func<long, List<DestinationRow>> destinations)
{
    // So many messages with one control id are looked at, the newest. A sender that gives all its messages the same one would make each look through all.
    private const int Most = 1_000;

    private readonly SqliteStatement _byControlId = database.Prepare(
        "SELECT id, content_hash FROM messages WHERE control_id = ?1 AND id < ?2 AND received_at >= ?3 AND replay_of = 0 ORDER BY id DESC");

    private readonly SqliteStatement _byContent = database.Prepare("""
        SELECT m.id, m.content_hash FROM content_keys k CROSS JOIN messages m ON m.id = k.message_id
        WHERE k.content = ?1 AND k.message_id < ?2 AND m.received_at >= ?3 AND m.replay_of = 0 ORDER BY k.message_id DESC
        """);

    private readonly SqliteStatement _replays = database.Prepare("SELECT id FROM messages WHERE replay_of = ?1 AND replay_of <> 0");

    /// <summary>Under what content is found; what is found is compared with the whole hash.</summary>
    internal static long KeyOf(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadInt64LittleEndian(hash);

    /// <summary>The message that counts as the earlier one; 0 for none.</summary>
    internal long Find(EarlierQuery query)
    {
        if (query.ControlId is null && query.ContentHash.IsEmpty)
        {
            return 0;
        }

        if (query.ControlId is not { } controlId)
        {
            return Find(_byContent.Bind(1, KeyOf(query.ContentHash.Span)), query);
        }

        var found = Find(MessageRow.BindControlId(_byControlId, 1, codec, controlId), query);

        // While the store is brought to another form, an earlier one may stand there in that.
        return MessageRow.TryBindOtherControlId(_byControlId, 1, codec, controlId) ? Math.Max(found, Find(_byControlId, query)) : found;
    }

    private long Find(SqliteStatement statement, EarlierQuery query)
    {
        statement.Bind(2, query.BeforeId > 0 ? query.BeforeId : long.MaxValue).Bind(3, query.Since.UtcTicks);
        try
        {
            for (var looked = 0; looked < Most && statement.Step(); looked++)
            {
                if ((query.ContentHash.IsEmpty || statement.Bytes(1).SequenceEqual(query.ContentHash.Span)) && Counting(statement.Integer(0), query) is not 0 and var found)
                {
                    return found;
                }
            }

            return 0;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>The message itself, or what it is a copy of, when that counts as well; 0 when it reached nobody.</summary>
    private long Counting(long id, EarlierQuery query)
    {
        if (message(id) is not { } row || !Counts(row))
        {
            return 0;
        }

        return row.DuplicateOf != 0 && message(row.DuplicateOf) is { } first && IsCopy(first, query) && Counts(first) ? first.Id : id;
    }

    /// <summary>Whether what a message is a copy of is a copy in the sense of the query, too.</summary>
    internal static bool IsCopy(MessageRow first, EarlierQuery query) =>
        (query.ControlId is null || first.ControlId == query.ControlId)
        && (query.ContentHash.IsEmpty || first.ContentHash.AsSpan().SequenceEqual(query.ContentHash.Span));

    // Whoever is told that a message failed sends it again. What people made again from it has reached somebody all the same.
    private bool Counts(MessageRow row) => Reached(row) || Replays(row.Id).Exists(id => message(id) is { } replay && Reached(replay));

    private bool Reached(MessageRow row) => Reached(row, destinations);

    /// <summary>Whether a message reached somebody, or may still.</summary>
    internal static bool Reached(MessageRow row, Func<long, List<DestinationRow>> destinations)
    {
        if (row.Status == MessageStatus.Error)
        {
            return false;
        }

        var all = row.Status == MessageStatus.Transformed ? destinations(row.Id) : [];
        return all.Count == 0 || all.Exists(destination => destination.Status is not (MessageStatus.Error or MessageStatus.DeadLetter or MessageStatus.Dropped));
    }

    private List<long> Replays(long id)
    {
        var ids = new List<long>();
        _replays.Bind(1, id);
        while (ids.Count < Most && _replays.Step())
        {
            ids.Add(_replays.Integer(0));
        }

        _replays.Reset();
        return ids;
    }
}
