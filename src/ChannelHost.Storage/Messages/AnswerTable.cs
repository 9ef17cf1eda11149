using System.Security.Cryptography;
using System.Text;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// The keys that senders gave to their requests, and what they were answered. A row goes with its message. The table is made with the first key:
/// most channels never see one.
/// </summary>
internal static class AnswerTable
{
    private const string Table = """
        CREATE TABLE IF NOT EXISTS answers(
            message_id INTEGER PRIMARY KEY,
            key_hash BLOB NOT NULL,
            fingerprint TEXT NOT NULL,
            answer BLOB,
            crc INTEGER NOT NULL)
        """;

    private const string Index = "CREATE UNIQUE INDEX IF NOT EXISTS answers_key ON answers(key_hash)";

    /// <summary>A message with a key was added.</summary>
    internal static void Add(SqliteDatabase database, ContentCodec codec, long messageId, AnswerKey key)
    {
        database.Execute(Table);
        database.Execute(Index);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        HashOf(key.Key, hash);
        Write(database, codec, messageId, hash, key.Fingerprint, null);
    }

    /// <summary>What the sender of a message with a key is told.</summary>
    internal static void Record(SqliteDatabase database, ContentCodec codec, long messageId, byte[] answer)
    {
        if (!Exists(database))
        {
            return;
        }

        using var find = database.Prepare("SELECT key_hash, fingerprint FROM answers WHERE message_id = ?1");
        find.Bind(1, messageId);
        if (!find.Step())
        {
            return;
        }

        var hash = find.Bytes(0).ToArray();
        var fingerprint = find.Text(1)!;
        find.Reset();
        Write(database, codec, messageId, hash, fingerprint, answer);
    }

    /// <summary>What is known of a key, or null.</summary>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    internal static KeptAnswer? Find(SqliteDatabase database, ContentCodec codec, string key)
    {
        if (!Exists(database))
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        HashOf(key, hash);
        using var find = database.Prepare("SELECT message_id, fingerprint, answer, crc FROM answers WHERE key_hash = ?1");
        find.Bind(1, hash);
        if (!find.Step())
        {
            return null;
        }

        var messageId = find.Integer(0);
        var fingerprint = find.Text(1)!;
        var answer = find.IsNull(2) ? null : find.Bytes(2).ToArray();
        return find.Integer(3) == CheckOf(messageId, hash, fingerprint, answer)
            ? new KeptAnswer(messageId, fingerprint, answer is null ? null : Decode(messageId, codec.Read(PlaceOf(messageId), answer)))
            : throw new InvalidDataException($"the answer kept for message {messageId} is damaged: its checksum does not fit");
    }

    /// <summary>The message is not kept any more.</summary>
    internal static void Remove(SqliteDatabase database, long messageId)
    {
        if (Exists(database))
        {
            using var remove = database.Prepare("DELETE FROM answers WHERE message_id = ?1");
            remove.Bind(1, messageId).Run();
        }
    }

    /// <summary>Brings the answer to a message to the present form.</summary>
    internal static void Reseal(SqliteDatabase database, ContentCodec codec, long messageId)
    {
        if (!Exists(database))
        {
            return;
        }

        using var find = database.Prepare("SELECT key_hash, fingerprint, answer, crc FROM answers WHERE message_id = ?1 AND answer IS NOT NULL");
        if (!find.Bind(1, messageId).Step())
        {
            return;
        }

        var (hash, fingerprint, answer, crc) = (find.Bytes(0).ToArray(), find.Text(1)!, find.Bytes(2).ToArray(), find.Integer(3));
        find.Reset();
        if (crc == CheckOf(messageId, hash, fingerprint, answer) && ContentCodec.FormOf(answer) != codec.PresentForm)
        {
            byte[] content;
            try
            {
                content = codec.Read(PlaceOf(messageId), answer);
            }
            catch (InvalidDataException)
            {
                // Who asks for the answer is told.
                return;
            }

            Write(database, codec, messageId, hash, fingerprint, content);
        }
    }

    /// <summary>The answer as it is stored.</summary>
    internal static byte[] Encode(SourceResponse response) => PlainJson.WriteMap(new Dictionary<string, object?>
    {
        ["status"] = (double)response.Status,
        ["failedAt"] = (double)response.FailedAt,
        ["reason"] = response.Reason,

        // Boxed before the choice: a null beside a memory becomes an empty memory.
        ["content"] = response.Content is { } content ? (object)content : null,
        ["variables"] = response.Variables,
    })!;

    /// <summary>Damaged rows, for the check of the whole file.</summary>
    internal static IEnumerable<long> Damaged(SqliteDatabase database)
    {
        if (!Exists(database))
        {
            yield break;
        }

        using var all = database.Prepare("SELECT message_id, key_hash, fingerprint, answer, crc FROM answers");
        while (all.Step())
        {
            if (all.Integer(4) != CheckOf(all.Integer(0), all.Bytes(1), all.Text(2)!, all.IsNull(3) ? null : all.Bytes(3).ToArray()))
            {
                yield return all.Integer(0);
            }
        }
    }

    /// <summary>An answer as <see cref="Encode"/> wrote it.</summary>
    internal static SourceResponse Decode(long messageId, byte[] answer)
    {
        var map = PlainJson.ReadMap(answer);
        var content = map["content"] is byte[] bytes ? bytes : default(ReadOnlyMemory<byte>?);
        return new SourceResponse(messageId, true, (MessageStatus)(double)map["status"]!, content, map["reason"] as string)
        {
            FailedAt = (FailureStage)(double)map["failedAt"]!,
            Variables = map["variables"] as IReadOnlyDictionary<string, object?>,
        };
    }

    private static void Write(SqliteDatabase database, ContentCodec codec, long messageId, ReadOnlySpan<byte> hash, string fingerprint, byte[]? answer)
    {
        var stored = answer is null ? null : codec.Write(PlaceOf(messageId), answer).ToArray();
        using var write = database.Prepare("REPLACE INTO answers VALUES (?1, ?2, ?3, ?4, ?5)");
        write.Bind(1, messageId).Bind(2, hash).Bind(3, fingerprint);
        _ = stored is null ? write.BindNull(4) : write.Bind(4, stored);
        write.Bind(5, CheckOf(messageId, hash, fingerprint, stored)).Run();
    }

    private static ContentPlace PlaceOf(long messageId) => new(ContentKind.Answer, messageId);

    /// <summary>True when the file has the table.</summary>
    internal static bool Exists(SqliteDatabase database) => database.Number("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'answers'") > 0;

    private static void HashOf(string key, Span<byte> hash) => SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);

    private static long CheckOf(long messageId, ReadOnlySpan<byte> hash, string fingerprint, byte[]? answer)
    {
        var check = new RowCheck();
        check.Add(messageId);
        check.Add(hash);
        check.Add(Encoding.UTF8.GetBytes(fingerprint));
        check.AddBytes(answer);
        return check.Value;
    }
}
