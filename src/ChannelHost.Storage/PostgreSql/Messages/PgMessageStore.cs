using System.Text.Json;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Reading;
using ChannelHost.Storage.PostgreSql.Schema;
using ChannelHost.Storage.Pruning;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>The messages of one channel in PostgreSQL.</summary>
internal sealed class PgMessageStore : IMessageStore
{
    private const string SourceName = "source";
    private const int FoldedTogether = 1_000;
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPage = TimeSpan.FromSeconds(2);

    private readonly PgDatabase _database;
    private readonly PgText _text;
    private readonly StoreSettings _settings;
    private readonly NameTable _names = new();
    private readonly StatusCounts _counts = new();
    private readonly IdSequence _ids = new();
    private readonly GroupCommitter _committer;
    private readonly PgWriter _writer;
    private readonly Action _closed;
    private volatile bool _isClosed;
    private Task? _closing;

    private PgMessageStore(string channel, PgDatabase database, StoreSettings settings, StoreMeter meter, ILogger logger, Action closed)
    {
        _database = database;
        _text = new PgText(channel, database.Place);
        _settings = settings;
        _closed = closed;
        var ownership = ChannelOwnership.Open(channel, database, _text, _names, _counts);
        _ids.StartAfter(ownership.IdCeiling);
        _committer = new GroupCommitter(channel, database, _text, _names, _counts, _ids, ownership, settings.Keep == StoreKeep.Content, meter, logger);
        _writer = new PgWriter(channel, _text, _committer, database.Times);
    }

    /// <inheritdoc/>
    public string? Fault => _committer.Fault;

    /// <inheritdoc/>
    public long StateSequence => Read(connection => connection.Number("SELECT state_sequence FROM channelhost.channels WHERE id = $1", Tables.Channel));

    /// <summary>The channel's tables.</summary>
    internal ChannelTables Tables => _committer.Tables;

    /// <summary>Opens or makes the store of a channel, and takes it from whoever had it.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="database">Where.</param>
    /// <param name="settings">The channel's <c>store:</c>.</param>
    /// <param name="meter">Counts commits.</param>
    /// <param name="logger">For faults.</param>
    /// <param name="closed">Called once when the store is closed.</param>
    /// <exception cref="StoreException">It cannot be opened.</exception>
    internal static PgMessageStore Open(string channel, PgDatabase database, StoreSettings settings, StoreMeter meter, ILogger logger, Action closed)
    {
        try
        {
            try
            {
                return new PgMessageStore(channel, database, settings, meter, logger, closed);
            }
            catch (Exception failure) when (PgFailure.IsOfDatabase(failure) && !PgFailure.IsSurelyUndone(failure))
            {
                // A connection that lay idle while the server restarted fails once; taking the channel a second time does no harm.
                database.DropIdle();
                return new PgMessageStore(channel, database, settings, meter, logger, closed);
            }
        }
        catch (Exception failure) when (PgFailure.IsOfDatabase(failure))
        {
            throw new PgText(channel, database.Place).Failed(failure);
        }
    }

    /// <inheritdoc/>
    public long NextId()
    {
        if (!_ids.TryNext(out var id))
        {
            while (!_ids.IsCovered(id))
            {
                HandAndWait(new EmptyEntry());
            }
        }

        return id;
    }

    /// <inheritdoc/>
    public ValueTask<StoredOutcome> AddAsync(MessageRecord message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Hand(new AddEntry(message, EncodedRecord.Of(message)));
    }

    /// <inheritdoc/>
    public BatchProgress? ReadBatchProgress(string onceKey) => Read(connection => connection.List(
        row => new BatchProgress(row.GetInt32(0), row.GetInt64(1), row.GetInt64(2)),
        "SELECT parts, batch_id, part_check FROM channelhost.batches WHERE channel = $1 AND key_hash = $2", Tables.Channel, PgHash.Long(onceKey)).FirstOrDefault());

    /// <inheritdoc/>
    public ValueTask<StoredOutcome> CompleteAsync(MessageRecord message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Hand(new CompleteEntry(message, EncodedRecord.Of(message)));
    }

    /// <inheritdoc/>
    public ValueTask<long> UpdateAsync(DestinationUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return Hand(new UpdateEntry(update, update.StateChanges.Count == 0 ? null : PlainJson.WriteChanges(update.StateChanges)));
    }

