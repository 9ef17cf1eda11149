using System.Security.Cryptography;
using ChannelHost.Storage.Archives;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Reading;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>
/// What a group of entries makes of the messages, put together in memory in the order in which they were handed over, and written in one exchange with the
/// server. Each operation looks at everything it needs before it changes anything, so one that fails leaves no trace. Used by the writer's thread only.
/// </summary>
internal sealed class MessageGroup(NameTable names, StatusCounts counts, KnownMessages known, LeavingIds leaving, bool keepContent)
{
    private readonly Dictionary<long, StagedMessage?> _messages = [];
    private readonly Dictionary<string, FirstOfControlId?> _controlIds = [];

    internal Dictionary<string, BatchProgress?> Batches { get; } = [];

    internal HashSet<string> ChangedBatches { get; } = [];

    internal Dictionary<long, StoredAnswer> Answers { get; } = [];

    internal HashSet<long> ChangedAnswers { get; } = [];

    internal IEnumerable<(long Id, StagedMessage Message)> Messages => _messages.Where(pair => pair.Value is not null).Select(pair => (pair.Key, pair.Value!));

    internal Dictionary<long, ReadOnlyMemory<byte>> Contents { get; } = [];

    internal Dictionary<(long MessageId, string Id), (int Ordinal, Attachment Attachment)> Attachments { get; } = [];

    internal List<(int Name, string Value, long MessageId)> Metadata { get; } = [];

    /// <summary>Messages whose contents and attachments go.</summary>
    internal HashSet<long> DroppedContents { get; } = [];

    /// <summary>Search values that go before new ones come.</summary>
    internal List<(int Name, string Value, long MessageId)> DroppedMetadata { get; } = [];

    internal List<(long Sequence, long MessageId, byte[] Changes)> StateChanges { get; } = [];

    /// <summary>The sequence of the last recorded state changes, those of this group included.</summary>
    internal long StateSequence { get; set; }

    internal NameTable Names => names;

    internal StatusCounts Counts => counts;

    /// <summary>Forgets everything; <paramref name="stateSequence"/> is where the stored ends.</summary>
    internal void Begin(long stateSequence)
    {
        _messages.Clear();
        _controlIds.Clear();
        Batches.Clear();
        ChangedBatches.Clear();
        Answers.Clear();
        ChangedAnswers.Clear();
        Contents.Clear();
        Attachments.Clear();
        Metadata.Clear();
        DroppedContents.Clear();
        DroppedMetadata.Clear();
        StateChanges.Clear();
        StateSequence = stateSequence;
    }

    /// <summary>Takes what was read for it.</summary>
    internal void Take(long id, KnownMessage? message) => _messages[id] = message is null ? null : new StagedMessage(message.Message, message.Destinations, isNew: false);

    internal void Take(string controlId, FirstOfControlId? first) => _controlIds[controlId] = first;

    /// <summary>The message as the group knows it; null when there is none.</summary>
    internal StagedMessage? Message(long id)
    {
        if (leaving.Contains(id))
        {
            return null;
        }

        if (!_messages.TryGetValue(id, out var staged) && known.Find(id) is { } stored)
        {
            _messages[id] = staged = new StagedMessage(stored.Message, stored.Destinations, isNew: false);
        }

        return staged is { IsRemoved: true } ? null : staged;
    }

    /// <summary>Adds a new message.</summary>
    internal StoredOutcome Add(MessageRecord message, EncodedRecord encoded)
    {
        if (Message(message.Id) is not null)
        {
            throw new StoreException($"a message with the id {message.Id} is stored already") { IsPermanent = true };
        }

        if (leaving.Contains(message.Id))
        {
            throw new StoreException($"the id {message.Id} was given so long ago that the messages around it are removed. Next: send the message again") { IsPermanent = true };
        }

        NumberNames(message);
        if (message.BatchStep is { } step)
        {
            Advance(message.Id, step);
        }

        var (duplicateOf, isSame, hash) = FindFirst(message);
        var row = RowOf(message, encoded, duplicateOf, hash, (message.ReplayOf, message.BatchId, message.Attachments.Count));
        var staged = new StagedMessage(row, [], isNew: true) { Attachments = [], ContentKey = message.IsContentIndexed && hash is not null ? EarlierMessages.KeyOf(hash) : null };
        _messages[message.Id] = staged;
        counts.Add(StatusCounts.Source, message.Status, 1);
        if (WriteParts(staged, message, encoded, withRaw: true))
        {
            WriteAttachments(staged, message.Attachments);
        }

        if (message.AnswerKey is { } key)
        {
            Answers[message.Id] = new StoredAnswer(PgHash.Long(key.Key), key.Fingerprint, null);
            ChangedAnswers.Add(message.Id);
        }

        return new StoredOutcome(duplicateOf, isSame, RecordState(message.Id, encoded.StateChanges));
    }

