using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Verification;

/// <summary>Compares the index of search values with what the messages' own rows say, which have checksums.</summary>
internal static class SearchValueCheck
{
    private const int Most = 100;
    private const string Next = "searches by it miss messages or find others, nothing else is concerned. Next: restore the channel from a backup, or search by control id and time instead";

    internal static void Run(SqliteDatabase database, ContentCodec codec, List<string> problems)
    {
        if (MessageSchema.Check(database) < MessageSchema.SealingVersion)
        {
            // Opened once, the file has what is looked at here.
            return;
        }

        var names = new NameTable();
        names.Load(database);
        var index = IndexOf(database, codec);
        var (known, isWhole, told) = (0L, true, 0);
        using var find = database.Prepare("SELECT 1 FROM metadata WHERE name = ?1 AND value = ?2 AND message_id = ?3");
        using var rows = database.Prepare($"SELECT {MessageRow.Columns} FROM messages WHERE metadata IS NOT NULL ORDER BY id");
        while (rows.Step())
        {
            var row = MessageRow.Read(rows, codec);
            if (!row.IsSound || (rows.IsBlob(9) && !codec.CanOpen(ContentCodec.FormOf(rows.Bytes(9)))) || (row.IsHidden && index is null))
            {
                // Told elsewhere, or sealed with a key that is not here.
                isWhole = false;
                continue;
            }

            foreach (var (name, text) in ValuesOf(row))
            {
                known++;
                if (!IsThere(find, names, row, name, text, index) && told++ < Most)
                {
                    problems.Add($"message {row.Id}: its value of '{name}' is missing in the index of search values, or stands there as another: {Next}");
                }
            }
        }

        var indexed = database.Number("SELECT COUNT(*) FROM metadata");
        if (isWhole && told == 0 && indexed != known)
        {
            problems.Add($"the index of search values has {indexed} entries, the messages name {known}: {Next}");
        }
    }

    private static IEnumerable<(string Name, string Text)> ValuesOf(MessageRow row) => row.Metadata is null
        ? []
        : PlainJson.ReadMap(row.Metadata).Where(pair => pair.Value is string).Select(pair => (pair.Key, (string)pair.Value!));

    private static bool IsThere(SqliteStatement find, NameTable names, MessageRow row, string name, string text, BlindIndex? index)
    {
        if (!names.TryFind(NameKind.Metadata, name, out var number))
        {
            return false;
        }

        find.Bind(1, number).Bind(3, row.Id);
        _ = row.IsHidden ? find.Bind(2, index!.Of(name, text)) : find.Bind(2, text);
        var isThere = find.Step();
        find.Reset();
        return isThere;
    }

    private static BlindIndex? IndexOf(SqliteDatabase database, ContentCodec codec) =>
        EncryptionTable.Forms(database).TrueForAll(form => codec.CanOpen(StoredForms.KeyOf(form))) ? EncryptionTable.ReadIndex(database, codec) : null;
}
