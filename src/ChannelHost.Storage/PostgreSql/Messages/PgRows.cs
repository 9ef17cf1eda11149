using System.Globalization;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Reading;
using ChannelHost.Storage.PostgreSql.Schema;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>Rows and contents of some messages, read in one exchange with the server.</summary>
internal sealed class PgRows(NameTable names, ContentCodec codec) : IMessageRows
{
    private readonly Dictionary<long, MessageRow> _messages = [];
    private readonly Dictionary<long, List<DestinationRow>> _destinations = [];
    private readonly Dictionary<long, (int Form, long Check, byte[] Data)> _contents = [];
    private readonly Dictionary<long, long> _originals = [];

    /// <inheritdoc/>
    public NameTable Names => names;

    /// <inheritdoc/>
    public MessageRow? Message(long id) => _messages.GetValueOrDefault(id);

    /// <inheritdoc/>
    public List<DestinationRow> Destinations(long messageId) => _destinations.GetValueOrDefault(messageId) ?? [];

    /// <inheritdoc/>
    public Dictionary<int, byte[]> Contents(long messageId)
    {
        var contents = new Dictionary<int, byte[]>();
        foreach (var key in _contents.Keys)
        {
            if (ContentSlot.MessageOf(key) == messageId)
            {
                contents[ContentSlot.SlotOf(key)] = Content(messageId, ContentSlot.SlotOf(key))!;
            }
        }

        return contents;
    }

    /// <inheritdoc/>
    public byte[]? Content(long messageId, int slot)
    {
        var key = ContentSlot.Key(messageId, slot);
        return _contents.TryGetValue(key, out var stored) ? PgContent.Read(codec, key, stored.Form, stored.Check, stored.Data) : null;
    }

    /// <inheritdoc/>
    public long OriginalOf(long messageId) => _originals.GetValueOrDefault(messageId);

    /// <summary>Reads the rows of messages and destinations, and what of contents is asked for.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="tables">The channel's tables.</param>
    /// <param name="names">The channel's names.</param>
    /// <param name="codec">How contents are read.</param>
    /// <param name="ids">The messages.</param>
    /// <param name="contents">Keys of contents; null for none.</param>
    /// <param name="allContents">True: all contents of the messages.</param>
    internal static PgRows Load(NpgsqlConnection connection, ChannelTables tables, NameTable names, ContentCodec codec, long[] ids, long[]? contents = null, bool allContents = false)
    {
        var loaded = new PgRows(names, codec);
        if (ids.Length == 0)
        {
            return loaded;
        }

        // One statement sees one state of the database, and needs one exchange.
        var (sql, values) = (Rows(tables), new List<object> { ids });
        if (allContents)
        {
            sql += $" UNION ALL SELECT 3, c.key, NULL, form, 0, 0, 0, crc, 0, 0, 0, data, NULL, NULL, NULL, NULL FROM unnest($1::bigint[]) AS i(id) JOIN {tables.Contents} c ON c.key >= i.id << 16 AND c.key < (i.id + 1) << 16";
        }
        else if (contents is not null)
        {
            sql += $" UNION ALL SELECT 3, key, NULL, form, 0, 0, 0, crc, 0, 0, 0, data, NULL, NULL, NULL, NULL FROM {tables.Contents} WHERE key = ANY($2)";
            values.Add(contents);
        }

        loaded.Read(connection, sql, [.. values]);
        return loaded;
    }

    // Kind, key, nullable number, four small numbers and two large ones, three large ones, five blobs.
    private static string Rows(ChannelTables tables) => string.Create(CultureInfo.InvariantCulture, $"""
        SELECT 1, id, received_at, status::integer, size, data_type, duplicate_of, crc, replay_of, batch_id, attachments, control_id, message_type, content_hash, metadata, error
        FROM {tables.Messages} WHERE id = ANY($1)
        UNION ALL SELECT 2, message_id, sent_at, status, attempts, destination, order_key, crc, flags, 0, 0, error, NULL, NULL, NULL, NULL
        FROM {tables.Destinations} WHERE message_id = ANY($1)
        UNION ALL SELECT 4, message_id, original_id, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL
        FROM channelhost.imported WHERE channel = {tables.Channel} AND message_id = ANY($1)
        """);

    private void Read(NpgsqlConnection connection, string sql, params object[] values)
    {
        using (var command = PgCommands.Command(connection, sql, values))
        using (var rows = command.ExecuteReader())
        {
            while (rows.Read())
            {
                Take(rows);
            }
        }

        foreach (var destinations in _destinations.Values)
        {
            destinations.Sort((one, other) => one.Destination.CompareTo(other.Destination));
        }
    }

