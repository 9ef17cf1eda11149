using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Reading;
using ChannelHost.Storage.PostgreSql.Schema;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>Looks for an earlier copy of a message that arrives.</summary>
internal static class PgEarlier
{
    // So many messages with one control id are looked at, the newest.
    private const int Most = 1_000;

    /// <summary>The message that counts as the earlier one; 0 for none.</summary>
    internal static long Find(NpgsqlConnection connection, ChannelTables tables, NameTable names, ContentCodec codec, EarlierQuery query)
    {
        if (query.ControlId is null && query.ContentHash.IsEmpty)
        {
            return 0;
        }

        var candidates = query.ControlId is { } controlId
            ? PgRowForm.ControlIds(codec, controlId).SelectMany(stored => Candidates("control_hash = $1 AND control_id = $4", PgHash.Short(stored), stored)).OrderByDescending(found => found.Id)
            : Candidates("content_key = $1", EarlierMessages.KeyOf(query.ContentHash.Span));
        foreach (var (id, hash) in candidates)
        {
            if ((query.ContentHash.IsEmpty || hash.AsSpan().SequenceEqual(query.ContentHash.Span)) && Counting(connection, tables, names, codec, id, query) is not 0 and var found)
            {
                return found;
            }
        }

        return 0;

        IEnumerable<(long Id, byte[]? Hash)> Candidates(string where, object key, params object[] more) => connection.List(
            row => (Id: row.GetInt64(0), Hash: row.BytesOrNull(1)),
            $"SELECT id, content_hash FROM {tables.Messages} WHERE {where} AND id < $2 AND received_at >= $3 AND replay_of = 0 ORDER BY id DESC LIMIT {Most}",
            [key, query.BeforeId > 0 ? query.BeforeId : long.MaxValue, query.Since.UtcTicks, .. more]);
    }

    // The message itself, or what it is a copy of, when that counts as well; 0 when it reached nobody.
    private static long Counting(NpgsqlConnection connection, ChannelTables tables, NameTable names, ContentCodec codec, long id, EarlierQuery query)
    {
        if (Load(id) is not { } row || !Counts(row))
        {
            return 0;
        }

        return row.DuplicateOf != 0 && Load(row.DuplicateOf) is { } first && EarlierMessages.IsCopy(first, query) && Counts(first) ? first.Id : id;

        MessageRow? Load(long message) => PgRows.Load(connection, tables, names, codec, [message]).Message(message);

        bool Counts(MessageRow message)
        {
            var replays = connection.List(
                found => found.GetInt64(0), $"SELECT id FROM {tables.Messages} WHERE replay_of = $1 AND replay_of <> 0 ORDER BY id LIMIT {Most}", message.Id);
            var rows = PgRows.Load(connection, tables, names, codec, [message.Id, .. replays]);
            return EarlierMessages.Reached(message, rows.Destinations)
                || replays.Exists(replay => rows.Message(replay) is { } again && EarlierMessages.Reached(again, rows.Destinations));
        }
    }
}