    /// <summary>Adds a message of an archive, which goes nowhere.</summary>
    internal void AddFinished(MessageRow row, ArchivedMessage message)
    {
        var staged = new StagedMessage(row, [], isNew: true) { Attachments = [] };
        _messages[row.Id] = staged;
        counts.Add(StatusCounts.Source, row.Status, 1);
        AddMetadata(row);
        Write(row.Id, ContentSlot.Raw, message.Raw);
        Write(row.Id, ContentSlot.Encoded, message.Encoded);
        Write(row.Id, ContentSlot.SourceMap, message.SourceMap);
        Write(row.Id, ContentSlot.ChannelMap, message.ChannelMap);
        WriteAttachments(staged, message.Attachments);
        foreach (var at in message.Destinations)
        {
            var number = names.NumberOf(NameKind.Destination, at.Name);
            var destination = new DestinationRow(row.Id, number, at.Status, at.Attempts, at.IsReattempt ? MessageTables.Reattempt : 0, at.SentAt?.UtcTicks, at.Error);
            staged.Destinations.Add(new StagedDestination { Row = destination, IsNew = true });
            counts.Add(number, at.Status, 1);
            Write(row.Id, ContentSlot.SentTo(number), at.Sent);
            Write(row.Id, ContentSlot.ResponseOf(number), at.Response);
            Write(row.Id, ContentSlot.ConnectorMapOf(number), at.ConnectorMap);
            Write(row.Id, ContentSlot.ChannelMapOf(number), at.ChannelMap);
        }
    }

    /// <summary>Records the outcome at the source of a message that was added as Received.</summary>
    internal StoredOutcome Complete(MessageRecord message, EncodedRecord encoded)
    {
        var staged = Message(message.Id) ?? throw new StoreException($"message {message.Id} is not in the store, so its outcome cannot be recorded") { IsPermanent = true };
        var old = staged.Row;
        if (old.Status != MessageStatus.Received)
        {
            throw new StoreException($"the outcome of message {message.Id} at the source was recorded before ({old.Status})") { IsPermanent = true };
        }

        NumberNames(message);
        DropMetadata(staged);

        // What was found when it was added still holds: its raw bytes are what they were.
        var (duplicateOf, isSame, hash) = old.ContentHash is null ? FindFirst(message) : (old.DuplicateOf, false, old.ContentHash);
        staged.Row = RowOf(message, encoded, duplicateOf, hash, (old.ReplayOf, old.BatchId, old.Attachments));
        staged.IsChanged = true;
        counts.Move(StatusCounts.Source, old.Status, message.Status);
        if (WriteParts(staged, message, encoded, withRaw: false))
        {
            AddAttachments(message.Id, message.Attachments);
        }

        return new StoredOutcome(duplicateOf, isSame, RecordState(message.Id, encoded.StateChanges));
    }

    /// <summary>Records what became of a message at a destination.</summary>
    internal long Update(DestinationUpdate update, byte[]? stateChanges)
    {
        if (!names.TryFind(NameKind.Destination, update.Destination, out var number) || Message(update.MessageId)?.Destination(number) is not { } destination)
        {
            throw new StoreException($"message {update.MessageId} does not go to a destination '{update.Destination}'") { IsPermanent = true };
        }

        var old = destination.Row;
        if (update.ExpectedStatus is { } expected && old.Status != expected)
        {
            return DestinationUpdate.NotAnyMore;
        }

        Change(destination, old with
        {
            Status = update.Status,
            Attempts = update.Attempts,
            Flags = (old.Flags & (MessageTables.Reattempt | MessageTables.Unmade)) | (update.IsReattempt ? MessageTables.Reattempt : 0) | (update.IsUncertain ? MessageTables.Uncertain : 0),
            SentAt = update.SentAt?.UtcTicks,
            Error = update.Error,
        });
        if (!DropIfThrough(update.MessageId))
        {
            AddAttachments(update.MessageId, update.Attachments);
            Write(update.MessageId, ContentSlot.ResponseOf(number), update.Response);
        }

        return RecordState(update.MessageId, stateChanges);
    }

