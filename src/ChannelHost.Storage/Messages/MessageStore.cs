using System.Text.Json;
using ChannelHost.Storage.Archives;
using ChannelHost.Storage.Backups;
using ChannelHost.Storage.Messages.Reading;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Removal;
using ChannelHost.Storage.Messages.Sqlite;
using ChannelHost.Storage.Messages.Texts;
using ChannelHost.Storage.Messages.Writing;
using ChannelHost.Storage.Pruning;
using ChannelHost.Storage.State;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Storage.Messages;

/// <summary>The messages of one channel in one SQLite file.</summary>
internal sealed class MessageStore : IMessageStore, IArchiveTarget, ITextSource
{
    /// <summary>The file's name in the channel's folder.</summary>
    internal const string FileName = "messages.db";

    private const int ReadAhead = 1_000;

    // A search that reads for longer would keep the log from being copied into the file, which then grows.
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPage = TimeSpan.FromSeconds(2);

    private readonly string _channel;
    private readonly string _path;
    private readonly string _archiveFolder;
    private readonly TimeProvider _time;
    private readonly StoreText _text;
    private readonly StoreSettings _settings;
    private readonly ContentCodec _codec;
    private readonly NameTable _names = new();
    private readonly StatusCounts _counts = new();
    private readonly IdSequence _ids = new();
    private readonly ReadConnections _readers;
    private readonly MessageWriter _writer;
    private readonly Action _closed;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ResealingRun _resealing = new();
    private readonly TextIndexes? _texts;
    private Task? _closing;

    private MessageStore(string channel, string path, string archiveFolder, StoreSettings settings, ContentCodec codec, WriterTimes times, TimeProvider time, StoreMeter meter, CommitSeats seats, ILogger logger, Action closed)
    {
        _channel = channel;
        _path = path;
        _archiveFolder = archiveFolder;
        _time = time;
        _text = new StoreText(channel, path);
        _settings = settings;
        _codec = codec;
        _closed = closed;
        _logger = logger;
        _readers = new ReadConnections(path, _names, codec, time);
        var connection = new WriterConnection(
            channel, path, _text, _names, _counts, _ids, _readers, codec, settings.Keep == StoreKeep.Content, times, meter, logger);
        _writer = new MessageWriter(channel, _text, connection, times, seats);

        // An index would keep words of what is not kept, or is kept encrypted.
        var texts = TextIndexes.FolderOf(path);
        if (settings is { SearchText: true, Keep: StoreKeep.Content } && !codec.Seals)
        {
            _texts = new TextIndexes(this, channel, texts, time, logger);
        }
        else
        {
            TextIndexes.Clear(texts);
        }
    }

    /// <inheritdoc/>
    public string? Fault => _writer.Fault;

    /// <summary>Opens or makes the store in a channel's folder.</summary>
    /// <param name="channel">For texts.</param>
    /// <param name="path">The database file.</param>
    /// <param name="archiveFolder">Where what is removed is written to, if the channel wants that.</param>
    /// <param name="settings">The channel's <c>store:</c>.</param>
    /// <param name="codec">How content is written; closed with the store.</param>
    /// <param name="times">How long the writer waits for what.</param>
    /// <param name="time">The clock.</param>
    /// <param name="meter">Counts commits.</param>
    /// <param name="seats">How many callers may commit by themselves.</param>
    /// <param name="logger">For faults.</param>
    /// <param name="closed">Called once when the store is closed.</param>
    /// <exception cref="StoreException">The file is damaged or cannot be opened.</exception>
    internal static MessageStore Open(string channel, string path, string archiveFolder, StoreSettings settings, ContentCodec codec, WriterTimes times, TimeProvider time, StoreMeter meter, CommitSeats seats, ILogger logger, Action closed)
    {
        var store = new MessageStore(channel, path, archiveFolder, settings, codec, times, time, meter, seats, logger, closed);
        try
        {
            store.Open();
            store._texts?.Wake();
            return store;
        }
        catch (Exception failure) when (failure is InvalidDataException or SqliteFailure { IsDamage: true })
        {
            throw store._text.Damaged(failure.Message, failure);
        }
        catch (Exception failure) when (failure is SqliteFailure or IOException)
        {
            throw store._text.Failed(failure);
        }
    }

