using System.Security.Cryptography;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// Which keys the contents of the file need: a row for each form (<c>plain</c>, or a key's id, with <c>all</c> where search values are hidden) that may be there. A form is written down before the first
/// content of it, and struck out when the last one is gone, so a missing key is noticed when the file is opened and not at some message.
/// </summary>
internal static class EncryptionTable
{
    internal const string Table = """
        CREATE TABLE encryption(
            name TEXT PRIMARY KEY,
            value BLOB NOT NULL) WITHOUT ROWID;
        """;

    private const string AllSuffix = " all";
    private const string FormPrefix = "form ";
    private const string IndexName = "index";
    private static readonly ContentPlace IndexPlace = new(ContentKind.IndexKey, 0);

    /// <summary>The forms that may be in the file; empty when nothing was ever encrypted.</summary>
    internal static List<string> Forms(SqliteDatabase database)
    {
        using var find = database.Prepare("SELECT name FROM encryption WHERE name LIKE 'form %' ORDER BY name");
        var forms = new List<string>();
        while (find.Step())
        {
            forms.Add(find.Text(0)![FormPrefix.Length..]);
        }

        return forms;
    }

    /// <summary>Makes sure that all of the file can be read, and writes down what will be written.</summary>
    /// <exception cref="StoreException">A key is missing.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    internal static void Adopt(SqliteDatabase database, ContentCodec codec)
    {
        var forms = Forms(database);
        foreach (var form in forms)
        {
            if (!codec.CanOpen(KeyOf(form)))
            {
                throw codec.Keys.Missing(codec.Channel, database.Path, KeyOf(form));
            }
        }

        codec.Index = ReadIndex(database, codec);
        if (forms.Contains(MarkOf(codec)) || (forms.Count == 0 && !codec.Seals))
        {
            return;
        }

        database.Execute("BEGIN IMMEDIATE");
        try
        {
            if (forms.Count == 0 && database.Number("SELECT id_ceiling FROM progress") > 0)
            {
                Put(database, FormPrefix + ContentCodec.PlainForm, []);
            }

            Put(database, FormPrefix + MarkOf(codec), []);
            if (codec.Index is null)
            {
                var key = RandomNumberGenerator.GetBytes(BlindIndex.KeyLength);
                Put(database, IndexName, codec.Seal(IndexPlace, key));
                codec.Index = new BlindIndex(key);
            }

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
    internal static void Note(SqliteDatabase database, ContentCodec codec)
    {
        if (codec.Seals && !Forms(database).Contains(MarkOf(codec)))
        {
            Put(database, FormPrefix + MarkOf(codec), []);
        }
    }

    /// <summary>Brings the key of the blind index to the present form, in the running transaction. Where nothing is sealed any more it goes.</summary>
    internal static void Renew(SqliteDatabase database, ContentCodec codec)
    {
        if (ReadIndex(database, codec) is null)
        {
            return;
        }

        if (!codec.Seals)
        {
            Remove(database, IndexName);
            codec.Index = null;
            return;
        }

        using var find = database.Prepare("SELECT value FROM encryption WHERE name = ?1");
        find.Bind(1, IndexName).Step();
        var key = codec.Open(IndexPlace, find.Bytes(0));
        find.Reset();
        Put(database, IndexName, codec.Seal(IndexPlace, key));
    }

    /// <summary>Strikes out all forms but the present one, in the running transaction.</summary>
    internal static void OnlyPresent(SqliteDatabase database, ContentCodec codec)
    {
        foreach (var form in Forms(database))
        {
            if (form != MarkOf(codec) || !codec.Seals)
            {
                Remove(database, FormPrefix + form);
            }
        }
    }

    /// <summary>What stands in the table for what is written now.</summary>
    internal static string MarkOf(ContentCodec codec) => codec.SealsAll ? codec.PresentForm + AllSuffix : codec.PresentForm;

    /// <summary>The key that a form needs, or <see cref="ContentCodec.PlainForm"/>.</summary>
    internal static string KeyOf(string mark) => mark.EndsWith(AllSuffix, StringComparison.Ordinal) ? mark[..^AllSuffix.Length] : mark;

    /// <summary>The key of the blind index; null when there is none.</summary>
    /// <exception cref="InvalidDataException">It cannot be opened: it is damaged, or its key is not there.</exception>
    internal static BlindIndex? ReadIndex(SqliteDatabase database, ContentCodec codec)
    {
        using var find = database.Prepare("SELECT value FROM encryption WHERE name = ?1");
        return find.Bind(1, IndexName).Step() ? new BlindIndex(codec.Open(IndexPlace, find.Bytes(0))) : null;
    }

    private static void Put(SqliteDatabase database, string name, ReadOnlySpan<byte> value)
    {
        using var put = database.Prepare("REPLACE INTO encryption VALUES (?1, ?2)");
        put.Bind(1, name).Bind(2, value).Run();
    }

    private static void Remove(SqliteDatabase database, string name)
    {
        using var remove = database.Prepare("DELETE FROM encryption WHERE name = ?1");
        remove.Bind(1, name).Run();
    }
}