    /// <summary>Records how a chain goes on.</summary>
    internal long Advance(ChainStep step, EncodedStep encoded)
    {
        var went = step.Destinations.Select(record => WaitingAt(step.MessageId, record.Name)).ToList();
        var dropped = step.Dropped.Select(name => WaitingAt(step.MessageId, name)).ToList();
        for (var index = 0; index < went.Count; index++)
        {
            var record = step.Destinations[index];
            var old = went[index].Row;
            Change(went[index], old with { Status = record.Status, Flags = record.Status == MessageStatus.Error ? MessageTables.Unmade : 0, Error = record.Error, OrderKey = record.OrderKey });
            WriteContents(step.MessageId, old.Destination, record, encoded.Destinations[index]);
        }

        foreach (var destination in dropped)
        {
            destination.IsDropped = true;
            counts.Add(destination.Row.Destination, destination.Row.Status, -1);
        }

        if (!DropIfThrough(step.MessageId))
        {
            AddAttachments(step.MessageId, step.Attachments);
        }

        return RecordState(step.MessageId, encoded.StateChanges);
    }

    /// <summary>Records what the postprocessor left behind; the status stays as it is.</summary>
    internal long RecordAfterwards(long messageId, byte[]? stateChanges, string? error, IReadOnlyList<Attachment> attachments)
    {
        var staged = Message(messageId);
        if (error is not null && staged is null)
        {
            throw new StoreException($"message {messageId} is not in the store, so its postprocessor's failure cannot be recorded") { IsPermanent = true };
        }

        // A message that is through and keeps no content keeps no attachments either: nobody would ever remove them.
        if (attachments.Count > 0 && (keepContent || staged is { IsThrough: false }))
        {
            AddAttachments(messageId, attachments);
        }

        if (error is not null)
        {
            staged!.Row = staged.Row with { Error = staged.Row.Error is null ? error : $"{staged.Row.Error}\n{error}" };
            staged.IsChanged = true;
        }

        return RecordState(messageId, stateChanges);
    }

    /// <summary>Records what the sender was told; nothing when the message has no key or is not kept any more.</summary>
    internal void RecordAnswer(long messageId, byte[] answer)
    {
        if (Answers.TryGetValue(messageId, out var stored))
        {
            Answers[messageId] = stored with { Answer = answer };
            ChangedAnswers.Add(messageId);
        }
    }

    /// <summary>Sets to Error what can no longer be trusted, and only that.</summary>
    internal bool SetError(DamagedEntry entry)
    {
        if (Message(entry.MessageId) is not { } staged)
        {
            return false;
        }

        var reason = $"{entry.Reason}; restore message {entry.MessageId} from a backup, or ask the sender for it again";
        if (entry.Destination == StatusCounts.Source)
        {
            counts.Move(StatusCounts.Source, staged.Row.Status, MessageStatus.Error);
            staged.Row = staged.Row with { Status = MessageStatus.Error, Error = reason };
            staged.IsChanged = true;
            return true;
        }

        if (staged.Destination(entry.Destination) is not { } destination)
        {
            return false;
        }

        Change(destination, destination.Row with { Status = MessageStatus.Error, Error = reason, SentAt = null });
        return true;
    }

    /// <summary>Writes a changed row of a message at a destination and counts it anew.</summary>
    internal void Change(StagedDestination destination, DestinationRow changed)
    {
        counts.Move(changed.Destination, destination.Row.Status, changed.Status);
        destination.Row = changed;
        destination.IsChanged = true;
    }

    /// <summary>Writes a message's row and its search values as they would be written now.</summary>
    internal void WriteAnew(StagedMessage staged)
    {
        staged.IsChanged = true;
        DropMetadata(staged);
        AddMetadata(staged.Row);
    }

    /// <summary>Removes a message with all that belongs to it.</summary>
    internal void Remove(StagedMessage staged)
    {
        staged.IsRemoved = true;
        DropContents(staged);
        DropMetadata(staged);
        counts.Add(StatusCounts.Source, staged.Row.Status, -1);
        foreach (var destination in staged.Destinations.Where(destination => !destination.IsDropped))
        {
            counts.Add(destination.Row.Destination, destination.Row.Status, -1);
        }
    }

