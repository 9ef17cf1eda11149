using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.PostgreSql.Schema;
using ChannelHost.Storage.PostgreSql.State;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>
/// Brings what is stored to the form that is written now: another key, encrypted, or not any more. In small steps, each in a transaction of its own, so that
/// traffic hardly waits. What is in the present form already is left alone, so it may begin anew at any time, a kill included. Runs on the writer's thread.
/// </summary>
internal sealed class PgResealing(ChannelTables tables, ContentCodec codec)
{
    private const int Together = 50;
    private const int StateTogether = 500;

    // A message may be large: a step takes so many bytes of contents at most, and one.
    private const long BytesTogether = 16 << 20;

    private readonly int _generation = codec.Generation;
    private long _damaged;
    private long _damagedBeside;

    /// <summary>How many pieces could not be rewritten, because they are damaged.</summary>
    internal long Damaged => _damaged + _damagedBeside;

    /// <summary>True when another key came since it began.</summary>
    internal bool IsOvertaken => codec.Generation != _generation;

    /// <summary>The next messages after an id. Gives the last one, or null when there are no more, or another key came.</summary>
    internal long? Messages(NpgsqlConnection connection, MessageGroup group, long afterId)
    {
        var ids = IsOvertaken ? [] : Next(connection, afterId);
        if (ids.Length == 0)
        {
            return null;
        }

        StoredForms.NoteProgress(new PgFormRows(connection, tables.Channel));

        var rows = PgRows.Load(connection, tables, group.Names, codec, ids);
        foreach (var id in ids)
        {
            if (rows.Message(id) is { } row)
            {
                group.Take(id, new KnownMessage(row, [.. rows.Destinations(id)]));
            }
        }

        Rows(connection, group, ids);
        Contents(connection, group, ids);
        Attachments(connection, group, ids);
        Answers(connection, group, ids);
        return ids[^1];
    }

    /// <summary>Some of what is kept beside messages, after a place. Gives the next place, or null when there is no more, or another key came.</summary>
    internal PgStatePlace? State(NpgsqlConnection connection, PgStatePlace place)
    {
        _damagedBeside = place.Damaged;
        if (IsOvertaken)
        {
            return null;
        }

        var next = PgStateHistory.Reseal(connection, tables.Channel, codec, place, StateTogether);
        next = next == place ? PgDocuments.Reseal(connection, tables.Channel, codec, place, StateTogether) : next;
        return next == place ? null : next;
    }

    /// <summary>What could be rewritten is in the present form: the others are struck out. While a damaged piece is there, each of them may be what it needs, and stays.</summary>
    internal ResealingEnd Finish(NpgsqlConnection connection)
    {
        if (IsOvertaken)
        {
            return ResealingEnd.Overtaken;
        }

        // A key that is written down and not in use yet must not be struck out; a batch that was begun under a hidden key can only be found with the index, until it is through.
        if (codec.IsBehind || (!codec.Seals && connection.Number("SELECT count(*) FROM channelhost.batches WHERE channel = $1 AND octet_length(key_hash) = $2", tables.Channel, BlindIndex.Length) > 0))
        {
            return ResealingEnd.NotYet;
        }

        var rows = new PgFormRows(connection, tables.Channel);
        var left = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var key in Damaged == 0 ? [] : StoredForms.Of(rows).Select(StoredForms.KeyOf))
        {
            left[key] = Damaged;
        }

