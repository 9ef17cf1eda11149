using System.Security.Cryptography;

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
    private static readonly ContentPlace IndexPlace = new(ContentKind.IndexKey, 0);

    /// <summary>The forms that may be in the store; empty when nothing was ever encrypted.</summary>
    internal static List<string> Of(IFormRows rows) => FromNames(rows.Names());

    /// <summary>The forms among the names of a table.</summary>
    internal static List<string> FromNames(IEnumerable<string> names) =>
        [.. names.Where(name => name.StartsWith(FormPrefix, StringComparison.Ordinal)).Select(name => name[FormPrefix.Length..])];

    /// <summary>What stands in the table for what is written now.</summary>
    internal static string MarkOf(ContentCodec codec) => codec.SealsAll ? codec.PresentForm + AllSuffix : codec.PresentForm;

    /// <summary>The key of a form.</summary>
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
    internal static void LoadIndex(IFormRows rows, ContentCodec codec) =>
        codec.Index = rows.Find(IndexName) is { } piece ? new BlindIndex(codec.Open(IndexPlace, piece)) : null;

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
        }

        rows.Put(FormPrefix + MarkOf(codec), []);
        if (codec.Index is null)
        {
            var key = RandomNumberGenerator.GetBytes(BlindIndex.KeyLength);
            rows.Put(IndexName, codec.Seal(IndexPlace, key).ToArray());
            codec.Index = new BlindIndex(key);
        }
    }

    /// <summary>Writes down what will be written, in the running transaction.</summary>
    internal static void Note(IFormRows rows, ContentCodec codec)
    {
        if (codec.Seals && !Of(rows).Contains(MarkOf(codec)))
        {
            rows.Put(FormPrefix + MarkOf(codec), []);
        }
    }

    /// <summary>
    /// Everything is in the present form: the key of the blind index is brought to it, or goes where nothing is sealed any more, and the other forms are struck
    /// out. In the running transaction.
    /// </summary>
    internal static void Finish(IFormRows rows, ContentCodec codec)
    {
        if (rows.Find(IndexName) is { } piece)
        {
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

        foreach (var form in Of(rows))
        {
            if (form != MarkOf(codec) || !codec.Seals)
            {
                rows.Remove(FormPrefix + form);
            }
        }
    }
}
