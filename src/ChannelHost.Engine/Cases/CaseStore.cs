namespace ChannelHost.Engine.Cases;

/// <summary>The channel's store for as long as one case runs: in memory, empty at the beginning, and what the case is judged by at the end.</summary>
internal sealed class CaseStore(long firstId) : IMessageStore
{
    private readonly Lock _sync = new();
    private readonly List<MessageRecord> _messages = [];
    private readonly Dictionary<(long MessageId, string Destination), DestinationUpdate> _updates = [];
    private readonly Dictionary<long, string> _afterwards = [];
    private readonly Dictionary<long, List<Attachment>> _attachments = [];
    private long _lastId = firstId - 1;
    private long _sequence;

    /// <summary>What came in, in order.</summary>
    public IReadOnlyList<MessageRecord> Messages
    {
        get
        {
            lock (_sync)
            {
                return [.. _messages];
            }
        }
    }

    public long StateSequence => _sequence;

    public string? Fault => null;

    /// <summary>What became of a delivery; null when it was not begun.</summary>
    public DestinationUpdate? UpdateOf(long messageId, string destination)
    {
        lock (_sync)
        {
            return _updates.GetValueOrDefault((messageId, destination));
        }
    }

    /// <summary>Why the postprocessor failed; null when it did not.</summary>
    public string? PostprocessorError(long messageId)
    {
        lock (_sync)
        {
            return _afterwards.GetValueOrDefault(messageId);
        }
    }

    public long NextId() => Interlocked.Increment(ref _lastId);

    public ValueTask<StoredOutcome> AddAsync(MessageRecord message)
    {
        lock (_sync)
        {
            _messages.Add(message);
            Keep(message.Id, message.Attachments);
            return ValueTask.FromResult(new StoredOutcome(0, false, Sequence(message.StateChanges)));
        }
    }

    public ValueTask<StoredOutcome> CompleteAsync(MessageRecord message)
    {
        lock (_sync)
        {
            _messages[_messages.FindIndex(known => known.Id == message.Id)] = message;
            Keep(message.Id, message.Attachments);
            return ValueTask.FromResult(new StoredOutcome(0, false, Sequence(message.StateChanges)));
        }
    }

    public ValueTask<long> UpdateAsync(DestinationUpdate update)
    {
        lock (_sync)
        {
            if (update.ExpectedStatus is { } expected && StatusAt(update.MessageId, update.Destination) != expected)
            {
                return ValueTask.FromResult(DestinationUpdate.NotAnyMore);
            }

            _updates[(update.MessageId, update.Destination)] = update;
            Keep(update.MessageId, update.Attachments);
            return ValueTask.FromResult(Sequence(update.StateChanges));
        }
    }

    public ValueTask<long> AdvanceAsync(ChainStep step)
    {
        lock (_sync)
        {
            var index = _messages.FindIndex(known => known.Id == step.MessageId);
            var records = _messages[index].Destinations
                .Where(record => !step.Dropped.Contains(record.Name))
                .Select(record => step.Destinations.FirstOrDefault(advanced => advanced.Name == record.Name) ?? record);
            _messages[index] = _messages[index] with { Destinations = [.. records] };
            Keep(step.MessageId, step.Attachments);
            return ValueTask.FromResult(Sequence(step.StateChanges));
        }
    }

    public ValueTask<long> RecordAfterwardsAsync(long messageId, IReadOnlyList<StateChange> changes, string? error) =>
        RecordAfterwardsAsync(messageId, changes, error, []);

    public ValueTask<long> RecordAfterwardsAsync(long messageId, IReadOnlyList<StateChange> changes, string? error, IReadOnlyList<Attachment> attachments)
    {
        lock (_sync)
        {
            Keep(messageId, attachments);
            if (error is not null)
            {
                _afterwards[messageId] = error;
            }

            return ValueTask.FromResult(Sequence(changes));
        }
    }

    public IReadOnlyList<AttachmentSummary> ListAttachments(long messageId) =>
        [.. ReadAttachments(messageId).Select(attachment => new AttachmentSummary(attachment.Id, attachment.Type, attachment.Content.Length))];

    public IReadOnlyList<Attachment> ReadAttachments(long messageId)
    {
        lock (_sync)
        {
            return _attachments.TryGetValue(messageId, out var kept) ? [.. kept] : [];
        }
    }

    public Attachment? ReadAttachment(long messageId, string id) => ReadAttachments(messageId).FirstOrDefault(attachment => attachment.Id == id);

    // A case is one message that nobody sent before: there is no answer to give again, and no batch to go on with.
    public ValueTask RecordAnswerAsync(long messageId, SourceResponse response) => ValueTask.CompletedTask;

    public KeptAnswer? FindAnswer(string key) => null;

    public BatchProgress? ReadBatchProgress(string onceKey) => null;

    // Nothing is left from before, and what is queued is tried by whoever runs the case: there is never anything to read here.
    public IReadOnlyList<DestinationWork> ReadQueue(string destination, long afterId, int count) => [];

    public IReadOnlyList<DestinationWork> ReadQueue(string destination, long afterId, int count, QueueSlice slice) => [];

    public IReadOnlyList<UnfinishedMessage> ReadUnfinished(long afterId, int count) => [];

    public int MarkUncertain(int window) => 0;

    public IReadOnlyList<StatusCount> Orphans(IReadOnlyCollection<string> destinations) => [];

    public IReadOnlyList<StatusCount> Counts() => [];

    public IReadOnlyList<MessageSummary> Find(MessageQuery query) => [];

    public StoredMessage? Read(long id)
    {
        lock (_sync)
        {
            return _messages.Find(message => message.Id == id) is { } message ? Stored(message) : null;
        }
    }

    public IReadOnlyList<RecordedStateChanges> ReadStateChanges(long afterSequence, int count) => [];

    public void ForgetStateChanges(long upToSequence)
    {
    }

    public Task<int> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken) => Task.FromResult(0);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Keep(long messageId, IReadOnlyList<Attachment> attachments)
    {
        if (attachments.Count == 0)
        {
            return;
        }

        if (!_attachments.TryGetValue(messageId, out var kept))
        {
            _attachments.Add(messageId, kept = []);
        }

        foreach (var attachment in attachments)
        {
            kept.RemoveAll(known => known.Id == attachment.Id);
            kept.Add(attachment);
        }
    }

    private static StoredMessage Stored(MessageRecord message) => new()
    {
        Summary = new MessageSummary
        {
            Id = message.Id,
            ReceivedAt = message.ReceivedAt,
            Status = message.Status,
            ControlId = message.ControlId,
            MessageType = message.MessageType,
            DataType = message.DataType,
            Size = message.Raw.Length,
            Destinations = [.. message.Destinations.Select(record => new DestinationSummary { Name = record.Name, Status = record.Status, Attempts = 0 })],
        },
        Raw = message.Raw,
        Encoded = message.Encoded,
        SourceMap = message.SourceMap,
        ChannelMap = message.ChannelMap,
    };

    private MessageStatus? StatusAt(long messageId, string destination) =>
        _updates.TryGetValue((messageId, destination), out var last) ? last.Status
        : _messages.Find(message => message.Id == messageId)?.Destinations.FirstOrDefault(record => record.Name == destination)?.Status;

    private long Sequence(IReadOnlyList<StateChange> changes) => changes.Count == 0 ? 0 : ++_sequence;
}