    private void Take(NpgsqlDataReader row)
    {
        switch (row.GetInt32(0))
        {
            case 1:
                var message = new MessageRow
                {
                    Id = row.GetInt64(1),
                    ReceivedAt = row.GetInt64(2),
                    Status = (MessageStatus)row.GetInt32(3),
                    Size = row.GetInt32(4),
                    DataType = row.GetInt32(5),
                    DuplicateOf = row.GetInt64(6),
                    ReplayOf = row.GetInt64(8),
                    BatchId = row.GetInt64(9),
                    Attachments = row.GetInt64(10),
                    ContentHash = row.BytesOrNull(13),
                };
                _messages[message.Id] = PgRowForm.Read(
                    codec, message, new PgRowForm.Texts(row.BytesOrNull(11), row.BytesOrNull(12), row.BytesOrNull(14), row.BytesOrNull(15), row.GetInt64(7)));
                break;
            case 2:
                var destination = new DestinationRow(
                    row.GetInt64(1), row.GetInt32(5), (MessageStatus)row.GetInt32(3), row.GetInt32(4), row.GetInt64(8), row.IsDBNull(2) ? null : row.GetInt64(2), null,
                    OrderKey: row.GetInt64(6));
                destination = PgRowForm.Read(codec, destination, row.BytesOrNull(11), row.GetInt64(7));
                if (!_destinations.TryGetValue(destination.MessageId, out var all))
                {
                    _destinations[destination.MessageId] = all = [];
                }

                all.Add(destination);
                break;
            case 4:
                _originals[row.GetInt64(1)] = row.GetInt64(2);
                break;
            default:
                _contents[row.GetInt64(1)] = (row.GetInt32(3), row.GetInt64(7), row.GetFieldValue<byte[]>(11));
                break;
        }
    }

    /// <summary>Reads all that a group needs to know: one exchange for what is common, one for each of the rest.</summary>
    internal static void Load(NpgsqlConnection connection, ChannelTables tables, ContentCodec codec, GroupNeeds needs, KnownMessages known, MessageGroup group)
    {
        var messages = needs.Messages.Where(id => known.Find(id) is null).ToArray();
        if (messages.Length > 0)
        {
            var loaded = Load(connection, tables, group.Names, codec, messages);
            foreach (var id in messages)
            {
                group.Take(id, loaded.Message(id) is { } row ? new KnownMessage(row, [.. loaded.Destinations(id)]) : null);
            }
        }

        LoadControlIds(connection, tables, codec, needs, group);
        var (batches, hashes) = (new List<string>(), new List<byte[]?>());
        foreach (var (key, hash) in needs.Batches.SelectMany(key => PgHash.OfBatch(codec, key), (key, hash) => (key, hash)))
        {
            batches.Add(key);
            hashes.Add(hash);
        }

        foreach (var (ordinal, progress) in batches.Count == 0 ? [] : connection.List(
            row => ((int)row.GetInt64(0), new BatchProgress(row.GetInt32(1), row.GetInt64(2), row.GetInt64(3))),
            "SELECT k.ordinal, b.parts, b.batch_id, b.part_check FROM unnest($2::bytea[]) WITH ORDINALITY AS k(hash, ordinal) JOIN channelhost.batches b ON b.channel = $1 AND b.key_hash = k.hash",
            tables.Channel, hashes.ToArray()))
        {
            group.Batches[batches[ordinal - 1]] = progress;
        }

        foreach (var (id, answer) in needs.Answers.Count == 0 ? [] : connection.List(
            row => (row.GetInt64(0), new StoredAnswer(row.GetFieldValue<byte[]>(1), row.TextOrNull(2)!, row.BytesOrNull(3))),
            "SELECT message_id, key_hash, fingerprint, answer FROM channelhost.answers WHERE channel = $1 AND message_id = ANY($2)", tables.Channel, needs.Answers.ToArray()))
        {
            group.Answers[id] = answer;
        }

        foreach (var (id, attachment) in needs.Attachments.Count == 0 ? [] : connection.List(
            row => (row.GetInt64(0), row.TextOrNull(1)!),
            $"SELECT message_id, id FROM {tables.Attachments} WHERE message_id = ANY($1) ORDER BY message_id, ordinal", needs.Attachments.ToArray()))
        {
            if (group.Message(id) is { } staged)
            {
                (staged.Attachments ??= []).Add(attachment);
            }
        }
    }

    private static void LoadControlIds(NpgsqlConnection connection, ChannelTables tables, ContentCodec codec, GroupNeeds needs, MessageGroup group)
    {
        if (needs.ControlIds.Count == 0)
        {
            return;
        }

        // Of one id that stands there in both forms the older message counts.
        var wanted = needs.ControlIds.SelectMany(id => PgRowForm.ControlIds(codec, id), (id, stored) => (Id: id, Stored: (byte[]?)stored)).ToArray();
        var bytes = Array.ConvertAll(wanted, pair => pair.Stored);
        foreach (var (ordinal, first) in connection.List(
            row => (row.GetInt64(0), new FirstOfControlId(row.GetInt64(1), row.BytesOrNull(2))),
            $"""
            SELECT c.ordinal, m.id, m.content_hash FROM unnest($1::bigint[], $2::bytea[]) WITH ORDINALITY AS c(hash, id, ordinal)
            CROSS JOIN LATERAL (SELECT id, content_hash FROM {tables.Messages} WHERE control_hash = c.hash AND control_id = c.id ORDER BY id LIMIT 1) m
            """, Array.ConvertAll(bytes, id => PgHash.Short(id!)), bytes).OrderByDescending(found => found.Item2.Id))
        {
            group.Take(wanted[ordinal - 1].Id, first);
        }
    }
}
