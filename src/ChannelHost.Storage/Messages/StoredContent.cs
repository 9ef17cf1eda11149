using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// The one place where contents go into the file and come out of it. <c>form</c> says how the bytes are written.
/// The check covers the key, so that a content cannot turn up under another message; it is over what is stored, so that it can be checked without keys.
/// </summary>
internal static class StoredContent
{
    internal const string Columns = "key, form, crc, data";
    private const long Plain = 0;
    private const long Sealed = 1;

    /// <summary>Runs an insert of (key, form, crc, data).</summary>
    internal static void Write(SqliteStatement insert, ContentCodec codec, long key, ReadOnlySpan<byte> content)
    {
        var form = codec.Seals ? Sealed : Plain;
        var stored = codec.Seals ? codec.Seal(PlaceOf(key), content) : content;
        insert.Bind(1, key).Bind(2, form).Bind(3, CheckOf(key, form, stored)).Bind(4, stored).Run();
    }

    /// <summary>Reads the content of a row of <see cref="Columns"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes are not those that were stored.</exception>
    internal static byte[] Read(SqliteStatement row, ContentCodec codec)
    {
        var bytes = Checked(row);
        return row.Integer(1) == Sealed ? codec.Open(PlaceOf(row.Integer(0)), bytes) : bytes.ToArray();
    }

    /// <summary>How long the content of a row is, by the length and the first byte of what is stored; null when it must be opened for that.</summary>
    internal static int? PlainLength(long form, int stored, ReadOnlySpan<byte> first) =>
        form == Plain ? stored : first is [SealedPiece.Whole] ? stored - SealedPiece.Overhead : null;

    /// <summary>The form of a row, as <see cref="ContentCodec"/> names it.</summary>
    /// <exception cref="InvalidDataException">The bytes are not those that were stored.</exception>
    internal static string FormOf(SqliteStatement row)
    {
        var bytes = Checked(row);
        return row.Integer(1) == Sealed ? ContentCodec.FormOf(bytes) : ContentCodec.PlainForm;
    }

    /// <summary>The keys of a message's contents that are in another form than the present one. Damaged ones are left as they are.</summary>
    internal static List<long> OtherForms(SqliteDatabase database, ContentCodec codec, long messageId)
    {
        using var find = database.Prepare($"SELECT {Columns} FROM contents WHERE key >= ?1 AND key < ?2");
        find.Bind(1, ContentSlot.FirstKey(messageId)).Bind(2, ContentSlot.FirstKey(messageId + 1));
        var keys = new List<long>();
        while (find.Step())
        {
            try
            {
                if (FormOf(find) != codec.PresentForm)
                {
                    keys.Add(find.Integer(0));
                }
            }
            catch (InvalidDataException)
            {
                // Whoever reads it, and verify, is told; nothing is gained by writing damage anew.
            }
        }

        return keys;
    }

    private static ReadOnlySpan<byte> Checked(SqliteStatement row)
    {
        var key = row.Integer(0);
        var form = row.Integer(1);
        var bytes = row.Bytes(3);
        if (form is not (Plain or Sealed))
        {
            throw new InvalidDataException($"a content is stored in form {form}, which this version does not know");
        }

        return row.Integer(2) == CheckOf(key, form, bytes)
            ? bytes
            : throw new InvalidDataException("the stored content is damaged: its checksum does not fit");
    }

    private static ContentPlace PlaceOf(long key) => new(ContentKind.Content, ContentSlot.MessageOf(key), ContentSlot.SlotOf(key));

    private static long CheckOf(long key, long form, ReadOnlySpan<byte> content)
    {
        var check = new RowCheck();
        check.Add(key);
        check.Add(form);
        check.Add(content);
        return check.Value;
    }
}
