using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.PostgreSql.Schema;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>
/// The statements that write what a group came to. They are joined into one, which the server runs and commits in one exchange; what is removed goes before
/// in a statement of its own, because the parts of one statement do not see what the others did.
/// </summary>
internal sealed class GroupStatements
{
    // A statement's values must stay far below what the server takes in one message (1 GB).
    private const long BytesTogether = 16 << 20;

    private readonly ChannelTables _tables;
    private readonly ContentCodec _codec;
    private readonly string _insertMessages;
    private readonly string _updateMessages;
    private readonly string _insertDestinations;
    private readonly string _updateDestinations;
    private readonly string _dropDestinations;
    private readonly string _insertContents;
    private readonly string _putContents;
    private readonly string _insertMetadata;
    private readonly string _dropMetadata;
    private readonly string _putAttachments;

    internal GroupStatements(ChannelTables tables, ContentCodec codec)
    {
        (_tables, _codec) = (tables, codec);
        const string messageTypes = "$1::bigint[], $2::bigint[], $3::integer[], $4::integer[], $5::integer[], $6::bigint[], $7::bigint[], $8::bytea[], $9::bytea[], $10::bytea[], $11::bytea[], $12::bytea[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[]";
        _insertMessages = $"INSERT INTO {tables.Messages} SELECT * FROM unnest({messageTypes}, $17::bigint[])";
        _updateMessages = $"""
            UPDATE {tables.Messages} m SET received_at = u.received_at, status = u.status, size = u.size, data_type = u.data_type, duplicate_of = u.duplicate_of,
                control_hash = u.control_hash, control_id = u.control_id, message_type = u.message_type, content_hash = u.content_hash, metadata = u.metadata, error = u.error,
                crc = u.crc, replay_of = u.replay_of, batch_id = u.batch_id, attachments = u.attachments
            FROM unnest({messageTypes}) AS u(id, received_at, status, size, data_type, duplicate_of, control_hash, control_id, message_type, content_hash, metadata, error, crc, replay_of, batch_id, attachments)
            WHERE m.id = u.id
            """;
        const string destinationTypes = "$1::bigint[], $2::integer[], $3::integer[], $4::integer[], $5::integer[], $6::bigint[], $7::bytea[], $8::bigint[], $9::bigint[]";
        _insertDestinations = $"INSERT INTO {tables.Destinations} SELECT * FROM unnest({destinationTypes})";
        _updateDestinations = $"""
            UPDATE {tables.Destinations} d SET status = u.status, attempts = u.attempts, flags = u.flags, sent_at = u.sent_at, error = u.error, crc = u.crc, order_key = u.order_key
            FROM unnest({destinationTypes}) AS u(message_id, destination, status, attempts, flags, sent_at, error, crc, order_key)
            WHERE d.message_id = u.message_id AND d.destination = u.destination
            """;
        _dropDestinations = $"DELETE FROM {tables.Destinations} d USING unnest($1::bigint[], $2::integer[]) AS u(message_id, destination) WHERE d.message_id = u.message_id AND d.destination = u.destination";
        _insertContents = $"INSERT INTO {tables.Contents} SELECT * FROM unnest($1::bigint[], $2::integer[], $3::bigint[], $4::bytea[])";
        _putContents = _insertContents + " ON CONFLICT (key) DO UPDATE SET form = excluded.form, crc = excluded.crc, data = excluded.data";
        _insertMetadata = $"INSERT INTO {tables.Metadata} SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bigint[], $4::bytea[]) ON CONFLICT DO NOTHING";
        _dropMetadata = $"DELETE FROM {tables.Metadata} m USING unnest($1::integer[], $2::bigint[], $3::bigint[]) AS u(name, value_hash, message_id) WHERE m.name = u.name AND m.value_hash = u.value_hash AND m.message_id = u.message_id";
        _putAttachments = $"""
            INSERT INTO {tables.Attachments}(message_id, ordinal, id, type, crc, data, sealed_size)
            SELECT * FROM unnest($1::bigint[], $2::integer[], $3::bytea[], $4::bytea[], $5::bigint[], $6::bytea[], $7::integer[])
            ON CONFLICT (message_id, id) DO UPDATE SET type = excluded.type, crc = excluded.crc, data = excluded.data, sealed_size = excluded.sealed_size
            """;
    }