    /// <inheritdoc/>
    public long NextId()
    {
        if (!_ids.TryNext(out var id))
        {
            while (!_ids.IsCovered(id))
            {
                HandAndWait(new EmptyWork());
            }
        }

        return id;
    }

    /// <inheritdoc/>
    public ValueTask<StoredOutcome> AddAsync(MessageRecord message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var work = new AddWork(message, EncodedRecord.Of(message));
        _writer.Hand(work);
        _texts?.Added(message.Id);
        return work.Task;
    }

    /// <inheritdoc/>
    public ValueTask<StoredOutcome> AddToCommitHereAsync(MessageRecord message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var work = new AddWork(message, EncodedRecord.Of(message));
        _writer.HandToCommitHere(work);
        _texts?.Added(message.Id);
        return work.Task;
    }

    /// <inheritdoc/>
    public void CommitHere() => _writer.CommitHere();

    /// <inheritdoc/>
    public long FindEarlier(EarlierQuery query) => Read(reader => reader.Earlier.Find(query));

    /// <inheritdoc/>
    public BatchProgress? ReadBatchProgress(string onceKey) => Read(reader => BatchTable.Read(reader.Database, reader.Codec, onceKey));

    /// <inheritdoc/>
    public ValueTask<StoredOutcome> CompleteAsync(MessageRecord message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var work = new CompleteWork(message, EncodedRecord.Of(message));
        _writer.Hand(work);
        return work.Task;
    }

    /// <inheritdoc/>
    public ValueTask<long> UpdateAsync(DestinationUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        var work = new UpdateWork(update, update.StateChanges.Count == 0 ? null : PlainJson.WriteChanges(update.StateChanges));
        _writer.Hand(work);
        return work.Task;
    }

    /// <inheritdoc/>
    public ValueTask<long> AdvanceAsync(ChainStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var work = new AdvanceWork(step, EncodedStep.Of(step));
        _writer.Hand(work);
        return work.Task;
    }

    /// <inheritdoc/>
    public ValueTask<long> RecordAfterwardsAsync(long messageId, IReadOnlyList<StateChange> changes, string? error) =>
        RecordAfterwardsAsync(messageId, changes, error, []);

