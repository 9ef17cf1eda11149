namespace ChannelHost.Abstractions;

/// <summary>
/// Everything a channel received and what became of it. One writer commits what all callers hand it together; a returned task completes when the
/// commit is on stable storage. Entries are committed in the order in which they were handed over. Safe for use by many threads.
/// </summary>
public interface IMessageStore : IAsyncDisposable
{
    /// <summary>Reserves the next message id; ids increase and are never given twice, also over restarts. Add messages in the order of their ids.</summary>
    long NextId();

    /// <summary>Stores a new message with its destinations in one commit. The result tells of an earlier message with the same control id.</summary>
    /// <exception cref="StoreException">It could not be stored (disk full, I/O error); nothing of it is kept.</exception>
    ValueTask<StoredOutcome> AddAsync(MessageRecord message);

    /// <summary>
    /// As <see cref="AddAsync(MessageRecord)"/>, for a caller who is alone with its message and calls <see cref="CommitHere"/> on the same thread right after: nobody
    /// need be woken to commit it. Where the store has no use for that, it is the same.
    /// </summary>
    /// <exception cref="StoreException">It could not be stored; nothing of it is kept.</exception>
    ValueTask<StoredOutcome> AddToCommitHereAsync(MessageRecord message) => AddAsync(message);

    /// <summary>
    /// Commits what waits on the calling thread, which that may block as long as one sync takes, if nobody commits just then; else does nothing. Never throws: the tasks
    /// of what was added tell.
    /// </summary>
    void CommitHere()
    {
    }

    /// <summary>
    /// The earlier message that one which arrives now is a copy of; 0 for none. Looks at what is committed. Left out are those that were made again from another
    /// one, and those that reached nobody (they failed at the source, or at all of their destinations) unless they were made again since: whoever was told so sends
    /// them again. Of several the newest counts; when that is a known copy itself, what it is a copy of. May look at the newest 1,000 with one control id only.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    long FindEarlier(EarlierQuery query) => throw new NotSupportedException("This store does not look for earlier copies of a message.");

    /// <summary>How far a batch was taken that a restart interrupted; null when it never began or is through.</summary>
    BatchProgress? ReadBatchProgress(string onceKey);

    /// <summary>Records the outcome of the source's processing of a message that was added as <see cref="MessageStatus.Received"/>, and its destinations.</summary>
    ValueTask<StoredOutcome> CompleteAsync(MessageRecord message);

    /// <summary>Records what became of a message at a destination.</summary>
    /// <returns>
    /// The sequence of its state changes; 0 when it has none; <see cref="DestinationUpdate.NotAnyMore"/> when another status than the expected one was found, and
    /// nothing was changed.
    /// </returns>
    /// <exception cref="StoreException">It could not be stored.</exception>
    ValueTask<long> UpdateAsync(DestinationUpdate update);

    /// <summary>Records how a chain goes on, in one commit.</summary>
    /// <returns>The sequence of the state changes; 0 when there are none.</returns>
    /// <exception cref="StoreException">It could not be stored; nothing is changed.</exception>
    ValueTask<long> AdvanceAsync(ChainStep step);

    /// <summary>Records what the postprocessor left behind: state changes, and why it failed (null when it did not). The message's status stays as it is.</summary>
    /// <returns>The sequence of the state changes; 0 when there are none.</returns>
    /// <exception cref="StoreException">It could not be stored.</exception>
    ValueTask<long> RecordAfterwardsAsync(long messageId, IReadOnlyList<StateChange> changes, string? error);

    /// <summary>As <see cref="RecordAfterwardsAsync(long, IReadOnlyList{StateChange}, string?)"/>, with attachments that the postprocessor added or changed.</summary>
    /// <exception cref="StoreException">It could not be stored.</exception>
    ValueTask<long> RecordAfterwardsAsync(long messageId, IReadOnlyList<StateChange> changes, string? error, IReadOnlyList<Attachment> attachments) =>
        attachments.Count == 0 ? RecordAfterwardsAsync(messageId, changes, error) : throw new NotSupportedException("This store keeps no attachments.");

    /// <summary>Records what the sender of a message with a key was or is about to be told. Does nothing when the message is not kept any more.</summary>
    /// <exception cref="StoreException">It could not be stored.</exception>
    ValueTask RecordAnswerAsync(long messageId, SourceResponse response);

    /// <summary>What is known of a sender's key; null when no message that is kept has it.</summary>
    KeptAnswer? FindAnswer(string key);

    /// <summary>The next queued messages of a destination in order of id, after <paramref name="afterId"/>, at most <paramref name="count"/>, content included. Fewer come when their content is large; none comes only when none is left.</summary>
    IReadOnlyList<DestinationWork> ReadQueue(string destination, long afterId, int count);

    /// <summary>As <see cref="ReadQueue(string, long, int)"/>, of some order keys only.</summary>
    IReadOnlyList<DestinationWork> ReadQueue(string destination, long afterId, int count, QueueSlice slice);

