using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChannelHost.Storage.Keys;

namespace ChannelHost.Storage.Encryption;

/// <summary>
/// Which keys the contents of a store need: a row for each form (<c>plain</c>, or a key's id, with <c>all</c> where search values are hidden) that may be there. A form is written down before the first
/// content of it, and struck out when the last one is gone, so a missing key is noticed when the store is opened and not at some message.
/// </summary>
internal static class StoredForms
{
    /// <summary>Stands behind a key's id where what people search by is hidden.</summary>
    internal const string AllSuffix = " all";

    private const string FormPrefix = "form ";
    private const string IndexName = "index";
    private const string ProgressName = "progress";
    private static readonly ContentPlace IndexPlace = new(ContentKind.IndexKey, 0);

    /// <summary>The forms that may be in the store; empty when nothing was ever encrypted.</summary>
    internal static List<string> Of(IFormRows rows) => FromNames(rows.Names());

    /// <summary>The forms among the names of a table.</summary>
    internal static List<string> FromNames(IEnumerable<string> names) =>
        [.. names.Where(name => name.StartsWith(FormPrefix, StringComparison.Ordinal)).Select(name => name[FormPrefix.Length..])];

    /// <summary>Forms that stay because of pieces that cannot be rewritten (they are damaged), with how many there were.</summary>
    internal static Dictionary<string, long> Kept(IFormRows rows)
    {
        var kept = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var form in Of(rows))
        {
            if (rows.Find(FormPrefix + form) is { Length: > 0 } pieces)
            {
                kept[form] = Number(pieces);
            }
        }

        return kept;
    }

    /// <summary>How far the rewriting has come: a number that grows while somebody works on it; 0 when nobody has begun.</summary>
    internal static long Progress(IFormRows rows) => rows.Find(ProgressName) is { } value ? Number(value) : 0;

    /// <summary>Writes down that the rewriting goes on, in the running transaction, for those who watch it from another process.</summary>
    internal static void NoteProgress(IFormRows rows) => rows.Put(ProgressName, Number(Progress(rows) + 1));

    /// <summary>What stands in the table for what is written now.</summary>
    internal static string MarkOf(ContentCodec codec) => codec.SealsAll ? codec.PresentForm + AllSuffix : codec.PresentForm;

    /// <summary>The key's id, or <c>plain</c>, of a form.</summary>
    internal static string KeyOf(string mark) => mark.EndsWith(AllSuffix, StringComparison.Ordinal) ? mark[..^AllSuffix.Length] : mark;

    /// <summary>Makes sure that all of the store can be read.</summary>
    /// <exception cref="StoreException">A key is missing.</exception>
    internal static void RequireKeys(IReadOnlyList<string> forms, ContentCodec codec, string place)
    {
        foreach (var form in forms)
        {
            if (!codec.CanOpen(KeyOf(form)))
            {
                throw codec.Keys.Missing(codec.Channel, place, KeyOf(form));
            }
        }
    }

    /// <summary>Reads the key of the blind index, where there is one.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    internal static void LoadIndex(IFormRows rows, ContentCodec codec)
    {
        codec.Index = ReadIndex(rows, codec);
        codec.HasOtherForms = Of(rows).Exists(form => form != MarkOf(codec));
    }

    /// <summary>The key of the blind index; null when there is none.</summary>
    /// <exception cref="InvalidDataException">It cannot be opened: it is damaged, or its key is not there.</exception>
    internal static BlindIndex? ReadIndex(IFormRows rows, ContentCodec codec) =>
        rows.Find(IndexName) is { } piece ? new BlindIndex(codec.Open(IndexPlace, piece)) : null;

    /// <summary>True when what will be written does not stand in the table yet.</summary>
    internal static bool MustAdopt(IReadOnlyList<string> forms, ContentCodec codec) => !forms.Contains(MarkOf(codec)) && (forms.Count > 0 || codec.Seals);

    /// <summary>True when something may be in another form than the present one.</summary>
    internal static bool IsResealingDue(IReadOnlyList<string> forms, ContentCodec codec) =>
        forms.Count > 0 && (forms.Count > 1 || forms[0] != MarkOf(codec) || !codec.Seals);

    /// <summary>Writes down what will be written, and what is there already; in the running transaction.</summary>
    internal static void Adopt(IFormRows rows, ContentCodec codec, bool hasMessages)
    {
        if (hasMessages && Of(rows).Count == 0)
        {
            rows.Put(FormPrefix + ContentCodec.PlainForm, []);
            codec.HasOtherForms = true;
        }

        rows.Put(FormPrefix + MarkOf(codec), []);
        if (codec.Index is null)
        {
            var key = RandomNumberGenerator.GetBytes(BlindIndex.KeyLength);
            rows.Put(IndexName, codec.Seal(IndexPlace, key).ToArray());
            codec.Index = new BlindIndex(key);
        }
    }

    /// <summary>Writes down that a key will be used, in the running transaction.</summary>
    internal static void Note(IFormRows rows, ContentCodec codec, SecretKey key)
    {
        var mark = codec.SealsAll ? key.Id + AllSuffix : key.Id;
        if (!Of(rows).Contains(mark))
        {
            rows.Put(FormPrefix + mark, []);
        }
    }

    /// <summary>
    /// All that could be rewritten is in the present form. The key of the blind index is brought to it, or goes where nothing is sealed any more; of the other forms only those
    /// stay that pieces were left in, also one that nobody had written down, if it can be read. In the running transaction.
    /// </summary>
    /// <param name="rows">The table.</param>
    /// <param name="codec">How content is written.</param>
    /// <param name="left">Key ids, or <c>plain</c>, with how many pieces need them.</param>
    internal static void Finish(IFormRows rows, ContentCodec codec, IReadOnlyDictionary<string, long> left)
    {
        RenewIndex(rows, codec);
        var forms = Of(rows);
        foreach (var form in forms.Where(form => form != MarkOf(codec) || !codec.Seals))
        {
            if (KeyOf(form) != codec.PresentForm && left.TryGetValue(KeyOf(form), out var pieces))
            {
                rows.Put(FormPrefix + form, Number(pieces));
            }
            else
            {
                rows.Remove(FormPrefix + form);
            }
        }

        foreach (var (form, pieces) in left.Where(entry => codec.CanOpen(entry.Key) && !forms.Exists(form => KeyOf(form) == entry.Key)))
        {
            rows.Put(FormPrefix + form, Number(pieces));
        }

        if (codec.Seals)
        {
            rows.Put(FormPrefix + MarkOf(codec), []);
        }

        rows.Remove(ProgressName);
        codec.HasOtherForms = Of(rows).Exists(form => form != MarkOf(codec));
    }

    private static void RenewIndex(IFormRows rows, ContentCodec codec)
    {
        if (rows.Find(IndexName) is not { } piece)
        {
            return;
        }

        if (codec.Seals)
        {
            rows.Put(IndexName, codec.Seal(IndexPlace, codec.Open(IndexPlace, piece)).ToArray());
        }
        else
        {
            rows.Remove(IndexName);
            codec.Index = null;
        }
    }

    private static byte[] Number(long value) => Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));

    private static long Number(byte[] value) => long.Parse(value, CultureInfo.InvariantCulture);
}
