using System.Data;
using System.Text.Json;
using ChannelHost.Storage.Archives;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Reading;
using ChannelHost.Storage.Messages.Texts;
using ChannelHost.Storage.PostgreSql.Schema;
using ChannelHost.Storage.Pruning;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>The messages of one channel in PostgreSQL.</summary>
internal sealed class PgMessageStore : IMessageStore, IArchiveTarget, ITextSource
{
    private const string SourceName = "source";
    private const int FoldedTogether = 1_000;
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPage = TimeSpan.FromSeconds(2);
    private const int ArchivedTogether = 8;

    private readonly PgDatabase _database;
    private readonly PgText _text;
    private readonly StoreSettings _settings;
    private readonly ContentCodec _codec;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ResealingRun _resealing = new();
    private readonly NameTable _names = new();
    private readonly StatusCounts _counts = new();
    private readonly IdSequence _ids = new();
    private readonly LeavingIds _leaving;
    private readonly GroupCommitter _committer;
    private readonly PgWriter _writer;
    private readonly Action _closed;
    private readonly PgStorePlace _place;
    private readonly List<string> _formsAtOpening;
    private readonly TextIndexes? _texts;
    private volatile bool _isClosed;
    private Task? _closing;

    private PgMessageStore(PgStorePlace place, PgDatabase database, StoreSettings settings, StoreMeter meter, ILogger logger, Action closed)
    {
        _database = database;
        _text = new PgText(place.Channel, database.Place);
        _place = place;
        _settings = settings;
        _codec = place.Codec;
        _logger = logger;
        _time = place.Time;
        _closed = closed;
        var ownership = ChannelOwnership.Open(place, database, _text, _names, _counts);
        _formsAtOpening = ownership.Forms;
        _leaving = ownership.Leaving;
        _ids.StartAfter(ownership.IdCeiling);
        _committer = new GroupCommitter(place.Channel, database, _text, _names, _counts, _ids, ownership, _codec, settings.Keep == StoreKeep.Content, meter, logger);
        var texts = Path.Combine(ChannelFolder.Make(place.DataFolder, place.Channel), "texts");
        var hasTexts = settings.SearchText && !_codec.Seals && settings.Keep == StoreKeep.Content;
        if (!ownership.WasOurs || !hasTexts)
        {
            // Another host may have removed what an index here still holds.
            TextIndexes.Clear(texts);
        }

        _texts = hasTexts ? new TextIndexes(this, place.Channel, texts, _time, logger) : null;
        _writer = new PgWriter(place.Channel, _text, _committer, database.Times);
    }

    // What will be written is written down before the first of it.
    private void Adopt()
    {
        if (StoredForms.MustAdopt(_formsAtOpening, _codec))
        {
            HandAndWait(new AloneEntry<bool>((connection, _) =>
            {
                StoredForms.Adopt(new PgFormRows(connection, Tables.Channel), _codec, hasMessages: connection.Number($"SELECT count(*) FROM (SELECT 1 FROM {Tables.Messages} LIMIT 1) m") > 0);
                return true;
            }));
        }

        // A channel that was never encrypted, as most, is not asked again.
        if (_formsAtOpening.Count > 0 || _codec.Seals)
        {
            BeginResealing();
        }

        _texts?.Wake();
    }

    /// <inheritdoc/>
    public string? Fault => _committer.Fault;

    /// <inheritdoc/>
    public long StateSequence => Read(connection => connection.Number("SELECT state_sequence FROM channelhost.channels WHERE id = $1", Tables.Channel));

    /// <summary>The channel's tables.</summary>
    internal ChannelTables Tables => _committer.Tables;

