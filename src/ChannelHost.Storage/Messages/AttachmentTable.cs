using System.Text;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// What was taken out of messages and is kept beside them. A row goes with its message's content. How many a message has stands in the message's own row,
/// so that a lost one is noticed.
/// </summary>
internal static class AttachmentTable
{
    /// <summary>What schema 3 adds besides the column.</summary>
    internal const string Table = """

        CREATE TABLE attachments(
            key INTEGER PRIMARY KEY,
            message_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            type TEXT NOT NULL,
            crc INTEGER NOT NULL,
            data BLOB NOT NULL);
        CREATE UNIQUE INDEX attachments_message ON attachments(message_id, id);
        """;

    /// <summary>What is read; <c>sealed_size</c> is NULL for content in the clear.</summary>
    internal const string Columns = "message_id, id, type, crc, data, sealed_size";

    private const string ColumnsOfVersion3 = "message_id, id, type, crc, data, NULL";

    internal const string Insert = """
        INSERT INTO attachments(message_id, id, type, crc, data, sealed_size) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT(message_id, id) DO UPDATE SET type = excluded.type, crc = excluded.crc, data = excluded.data, sealed_size = excluded.sealed_size
        """;

    internal const string Drop = "DELETE FROM attachments WHERE message_id = ?1";

    internal const string Count = "SELECT COUNT(*) FROM attachments WHERE message_id = ?1";

    /// <summary>Runs <see cref="Insert"/>.</summary>
    internal static void Write(SqliteStatement insert, ContentCodec codec, long messageId, Attachment attachment)
    {
        var content = attachment.Content.Span;
        var stored = codec.Seals ? codec.Seal(PlaceOf(messageId, attachment.Id), content) : content;
        long? size = codec.Seals ? content.Length : null;
        insert.Bind(1, messageId).Bind(2, attachment.Id).Bind(3, attachment.Type).Bind(4, CheckOf(messageId, attachment.Id, attachment.Type, stored, size)).Bind(5, stored);
        _ = size is { } sealedSize ? insert.Bind(6, sealedSize) : insert.BindNull(6);
        insert.Run();
    }

    /// <summary>The attachments of a message in the order in which they came; only one when <paramref name="id"/> is given.</summary>
    /// <exception cref="InvalidDataException">A row is damaged.</exception>
    internal static List<Attachment> Read(SqliteDatabase database, ContentCodec codec, long messageId, string? id)
    {
        using var find = database.Prepare($"SELECT {Columns} FROM attachments WHERE message_id = ?1 AND (?2 IS NULL OR id = ?2) ORDER BY key");
        find.Bind(1, messageId).Bind(2, id);
        var attachments = new List<Attachment>();
        while (find.Step())
        {
            attachments.Add(IsSound(find)
                ? new Attachment(find.Text(1)!, find.Text(2)!, find.IsNull(5) ? find.Bytes(4).ToArray() : codec.Open(PlaceOf(messageId, find.Text(1)!), find.Bytes(4)))
                : throw new InvalidDataException("a stored attachment is damaged: its checksum does not fit"));
        }

        return attachments;
    }

    /// <summary>The same without content.</summary>
    internal static List<AttachmentSummary> List(SqliteDatabase database, long messageId)
    {
        // length() of a blob reads its header, not its pages.
        using var find = database.Prepare("SELECT id, type, coalesce(sealed_size, length(data)) FROM attachments WHERE message_id = ?1 ORDER BY key");
        find.Bind(1, messageId);
        var attachments = new List<AttachmentSummary>();
        while (find.Step())
        {
            attachments.Add(new AttachmentSummary(find.Text(0)!, find.Text(1)!, find.Integer(2)));
        }

        return attachments;
    }

    /// <summary>A message's attachments that are in another form than the present one. Damaged ones are left as they are.</summary>
    internal static List<Attachment> OfOtherForm(SqliteDatabase database, ContentCodec codec, long messageId)
    {
        using var find = database.Prepare($"SELECT {Columns} FROM attachments WHERE message_id = ?1");
        find.Bind(1, messageId);
        var ids = new List<string>();
        while (find.Step())
        {
            if (IsSound(find) && (find.IsNull(5) ? ContentCodec.PlainForm : ContentCodec.FormOf(find.Bytes(4))) != codec.PresentForm)
            {
                ids.Add(find.Text(1)!);
            }
        }

        var attachments = new List<Attachment>();
        foreach (var id in ids)
        {
            try
            {
                attachments.AddRange(Read(database, codec, messageId, id));
            }
            catch (InvalidDataException)
            {
                // Who reads it is told; nothing is gained by writing damage anew.
            }
        }

        return attachments;
    }

    /// <summary>The messages of rows that do not say what was written.</summary>
    internal static IEnumerable<long> Damaged(SqliteDatabase database, bool hasSealed)
    {
        using var rows = database.Prepare($"SELECT {(hasSealed ? Columns : ColumnsOfVersion3)} FROM attachments ORDER BY key");
        while (rows.Step())
        {
            if (!IsSound(rows))
            {
                yield return rows.Integer(0);
            }
        }
    }

    private static bool IsSound(SqliteStatement row) => row.Integer(3) == CheckOf(row.Integer(0), row.Text(1) ?? "", row.Text(2) ?? "", row.Bytes(4), row.IsNull(5) ? null : row.Integer(5));

    private static ContentPlace PlaceOf(long messageId, string id) => new(ContentKind.Attachment, messageId, Name: id);

    private static long CheckOf(long messageId, string id, string type, ReadOnlySpan<byte> content, long? sealedSize)
    {
        var check = new RowCheck();
        check.Add(messageId);
        check.Add(Encoding.UTF8.GetBytes(id));
        check.Add(Encoding.UTF8.GetBytes(type));
        check.Add(content);
        if (sealedSize is { } size)
        {
            check.Add(size);
        }

        return check.Value;
    }
}