    /// <inheritdoc/>
    public ValueTask<long> AdvanceAsync(ChainStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return Hand(new AdvanceEntry(step, EncodedStep.Of(step)));
    }

    /// <inheritdoc/>
    public ValueTask<long> RecordAfterwardsAsync(long messageId, IReadOnlyList<StateChange> changes, string? error) =>
        RecordAfterwardsAsync(messageId, changes, error, []);

    /// <inheritdoc/>
    public ValueTask<long> RecordAfterwardsAsync(long messageId, IReadOnlyList<StateChange> changes, string? error, IReadOnlyList<Attachment> attachments)
    {
        ArgumentNullException.ThrowIfNull(changes);
        return Hand(new AfterwardsEntry(messageId, changes.Count == 0 ? null : PlainJson.WriteChanges(changes), error, attachments));
    }

    /// <inheritdoc/>
    public async ValueTask RecordAnswerAsync(long messageId, SourceResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        await Hand(new AnswerEntry(messageId, AnswerTable.Encode(response)));
    }

    /// <inheritdoc/>
    public KeptAnswer? FindAnswer(string key) => Read(connection =>
    {
        var found = connection.List(
            row => (MessageId: row.GetInt64(0), Stored: new StoredAnswer(row.GetFieldValue<byte[]>(1), row.TextOrNull(2)!, row.BytesOrNull(3)), Check: row.GetInt64(4)),
            "SELECT message_id, key_hash, fingerprint, answer, crc FROM channelhost.answers WHERE channel = $1 AND key_hash = $2", Tables.Channel, PgHash.Long(key));
        if (found.Count == 0)
        {
            return null;
        }

        var (id, stored, check) = found[0];
        return check == PgContent.CheckOfAnswer(id, stored)
            ? new KeptAnswer(id, stored.Fingerprint, stored.Answer is null ? null : AnswerTable.Decode(id, stored.Answer))
            : throw new InvalidDataException($"the answer kept for message {id} is damaged: its checksum does not fit");
    });

    /// <inheritdoc/>
    public IReadOnlyList<DestinationWork> ReadQueue(string destination, long afterId, int count) => ReadQueue(destination, afterId, count, default);

