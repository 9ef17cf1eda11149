using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// In which form each piece of a store really is, whatever its checksum says: the question before a key is struck out. Damaged pieces count as well, because somebody may
/// want to repair them, and rows without a message, because nobody else looks at them.
/// </summary>
internal static class StoredPieces
{
    /// <summary>So many messages are looked at together.</summary>
    private const int Together = 200;

    // Each gives a number for people, the piece, and 1 where it may be sealed. The range of ids is (?1, ?2].
    private static readonly string[] OfMessages =
    [
        "SELECT key >> 16, data, form FROM contents WHERE key >= (?1 + 1) << 16 AND key < (?2 + 1) << 16",
        "SELECT id, metadata, typeof(metadata) = 'blob' FROM messages WHERE id > ?1 AND id <= ?2 AND metadata IS NOT NULL",
        "SELECT id, error, typeof(error) = 'blob' FROM messages WHERE id > ?1 AND id <= ?2 AND error IS NOT NULL",
        "SELECT message_id, error, typeof(error) = 'blob' FROM destinations WHERE message_id > ?1 AND message_id <= ?2 AND error IS NOT NULL",
        "SELECT message_id, data, sealed_size IS NOT NULL FROM attachments WHERE message_id > ?1 AND message_id <= ?2",
    ];

    private const string OfAnswers = "SELECT message_id, answer, 1 FROM answers WHERE message_id > ?1 AND message_id <= ?2 AND answer IS NOT NULL";

    private static readonly string[] OfState =
    [
        "SELECT sequence, changes, 1 FROM state_changes",
        "SELECT sequence, coalesce(sealed_key, key), sealed_key IS NOT NULL FROM state_map",
        "SELECT sequence, value, 1 FROM state_map WHERE value IS NOT NULL",
        "SELECT sequence, once_key, 1 FROM state_taken",
    ];

    // A key that is shifted by 16 bits must not overflow.
    private const long LastId = (long.MaxValue >> 16) - 1;

    /// <summary>The pieces of the next messages after an id. Gives the last id that was looked at, or null when there are no more.</summary>
    internal static long? NextMessages(SqliteDatabase database, long afterId, Action<string, string> piece)
    {
        using var bound = database.Prepare("SELECT id FROM messages WHERE id > ?1 ORDER BY id LIMIT 1 OFFSET ?2");
        long? next = bound.Bind(1, afterId).Bind(2, Together - 1).Step() ? bound.Integer(0) : null;
        bound.Reset();
        Messages(database, afterId, next ?? LastId, piece);
        return next;
    }

    /// <summary>All pieces: their form, and where they are, for people.</summary>
    internal static void All(SqliteDatabase database, Action<string, string> piece)
    {
        Messages(database, -1, LastId, piece);
        State(database, piece);
    }

    /// <summary>The pieces beside the messages.</summary>
    internal static void State(SqliteDatabase database, Action<string, string> piece)
    {
        foreach (var sql in OfState)
        {
            using var find = database.Prepare(sql);
            Tell(find, "state changes", piece);
        }
    }

    private static void Messages(SqliteDatabase database, long afterId, long upToId, Action<string, string> piece)
    {
        string[] all = AnswerTable.Exists(database) ? [.. OfMessages, OfAnswers] : OfMessages;
        foreach (var sql in all)
        {
            using var find = database.Prepare(sql);
            find.Bind(1, afterId).Bind(2, upToId);
            Tell(find, "message", piece);
        }
    }

    private static void Tell(SqliteStatement find, string kind, Action<string, string> piece)
    {
        while (find.Step())
        {
            var form = find.Integer(2) == 1 ? ContentCodec.FormOf(find.Bytes(1)) : ContentCodec.PlainForm;
            piece(form, $"{kind} {find.Integer(0)}");
        }
    }
}