    /// <summary>The statement that makes a transaction a commit of this host, and stops it when the channel belongs to another.</summary>
    internal const string Fence = "SELECT channelhost.commit_group($1, $2, $3, $4, $5)";

    internal const string Count =
        "INSERT INTO channelhost.counts SELECT $1, * FROM unnest($2::integer[], $3::integer[], $4::bigint[]) ON CONFLICT (channel, connector, status) DO UPDATE SET n = counts.n + excluded.n";

    /// <summary>Adds the statements of a group: what goes, and what comes.</summary>
    internal void Add(JoinedStatement drops, JoinedStatement batch, MessageGroup group)
    {
        AddNames(batch, group);
        AddDropped(drops, group);
        AddMessages(batch, group);
        AddDestinations(drops, batch, group);
        AddContents(batch, group);
        AddMetadata(batch, group);
        AddAttachments(batch, group);
        AddStateChanges(batch, group);
        AddBatches(batch, group);
        AddAnswers(drops, batch, group);
        AddCounts(batch, group.Counts);
    }

    private void AddCounts(JoinedStatement batch, StatusCounts counts)
    {
        var (connectors, statuses, changes) = (new List<int>(), new List<int>(), new List<long>());
        counts.Write((connector, status, change) =>
        {
            connectors.Add(connector);
            statuses.Add(status);
            changes.Add(change);
        });
        if (connectors.Count > 0)
        {
            batch.Add(Count, _tables.Channel, connectors.ToArray(), statuses.ToArray(), changes.ToArray());
        }
    }

    private void AddNames(JoinedStatement batch, MessageGroup group)
    {
        if (group.Names.Uncommitted is { Count: > 0 } names)
        {
            batch.Add(
                "INSERT INTO channelhost.names SELECT $1, * FROM unnest($2::integer[], $3::integer[], $4::text[])",
                _tables.Channel, names.Select(name => name.Number).ToArray(), names.Select(name => (int)name.Kind).ToArray(), names.Select(name => name.Name).ToArray());
        }
    }

    private void AddDropped(JoinedStatement batch, MessageGroup group)
    {
        if (group.DroppedMetadata.Count > 0)
        {
            var values = group.DroppedMetadata.SelectMany(
                dropped => PgRowForm.SearchValues(_codec, group.Names.NameOf(dropped.Name), dropped.Value), (dropped, value) => (dropped.Name, Hash: PgHash.Short(value), dropped.MessageId)).ToList();
            batch.Add(_dropMetadata, Column(values, value => value.Name), Column(values, value => value.Hash), Column(values, value => value.MessageId));
        }

        if (group.DroppedContents.Count > 0)
        {
            var ids = group.DroppedContents.ToArray();
            batch.Add($"DELETE FROM {_tables.Contents} c USING unnest($1::bigint[]) AS i(id) WHERE c.key >= i.id << 16 AND c.key < (i.id + 1) << 16", ids);
            batch.Add($"DELETE FROM {_tables.Attachments} WHERE message_id = ANY($1)", ids);
        }

        var removed = group.Messages.Where(pair => pair.Message.IsRemoved).Select(pair => pair.Id).ToArray();
        if (removed.Length > 0)
        {
            batch.Add($"DELETE FROM {_tables.Destinations} WHERE message_id = ANY($1)", removed);
            batch.Add($"DELETE FROM {_tables.Messages} WHERE id = ANY($1)", removed);
            batch.Add("DELETE FROM channelhost.answers WHERE channel = $1 AND message_id = ANY($2)", _tables.Channel, removed);
            batch.Add("DELETE FROM channelhost.imported WHERE channel = $1 AND message_id = ANY($2)", _tables.Channel, removed);
        }
    }

    private void AddMessages(JoinedStatement batch, MessageGroup group)
    {
        var (added, changed, contentKeys) = (new List<MessageRow>(), new List<MessageRow>(), new List<long?>());
        foreach (var (_, message) in group.Messages)
        {
            if (message.IsNew)
            {
                added.Add(message.Row);
                contentKeys.Add(message.ContentKey);
            }
            else if (message is { IsChanged: true, IsRemoved: false })
            {
                changed.Add(message.Row);
            }
        }

        AddMessages(batch, _insertMessages, added, contentKeys.ToArray());
        AddMessages(batch, _updateMessages, changed);
    }

