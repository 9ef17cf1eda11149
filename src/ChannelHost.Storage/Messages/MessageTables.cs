using System.Security.Cryptography;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Reading;
using ChannelHost.Storage.Archives;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>The writing statements, prepared once, and the transaction they run in. Used by the writer's thread only.</summary>
internal sealed class MessageTables : IDisposable
{
    internal const long Reattempt = 1;
    internal const long Uncertain = 2;
    internal const long Waiting = 4;
    internal const long Unmade = 8;
    internal const int HashLength = 16;

    /// <summary>
    /// A queued row that the last process may have sent without recording it. Where attempts were made before, one more may have been, and counts: nobody shall find more deliveries than
    /// attempts. The first one, of which nothing is recorded, is told by the mark alone.
    /// </summary>
    internal static DestinationRow InDoubt(DestinationRow row) =>
        row with { Flags = row.Flags | Uncertain, Attempts = row.Attempts > 0 ? row.Attempts + 1 : 0 };

    /// <summary>A number that changes with what the rows of the message <c>?1</c> say.</summary>
    internal const string Stamp = "SELECT crc + (SELECT COALESCE(SUM(d.crc), 0) FROM destinations d WHERE d.message_id = m.id) * 2 FROM messages m WHERE id = ?1";

    private readonly NameTable _names;
    private readonly StatusCounts _counts;
    private readonly bool _keepContent;
    private long _committedStateSequence;
    private long _stateForgotten;
    private long _committedStateForgotten;

    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollback;
    private readonly SqliteStatement _progress;
    private readonly SqliteStatement _count;
    private readonly SqliteStatement _name;
    private readonly SqliteStatement _insertMessage;
    private readonly SqliteStatement _replaceMessage;
    private readonly SqliteStatement _findMessage;
    private readonly SqliteStatement _firstWithControlId;
    private readonly SqliteStatement _insertContentKey;
    private readonly SqliteStatement _dropContentKey;
    private readonly SqliteStatement _insertContent;
    private readonly SqliteStatement _readContent;
    private readonly SqliteStatement _dropContents;
    private readonly SqliteStatement _insertAttachment;
    private readonly SqliteStatement _dropAttachments;
    private readonly SqliteStatement _countAttachments;
    private readonly SqliteStatement _insertMetadata;
    private readonly SqliteStatement _dropMetadata;
    private readonly SqliteStatement _insertDestination;
    private readonly SqliteStatement _findDestination;
    private readonly SqliteStatement _updateDestination;
    private readonly SqliteStatement _dropDestinations;
    private readonly SqliteStatement _dropDestination;
    private readonly SqliteStatement _dropMessage;
    private readonly SqliteStatement _unfinished;
    private readonly SqliteStatement _stateChange;
    private readonly BatchTable _batches;
    private readonly BlockIndex _blocks;
    private readonly SqliteStatement _stamp;
    private readonly SqliteStatement _dropImport;