    internal void DropContents(StagedMessage staged)
    {
        var id = staged.Row.Id;
        DroppedContents.Add(id);
        for (var slot = ContentSlot.Raw; slot <= ContentSlot.ChannelMap; slot++)
        {
            Contents.Remove(ContentSlot.Key(id, slot));
        }

        foreach (var destination in staged.Destinations)
        {
            var first = ContentSlot.SentTo(destination.Row.Destination);
            for (var slot = first; slot <= ContentSlot.ChannelMapOf(destination.Row.Destination); slot++)
            {
                Contents.Remove(ContentSlot.Key(id, slot));
            }
        }

        foreach (var attachment in staged.Attachments ?? [])
        {
            Attachments.Remove((id, attachment));
        }
    }

    private bool DropIfThrough(long messageId)
    {
        if (keepContent || Message(messageId) is not { IsThrough: true } staged)
        {
            return false;
        }

        DropContents(staged);
        return true;
    }

    private void AddMetadata(MessageRow row)
    {
        if (row.Metadata is { } metadata)
        {
            foreach (var (name, value) in PlainJson.ReadMap(metadata))
            {
                Metadata.Add((names.NumberOf(NameKind.Metadata, name), value as string ?? "", row.Id));
            }
        }
    }

    private void DropMetadata(StagedMessage staged)
    {
        if (staged.Row.Metadata is not { } metadata)
        {
            return;
        }

        foreach (var (name, value) in PlainJson.ReadMap(metadata))
        {
            if (names.TryFind(NameKind.Metadata, name, out var number))
            {
                var entry = (number, value as string ?? "", staged.Row.Id);
                Metadata.Remove(entry);
                DroppedMetadata.Add(entry);
            }
        }
    }

    // A message may come with or without its raw bytes stored before; gives false when nothing of it needs to be kept.
    private bool WriteParts(StagedMessage staged, MessageRecord message, EncodedRecord encoded, bool withRaw)
    {
        foreach (var (record, index) in message.Destinations.Select((record, index) => (record, index)))
        {
            var number = names.NumberOf(NameKind.Destination, record.Name);
            var row = new DestinationRow(
                message.Id, number, record.Status, 0, record.IsWaiting ? MessageTables.Waiting : record.Status == MessageStatus.Error ? MessageTables.Unmade : 0, null, record.Error, OrderKey: record.OrderKey);
            staged.Destinations.Add(new StagedDestination { Row = row, IsNew = true });
            counts.Add(number, record.Status, 1);
            WriteContents(message.Id, number, record, encoded.Destinations[index]);
        }

        if (message.Metadata is not null)
        {
            foreach (var (name, value) in message.Metadata)
            {
                Metadata.Add((names.NumberOf(NameKind.Metadata, name), value, message.Id));
            }
        }

        if (!keepContent && staged.IsThrough)
        {
            DropContents(staged);
            return false;
        }

        if (withRaw)
        {
            Write(message.Id, ContentSlot.Raw, message.Raw);
        }

        Write(message.Id, ContentSlot.Encoded, message.Encoded);
        Write(message.Id, ContentSlot.SourceMap, encoded.SourceMap);
        Write(message.Id, ContentSlot.ChannelMap, encoded.ChannelMap);
        return true;
    }

    private void WriteAttachments(StagedMessage staged, IReadOnlyList<Attachment> attachments)
    {
        foreach (var attachment in attachments)
        {
            var ids = staged.Attachments!;
            var ordinal = ids.IndexOf(attachment.Id);
            if (ordinal < 0)
            {
                ordinal = ids.Count;
                ids.Add(attachment.Id);
            }

            Attachments[(staged.Row.Id, attachment.Id)] = (ordinal, attachment);
        }
    }

    // Adds to a message that is stored, or puts new content in place of what it has.
    private void AddAttachments(long messageId, IReadOnlyList<Attachment> attachments)
    {
        // What was pruned meanwhile needs none.
        if (attachments.Count == 0 || Message(messageId) is not { } staged)
        {
            return;
        }

        staged.Attachments ??= [];
        WriteAttachments(staged, attachments);
        staged.Row = staged.Row with { Attachments = staged.Attachments.Count };
        staged.IsChanged = true;
    }