    /// <summary>Opens or makes the store of a channel, and takes it from whoever had it.</summary>
    /// <param name="place">The channel, and what belongs to it on this host.</param>
    /// <param name="database">Where.</param>
    /// <param name="settings">The channel's <c>store:</c>.</param>
    /// <param name="meter">Counts commits.</param>
    /// <param name="logger">For faults.</param>
    /// <param name="closed">Called once when the store is closed.</param>
    /// <exception cref="StoreException">It cannot be opened.</exception>
    internal static PgMessageStore Open(PgStorePlace place, PgDatabase database, StoreSettings settings, StoreMeter meter, ILogger logger, Action closed)
    {
        try
        {
            try
            {
                return OpenOnce(place, database, settings, meter, logger, closed);
            }
            catch (Exception failure) when (PgFailure.IsOfDatabase(failure) && !PgFailure.IsSurelyUndone(failure))
            {
                // A connection that lay idle while the server restarted fails once; taking the channel a second time does no harm.
                database.DropIdle();
                return OpenOnce(place, database, settings, meter, logger, closed);
            }
        }
        catch (InvalidDataException failure)
        {
            throw new PgText(place.Channel, database.Place).NotRead(failure);
        }
        catch (Exception failure) when (PgFailure.IsOfDatabase(failure))
        {
            throw new PgText(place.Channel, database.Place).Failed(failure);
        }
    }

    private static PgMessageStore OpenOnce(PgStorePlace place, PgDatabase database, StoreSettings settings, StoreMeter meter, ILogger logger, Action closed)
    {
        var store = new PgMessageStore(place, database, settings, meter, logger, closed);
        try
        {
            store.Adopt();
            return store;
        }
        catch
        {
            // Its writer must not go on for a store that nobody has.
            store._writer.StopAsync().ContinueWith(_ => store._committer.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
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
        var outcome = Hand(new AddEntry(message, EncodedRecord.Of(message)));
        _texts?.Added(message.Id);
        return outcome;
    }

    /// <inheritdoc/>
    public BatchProgress? ReadBatchProgress(string onceKey) => Read(connection => connection.List(
        row => new BatchProgress(row.GetInt32(0), row.GetInt64(1), row.GetInt64(2)),
        "SELECT parts, batch_id, part_check FROM channelhost.batches WHERE channel = $1 AND key_hash = ANY($2)", Tables.Channel, PgHash.OfBatch(_codec, onceKey)).FirstOrDefault());

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
            ? new KeptAnswer(id, stored.Fingerprint, stored.Answer is null ? null : AnswerTable.Decode(id, _codec.Read(PgContent.PlaceOfAnswer(id), stored.Answer)))
            : throw new InvalidDataException($"the answer kept for message {id} is damaged: its checksum does not fit");
    });

    /// <inheritdoc/>
    public IReadOnlyList<DestinationWork> ReadQueue(string destination, long afterId, int count) => ReadQueue(destination, afterId, count, default);

