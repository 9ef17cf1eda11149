using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>Which keys the contents of the file need: the rows of <see cref="StoredForms"/>.</summary>
internal static class EncryptionTable
{
    internal const string Table = """
        CREATE TABLE encryption(
            name TEXT PRIMARY KEY,
            value BLOB NOT NULL) WITHOUT ROWID;
        """;

    /// <summary>The forms that may be in the file; empty when nothing was ever encrypted.</summary>
    internal static List<string> Forms(SqliteDatabase database) => StoredForms.Of(new Rows(database));

    /// <summary>Makes sure that all of the file can be read, and writes down what will be written.</summary>
    /// <exception cref="StoreException">A key is missing.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    internal static void Adopt(SqliteDatabase database, ContentCodec codec)
    {
        var rows = new Rows(database);
        var forms = StoredForms.Of(rows);
        StoredForms.RequireKeys(forms, codec, database.Path);
        StoredForms.LoadIndex(rows, codec);
        if (!StoredForms.MustAdopt(forms, codec))
        {
            return;
        }

        database.Execute("BEGIN IMMEDIATE");
        try
        {
            StoredForms.Adopt(rows, codec, hasMessages: database.Number("SELECT id_ceiling FROM progress") > 0);
            database.Execute("COMMIT");
        }
        catch
        {
            if (!database.IsAutocommit)
            {
                database.Execute("ROLLBACK");
            }

            throw;
        }
    }

    /// <summary>Writes down what will be written, in the running transaction.</summary>
    internal static void Note(SqliteDatabase database, ContentCodec codec) => StoredForms.Note(new Rows(database), codec);

    /// <summary>Everything is in the present form: the key of the blind index is brought to it, and the other forms are struck out, in the running transaction.</summary>
    internal static void Finish(SqliteDatabase database, ContentCodec codec) => StoredForms.Finish(new Rows(database), codec);

    private sealed class Rows(SqliteDatabase database) : IFormRows
    {
        public IEnumerable<string> Names()
        {
            using var find = database.Prepare("SELECT name FROM encryption ORDER BY name");
            while (find.Step())
            {
                yield return find.Text(0)!;
            }
        }

        public byte[]? Find(string name)
        {
            using var find = database.Prepare("SELECT value FROM encryption WHERE name = ?1");
            return find.Bind(1, name).Step() ? find.Bytes(0).ToArray() : null;
        }

        public void Put(string name, byte[] value)
        {
            using var put = database.Prepare("REPLACE INTO encryption VALUES (?1, ?2)");
            put.Bind(1, name).Bind(2, value).Run();
        }

        public void Remove(string name)
        {
            using var remove = database.Prepare("DELETE FROM encryption WHERE name = ?1");
            remove.Bind(1, name).Run();
        }
    }
}
