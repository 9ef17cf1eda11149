using System.Text;
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

    internal const string Insert = """
        INSERT INTO attachments(message_id, id, type, crc, data) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT(message_id, id) DO UPDATE SET type = excluded.type, crc = excluded.crc, data = excluded.data
        """;

    internal const string Drop = "DELETE FROM attachments WHERE message_id = ?1";

    internal const string Count = "SELECT COUNT(*) FROM attachments WHERE message_id = ?1";

    /// <summary>Runs <see cref="Insert"/>.</summary>
    internal static void Write(SqliteStatement insert, long messageId, Attachment attachment) =>
        insert.Bind(1, messageId).Bind(2, attachment.Id).Bind(3, attachment.Type).Bind(4, CheckOf(messageId, attachment.Id, attachment.Type, attachment.Content.Span))
            .Bind(5, attachment.Content.Span).Run();

    /// <summary>The attachments of a message in the order in which they came; only one when <paramref name="id"/> is given.</summary>
    /// <exception cref="InvalidDataException">A row is damaged.</exception>
    internal static List<Attachment> Read(SqliteDatabase database, long messageId, string? id)
    {
        using var find = database.Prepare("SELECT message_id, id, type, crc, data FROM attachments WHERE message_id = ?1 AND (?2 IS NULL OR id = ?2) ORDER BY key");
        find.Bind(1, messageId).Bind(2, id);
        var attachments = new List<Attachment>();
        while (find.Step())
        {
            attachments.Add(IsSound(find)
                ? new Attachment(find.Text(1)!, find.Text(2)!, find.Bytes(4).ToArray())
                : throw new InvalidDataException("a stored attachment is damaged: its checksum does not fit"));
        }

        return attachments;
    }

    /// <summary>The same without content.</summary>
    internal static List<AttachmentSummary> List(SqliteDatabase database, long messageId)
    {
        // length() of a blob reads its header, not its pages.
        using var find = database.Prepare("SELECT id, type, length(data) FROM attachments WHERE message_id = ?1 ORDER BY key");
        find.Bind(1, messageId);
        var attachments = new List<AttachmentSummary>();
        while (find.Step())
        {
            attachments.Add(new AttachmentSummary(find.Text(0)!, find.Text(1)!, find.Integer(2)));
        }

        return attachments;
    }

    /// <summary>The messages of rows that do not say what was written.</summary>
    internal static IEnumerable<long> Damaged(SqliteDatabase database)
    {
        using var rows = database.Prepare("SELECT message_id, id, type, crc, data FROM attachments ORDER BY key");
        while (rows.Step())
        {
            if (!IsSound(rows))
            {
                yield return rows.Integer(0);
            }
        }
    }

    private static bool IsSound(SqliteStatement row) => row.Integer(3) == CheckOf(row.Integer(0), row.Text(1) ?? "", row.Text(2) ?? "", row.Bytes(4));

    private static long CheckOf(long messageId, string id, string type, ReadOnlySpan<byte> content)
    {
        var check = new RowCheck();
        check.Add(messageId);
        check.Add(Encoding.UTF8.GetBytes(id));
        check.Add(Encoding.UTF8.GetBytes(type));
        check.Add(content);
        return check.Value;
    }
}