    /// <inheritdoc/>
    public IReadOnlyList<DestinationWork> ReadQueue(string destination, long afterId, int count, QueueSlice slice)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return _names.TryFind(NameKind.Destination, destination, out var number)
            ? ReadPage(afterId, count, (connection, after, most) => PgQueue.Read(connection, Tables, _names, number, after, most, slice))
            : [];
    }

    /// <inheritdoc/>
    public IReadOnlyList<UnfinishedMessage> ReadUnfinished(long afterId, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return ReadPage(afterId, count, (connection, after, most) => PgQueue.Unfinished(connection, Tables, _names, after, most));
    }

    /// <inheritdoc/>
    public int MarkUncertain(int window)
    {
        var marked = 0;
        foreach (var (_, number) in _names.All(NameKind.Destination))
        {
            var ids = Read(connection => PgQueue.Oldest(connection, Tables, number, window));
            if (ids.Length == 0)
            {
                continue;
            }

            marked += HandAndWait(new MessagesEntry<int>(ids, group =>
            {
                var count = 0;
                foreach (var id in ids)
                {
                    if (group.Message(id)?.Destination(number) is { Row: { Status: MessageStatus.Queued, IsSound: true } row } destination
                        && (!row.IsUncertain || row.Attempts > 0))
                    {
                        group.Change(destination, MessageTables.InDoubt(row));
                        count++;
                    }
                }

                return count;
            }));
        }

        return marked;
    }

    /// <inheritdoc/>
    public IReadOnlyList<StatusCount> Orphans(IReadOnlyCollection<string> destinations) =>
        [.. Counts().Where(count => count.Connector != SourceName
            && count.Status is MessageStatus.Queued or MessageStatus.Pending
            && !destinations.Contains(count.Connector))];

    /// <inheritdoc/>
    public IReadOnlyList<StatusCount> Counts() =>
        [.. _counts.Snapshot().Select(count => new StatusCount(
            count.Connector == StatusCounts.Source ? SourceName : _names.NameOf(count.Connector), count.Status, count.Count))];

    /// <inheritdoc/>
    public IReadOnlyList<MessageSummary> Find(MessageQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var page = Find(query, LongestSearch);
        return page.Before == 0 || page.Messages.Count >= Math.Min(query.Count, PgSearch.Most) ? page.Messages : throw _text.SearchTooLong();
    }

    /// <inheritdoc/>
    public MessageSearchPage Search(MessageQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Find(query, LongestPage);
    }

    /// <inheritdoc/>
    public long FindEarlier(EarlierQuery query) => Read(connection => PgEarlier.Find(connection, Tables, _names, query));

    /// <inheritdoc/>
    public StoredMessage? Read(long id) => Read(connection => MessageViews.Message(PgRows.Load(connection, Tables, _names, [id], allContents: true), id));

    /// <inheritdoc/>
    public IReadOnlyList<AttachmentSummary> ListAttachments(long messageId) => Read(connection => connection.List(
        row => new AttachmentSummary(row.TextOrNull(0)!, row.TextOrNull(1)!, row.GetInt32(2)),
        $"SELECT id, type, octet_length(data) FROM {Tables.Attachments} WHERE message_id = $1 ORDER BY ordinal", messageId));

    /// <inheritdoc/>
    public IReadOnlyList<Attachment> ReadAttachments(long messageId) => Read(connection => connection.List(
        row => ToAttachment(messageId, row), $"SELECT id, type, crc, data FROM {Tables.Attachments} WHERE message_id = $1 ORDER BY ordinal", messageId));

    /// <inheritdoc/>
    public Attachment? ReadAttachment(long messageId, string id) => Read(connection => connection.List(
        row => ToAttachment(messageId, row), $"SELECT id, type, crc, data FROM {Tables.Attachments} WHERE message_id = $1 AND id = $2", messageId, PgHash.Utf8(id)!).FirstOrDefault());

    /// <inheritdoc/>
    public IReadOnlyList<RecordedStateChanges> ReadStateChanges(long afterSequence, int count) =>
        Read(connection => PgStateHistory.Read(connection, Tables.Channel, afterSequence, count));

    /// <inheritdoc/>
    public void ForgetStateChanges(long upToSequence)
    {
        while (HandAndWait(new AloneEntry<int>((connection, _) => PgStateHistory.Fold(connection, Tables.Channel, upToSequence, FoldedTogether))) == FoldedTogether)
        {
            // In portions, so that intake is not held up behind a long transaction.
        }
    }

    /// <inheritdoc/>
    public async Task<int> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!_settings.IsPruned)
        {
            return 0;
        }

        if (_settings.Archive)
        {
            throw _text.CannotArchive();
        }

        var rules = new PruningRules(_settings, now);
        var removed = await DropPartitionsAsync(now, cancellationToken);
        long after = 0;
        while (rules.ByAge)
        {
            var (old, last) = Read(connection => PgPruning.Look(connection, Tables, after, rules.YoungerStay));
            if (old.Count == 0)
            {
                break;
            }

            foreach (var few in old.Chunk(PgPruning.Together))
            {
                cancellationToken.ThrowIfCancellationRequested();
                removed += await Hand(new MessagesEntry<int>([.. few.Select(message => message.Id)], group => PgPruning.Apply(group, rules, few)));
            }

            after = last;
        }

        removed += await RemoveExcessAsync(rules, cancellationToken);
        await Hand(new AloneEntry<int>((connection, _) => PgPruning.ForgetBatches(connection, Tables.Channel)));
        return removed;
    }

    // Only where everything in it would go one by one as well.
    private async Task<int> DropPartitionsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_settings.Retention is not { } retention)
        {
            return 0;
        }

        var olderThan = (now - _settings.RetentionByStatus.Values.Append(retention).Max()).UtcTicks;
        var removed = 0;
        foreach (var partition in Read(connection => PgPruning.Closed(connection, Tables)).Where(partition => partition.ReceivedTo < olderThan))
        {
            cancellationToken.ThrowIfCancellationRequested();
            removed += await Hand(new AloneEntry<int>((connection, group) => PgPruning.Drop(connection, Tables, group.Counts, partition)));
        }

        return removed;
    }

    private async Task<int> RemoveExcessAsync(PruningRules rules, CancellationToken cancellationToken)
    {
        var removed = 0;
        var excess = rules.Maximum is { } most ? Read(connection => PgPruning.Counted(connection, Tables)) - most : 0;
        for (long after = 0; removed < excess;)
        {
            var (ids, last) = Read(connection => PgPruning.Look(connection, Tables, after, long.MaxValue));
            if (ids.Count == 0)
            {
                break;
            }

            foreach (var few in ids.Select(message => message.Id).Chunk(PgPruning.Together))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var left = excess - removed;
                removed += await Hand(new MessagesEntry<int>(few, group => PgPruning.RemoveCounted(group, few, left)));
            }

            after = last;
        }

        return removed;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _closing ??= CloseAsync();
        return new ValueTask(_closing);
    }

    /// <summary>Runs statements in a commit of this store.</summary>
    internal T Run<T>(Func<NpgsqlConnection, T> operation) => HandAndWait(new AloneEntry<T>((connection, _) => operation(connection)));

    /// <summary>Asks the database; a connection that broke while it lay idle is tried once more on another one.</summary>
    internal T Read<T>(Func<NpgsqlConnection, T> read)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (_isClosed)
            {
                throw _text.Closed();
            }

            try
            {
                using var connection = _database.OpenReader();
                return read(connection);
            }
            catch (Exception failure) when (failure is InvalidDataException or JsonException)
            {
                throw _text.NotRead(failure);
            }
            catch (Exception failure) when (PgFailure.IsOfDatabase(failure))
            {
                if (attempt > 1 || failure is PostgresException { Severity: "ERROR" })
                {
                    throw _text.NotRead(failure);
                }

                _database.DropIdle();
            }
        }
    }

    private static Attachment ToAttachment(long messageId, NpgsqlDataReader row)
    {
        var attachment = new Attachment(row.TextOrNull(0)!, row.TextOrNull(1)!, row.GetFieldValue<byte[]>(3));
        return row.GetInt64(2) == PgContent.CheckOfAttachment(messageId, attachment.Id, attachment.Type, attachment.Content.Span)
            ? attachment
            : throw new InvalidDataException("a stored attachment is damaged: its checksum does not fit");
    }

    private MessageSearchPage Find(MessageQuery query, TimeSpan limit) => Read(connection =>
    {
        var (ids, before) = PgSearch.Find(connection, Tables, _names, query, limit);
        var rows = PgRows.Load(connection, Tables, _names, ids);
        return new MessageSearchPage([.. ids.Select(rows.Message).OfType<MessageRow>().Select(row => MessageViews.Summary(rows, row))], before);
    });

    private async Task CloseAsync()
    {
        await _writer.StopAsync();
        _isClosed = true;
        _committer.Dispose();
        _closed();
    }

    // Damaged entries are left out and made up for by the next ones: a page that comes short would look like the end.
    private List<T> ReadPage<T>(long afterId, int count, Func<NpgsqlConnection, long, int, (List<T> Items, List<DamagedEntry> Damaged, long Last)> read)
    {
        var (items, damaged, last) = Read(connection => read(connection, afterId, count));
        MarkDamaged(damaged);
        while (items.Count == 0 && last != long.MaxValue)
        {
            (items, damaged, last) = Read(connection => read(connection, last, count));
            MarkDamaged(damaged);
        }

        return items;
    }

    // What is damaged is set to Error, so that it is seen and does not come again with every read.
    private void MarkDamaged(List<DamagedEntry> damaged)
    {
        foreach (var entry in damaged)
        {
            HandAndWait(new MessagesEntry<bool>([entry.MessageId], group => group.SetError(entry)));
        }
    }

    private ValueTask<T> Hand<T>(GroupEntry<T> entry)
    {
        _writer.Hand(entry);
        return new ValueTask<T>(entry.Task);
    }

    // For the rare operations that are not worth an async signature; the writer's thread never waits for a caller, so this cannot lock up.
    private T HandAndWait<T>(GroupEntry<T> entry)
    {
        _writer.Hand(entry);
        return entry.Task.GetAwaiter().GetResult();
    }
}