    /// <summary>What a restart finds unfinished, in order of id: sources in Received, and destinations in Pending. Queued ones are read by <see cref="ReadQueue(string, long, int)"/>.</summary>
    IReadOnlyList<UnfinishedMessage> ReadUnfinished(long afterId, int count);

    /// <summary>
    /// Marks queued messages that a previous process may have sent without recording it: the first <paramref name="window"/> of each destination.
    /// Called once at start; their next attempt is a re-attempt, and where attempts were recorded, the one that may have been made counts as one more. Gives how many were marked.
    /// </summary>
    int MarkUncertain(int window);

    /// <summary>
    /// When the backup was made that the store was put back from, until <see cref="SettleRestore"/>; null for a store like any other. What waits in it may have been
    /// sent after that backup: nothing of it goes by itself.
    /// </summary>
    DateTimeOffset? RestoredFrom => null;

    /// <summary>What waits is marked and held: from here on it is a store like any other. Durable when it returns.</summary>
    /// <exception cref="StoreException">It could not be noted; the next start looks at it again.</exception>
    void SettleRestore()
    {
    }

    /// <summary>Queued and pending messages whose destination is not among these names: orphans that somebody must decide on.</summary>
    IReadOnlyList<StatusCount> Orphans(IReadOnlyCollection<string> destinations);

    /// <summary>How many messages stand where, exact as of the last commit. The source is named <c>source</c>.</summary>
    IReadOnlyList<StatusCount> Counts();

    /// <summary>Finds messages, newest first. As many as asked for, or all there are.</summary>
    /// <exception cref="StoreException">It took too long; <see cref="Search"/> comes to its end in steps.</exception>
    IReadOnlyList<MessageSummary> Find(MessageQuery query);

    /// <summary>
    /// Finds messages, newest first, and ends after a while even where it has not looked through all: the page says where the next one goes on. Never takes much
    /// longer than two seconds, however many messages there are.
    /// </summary>
    MessageSearchPage Search(MessageQuery query)
    {
        var found = Find(query);
        return new MessageSearchPage(found, found.Count < query.Count ? 0 : found[^1].Id);
    }

    /// <summary>One message with its content, or null.</summary>
    StoredMessage? Read(long id);

    /// <summary>One message with the lengths of its contents, or null. Where the store can tell them without reading the contents, it does.</summary>
    StoredSizes? ReadSizes(long id) => Read(id) is { } stored ? StoredSizes.Of(stored) : null;

    /// <summary>One message that is queued at a destination, content included; null when it does not wait there.</summary>
    DestinationWork? ReadQueued(string destination, long id) => ReadQueue(destination, id - 1, 1) is [{ } work] && work.MessageId == id ? work : null;

    /// <summary>The attachments of a message in the order in which they were added, without their content; none when the message is not kept.</summary>
    IReadOnlyList<AttachmentSummary> ListAttachments(long messageId) => [];

    /// <summary>The attachments of a message in the order in which they were added.</summary>
    IReadOnlyList<Attachment> ReadAttachments(long messageId) => [];

    /// <summary>One attachment of a message, or null.</summary>
    Attachment? ReadAttachment(long messageId, string id) => null;

    /// <summary>The sequence of the newest recorded state changes; 0 when there never were any.</summary>
    long StateSequence { get; }

    /// <summary>
    /// State changes recorded after a sequence, in order, at most <paramref name="count"/> records. Of what was forgotten comes what a rebuild needs:
    /// each map key's newest value and the once-keys, under message id 0.
    /// </summary>
    IReadOnlyList<RecordedStateChanges> ReadStateChanges(long afterSequence, int count);

    /// <summary>
    /// The state file has everything up to this sequence on stable storage. The store forgets what later changes have overwritten; the newest value of
    /// each map key and the newest 1,000,000 once-keys stay, so that a lost state file can be rebuilt.
    /// </summary>
    void ForgetStateChanges(long upToSequence);

    /// <summary>
    /// Removes what the channel's <c>store:</c> settings do not keep any longer (by age, by count, by status; content before the rest) and gives their room back to the disk,
    /// in small steps beside the traffic. Received, queued and pending ones stay whatever their age. Gives how many were removed.
    /// </summary>
    Task<int> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Null while the store works; else why it does not, for people.</summary>
    string? Fault { get; }
}

/// <summary>The store could not do what it was asked; the text says which channel, which file, why, and what next.</summary>
public sealed class StoreException : Exception
{
    /// <summary>True when offering the same thing again cannot help: it is this entry that the store cannot take, not its disk.</summary>
    public bool IsPermanent { get; init; }

    /// <summary>With a reason for people.</summary>
    public StoreException(string message)
        : base(message)
    {
    }

    /// <summary>With a reason and what led to it.</summary>
    public StoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
