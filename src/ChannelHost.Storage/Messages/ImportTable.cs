using System.Text;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>Which messages were brought in from archives, and what they were called where they came from. A row goes with its message.</summary>
internal static class ImportTable
{
    /// <summary>What the schema step adds.</summary>
    internal const string Table = """

        CREATE TABLE imported(
            message_id INTEGER PRIMARY KEY,
            original_id INTEGER NOT NULL,
            origin TEXT NOT NULL,
            imported_at INTEGER NOT NULL,
            crc INTEGER NOT NULL);
        CREATE INDEX imported_original ON imported(original_id, origin);
        """;

    internal static void Add(SqliteDatabase database, long messageId, long originalId, string origin, long importedAt)
    {
        using var add = database.Prepare("INSERT INTO imported VALUES (?1, ?2, ?3, ?4, ?5)");
        add.Bind(1, messageId).Bind(2, originalId).Bind(3, origin).Bind(4, importedAt).Bind(5, CheckOf(messageId, originalId, origin, importedAt)).Run();
    }

    /// <summary>The messages that a message of an archive became; none when it was never brought in.</summary>
    internal static List<long> Find(SqliteDatabase database, long originalId, string origin)
    {
        using var find = database.Prepare("SELECT message_id FROM imported WHERE original_id = ?1 AND origin = ?2 ORDER BY message_id");
        find.Bind(1, originalId).Bind(2, origin);
        var found = new List<long>();
        while (find.Step())
        {
            found.Add(find.Integer(0));
        }

        return found;
    }

    /// <summary>Rows that do not say what was written.</summary>
    internal static IEnumerable<long> Damaged(SqliteDatabase database)
    {
        using var rows = database.Prepare("SELECT message_id, original_id, origin, imported_at, crc FROM imported");
        while (rows.Step())
        {
            if (rows.Integer(4) != CheckOf(rows.Integer(0), rows.Integer(1), rows.Text(2) ?? "", rows.Integer(3)))
            {
                yield return rows.Integer(0);
            }
        }
    }

    private static long CheckOf(long messageId, long originalId, string origin, long importedAt)
    {
        var check = new RowCheck();
        check.Add(messageId);
        check.Add(originalId);
        check.Add(Encoding.UTF8.GetBytes(origin));
        check.Add(importedAt);
        return check.Value;
    }
}
