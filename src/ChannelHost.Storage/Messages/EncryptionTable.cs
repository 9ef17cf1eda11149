using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Keys;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>The table <c>encryption</c> of a message file: <see cref="StoredForms"/>, and the key of the blind index.</summary>
internal static class EncryptionTable
{
    internal const string Table = """
        CREATE TABLE encryption(
            name TEXT PRIMARY KEY,
            value BLOB NOT NULL) WITHOUT ROWID;
        """;

    /// <summary>The forms that may be in the file; empty when nothing was ever encrypted.</summary>
    internal static List<string> Forms(SqliteDatabase database) => StoredForms.Of(new Rows(database));

    /// <summary>What the table says.</summary>
    internal static IFormRows Of(SqliteDatabase database) => new Rows(database);

    /// <summary>Writes down that the rewriting goes on, in the running transaction, for those who watch it from another process.</summary>
    internal static void NoteProgress(SqliteDatabase database) => StoredForms.NoteProgress(new Rows(database));

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

    /// <summary>Writes down that a key will be used, in the running transaction.</summary>
    internal static void Note(SqliteDatabase database, ContentCodec codec, SecretKey key) => StoredForms.Note(new Rows(database), codec, key);

    /// <summary>All that could be rewritten is in the present form: <see cref="StoredForms.Finish"/>.</summary>
    internal static void Finish(SqliteDatabase database, ContentCodec codec, IReadOnlyDictionary<string, long> left) => StoredForms.Finish(new Rows(database), codec, left);

    /// <summary>The key of the blind index; null when there is none.</summary>
    /// <exception cref="InvalidDataException">It cannot be opened: it is damaged, or its key is not there.</exception>
    internal static BlindIndex? ReadIndex(SqliteDatabase database, ContentCodec codec) => StoredForms.ReadIndex(new Rows(database), codec);

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
