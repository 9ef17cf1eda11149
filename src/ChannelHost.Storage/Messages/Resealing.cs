using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// Brings what is stored to the form that is written now: another key, encrypted, or not any more. In small steps, each in a transaction of its own, so that
/// traffic hardly waits. What is in the present form already is left alone, so it may begin anew at any time, a kill included.
/// </summary>
internal static class Resealing
{
    private const int Together = 50;
    private const int StateTogether = 500;

    /// <summary>The next messages after an id. Gives the last one, or null when there are no more.</summary>
    internal static long? Messages(MessageTables tables, long afterId)
    {
        var ids = Ids(tables.Database, afterId);
        foreach (var id in ids)
        {
            Message(tables, id);
        }

        return ids.Count < Together ? null : ids[^1];
    }

    /// <summary>Some of what is kept beside messages. False when nothing was left to do.</summary>
    internal static bool State(MessageTables tables, ResealingPlace place)
    {
        var (database, codec) = (tables.Database, tables.Codec);
        var left = StateTogether;
        left -= StateHistory.Reseal(database, codec, place, left);
        left -= BatchTable.Hide(database, codec, left);
        return left < StateTogether;
    }

    // What is damaged stays as it is: a new checksum would make it look sound. The rest of a message with a damaged row is rewritten all the same.
    private static void Message(MessageTables tables, long id)
    {
        var (database, codec) = (tables.Database, tables.Codec);
        foreach (var key in StoredContent.OtherForms(database, codec, id))
        {
            tables.RewriteContent(key);
        }

        foreach (var attachment in AttachmentTable.OfOtherForm(database, codec, id))
        {
            tables.RewriteAttachment(id, attachment);
        }

        AnswerTable.Reseal(database, codec, id);
        if (tables.Message(id) is { IsSound: true } row)
        {
            Rows(tables, row);
        }
    }

    private static void Rows(MessageTables tables, MessageRow row)
    {
        var (database, codec) = (tables.Database, tables.Codec);
        if (row.IsHidden != codec.SealsAll || MessageRow.IsOfOtherForm(database, codec, row.Id))
        {
            tables.RewriteSearchValues(row);
        }

        foreach (var destination in tables.DestinationsOf(row.Id))
        {
            if (destination is { IsSound: true, Error: not null })
            {
                tables.Change(destination, destination);
            }
        }
    }

    private static List<long> Ids(SqliteDatabase database, long afterId)
    {
        using var find = database.Prepare("SELECT id FROM messages WHERE id > ?1 ORDER BY id LIMIT ?2");
        find.Bind(1, afterId).Bind(2, Together);
        var ids = new List<long>(Together);
        while (find.Step())
        {
            ids.Add(find.Integer(0));
        }

        return ids;
    }
}