        StoredForms.Finish(rows, codec, left);
        return ResealingEnd.Done;
    }

    private long[] Next(NpgsqlConnection connection, long afterId)
    {
        var next = connection.List(
            row => (Id: row.GetInt64(0), Bytes: row.GetInt64(1)),
            $"""
            SELECT m.id, coalesce((SELECT sum(octet_length(c.data)) FROM {tables.Contents} c WHERE c.key >= m.id << 16 AND c.key < (m.id + 1) << 16), 0)::bigint
            FROM (SELECT id FROM {tables.Messages} WHERE id > $1 ORDER BY id LIMIT $2) m ORDER BY m.id
            """, afterId, Together);
        var (count, bytes) = (0, 0L);
        while (count < next.Count && (count == 0 || bytes + next[count].Bytes <= BytesTogether))
        {
            bytes += next[count++].Bytes;
        }

        return [.. next.Take(count).Select(message => message.Id)];
    }

    // A row that is damaged stays as it is: whoever reads it, and verify, is told; nothing is gained by writing damage anew.
    private void Rows(NpgsqlConnection connection, MessageGroup group, long[] ids)
    {
        var key = PgForms.KeyOf(codec);
        var others = connection.List(
            row => row.GetInt64(0),
            $"SELECT id FROM {tables.Messages} WHERE id = ANY($1) AND ({PgForms.Differs("metadata", "$2")} OR {PgForms.Differs("error", "$2")})", ids, key).ToHashSet();
        foreach (var id in ids)
        {
            if (group.Message(id) is not { Row.IsSound: true } staged)
            {
                _damaged++;
            }
            else if (others.Contains(id) || staged.Row.IsHidden != codec.SealsAll)
            {
                group.WriteAnew(staged);
            }
        }

        foreach (var (id, number) in connection.List(
            row => (row.GetInt64(0), row.GetInt32(1)),
            $"SELECT message_id, destination FROM {tables.Destinations} WHERE message_id = ANY($1) AND {PgForms.Differs("error", "$2")}", ids, key))
        {
            if (group.Message(id)?.Destination(number) is { Row.IsSound: true } destination)
            {
                group.Change(destination, destination.Row);
            }
            else
            {
                _damaged++;
            }
        }
    }

    private void Contents(NpgsqlConnection connection, MessageGroup group, long[] ids)
    {
        foreach (var (key, form, check, stored) in connection.List(
            row => (row.GetInt64(0), (int)row.GetInt16(1), row.GetInt64(2), row.GetFieldValue<byte[]>(3)),
            $"""
            SELECT c.key, c.form, c.crc, c.data FROM unnest($1::bigint[]) AS i(id)
            JOIN {tables.Contents} c ON c.key >= i.id << 16 AND c.key < (i.id + 1) << 16 WHERE {PgForms.Differs("c.data", $"c.form = {PgContent.Sealed}", "$2")}
            """, ids, PgForms.KeyOf(codec)))
        {
            Put(() => group.Contents[key] = PgContent.Read(codec, key, form, check, stored));
        }
    }

    private void Attachments(NpgsqlConnection connection, MessageGroup group, long[] ids)
    {
        foreach (var (id, ordinal, name, type, check, stored, size) in connection.List(
            row => (row.GetInt64(0), row.GetInt32(1), row.TextOrNull(2)!, row.TextOrNull(3)!, row.GetInt64(4), row.GetFieldValue<byte[]>(5), row.IsDBNull(6) ? default(int?) : row.GetInt32(6)),
            $"SELECT message_id, ordinal, id, type, crc, data, sealed_size FROM {tables.Attachments} WHERE message_id = ANY($1) AND {PgForms.Differs("data", "sealed_size IS NOT NULL", "$2")}",
            ids, PgForms.KeyOf(codec)))
        {
            Put(() => group.Attachments[(id, name)] = (ordinal, PgContent.Read(codec, id, name, type, check, stored, size)));
        }
    }

    private void Answers(NpgsqlConnection connection, MessageGroup group, long[] ids)
    {
        foreach (var (id, answer, check) in connection.List(
            row => (row.GetInt64(0), new StoredAnswer(row.GetFieldValue<byte[]>(1), row.TextOrNull(2)!, row.BytesOrNull(3)), row.GetInt64(4)),
            $"SELECT message_id, key_hash, fingerprint, answer, crc FROM channelhost.answers WHERE channel = $1 AND message_id = ANY($2) AND {PgForms.Differs("answer", "$3")}",
            tables.Channel, ids, PgForms.KeyOf(codec)))
        {
            if (check == PgContent.CheckOfAnswer(id, answer))
            {
                Put(() =>
                {
                    group.Answers[id] = answer with { Answer = codec.Read(PgContent.PlaceOfAnswer(id), answer.Answer!) };
                    group.ChangedAnswers.Add(id);
                });
            }
            else
            {
                _damaged++;
            }
        }
    }

    private void Put(Action write)
    {
        try
        {
            write();
        }
        catch (InvalidDataException)
        {
            // Whoever reads it, and verify, is told; nothing is gained by writing damage anew.
            _damaged++;
        }
    }
}
