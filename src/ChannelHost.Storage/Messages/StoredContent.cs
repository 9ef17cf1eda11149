using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// The one place where contents go into the file and come out of it. <c>form</c> says how the bytes are written; whoever adds compression or
/// encryption adds a form here. The check covers the key, so that a content cannot turn up under another message.
/// </summary>
internal static class StoredContent
{
    internal const string Columns = "key, form, crc, data";
    private const long Plain = 0;

    /// <summary>Runs an insert of (key, form, crc, data).</summary>
    internal static void Write(SqliteStatement insert, long key, ReadOnlySpan<byte> content) =>
        insert.Bind(1, key).Bind(2, Plain).Bind(3, CheckOf(key, Plain, content)).Bind(4, content).Run();

    /// <summary>Reads the content of a row of <see cref="Columns"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes are not those that were stored.</exception>
    internal static byte[] Read(SqliteStatement row)
    {
        var key = row.Integer(0);
        var form = row.Integer(1);
        var bytes = row.Bytes(3);
        if (form != Plain)
        {
            throw new InvalidDataException($"a content is stored in form {form}, which this version does not know");
        }

        return row.Integer(2) == CheckOf(key, form, bytes)
            ? bytes.ToArray()
            : throw new InvalidDataException("the stored content is damaged: its checksum does not fit");
    }

    private static long CheckOf(long key, long form, ReadOnlySpan<byte> content)
    {
        var check = new RowCheck();
        check.Add(key);
        check.Add(form);
        check.Add(content);
        return check.Value;
    }
}
