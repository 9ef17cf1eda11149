using System.Text;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.State;

/// <summary>The documents that a channel keeps: cursors and the like.</summary>
internal static class PgDocuments
{
    /// <summary>Writes a document; part of the caller's transaction.</summary>
    internal static void Write(NpgsqlConnection connection, int channel, ContentCodec codec, string name, byte[] json)
    {
        var body = Messages.PgRowForm.Stored(codec, PlaceOf(name), json);
        connection.Run(
            "INSERT INTO channelhost.documents VALUES ($1, $2, $3, $4) ON CONFLICT (channel, name) DO UPDATE SET body = excluded.body, crc = excluded.crc",
            channel, name, body, CheckOf(name, body));
    }

    /// <summary>All documents of a channel.</summary>
    /// <exception cref="StoreException">One is damaged.</exception>
    internal static List<(string Name, string Json)> Read(NpgsqlConnection connection, int channel, ContentCodec codec) =>
        connection.List(row => (row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetInt64(2)), "SELECT name, body, crc FROM channelhost.documents WHERE channel = $1", channel)
            .ConvertAll(document => (document.Item1, Open(codec, document)));

    /// <summary>Brings some of them to the present form; part of the caller's transaction. Gives how many.</summary>
    internal static int Reseal(NpgsqlConnection connection, int channel, ContentCodec codec, int most)
    {
        var others = connection.List(
            row => (row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetInt64(2)),
            $"SELECT name, body, crc FROM channelhost.documents WHERE channel = $1 AND {Messages.PgForms.Differs("body", "$2")} LIMIT $3", channel, Messages.PgForms.KeyOf(codec), most);

        // A damaged one stays as it is, for people to see.
        others.RemoveAll(other => !IsSound(codec, other.Item1, other.Item2, other.Item3));
        foreach (var other in others)
        {
            Write(connection, channel, codec, other.Item1, Encoding.UTF8.GetBytes(Open(codec, other)));
        }

        return others.Count;
    }

    /// <summary>False when a document's row does not say what was written.</summary>
    internal static bool IsSound(ContentCodec codec, string name, byte[] body, long check)
    {
        var isSound = check == CheckOf(name, body);
        if (isSound && SealedPiece.Is(body))
        {
            Storage.Messages.SealedValues.Opened(body, codec, PlaceOf(name), ref isSound);
        }

        return isSound;
    }

    private static string Open(ContentCodec codec, (string Name, byte[] Body, long Check) document)
    {
        try
        {
            if (document.Check == CheckOf(document.Name, document.Body))
            {
                return codec.ReadText(PlaceOf(document.Name), document.Body);
            }
        }
        catch (InvalidDataException failure)
        {
            throw Damaged(codec, document.Name, failure.Message, failure);
        }

        throw Damaged(codec, document.Name, "its checksum does not fit", new InvalidDataException("its checksum does not fit"));
    }

    private static StoreException Damaged(ContentCodec codec, string name, string what, Exception reason) =>
        new($"channel {codec.Channel}: the document '{name}' (a cursor or the like) is damaged: {what}. Next: run `channelhost verify`, and put it back from a backup", reason);

    private static long CheckOf(string name, ReadOnlySpan<byte> body)
    {
        var check = new RowCheck();
        check.Add(name);
        check.Add(body);
        return check.Value;
    }

    private static ContentPlace PlaceOf(string name) => new(ContentKind.Document, 0, Name: name);
}
