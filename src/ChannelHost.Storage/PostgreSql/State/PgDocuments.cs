using System.Text;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Sqlite;
using ChannelHost.Storage.PostgreSql.Messages;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.State;

/// <summary>The documents that a channel keeps: cursors and the like.</summary>
internal static class PgDocuments
{
    /// <summary>Writes a document; part of the caller's transaction.</summary>
    internal static void Write(NpgsqlConnection connection, int channel, ContentCodec codec, string name, byte[] json)
    {
        var body = PgRowForm.Stored(codec, PlaceOf(name), json);
        connection.Run(
            "INSERT INTO channelhost.documents VALUES ($1, $2, $3, $4) ON CONFLICT (channel, name) DO UPDATE SET body = excluded.body, crc = excluded.crc",
            channel, name, body, CheckOf(name, body));
    }

    /// <summary>All documents of a channel.</summary>
    /// <exception cref="StoreException">One is damaged.</exception>
    internal static List<(string Name, string Json)> Read(NpgsqlConnection connection, int channel, ContentCodec codec) =>
        connection.List(row => (row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetInt64(2)), "SELECT name, body, crc FROM channelhost.documents WHERE channel = $1", channel)
            .ConvertAll(document => (document.Item1, Text(codec, document)));

    /// <summary>Brings some of them to the present form; part of the caller's transaction. Gives the place behind them; the same one when nothing was left.</summary>
    internal static PgStatePlace Reseal(NpgsqlConnection connection, int channel, ContentCodec codec, PgStatePlace place, int most)
    {
        var met = connection.List(
            row => (Name: row.GetString(0), Body: row.GetFieldValue<byte[]>(1), Check: row.GetInt64(2)),
            $"SELECT name, body, crc FROM channelhost.documents WHERE channel = $1 AND name > $4 AND {PgForms.Differs("body", "$2")} ORDER BY name LIMIT $3",
            channel, PgForms.KeyOf(codec), most, place.Document);
        if (met.Count == 0)
        {
            return place;
        }

        var sound = PgStatePlace.Opened(met, document => (document.Name, Json: Open(codec, document)));
        foreach (var (name, json) in sound)
        {
            Write(connection, channel, codec, name, json);
        }

        return place with { Document = met[^1].Name, Damaged = place.Damaged + met.Count - sound.Count };
    }

    /// <summary>False when a document's row does not say what was written.</summary>
    internal static bool IsSound(ContentCodec codec, string name, byte[] body, long check)
    {
        var isSound = check == CheckOf(name, body);
        if (isSound && SealedPiece.Is(body))
        {
            SealedValues.Opened(body, codec, PlaceOf(name), ref isSound);
        }

        return isSound;
    }

    private static byte[] Open(ContentCodec codec, (string Name, byte[] Body, long Check) document) => document.Check == CheckOf(document.Name, document.Body)
        ? codec.Read(PlaceOf(document.Name), document.Body)
        : throw new InvalidDataException("its checksum does not fit");

    private static string Text(ContentCodec codec, (string Name, byte[] Body, long Check) document)
    {
        try
        {
            return Encoding.UTF8.GetString(Open(codec, document));
        }
        catch (InvalidDataException failure)
        {
            throw new StoreException($"channel {codec.Channel}: the document '{document.Name}' (a cursor or the like) is damaged: {failure.Message}. Next: run `channelhost verify`, and put it back from a backup", failure);
        }
    }

    private static long CheckOf(string name, ReadOnlySpan<byte> body)
    {
        var check = new RowCheck();
        check.Add(name);
        check.Add(body);
        return check.Value;
    }

    private static ContentPlace PlaceOf(string name) => new(ContentKind.Document, 0, Name: name);
}