    internal MessageTables(SqliteDatabase database, NameTable names, StatusCounts counts, ContentCodec codec, bool keepContent)
    {
        Database = database;
        Codec = codec;
        _names = names;
        _counts = counts;
        _keepContent = keepContent;
        _begin = database.Prepare("BEGIN IMMEDIATE");
        _commit = database.Prepare("COMMIT");
        _rollback = database.Prepare("ROLLBACK");
        _progress = database.Prepare(ProgressRow.Update);
        _count = database.Prepare("INSERT INTO counts VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET n = n + excluded.n");
        _name = database.Prepare("INSERT INTO names VALUES (?1, ?2, ?3, ?4)");
        _insertMessage = database.Prepare("INSERT INTO messages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)");
        _replaceMessage = database.Prepare("REPLACE INTO messages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)");
        _findMessage = database.Prepare($"SELECT {MessageRow.Columns} FROM messages WHERE id = ?1");
        _firstWithControlId = database.Prepare("SELECT id, content_hash FROM messages WHERE control_id = ?1 AND id < ?2 ORDER BY id LIMIT 1");
        _insertContentKey = database.Prepare("INSERT OR IGNORE INTO content_keys VALUES (?1, ?2)");
        _dropContentKey = database.Prepare("DELETE FROM content_keys WHERE content = ?1 AND message_id = ?2");
        _insertContent = database.Prepare("REPLACE INTO contents VALUES (?1, ?2, ?3, ?4)");
        _readContent = database.Prepare($"SELECT {StoredContent.Columns} FROM contents WHERE key = ?1");
        _dropContents = database.Prepare("DELETE FROM contents WHERE key >= ?1 AND key < ?2");
        _insertAttachment = database.Prepare(AttachmentTable.Insert);
        _dropAttachments = database.Prepare(AttachmentTable.Drop);
        _countAttachments = database.Prepare(AttachmentTable.Count);
        _insertMetadata = database.Prepare("INSERT OR IGNORE INTO metadata VALUES (?1, ?2, ?3)");
        _dropMetadata = database.Prepare("DELETE FROM metadata WHERE name = ?1 AND value = ?2 AND message_id = ?3");
        _insertDestination = database.Prepare("INSERT INTO destinations VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
        _findDestination = database.Prepare($"SELECT {DestinationRow.Columns} FROM destinations WHERE message_id = ?1 AND destination = ?2");
        _updateDestination = database.Prepare(
            "UPDATE destinations SET status = ?3, attempts = ?4, flags = ?5, sent_at = ?6, error = ?7, crc = ?8, order_key = ?9 WHERE message_id = ?1 AND destination = ?2");
        _dropDestinations = database.Prepare("DELETE FROM destinations WHERE message_id = ?1");
        _dropDestination = database.Prepare("DELETE FROM destinations WHERE message_id = ?1 AND destination = ?2");
        _dropMessage = database.Prepare("DELETE FROM messages WHERE id = ?1");
        _unfinished = database.Prepare("""
            SELECT 1 FROM destinations WHERE message_id = ?1 AND status NOT IN (1, 3)
            UNION ALL SELECT 1 FROM messages WHERE id = ?1 AND status NOT IN (1, 2) LIMIT 1
            """);
        _stateChange = database.Prepare(StateHistory.Insert);
        _batches = new BatchTable(database, codec);
        _blocks = new BlockIndex(database);
        _stamp = database.Prepare(Stamp);
        _dropImport = database.Prepare("DELETE FROM imported WHERE message_id = ?1");
    }

    internal SqliteDatabase Database { get; }

    /// <summary>How content is written.</summary>
    internal ContentCodec Codec { get; }

    /// <summary>The number of the last commit, as in <c>progress</c>.</summary>
    internal long Commits { get; private set; }

    /// <summary>The sequence of the last recorded state changes, those of the running transaction included.</summary>
    internal long StateSequence { get; private set; }

    /// <summary>Takes over where the file stands.</summary>
    internal (long IdCeiling, long StateForgotten) Load()
    {
        var progress = ProgressRow.Read(Database);
        Commits = progress.Commits;
        StateSequence = _committedStateSequence = progress.StateSequence;
        _stateForgotten = _committedStateForgotten = progress.StateForgotten;
        return (progress.IdCeiling, progress.StateForgotten);
    }

    internal void Begin() => _begin.Run();

    /// <summary>Commits; everything since <see cref="Begin"/> is on stable storage when it returns.</summary>
    internal void Commit(long idCeiling)
    {
        _counts.Write(_count);
        _blocks.Write();
        new ProgressRow(Commits + 1, idCeiling, StateSequence, _stateForgotten).Bind(_progress).Run();
        _commit.Run();
        Commits++;
        _committedStateSequence = StateSequence;
        _committedStateForgotten = _stateForgotten;
        _counts.Committed();
        _blocks.Committed();
        _names.Committed();
    }

    /// <summary>Takes everything back since <see cref="Begin"/>.</summary>
    internal void Rollback()
    {
        _counts.RolledBack();
        _blocks.RolledBack();
        _names.RolledBack();
        StateSequence = _committedStateSequence;
        _stateForgotten = _committedStateForgotten;
        if (!Database.IsAutocommit)
        {
            _rollback.Run();
        }
    }

    /// <summary>Folds recorded state changes up to a sequence. Gives how many records were folded.</summary>
    internal int Fold(long upToSequence, int most)
    {
        var (count, last) = StateHistory.Fold(Database, Codec, upToSequence, most);
        _stateForgotten = count == 0 ? _stateForgotten : last;
        return count;
    }

    /// <summary>Adds a new message.</summary>
    internal StoredOutcome Add(MessageRecord message, EncodedRecord encoded)
    {
        var (duplicateOf, isSame, hash) = FindFirst(message);
        if (message.BatchStep is { } step)
        {
            _batches.Advance(message.Id, step);
        }

        WriteMessage(_insertMessage, message, encoded, duplicateOf, hash, (message.ReplayOf, message.BatchId, message.Attachments.Count));
        _counts.Add(StatusCounts.Source, message.Status, 1);
        if (message.IsContentIndexed && hash is not null)
        {
            _insertContentKey.Bind(1, EarlierMessages.KeyOf(hash)).Bind(2, message.Id).Run();
        }

        if (WriteParts(message, encoded, withRaw: true))
        {
            WriteAttachments(message.Id, message.Attachments);
        }

        if (message.AnswerKey is { } key)
        {
            AnswerTable.Add(Database, Codec, message.Id, key);
        }

        return new StoredOutcome(duplicateOf, isSame, RecordState(message.Id, encoded.StateChanges));
    }

    /// <summary>Records the outcome at the source of a message that was added as Received.</summary>
    internal StoredOutcome Complete(MessageRecord message, EncodedRecord encoded)
    {
        var old = Message(message.Id) ?? throw new StoreException($"message {message.Id} is not in the store, so its outcome cannot be recorded") { IsPermanent = true };
        if (old.Status != MessageStatus.Received)
        {
            throw new StoreException($"the outcome of message {message.Id} at the source was recorded before ({old.Status})") { IsPermanent = true };
        }

        DropMetadata(message.Id, old.Metadata);

        // What was found when it was added still holds: its raw bytes are what they were.
        var (duplicateOf, isSame, hash) = old.ContentHash is null ? FindFirst(message) : (old.DuplicateOf, false, old.ContentHash);
        WriteMessage(_replaceMessage, message, encoded, duplicateOf, hash, (old.ReplayOf, old.BatchId, old.Attachments));
        _counts.Move(StatusCounts.Source, old.Status, message.Status);
        if (!WriteParts(message, encoded, withRaw: false))
        {
            DropContents(message.Id);
        }
        else
        {
            AddAttachments(message.Id, message.Attachments);
        }

        return new StoredOutcome(duplicateOf, isSame, RecordState(message.Id, encoded.StateChanges));
    }

    /// <summary>Records what became of a message at a destination.</summary>
    internal long Update(DestinationUpdate update, byte[]? stateChanges)
    {
        if (!_names.TryFind(NameKind.Destination, update.Destination, out var destination) || Destination(update.MessageId, destination) is not { } old)
        {
            throw new StoreException($"message {update.MessageId} does not go to a destination '{update.Destination}'") { IsPermanent = true };
        }

        if (update.ExpectedStatus is { } expected && old.Status != expected)
        {
            return DestinationUpdate.NotAnyMore;
        }

        WriteDestination(_updateDestination, old with
        {
            Status = update.Status,
            Attempts = update.Attempts,
            Flags = (old.Flags & (Reattempt | Unmade)) | (update.IsReattempt ? Reattempt : 0) | (update.IsUncertain ? Uncertain : 0),
            SentAt = update.SentAt?.UtcTicks,
            Error = update.Error,
        });
        _counts.Move(destination, old.Status, update.Status);
        if (!_keepContent && IsThrough(update.MessageId))
        {
            DropContents(update.MessageId);
        }
        else
        {
            AddAttachments(update.MessageId, update.Attachments);
            WriteContent(update.MessageId, ContentSlot.ResponseOf(destination), update.Response);
        }

        return RecordState(update.MessageId, stateChanges);
    }

    /// <summary>Records how a chain goes on.</summary>
    internal long Advance(ChainStep step, EncodedStep encoded)
    {
        for (var index = 0; index < step.Destinations.Count; index++)
        {
            var record = step.Destinations[index];
            var old = WaitingAt(step.MessageId, record.Name);
            WriteDestination(_updateDestination, old with { Status = record.Status, Flags = record.Status == MessageStatus.Error ? Unmade : 0, Error = record.Error, OrderKey = record.OrderKey });
            _counts.Move(old.Destination, old.Status, record.Status);
            WriteContents(step.MessageId, old.Destination, record, encoded.Destinations[index]);
        }

        foreach (var name in step.Dropped)
        {
            var old = WaitingAt(step.MessageId, name);
            _dropDestination.Bind(1, step.MessageId).Bind(2, old.Destination).Run();
            _counts.Add(old.Destination, old.Status, -1);
        }

        if (!_keepContent && IsThrough(step.MessageId))
        {
            DropContents(step.MessageId);
        }
        else
        {
            AddAttachments(step.MessageId, step.Attachments);
        }

        return RecordState(step.MessageId, encoded.StateChanges);
    }

    /// <summary>Records what the postprocessor left behind; the status stays as it is.</summary>
    internal long RecordAfterwards(long messageId, byte[]? stateChanges, string? error, IReadOnlyList<Attachment> attachments)
    {
        // A message that is through and keeps no content keeps no attachments either: nobody would ever remove them.
        if (attachments.Count > 0 && (_keepContent || !IsThrough(messageId)))
        {
            AddAttachments(messageId, attachments);
        }

        if (error is not null)
        {
            var row = Message(messageId) ?? throw new StoreException($"message {messageId} is not in the store, so its postprocessor's failure cannot be recorded") { IsPermanent = true };
            (row with { Error = row.Error is null ? error : $"{row.Error}\n{error}" }).Bind(_replaceMessage, Codec);
            _replaceMessage.Run();
        }

        return RecordState(messageId, stateChanges);
    }

    /// <summary>The row of a message, or null.</summary>
    internal MessageRow? Message(long id)
    {
        _findMessage.Bind(1, id);
        if (!_findMessage.Step())
        {
            return null;
        }

        var row = MessageRow.Read(_findMessage, Codec);
        _findMessage.Reset();
        return row;
    }

    /// <summary>The row of a message at a destination, or null.</summary>
    internal DestinationRow? Destination(long messageId, int destination)
    {
        _findDestination.Bind(1, messageId).Bind(2, destination);
        if (!_findDestination.Step())
        {
            return null;
        }

        var row = DestinationRow.Read(_findDestination, Codec);
        _findDestination.Reset();
        return row;
    }

    /// <summary>Writes a changed row of a message and counts it anew.</summary>
    internal void Change(MessageRow old, MessageRow changed)
    {
        changed.Bind(_replaceMessage, Codec);
        _replaceMessage.Run();
        _blocks.NoteTime(changed.Id, changed.ReceivedAt);
        _blocks.NoteStatus(changed.Id, StatusCounts.Source, changed.Status);
        _counts.Move(StatusCounts.Source, old.Status, changed.Status);
    }

    /// <summary>Writes a changed row of a message at a destination and counts it anew.</summary>
    internal void Change(DestinationRow old, DestinationRow changed)
    {
        WriteDestination(_updateDestination, changed);
        _counts.Move(old.Destination, old.Status, changed.Status);
    }

    /// <summary>Writes a content in the present form; one that cannot be opened stays as it is.</summary>
    internal void RewriteContent(long key)
    {
        byte[] content;
        _readContent.Bind(1, key);
        try
        {
            if (!_readContent.Step())
            {
                return;
            }

            content = StoredContent.Read(_readContent, Codec);
        }
        catch (InvalidDataException)
        {
            // Whoever reads it, and verify, is told; nothing is gained by writing damage anew.
            return;
        }
        finally
        {
            _readContent.Reset();
        }

        StoredContent.Write(_insertContent, Codec, key, content);
    }

    /// <summary>Writes an attachment in the present form.</summary>
    internal void RewriteAttachment(long messageId, Attachment attachment) => AttachmentTable.Write(_insertAttachment, Codec, messageId, attachment);

    /// <summary>Writes a message's row and search values in the present form.</summary>
    internal void RewriteSearchValues(MessageRow row)
    {
        DropMetadata(row.Id, row.Metadata);
        if (row.Metadata is { } metadata)
        {
            foreach (var (name, value) in PlainJson.ReadMap(metadata))
            {
                AddMetadata(row.Id, name, value as string ?? "");
            }
        }

        row.Bind(_replaceMessage, Codec);
        _replaceMessage.Run();
    }

    /// <summary>Adds a finished message of an archive with all that belongs to it.</summary>
    internal void AddFinished(MessageRow row, ArchivedMessage message)
    {
        (row with { IsHidden = Codec.SealsAll }).Bind(_insertMessage, Codec);
        _insertMessage.Run();
        _blocks.NoteTime(row.Id, row.ReceivedAt);
        _blocks.NoteStatus(row.Id, StatusCounts.Source, row.Status);
        _counts.Add(StatusCounts.Source, row.Status, 1);
        if (row.Metadata is { } metadata)
        {
            foreach (var (name, value) in PlainJson.ReadMap(metadata))
            {
                AddMetadata(row.Id, name, value as string ?? "");
            }
        }

        WriteContent(row.Id, ContentSlot.Raw, message.Raw);
        WriteContent(row.Id, ContentSlot.Encoded, message.Encoded);
        WriteContent(row.Id, ContentSlot.SourceMap, message.SourceMap);
        WriteContent(row.Id, ContentSlot.ChannelMap, message.ChannelMap);
        WriteAttachments(row.Id, message.Attachments);
        foreach (var at in message.Destinations)
        {
            var destination = NumberOf(NameKind.Destination, at.Name);
            WriteDestination(_insertDestination, new DestinationRow(row.Id, destination, at.Status, at.Attempts, at.IsReattempt ? Reattempt : 0, at.SentAt?.UtcTicks, at.Error));
            _blocks.NoteDestination(row.Id, destination);
            _counts.Add(destination, at.Status, 1);
            WriteContent(row.Id, ContentSlot.SentTo(destination), at.Sent);
            WriteContent(row.Id, ContentSlot.ResponseOf(destination), at.Response);
            WriteContent(row.Id, ContentSlot.ConnectorMapOf(destination), at.ConnectorMap);
            WriteContent(row.Id, ContentSlot.ChannelMapOf(destination), at.ChannelMap);
        }
    }

    /// <summary>The number of a name, made when it is new.</summary>
    internal int NumberOf(NameKind kind, string name) => _names.NumberOf(kind, name, _name);

    /// <summary>True while anything of a message's content is there.</summary>
    internal bool HasContent(long messageId)
    {
        using var contents = Database.Prepare("SELECT 1 FROM contents WHERE key >= ?1 AND key < ?2 LIMIT 1");
        contents.Bind(1, ContentSlot.FirstKey(messageId)).Bind(2, ContentSlot.FirstKey(messageId + 1));
        return contents.Step();
    }

    /// <summary>See <see cref="Stamp"/>; 0 for a message that is not there.</summary>
    internal long StampOf(long messageId)
    {
        _stamp.Bind(1, messageId);
        if (!_stamp.Step())
        {
            return 0;
        }

        var stamp = _stamp.Integer(0);
        _stamp.Reset();
        return stamp;
    }

    internal void DropContents(long messageId)
    {
        _dropContents.Bind(1, ContentSlot.FirstKey(messageId)).Bind(2, ContentSlot.FirstKey(messageId + 1)).Run();
        _dropAttachments.Bind(1, messageId).Run();
    }

    /// <summary>Removes the search values of a message, as its row names them.</summary>
    internal void DropMetadata(long messageId, byte[]? metadata)
    {
        if (metadata is null)
        {
            return;
        }

        foreach (var (name, value) in PlainJson.ReadMap(metadata))
        {
            if (_names.TryFind(NameKind.Metadata, name, out var number) && value is string text)
            {
                _dropMetadata.Bind(1, number).Bind(2, text).Bind(3, messageId).Run();
                if (Codec.Index is { } index)
                {
                    _dropMetadata.Bind(2, index.Of(name, text)).Run();
                }
            }
        }
    }

    /// <summary>All destinations of a message.</summary>
    internal List<DestinationRow> DestinationsOf(long messageId)
    {
        using var find = Database.Prepare($"SELECT {DestinationRow.Columns} FROM destinations WHERE message_id = ?1");
        find.Bind(1, messageId);
        var rows = new List<DestinationRow>();
        while (find.Step())
        {
            rows.Add(DestinationRow.Read(find, Codec));
        }

        return rows;
    }

    /// <summary>Removes a message with all that belongs to it.</summary>
    internal void Remove(MessageRow message, IReadOnlyList<DestinationRow> destinations)
    {
        DropMetadata(message.Id, message.Metadata);
        DropContents(message.Id);
        AnswerTable.Remove(Database, message.Id);
        if (message.ContentHash is { } hash)
        {
            _dropContentKey.Bind(1, EarlierMessages.KeyOf(hash)).Bind(2, message.Id).Run();
        }

        _dropImport.Bind(1, message.Id).Run();
        _dropDestinations.Bind(1, message.Id).Run();
        _dropMessage.Bind(1, message.Id).Run();
        _counts.Add(StatusCounts.Source, message.Status, -1);
        foreach (var row in destinations)
        {
            _counts.Add(row.Destination, row.Status, -1);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Database.Dispose();

    // A message may come with or without its raw bytes stored before; gives false when nothing of it needs to be kept.
    private bool WriteParts(MessageRecord message, EncodedRecord encoded, bool withRaw)
    {
        var keep = _keepContent || !IsThrough(message);
        if (keep)
        {
            if (withRaw)
            {
                WriteContent(message.Id, ContentSlot.Raw, message.Raw);
            }

            WriteContent(message.Id, ContentSlot.Encoded, message.Encoded);
            WriteContent(message.Id, ContentSlot.SourceMap, encoded.SourceMap);
            WriteContent(message.Id, ContentSlot.ChannelMap, encoded.ChannelMap);
        }

        if (message.Metadata is not null)
        {
            foreach (var (name, value) in message.Metadata)
            {
                AddMetadata(message.Id, name, value);
            }
        }

        for (var index = 0; index < message.Destinations.Count; index++)
        {
            AddDestination(message.Id, message.Destinations[index], encoded.Destinations[index], keep);
        }

        return keep;
    }

    private void AddMetadata(long messageId, string name, string value)
    {
        _insertMetadata.Bind(1, _names.NumberOf(NameKind.Metadata, name, _name)).Bind(3, messageId);
        _ = Codec.SealsAll ? _insertMetadata.Bind(2, Codec.Index!.Of(name, value)) : _insertMetadata.Bind(2, value);
        _insertMetadata.Run();
    }

    private void WriteAttachments(long messageId, IReadOnlyList<Attachment> attachments)
    {
        for (var index = 0; index < attachments.Count; index++)
        {
            AttachmentTable.Write(_insertAttachment, Codec, messageId, attachments[index]);
        }
    }

    /// <summary>Adds to a message that is stored, or puts new content in place of what it has.</summary>
    private void AddAttachments(long messageId, IReadOnlyList<Attachment> attachments)
    {
        // What was pruned meanwhile needs none.
        if (attachments.Count == 0 || Message(messageId) is not { } row)
        {
            return;
        }

        WriteAttachments(messageId, attachments);
        _countAttachments.Bind(1, messageId).Step();
        (row with { Attachments = _countAttachments.Integer(0) }).Bind(_replaceMessage, Codec);
        _countAttachments.Reset();
        _replaceMessage.Run();
    }

    private void AddDestination(long messageId, DestinationRecord record, EncodedRecord.Destination encoded, bool keep)
    {
        var destination = _names.NumberOf(NameKind.Destination, record.Name, _name);
        WriteDestination(_insertDestination, new DestinationRow(messageId, destination, record.Status, 0, record.IsWaiting ? Waiting : record.Status == MessageStatus.Error ? Unmade : 0, null, record.Error, OrderKey: record.OrderKey));
        _blocks.NoteDestination(messageId, destination);
        _counts.Add(destination, record.Status, 1);
        if (keep)
        {
            WriteContents(messageId, destination, record, encoded);
        }
    }

    private void WriteContents(long messageId, int destination, DestinationRecord record, EncodedRecord.Destination encoded)
    {
        WriteContent(messageId, ContentSlot.SentTo(destination), record.Content);
        WriteContent(messageId, ContentSlot.ConnectorMapOf(destination), encoded.ConnectorMap);
        WriteContent(messageId, ContentSlot.ChannelMapOf(destination), encoded.ChannelMap);
    }

    private DestinationRow WaitingAt(long messageId, string name) =>
        _names.TryFind(NameKind.Destination, name, out var destination) && Destination(messageId, destination) is { IsWaiting: true } row
            ? row
            : throw new StoreException($"message {messageId} does not wait for its turn at a destination '{name}'") { IsPermanent = true };

    private void WriteMessage(SqliteStatement statement, MessageRecord message, EncodedRecord encoded, long duplicateOf, byte[]? hash, (long ReplayOf, long BatchId, long Attachments) kept)
    {
        var row = new MessageRow
        {
            Id = message.Id,
            ReceivedAt = message.ReceivedAt.UtcTicks,
            Status = message.Status,
            Size = message.Raw.Length,
            DataType = _names.NumberOf(NameKind.DataType, message.DataType, _name),
            DuplicateOf = duplicateOf,
            ControlId = message.ControlId,
            MessageType = message.MessageType,
            ContentHash = hash,
            Metadata = encoded.Metadata,
            Error = message.Error,
            ReplayOf = kept.ReplayOf,
            BatchId = kept.BatchId,
            Attachments = kept.Attachments,
            IsHidden = Codec.SealsAll,
        };
        row.Bind(statement, Codec);
        statement.Run();
        _blocks.NoteTime(row.Id, row.ReceivedAt);
        _blocks.NoteStatus(row.Id, StatusCounts.Source, row.Status);
    }

    private void WriteContent(long messageId, int slot, ReadOnlyMemory<byte>? content)
    {
        if (content is { } bytes)
        {
            StoredContent.Write(_insertContent, Codec, ContentSlot.Key(messageId, slot), bytes.Span);
        }
    }

    private void WriteContent(long messageId, int slot, byte[]? content)
    {
        if (content is not null)
        {
            StoredContent.Write(_insertContent, Codec, ContentSlot.Key(messageId, slot), content);
        }
    }

    private void WriteDestination(SqliteStatement statement, DestinationRow row)
    {
        row.Bind(statement, Codec);
        statement.Run();
        _blocks.NoteStatus(row.MessageId, row.Destination, row.Status);
    }

    private (long DuplicateOf, bool SameContent, byte[]? Hash) FindFirst(MessageRecord message)
    {
        if (message.ControlId is null && message.ContentHash.IsEmpty)
        {
            return (message.DuplicateOf, message.DuplicateOf != 0, null);
        }

        var hash = message.ContentHash.IsEmpty ? SHA256.HashData(message.Raw.Span)[..HashLength] : message.ContentHash.ToArray();
        if (message.DuplicateOf != 0 || message.ControlId is null)
        {
            return (message.DuplicateOf, message.DuplicateOf != 0, hash);
        }

        MessageRow.BindControlId(_firstWithControlId, 1, Codec, message.ControlId);
        var (first, isSame) = FirstWithControlId(message.Id, hash);

        // While the store is brought to another form, the first one may stand there in that.
        if (MessageRow.TryBindOtherControlId(_firstWithControlId, 1, Codec, message.ControlId) && FirstWithControlId(message.Id, hash) is { Id: not 0 } other && (first == 0 || other.Id < first))
        {
            (first, isSame) = other;
        }

        return (first, isSame, hash);
    }

    private (long Id, bool IsSame) FirstWithControlId(long beforeId, byte[] hash)
    {
        _firstWithControlId.Bind(2, beforeId);
        (long, bool) found = _firstWithControlId.Step() ? (_firstWithControlId.Integer(0), _firstWithControlId.Bytes(1).SequenceEqual(hash)) : (0, false);
        _firstWithControlId.Reset();
        return found;
    }

    private long RecordState(long messageId, byte[]? changes)
    {
        if (changes is null)
        {
            return 0;
        }

        StateSequence++;
        StateHistory.Write(_stateChange, Codec, StateSequence, messageId, changes);
        return StateSequence;
    }

    // Through: nobody will need the content again. A failed message is looked into and sent again, so it keeps its content.
    private static bool IsThrough(MessageRecord message)
    {
        if (message.Status is not (MessageStatus.Filtered or MessageStatus.Transformed))
        {
            return false;
        }

        for (var index = 0; index < message.Destinations.Count; index++)
        {
            if (message.Destinations[index].Status is not (MessageStatus.Filtered or MessageStatus.Sent))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsThrough(long messageId)
    {
        _unfinished.Bind(1, messageId);
        var found = _unfinished.Step();
        _unfinished.Reset();
        return !found;
    }
}