    private void WriteContents(long messageId, int destination, DestinationRecord record, EncodedRecord.Destination encoded)
    {
        Write(messageId, ContentSlot.SentTo(destination), record.Content);
        Write(messageId, ContentSlot.ConnectorMapOf(destination), encoded.ConnectorMap);
        Write(messageId, ContentSlot.ChannelMapOf(destination), encoded.ChannelMap);
    }

    private void Write(long messageId, int slot, ReadOnlyMemory<byte>? content)
    {
        if (content is { } bytes)
        {
            Contents[ContentSlot.Key(messageId, slot)] = bytes;
        }
    }

    private void Write(long messageId, int slot, byte[]? content)
    {
        if (content is not null)
        {
            Contents[ContentSlot.Key(messageId, slot)] = content;
        }
    }

    private StagedDestination WaitingAt(long messageId, string name) =>
        names.TryFind(NameKind.Destination, name, out var number) && Message(messageId)?.Destination(number) is { Row.IsWaiting: true } found
            ? found
            : throw new StoreException($"message {messageId} does not wait for its turn at a destination '{name}'") { IsPermanent = true };

    // First of all, because there may be too many of them.
    private void NumberNames(MessageRecord message)
    {
        names.NumberOf(NameKind.DataType, message.DataType);
        for (var index = 0; index < message.Destinations.Count; index++)
        {
            names.NumberOf(NameKind.Destination, message.Destinations[index].Name);
        }

        if (message.Metadata is not null)
        {
            foreach (var (name, _) in message.Metadata)
            {
                names.NumberOf(NameKind.Metadata, name);
            }
        }
    }

    private MessageRow RowOf(MessageRecord message, EncodedRecord encoded, long duplicateOf, byte[]? hash, (long ReplayOf, long BatchId, long Attachments) kept) => new()
    {
        Id = message.Id,
        ReceivedAt = message.ReceivedAt.UtcTicks,
        Status = message.Status,
        Size = message.Raw.Length,
        DataType = names.NumberOf(NameKind.DataType, message.DataType),
        DuplicateOf = duplicateOf,
        ControlId = message.ControlId,
        MessageType = message.MessageType,
        ContentHash = hash,
        Metadata = encoded.Metadata,
        Error = message.Error,
        ReplayOf = kept.ReplayOf,
        BatchId = kept.BatchId,
        Attachments = kept.Attachments,
    };

    private (long DuplicateOf, bool SameContent, byte[]? Hash) FindFirst(MessageRecord message)
    {
        if (message.ControlId is null && message.ContentHash.IsEmpty)
        {
            return (message.DuplicateOf, message.DuplicateOf != 0, null);
        }

        var hash = message.ContentHash.IsEmpty ? SHA256.HashData(message.Raw.Span)[..MessageTables.HashLength] : message.ContentHash.ToArray();
        if (message.ControlId is not { } controlId)
        {
            return (message.DuplicateOf, message.DuplicateOf != 0, hash);
        }

        if (message.DuplicateOf != 0)
        {
            _controlIds[controlId] = _controlIds.GetValueOrDefault(controlId) ?? new FirstOfControlId(message.Id, hash);
            return (message.DuplicateOf, true, hash);
        }

        if (_controlIds.GetValueOrDefault(controlId) is { } first && first.Id < message.Id)
        {
            return (first.Id, first.Hash.AsSpan().SequenceEqual(hash), hash);
        }

        _controlIds[controlId] = new FirstOfControlId(message.Id, hash);
        return (0, false, hash);
    }

    private void Advance(long messageId, BatchStep step)
    {
        if (step.Number == 1)
        {
            Batches[step.OnceKey] = new BatchProgress(1, messageId, step.Check);
        }
        else if (Batches.GetValueOrDefault(step.OnceKey) is { } before && before.Parts == step.Number - 1)
        {
            Batches[step.OnceKey] = before with { Parts = step.Number, Check = step.Check };
        }
        else
        {
            throw new StoreException($"part {step.Number} of a batch was not stored, because the part before it was not");
        }

        if (step.IsLast)
        {
            Batches[step.OnceKey] = null;
        }

        ChangedBatches.Add(step.OnceKey);
    }

    private long RecordState(long messageId, byte[]? changes)
    {
        if (changes is null)
        {
            return 0;
        }

        StateSequence++;
        StateChanges.Add((StateSequence, messageId, changes));
        return StateSequence;
    }
}