    /// <inheritdoc/>
    public IReadOnlyList<DestinationWork> ReadQueue(string destination, long afterId, int count, QueueSlice slice)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return _names.TryFind(NameKind.Destination, destination, out var number)
            ? ReadPage(afterId, count, (connection, after, most) => PgQueue.Read(connection, Tables, _names, _codec, number, after, most, slice))
            : [];
    }

    /// <inheritdoc/>
    public IReadOnlyList<UnfinishedMessage> ReadUnfinished(long afterId, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return ReadPage(afterId, count, (connection, after, most) => PgQueue.Unfinished(connection, Tables, _names, _codec, after, most));
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
    public long FindEarlier(EarlierQuery query) => Read(connection => PgEarlier.Find(connection, Tables, _names, _codec, query));

    /// <inheritdoc/>
    public StoredMessage? Read(long id) => Read(connection => MessageViews.Message(PgRows.Load(connection, Tables, _names, _codec, [id], allContents: true), id));

    /// <inheritdoc/>
    public IReadOnlyList<AttachmentSummary> ListAttachments(long messageId) => Read(connection => connection.List(
        row => new AttachmentSummary(row.TextOrNull(0)!, row.TextOrNull(1)!, row.GetInt32(2)),
        $"SELECT id, type, coalesce(sealed_size, octet_length(data)) FROM {Tables.Attachments} WHERE message_id = $1 ORDER BY ordinal", messageId));

    /// <inheritdoc/>
    public IReadOnlyList<Attachment> ReadAttachments(long messageId) => Read(connection => Attachments(connection, messageId));

    /// <inheritdoc/>
    public Attachment? ReadAttachment(long messageId, string id) => Read(connection => connection.List(
        row => ToAttachment(messageId, row), $"SELECT id, type, crc, data, sealed_size FROM {Tables.Attachments} WHERE message_id = $1 AND id = $2", messageId, PgHash.Utf8(id)!).FirstOrDefault());

    /// <inheritdoc/>
    public IReadOnlyList<RecordedStateChanges> ReadStateChanges(long afterSequence, int count) =>
        Read(connection => PgStateHistory.Read(connection, Tables.Channel, _codec, afterSequence, count));

    /// <inheritdoc/>
    public void ForgetStateChanges(long upToSequence)
    {
        while (HandAndWait(new AloneEntry<int>((connection, _) => PgStateHistory.Fold(connection, Tables.Channel, _codec, upToSequence, FoldedTogether))) == FoldedTogether)
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

        var rules = new PruningRules(_settings, now);
        var (removed, after) = await DropPartitionsAsync(now, cancellationToken);
        while (rules.ByAge)
        {
            var (old, last) = Read(connection => PgPruning.Look(connection, Tables, after, rules.YoungerStay));
            removed += await RemoveAsync(rules, old, long.MaxValue, now, cancellationToken);
            if (last == 0)
            {
                break;
            }

            after = last;
        }

        removed += await RemoveExcessAsync(rules, now, cancellationToken);
        await Hand(new AloneEntry<int>((connection, _) => PgPruning.ForgetBatches(connection, Tables.Channel)));
        return removed;
    }

    // Only where everything in it would go one by one as well. What is archived goes one by one, and leaves an empty partition.
    private Task<(int Removed, long Postponed)> DropPartitionsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (PruningRules.Longest(_settings) is not { } longest)
        {
            return Task.FromResult((0, 0L));
        }

        return new PartitionPruning(this, _leaving, _place.Channel, _logger).RunAsync(
            (now - longest).UtcTicks, onlyEmpty: _settings.Archive, partition => ForgetTexts(TextIndexes.PartsOf(partition.FirstId, partition.EndId)), cancellationToken);
    }

    /// <summary>The indexes of texts that hold something of these messages go, and a power cut does not bring them back.</summary>
    private void ForgetTexts(IEnumerable<long> ids)
    {
        try
        {
            _texts?.ForgetForGood(ids);
        }
        catch (IOException failure)
        {
            throw new StoreException(
                $"channel {_place.Channel}: an index of texts cannot be deleted, so the messages in it are not removed: {failure.Message}. Next: mend the folder; it is tried again by itself", failure);
        }
    }

    private async Task<int> RemoveExcessAsync(PruningRules rules, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var removed = 0;
        var excess = rules.Maximum is { } most ? Read(connection => PgPruning.Counted(connection, Tables)) - most : 0;
        for (long after = 0; removed < excess;)
        {
            var (all, last) = Read(connection => PgPruning.Look(connection, Tables, after, long.MaxValue));
            if (last == 0)
            {
                break;
            }

            removed += await RemoveAsync(rules, all.ConvertAll(item => item with { IsExcess = true }), excess - removed, now, cancellationToken);
            after = last;
        }

        return removed;
    }

    private async Task<int> RemoveAsync(PruningRules rules, List<PgPruneItem> items, long most, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var due = new List<PgPruneItem>();
        foreach (var few in items.Chunk(PgPruning.Together))
        {
            cancellationToken.ThrowIfCancellationRequested();
            due.AddRange(Read(connection =>
            {
                var rows = PgRows.Load(connection, Tables, _names, _codec, [.. few.Select(item => item.Id)]);
                return PgPruning.Judge(rules, item => rows.Message(item.Id) is { } row ? (row, rows.Destinations(item.Id)) : null, few);
            }));
            if (due.Count >= most)
            {
                due.RemoveRange((int)most, due.Count - (int)most);
                break;
            }
        }

        if (_settings.Archive && due.Count > 0)
        {
            // What could not be archived because it is damaged stays in the store.
            var archived = ArchiveRun.Write(
                _place.Channel, ArchiveWriter.FolderOf(_place.DataFolder, _place.Channel), _codec, now, Archived(due),
                () => Read(connection => connection.Number("SELECT commits FROM channelhost.channels WHERE id = $1", Tables.Channel)), _logger);
            due.RemoveAll(item => !archived.Contains(item.Id));
        }

        var removed = 0;
        ForgetTexts(due.Select(item => item.Id));
        try
        {
            foreach (var few in due.Chunk(PgPruning.Together))
            {
                cancellationToken.ThrowIfCancellationRequested();
                removed += await Hand(new MessagesEntry<int>([.. few.Select(item => item.Id)], group => PgPruning.Remove(group, few)));
            }
        }
        finally
        {
            ForgetTexts(due.Select(item => item.Id));
        }

        return removed;
    }

    // Few at a time: what is read at once is in memory at once, and a message may be large.
    private IEnumerable<ArchivedMessage> Archived(List<PgPruneItem> due) =>
        due.Chunk(ArchivedTogether).SelectMany(few => Read(connection => Archived(connection, few)));

    private List<ArchivedMessage> Archived(NpgsqlConnection connection, PgPruneItem[] few)
    {
        var rows = PgRows.Load(connection, Tables, _names, _codec, [.. few.Select(item => item.Id)], allContents: true);
        var messages = new List<ArchivedMessage>();
        foreach (var item in few)
        {
            try
            {
                if (rows.Message(item.Id) is { IsSound: true } row && PgPruning.StampOf(row, rows.Destinations(item.Id)) == item.Stamp)
                {
                    messages.Add(ArchivedMessage.Of(rows, row, Attachments(connection, item.Id)));
                }
            }
            catch (InvalidDataException)
            {
                // It stays in the store, where `verify` names it: an archive must not hold what is not true.
                continue;
            }
        }

        return messages;
    }

    private List<Attachment> Attachments(NpgsqlConnection connection, long messageId) => connection.List(
        row => ToAttachment(messageId, row), $"SELECT id, type, crc, data, sealed_size FROM {Tables.Attachments} WHERE message_id = $1 ORDER BY ordinal", messageId);

    /// <inheritdoc/>
    public ValueTask<int> ImportAsync(IReadOnlyList<ArchivedMessage> messages, string origin, DateTimeOffset now)
    {
        var ids = messages.Select(_ => NextId()).ToList();
        return Hand(new AloneEntry<int>((connection, group) => PgImport.Run(connection, Tables, group, messages, ids, origin, origin == _place.Channel, now)));
    }

    // While anything may be sealed still, there is nothing to make an index of.
    (long First, long Last) ITextSource.StoredIds() => _codec.Index is not null ? (0, 0) : Read(connection => connection.List(
        row => (row.GetInt64(0), row.GetInt64(1)), $"SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM {Tables.Messages}").Single());

    /// <inheritdoc/>
    IEnumerable<(long Id, byte[] Raw)> ITextSource.RawContents(long from, long to) => Read(connection => connection.List(
        row => (Key: row.GetInt64(0), Form: (int)row.GetInt16(1), Check: row.GetInt64(2), Data: row.GetFieldValue<byte[]>(3)),
        $"SELECT {PgContent.Columns} FROM {Tables.Contents} WHERE key = ANY($1) ORDER BY key",
        Enumerable.Range(0, (int)(to - from)).Select(step => ContentSlot.Key(from + step, ContentSlot.Raw)).ToArray()))
        .Where(row => row.Form == PgContent.Plain && row.Check == PgContent.CheckOf(row.Key, row.Form, row.Data))
        .Select(row => (ContentSlot.MessageOf(row.Key), row.Data));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _closing ??= CloseAsync();
        return new ValueTask(_closing);
    }

    /// <summary>How content is written.</summary>
    internal ContentCodec Codec => _codec;

    /// <summary>The forms that contents of the channel may have: key ids, and "plain" beside them; empty when nothing was ever encrypted.</summary>
    internal IReadOnlyList<string> Forms => Read(connection => StoredForms.Of(new PgFormRows(connection, Tables.Channel)));

    /// <summary>
    /// Begins to bring everything to the form that is written now, beside the traffic; does nothing when it is under way or not needed.
    /// It ends by itself, and with the store; the next opening goes on.
    /// </summary>
    internal void BeginResealing() => _resealing.Begin(
        () => _closing is null && StoredForms.IsResealingDue(Forms, _codec), ResealAsync, failure => StoreLog.NotResealed(_logger, failure, _place.Channel, _database.Place));

    /// <summary>Ends when nothing is being brought to another form any more. Gives why it ended before it was through; null when it did not.</summary>
    internal Task<string?> ResealedAsync(CancellationToken cancellationToken) => _resealing.EndedAsync(cancellationToken);

    /// <summary>Takes up keys that were changed: what is written from here on is sealed with the first one.</summary>
    internal void UseKeys()
    {
        if (_codec.IsBehind && _codec.NewestKey is { } key)
        {
            // Two commits: a key that is in use must be written down, whatever becomes of the second one.
            Run(connection =>
            {
                StoredForms.Note(new PgFormRows(connection, Tables.Channel), _codec, key);
                return 0;
            });
            Run(_ =>
            {
                _codec.HasOtherForms = true;
                _codec.Take(key);
                return 0;
            });
        }
    }

    private async Task<ResealingEnd> ResealAsync()
    {
        var began = _time.GetTimestamp();
        var resealing = new PgResealing(Tables, _codec);
        for (long? after = 0; after is { } id;)
        {
            after = await PacedAsync((connection, group) => resealing.Messages(connection, group, id));
        }

        for (var place = new PgStatePlace(); place is { } from;)
        {
            place = await PacedAsync((connection, _) => resealing.State(connection, from));
        }

        var end = await PacedAsync((connection, _) => resealing.Finish(connection));
        if (end == ResealingEnd.NotYet)
        {
            _resealing.Fault = "a newer key came, or a batch that was begun under another key is under way";
        }

        StoreLog.ResealingEnded(
            _logger, _place.Channel, _database.Place, end, _codec.PresentForm, _time.GetElapsedTime(began).TotalSeconds, resealing.Damaged, "rows that verify names");
        return end;
    }

    // As long a pause as the step took: traffic keeps at least half of the writer.
    private async Task<T> PacedAsync<T>(Func<NpgsqlConnection, MessageGroup, T> step)
    {
        _stopping.Token.ThrowIfCancellationRequested();
        var began = _time.GetTimestamp();
        var result = await Hand(new AloneEntry<T>(step));
        await Task.Delay(_time.GetElapsedTime(began), _time, _stopping.Token);
        return result;
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

    /// <summary>Changes what no commit needs, on a connection of its own that the writer does not wait for.</summary>
    internal T Beside<T>(Func<NpgsqlConnection, T> operation)
    {
        try
        {
            using var connection = _database.OpenWriter();
            PgDatabase.SetLockTimeout(connection, _database.Times.Readers);
            try
            {
                return operation(connection);
            }
            finally
            {
                if (connection.State == ConnectionState.Open)
                {
                    PgDatabase.SetLockTimeout(connection, _database.Times.Lock);
                }
            }
        }
        catch (Exception failure) when (PgFailure.IsOfDatabase(failure))
        {
            throw _text.NotPruned(failure);
        }
    }

    private Attachment ToAttachment(long messageId, NpgsqlDataReader row) => PgContent.Read(
        _codec, messageId, row.TextOrNull(0)!, row.TextOrNull(1)!, row.GetInt64(2), row.GetFieldValue<byte[]>(3), row.IsDBNull(4) ? null : row.GetInt32(4));

    private MessageSearchPage Find(MessageQuery query, TimeSpan limit) => Read(connection =>
    {
        var (ids, before) = PgSearch.Find(connection, Tables, _names, _codec, _texts, query, limit);
        var rows = PgRows.Load(connection, Tables, _names, _codec, ids);
        return new MessageSearchPage([.. ids.Select(rows.Message).OfType<MessageRow>().Select(row => MessageViews.Summary(rows, row))], before);
    });

    private async Task CloseAsync()
    {
        await _stopping.CancelAsync();
        await _resealing.EndedAsync(CancellationToken.None);
        if (_texts is not null)
        {
            await _texts.DisposeAsync();
        }

        await _writer.StopAsync();
        _isClosed = true;
        _committer.Dispose();
        _codec.Dispose();
        _stopping.Dispose();
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

    /// <summary>Hands an entry to the writer.</summary>
    internal ValueTask<T> Hand<T>(GroupEntry<T> entry)
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