    /// <inheritdoc/>
    public ValueTask<long> RecordAfterwardsAsync(long messageId, IReadOnlyList<StateChange> changes, string? error, IReadOnlyList<Attachment> attachments)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var stateChanges = changes.Count == 0 ? null : PlainJson.WriteChanges(changes);
        var work = new AfterwardsWork(messageId, stateChanges, error, attachments);
        _writer.Hand(work);
        return work.Task;
    }

    /// <inheritdoc/>
    public async ValueTask RecordAnswerAsync(long messageId, SourceResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        var answer = AnswerTable.Encode(response);
        await RunAsync(tables =>
        {
            AnswerTable.Record(tables.Database, tables.Codec, messageId, answer);
            return 0;
        });
    }

    /// <inheritdoc/>
    public KeptAnswer? FindAnswer(string key) => Read(reader => AnswerTable.Find(reader.Database, reader.Codec, key));

    /// <inheritdoc/>
    public IReadOnlyList<DestinationWork> ReadQueue(string destination, long afterId, int count) => ReadQueue(destination, afterId, count, default);

    /// <inheritdoc/>
    public IReadOnlyList<DestinationWork> ReadQueue(string destination, long afterId, int count, QueueSlice slice)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (!_names.TryFind(NameKind.Destination, destination, out var number))
        {
            return [];
        }

        return ReadPage(afterId, count, (reader, after, most) => MessageViews.Queue(reader, number, after, most, slice));
    }

    /// <inheritdoc/>
    public IReadOnlyList<UnfinishedMessage> ReadUnfinished(long afterId, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return ReadPage(afterId, count, MessageViews.Unfinished);
    }

    /// <inheritdoc/>
    public int MarkUncertain(int window)
    {
        var marked = 0;
        foreach (var (_, number) in _names.All(NameKind.Destination))
        {
            // In portions: after a restore the window is the whole queue.
            var (after, left) = (0L, window);
            while (left > 0 && Read(reader => reader.Queue(number, after, Math.Min(left, ReadAhead))) is { Count: > 0 } page)
            {
                (after, left) = (page[^1].MessageId, left - page.Count);
                marked += MarkUncertain(number, [.. page.Where(row => row.IsSound && (!row.IsUncertain || row.Attempts > 0))]);
            }
        }

        return marked;
    }

    /// <inheritdoc/>
    public DateTimeOffset? RestoredFrom => RestoredMark.Read(_path);

    /// <inheritdoc/>
    public void SettleRestore() => RestoredMark.Remove(_path);

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
        return page.Before == 0 || page.Messages.Count >= query.Count || page.Messages.Count == MessageSearch.Most
            ? page.Messages
            : throw _text.SearchTooLong(LongestSearch);
    }

    /// <inheritdoc/>
    public MessageSearchPage Search(MessageQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (!_readers.TryBeginSearch(SearchPatience))
        {
            throw _text.TooManySearches();
        }

        try
        {
            return Find(query, LongestPage);
        }
        finally
        {
            _readers.EndSearch();
        }
    }

    /// <inheritdoc/>
    public StoredMessage? Read(long id) => Read(reader => MessageViews.Message(reader, id));

    /// <inheritdoc/>
    public StoredSizes? ReadSizes(long id) => Read(reader => MessageViews.Sizes(reader, id));

    /// <inheritdoc/>
    public IReadOnlyList<AttachmentSummary> ListAttachments(long messageId) => Read(reader => AttachmentTable.List(reader.Database, messageId));

    /// <inheritdoc/>
    public IReadOnlyList<Attachment> ReadAttachments(long messageId) => Read(reader => AttachmentTable.Read(reader.Database, reader.Codec, messageId, null));

    /// <inheritdoc/>
    public Attachment? ReadAttachment(long messageId, string id) => Read(reader => AttachmentTable.Read(reader.Database, reader.Codec, messageId, id).FirstOrDefault());

    /// <inheritdoc/>
    public IReadOnlyList<RecordedStateChanges> ReadStateChanges(long afterSequence, int count) =>
        Read(reader => StateHistory.Read(reader.Database, reader.Codec, afterSequence, count));

    /// <inheritdoc/>
    public long StateSequence => Read(reader => reader.Database.Number("SELECT state_sequence FROM progress"));

    /// <inheritdoc/>
    public async Task<int> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!_settings.IsPruned)
        {
            return 0;
        }

        if (PruningRules.Longest(_settings) is { } longest)
        {
            ChannelState.RemoveSetAside(Path.GetDirectoryName(_path)!, now - longest);
        }

        var archiving = _settings.Archive ? new MessageArchiving(this, _channel, _archiveFolder, now, _logger) : null;
        return await new MessagePruning(this, new PruningRules(_settings, now), archiving, _time).RunAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<int> ImportAsync(IReadOnlyList<ArchivedMessage> messages, string origin, DateTimeOffset now)
    {
        var ids = messages.Select(_ => NextId()).ToList();
        return RunAsync(tables => MessageImport.Add(new FileImport(tables, origin, now), messages, ids, origin == _channel));
    }

    /// <inheritdoc/>
    public void ForgetStateChanges(long upToSequence)
    {
        while (Run(tables => tables.Fold(upToSequence, ReadAhead)) == ReadAhead)
        {
            // In portions, so that intake is not held up behind a long transaction.
        }
    }

    /// <inheritdoc/>
    (long First, long Last) ITextSource.StoredIds() => Read(reader => (reader.Database.Number("SELECT MIN(id) FROM messages"), reader.LastId()));

    /// <inheritdoc/>
    IEnumerable<(long Id, byte[] Raw)> ITextSource.RawContents(long from, long to) => Read(reader =>
    {
        var contents = new List<(long Id, byte[] Raw)>();
        for (var id = from; id < to; id++)
        {
            if (reader.RawOrNothing(id) is { } raw)
            {
                contents.Add((id, raw));
            }
        }

        return contents;
    });

    /// <summary>How content is written.</summary>
    internal ContentCodec Codec => _codec;

    /// <summary>The forms that contents of the file may have: key ids, and "plain" beside them; empty when nothing was ever encrypted.</summary>
    internal IReadOnlyList<string> Forms => Read(reader => EncryptionTable.Forms(reader.Database));

    /// <summary>
    /// Begins to bring everything to the form that is written now, beside the traffic; does nothing when it is not needed. What is under way is walked over once more when it
    /// is through, because a key may have come behind it. It ends by itself, and with the store; the next opening goes on.
    /// </summary>
    /// <param name="stateForm">The form that all of the channel's state file is in; null while that is not known. No form is struck out that the state file may need.</param>
    internal void BeginResealing(Func<string?> stateForm) => _resealing.Begin(
        () => _closing is null && StoredForms.IsResealingDue(Forms, _codec), () => ResealAsync(stateForm), failure => StoreLog.NotResealed(_logger, failure, _text.Channel, _path));

    /// <summary>Ends when nothing is being brought to another form any more. Gives why it ended before it was through; null when it did not.</summary>
    internal Task<string?> ResealedAsync(CancellationToken cancellationToken) => _resealing.EndedAsync(cancellationToken);

    /// <summary>Takes up keys that were changed: what is written from here on is sealed with the first one.</summary>
    internal void UseKeys()
    {
        if (_codec.IsBehind && _codec.NewestKey is { } key)
        {
            // Two commits: a key that is in use must be written down, whatever becomes of the second one.
            Run(tables =>
            {
                EncryptionTable.Note(tables.Database, tables.Codec, key);
                return 0;
            });
            Run(tables =>
            {
                tables.Codec.HasOtherForms = true;
                tables.Codec.Take(key);
                return 0;
            });
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _closing ??= CloseAsync();
        return new ValueTask(_closing);
    }

    private const string SourceName = "source";

    /// <summary>How many messages there are.</summary>
    internal long SourceCount() => _counts.Snapshot().Where(count => count.Connector == StatusCounts.Source).Sum(count => count.Count);

    /// <summary>The next commits see to it that the log holds nothing any more but what they wrote.</summary>
    internal void AskForCleanLog() => _writer.AskForCleanLog();

    /// <summary>True when the log was cleaned since it was asked for.</summary>
    internal bool IsLogClean => _writer.IsLogClean;

    /// <summary>Holds on to the file as of the last commit, beside the traffic.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal StoreSnapshot TakeSnapshot()
    {
        try
        {
            return StoreSnapshot.Take(_readers);
        }
        catch (Exception failure) when (failure is SqliteFailure or IOException)
        {
            throw _text.NotRead(failure);
        }
        catch (ObjectDisposedException)
        {
            throw _text.Closed();
        }
    }

    internal async ValueTask CommitNothingAsync()
    {
        var work = new EmptyWork();
        _writer.Hand(work);
        await work.Task;
    }

    private int MarkUncertain(int destination, IReadOnlyList<DestinationRow> rows) => rows.Count == 0 ? 0 : Run(tables =>
    {
        foreach (var row in rows)
        {
            if (tables.Destination(row.MessageId, destination) is { Status: MessageStatus.Queued, IsSound: true } now)
            {
                tables.Change(now, MessageTables.InDoubt(now));
            }
        }

        return rows.Count;
    });

    private MessageSearchPage Find(MessageQuery query, TimeSpan limit)
    {
        try
        {
            // The second limit is for a single step that does not end, on a disk that hardly answers.
            return Read(reader => MessageSearch.Find(reader, query, _counts.Of, _texts, limit), limit + LongestSearch);
        }
        catch (TimeoutException)
        {
            throw _text.SearchTooLong(limit + LongestSearch);
        }
    }

    private async Task<ResealingEnd> ResealAsync(Func<string?> stateForm)
    {
        var began = _time.GetTimestamp();
        var pass = await RunAsync(tables => new ResealingPass(tables.Codec));
        while (await PacedAsync(() => RunAsync(pass.Rewrite)))
        {
            // Until nothing is left to rewrite.
        }

        while (!pass.IsOvertaken && await PacedAsync(() => LookAsync(pass)))
        {
            // Until everything was looked at.
        }

        var end = await RunAsync(tables => pass.Finish(tables, stateForm() == tables.Codec.PresentForm));
        if (end == ResealingEnd.NotYet)
        {
            _resealing.Fault = "its state file is not in the present form, or a batch that was begun under another key is under way";
        }

        StoreLog.ResealingEnded(_logger, _text.Channel, _path, end, _codec.PresentForm, _time.GetElapsedTime(began).TotalSeconds, pass.LeftCount, pass.LeftText);
        return end;
    }

    private async ValueTask<bool> LookAsync(ResealingPass pass)
    {
        var hasMore = Read(reader => pass.Look(reader.Database));
        await RunAsync(tables =>
        {
            EncryptionTable.NoteProgress(tables.Database);
            return 0;
        });
        return hasMore;
    }

    // As long a pause as the step took: traffic keeps at least half of the writer.
    private async Task<T> PacedAsync<T>(Func<ValueTask<T>> step)
    {
        _stopping.Token.ThrowIfCancellationRequested();
        var began = _time.GetTimestamp();
        var result = await step();
        await Task.Delay(_time.GetElapsedTime(began), _time, _stopping.Token);
        return result;
    }

    /// <summary>The indexes of texts that hold something of these messages go, and a power cut does not bring them back.</summary>
    /// <exception cref="StoreException">They cannot be deleted: nothing may be removed then.</exception>
    internal void ForgetTexts(IEnumerable<PruneItem> items)
    {
        try
        {
            _texts?.ForgetForGood(items.Select(item => item.Id));
        }
        catch (IOException failure)
        {
            throw new StoreException(
                $"channel {_channel}: an index of texts cannot be deleted, so the messages in it are not removed: {failure.Message}. Next: mend the folder; it is tried again by itself", failure);
        }
    }

    /// <summary>How long a search waits for its turn. Whoever waits holds a thread; by then a page of those before has ended.</summary>
    internal TimeSpan SearchPatience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The connections that read.</summary>
    internal ReadConnections Readers => _readers;

    /// <summary>The indexes of texts; null when there are none.</summary>
    internal TextIndexes? Texts => _texts;

    private async Task CloseAsync()
    {
        await _stopping.CancelAsync();
        await _resealing.EndedAsync(CancellationToken.None);
        if (_texts is not null)
        {
            await _texts.DisposeAsync();
        }

        await _writer.StopAsync();
        _readers.Dispose();
        _codec.Dispose();
        _closed();
    }

    private void Open()
    {
        if (!File.Exists(_path))
        {
            if (File.Exists(CommitMark.PathFor(_path)))
            {
                throw new InvalidDataException($"the file is missing, but {Path.GetFileName(CommitMark.PathFor(_path))} says that there was one");
            }

            MessageSchema.Create(_path);
        }

        var session = _writer.OpenFirst();
        _ids.StartAfter(Math.Max(session.IdCeiling, session.Tables.Database.Number("SELECT MAX(id) FROM messages")));
    }

    // Damaged entries are left out and made up for by the next ones: a page that comes short would look like the end.
    private List<T> ReadPage<T>(long afterId, int count, Func<MessageReader, long, int, (List<T> Items, List<DamagedEntry> Damaged, long Last)> read)
    {
        var (items, damaged, last) = Read(reader => read(reader, afterId, count));
        MarkDamaged(damaged);
        while (items.Count < count && last != long.MaxValue)
        {
            var (more, moreDamaged, next) = Read(reader => read(reader, last, count - items.Count));
            MarkDamaged(moreDamaged);
            items.AddRange(more);
            last = next;
        }

        return items;
    }

    // What is damaged is set to Error, so that it is seen and does not come again with every read.
    private void MarkDamaged(List<DamagedEntry> damaged)
    {
        foreach (var entry in damaged)
        {
            Run(tables => DamagedEntries.SetError(tables, entry));
        }
    }

    internal T Read<T>(Func<MessageReader, T> read, TimeSpan? limit = null)
    {
        try
        {
            return limit is { } most ? _readers.Read(read, most) : _readers.Read(read);
        }
        catch (Exception failure) when (failure is SqliteFailure or InvalidDataException or IOException or JsonException)
        {
            throw _text.NotRead(failure);
        }
        catch (ObjectDisposedException)
        {
            throw _text.Closed();
        }
    }

    internal ValueTask<T> RunAsync<T>(Func<MessageTables, T> operation)
    {
        var work = new TablesWork<T>(operation);
        _writer.Hand(work);
        return work.Task;
    }

    private T Run<T>(Func<MessageTables, T> operation) => HandAndWait(new TablesWork<T>(operation));

    // For the rare operations that are not worth an async signature; the writer's thread never waits for a caller, so this cannot lock up.
    private T HandAndWait<T>(StoreWork<T> work)
    {
        work.WakeDirectly();
        _writer.Hand(work);
        return work.Task.AsTask().GetAwaiter().GetResult();
    }
}