    private void AddMessages(JoinedStatement batch, string sql, List<MessageRow> rows, params object[] more)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var texts = rows.ConvertAll(row => PgRowForm.Of(_codec, row));
        batch.Add(sql,
        [
            Column(rows, row => row.Id),
            Column(rows, row => row.ReceivedAt),
            Column(rows, row => (int)row.Status),
            Column(rows, row => row.Size),
            Column(rows, row => row.DataType),
            Column(rows, row => row.DuplicateOf),
            Column(texts, text => text.ControlId is null ? default(long?) : PgHash.Short(text.ControlId)),
            Column(texts, text => text.ControlId),
            Column(texts, text => text.MessageType),
            Column(rows, row => row.ContentHash),
            Column(texts, text => text.Metadata),
            Column(texts, text => text.Error),
            Column(texts, text => text.Check),
            Column(rows, row => row.ReplayOf),
            Column(rows, row => row.BatchId),
            Column(rows, row => row.Attachments),
            .. more,
        ]);
    }

    private void AddDestinations(JoinedStatement drops, JoinedStatement batch, MessageGroup group)
    {
        var (added, changed, dropped) = (new List<DestinationRow>(), new List<DestinationRow>(), new List<DestinationRow>());
        foreach (var (_, message) in group.Messages)
        {
            if (message.IsRemoved)
            {
                continue;
            }

            foreach (var destination in message.Destinations)
            {
                if (destination.IsDropped)
                {
                    dropped.Add(destination.Row);
                }
                else if (destination.IsNew)
                {
                    added.Add(destination.Row);
                }
                else if (destination.IsChanged)
                {
                    changed.Add(destination.Row);
                }
            }
        }

        if (dropped.Count > 0)
        {
            drops.Add(_dropDestinations, Column(dropped, row => row.MessageId), Column(dropped, row => row.Destination));
        }

        AddDestinations(batch, _insertDestinations, added);
        AddDestinations(batch, _updateDestinations, changed);
    }

    private void AddDestinations(JoinedStatement batch, string sql, List<DestinationRow> rows)
    {
        if (rows.Count > 0)
        {
            var texts = rows.ConvertAll(row => PgRowForm.Of(_codec, row));
            batch.Add(
                sql,
                Column(rows, row => row.MessageId),
                Column(rows, row => row.Destination),
                Column(rows, row => (int)row.Status),
                Column(rows, row => row.Attempts),
                Column(rows, row => (int)row.Flags),
                Column(rows, row => row.SentAt),
                Column(texts, text => text.Error),
                Column(texts, text => text.Check),
                Column(rows, row => row.OrderKey));
        }
    }

    // What belongs to a message of this group cannot be there yet, and needs no look whether it is.
    private void AddContents(JoinedStatement batch, MessageGroup group)
    {
        var (added, put) = (new List<(long Key, ReadOnlyMemory<byte> Data)>(), new List<(long Key, ReadOnlyMemory<byte> Data)>());
        foreach (var (key, data) in group.Contents)
        {
            (group.Message(ContentSlot.MessageOf(key)) is { IsNew: true } ? added : put).Add((key, data));
        }

        AddContents(batch, _insertContents, added);
        AddContents(batch, _putContents, put);
    }

    private void AddContents(JoinedStatement batch, string sql, List<(long Key, ReadOnlyMemory<byte> Data)> contents)
    {
        foreach (var some in Portions(contents, content => content.Data.Length))
        {
            var form = PgContent.FormOf(_codec);
            var stored = some.ConvertAll(content => (content.Key, Data: PgContent.Write(_codec, content.Key, content.Data)));
            batch.Add(
                sql,
                Column(stored, content => content.Key),
                Column(stored, _ => form),
                Column(stored, content => PgContent.CheckOf(content.Key, form, content.Data.Span)),
                Column(stored, content => content.Data));
        }
    }

    private void AddMetadata(JoinedStatement batch, MessageGroup group)
    {
        if (group.Metadata.Count == 0)
        {
            return;
        }

        var values = group.Metadata.ConvertAll(value => PgRowForm.SearchValue(_codec, _codec.SealsAll, group.Names.NameOf(value.Name), value.Value));
        batch.Add(
            _insertMetadata,
            Column(group.Metadata, value => value.Name),
            Column(values, PgHash.Short),
            Column(group.Metadata, value => value.MessageId),
            Column(values, value => (byte[]?)value));
    }

    private void AddAttachments(JoinedStatement batch, MessageGroup group)
    {
        var all = group.Attachments.Select(pair => (pair.Key.MessageId, pair.Value.Ordinal, pair.Value.Attachment)).ToList();
        foreach (var some in Portions(all, entry => entry.Attachment.Content.Length))
        {
            var stored = some.ConvertAll(entry => PgContent.Write(_codec, entry.MessageId, entry.Attachment));
            batch.Add(
                _putAttachments,
                Column(some, entry => entry.MessageId),
                Column(some, entry => entry.Ordinal),
                Column(some, entry => PgHash.Utf8(entry.Attachment.Id)),
                Column(some, entry => PgHash.Utf8(entry.Attachment.Type)),
                some.Select((entry, index) => PgContent.CheckOfAttachment(entry.MessageId, entry.Attachment.Id, entry.Attachment.Type, stored[index].Stored.Span, stored[index].SealedSize)).ToArray(),
                Column(stored, content => content.Stored),
                Column(stored, content => content.SealedSize));
        }
    }

    private void AddStateChanges(JoinedStatement batch, MessageGroup group)
    {
        if (group.StateChanges is { Count: > 0 } changes)
        {
            batch.Add(
                "INSERT INTO channelhost.state_changes SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bytea[])",
                _tables.Channel, Column(changes, change => change.Sequence), Column(changes, change => change.MessageId), Column(changes, change => (byte[]?)PgRowForm.Stored(_codec, PgStateHistory.PlaceOf(change.Sequence), change.Changes)));
        }
    }

    private void AddBatches(JoinedStatement batch, MessageGroup group)
    {
        foreach (var key in group.ChangedBatches)
        {
            var hashes = PgHash.OfBatch(_codec, key);
            foreach (var other in hashes.Skip(1))
            {
                batch.Add("DELETE FROM channelhost.batches WHERE channel = $1 AND key_hash = $2", _tables.Channel, other);
            }

            if (group.Batches[key] is { } progress)
            {
                batch.Add(
                    "INSERT INTO channelhost.batches VALUES ($1, $2, $3, $4, $5) ON CONFLICT (channel, key_hash) DO UPDATE SET batch_id = excluded.batch_id, parts = excluded.parts, part_check = excluded.part_check",
                    _tables.Channel, hashes[0], progress.BatchId, progress.Parts, progress.Check);
            }
            else
            {
                batch.Add("DELETE FROM channelhost.batches WHERE channel = $1 AND key_hash = $2", _tables.Channel, hashes[0]);
            }
        }
    }

    private void AddAnswers(JoinedStatement drops, JoinedStatement batch, MessageGroup group)
    {
        foreach (var id in group.ChangedAnswers)
        {
            var answer = group.Answers[id];
            answer = answer.Answer is null ? answer : answer with { Answer = PgRowForm.Stored(_codec, PgContent.PlaceOfAnswer(id), answer.Answer) };
            drops.Add("DELETE FROM channelhost.answers WHERE channel = $1 AND (key_hash = $2 OR message_id = $3)", _tables.Channel, answer.KeyHash, id);
            batch.Add(
                "INSERT INTO channelhost.answers SELECT $1, $2, $3, u.fingerprint, u.answer, $6 FROM unnest($4::bytea[], $5::bytea[]) AS u(fingerprint, answer)",
                _tables.Channel, id, answer.KeyHash, new byte[]?[] { PgHash.Utf8(answer.Fingerprint) }, new[] { answer.Answer }, PgContent.CheckOfAnswer(id, answer));
        }
    }

    private static TColumn[] Column<TRow, TColumn>(List<TRow> rows, Func<TRow, TColumn> value)
    {
        var column = new TColumn[rows.Count];
        for (var index = 0; index < column.Length; index++)
        {
            column[index] = value(rows[index]);
        }

        return column;
    }

    private static IEnumerable<List<T>> Portions<T>(List<T> all, Func<T, long> size)
    {
        var some = new List<T>();
        var bytes = 0L;
        foreach (var one in all)
        {
            if (some.Count > 0 && bytes + size(one) > BytesTogether)
            {
                yield return some;
                some = [];
                bytes = 0;
            }

            some.Add(one);
            bytes += size(one);
        }

        if (some.Count > 0)
        {
            yield return some;
        }
    }
}
