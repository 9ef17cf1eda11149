using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Keys;
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
    private const string ProgressName = "progress";
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

    /// <summary>Forms that stay because of pieces that cannot be rewritten (they are damaged), with how many there were.</summary>
    internal static Dictionary<string, long> Kept(SqliteDatabase database)
    {
        using var find = database.Prepare("SELECT name, CAST(CAST(value AS TEXT) AS INTEGER) FROM encryption WHERE name LIKE 'form %' AND length(value) > 0");
        var kept = new Dictionary<string, long>(StringComparer.Ordinal);
        while (find.Step())
        {
            kept[find.Text(0)![FormPrefix.Length..]] = find.Integer(1);
        }

        return kept;
    }

    /// <summary>How far the rewriting has come: a number that grows while somebody works on it; 0 when nobody has begun.</summary>
    internal static long Progress(SqliteDatabase database)
    {
        using var find = database.Prepare("SELECT CAST(CAST(value AS TEXT) AS INTEGER) FROM encryption WHERE name = ?1");
        return find.Bind(1, ProgressName).Step() ? find.Integer(0) : 0;
    }

    /// <summary>Writes down that the rewriting goes on, in the running transaction, for those who watch it from another process.</summary>
    internal static void NoteProgress(SqliteDatabase database) => Put(database, ProgressName, Number(Progress(database) + 1));

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
        codec.HasOtherForms = forms.Exists(form => form != MarkOf(codec));
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
                codec.HasOtherForms = true;
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

    /// <summary>Writes down that a key will be used, in the running transaction.</summary>
    internal static void Note(SqliteDatabase database, ContentCodec codec, SecretKey key)
    {
        var mark = codec.SealsAll ? key.Id + AllSuffix : key.Id;
        if (!Forms(database).Contains(mark))
        {
            Put(database, FormPrefix + mark, []);
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

    /// <summary>
    /// Strikes out all forms but the present one and those that pieces were left in, in the running transaction. A form that pieces were left in and that nobody wrote
    /// down is written down now, if it can be read.
    /// </summary>
    /// <param name="database">The file.</param>
    /// <param name="codec">How content is written.</param>
    /// <param name="left">Key ids, or "plain", with how many pieces need them.</param>
    internal static void OnlyPresent(SqliteDatabase database, ContentCodec codec, IReadOnlyDictionary<string, long> left)
    {
        var forms = Forms(database);
        foreach (var form in forms.Where(form => form != MarkOf(codec) || !codec.Seals))
        {
            if (KeyOf(form) != codec.PresentForm && left.TryGetValue(KeyOf(form), out var pieces))
            {
                Put(database, FormPrefix + form, Number(pieces));
            }
            else
            {
                Remove(database, FormPrefix + form);
            }
        }

        foreach (var (form, pieces) in left.Where(entry => codec.CanOpen(entry.Key) && !forms.Exists(form => KeyOf(form) == entry.Key)))
        {
            Put(database, FormPrefix + form, Number(pieces));
        }

        if (codec.Seals)
        {
            Put(database, FormPrefix + MarkOf(codec), []);
        }

        Remove(database, ProgressName);
        codec.HasOtherForms = Forms(database).Exists(form => form != MarkOf(codec));
    }

    /// <summary>What stands in the table for what is written now.</summary>
    internal static string MarkOf(ContentCodec codec) => codec.SealsAll ? codec.PresentForm + AllSuffix : codec.PresentForm;

    /// <summary>The key's id, or "plain", of what stands in the table.</summary>
    internal static string KeyOf(string mark) => mark.EndsWith(AllSuffix, StringComparison.Ordinal) ? mark[..^AllSuffix.Length] : mark;

    private static byte[] Number(long value) => Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));

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
