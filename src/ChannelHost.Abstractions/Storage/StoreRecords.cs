namespace ChannelHost.Abstractions;

/// <summary>A message on its way into the store. The writer reads it on its own thread: it must not change after it is handed over.</summary>
public sealed record MessageRecord
{
    /// <summary>How names in a stored source map begin that are the engine's own: neither scripts nor people are shown them.</summary>
    public const string ReservedPrefix = "\u0001";

    /// <summary>From <see cref="IMessageStore.NextId"/>.</summary>
    public required long Id { get; init; }

    /// <summary>When it was received.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>What became of it at the source.</summary>
    public required MessageStatus Status { get; init; }

    /// <summary>Why it failed at the source, with script positions; kept in the store only.</summary>
    public string? Error { get; init; }

    /// <summary>What the sender sent.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>The message after the source's transformer; null when it equals <see cref="Raw"/> or there is none.</summary>
    public ReadOnlyMemory<byte>? Encoded { get; init; }

    /// <summary>Name of the data type of <see cref="Raw"/>.</summary>
    public required string DataType { get; init; }

    /// <summary>The sender's own id, indexed.</summary>
    public string? ControlId { get; init; }

    /// <summary>For example <c>ADT^A01</c>.</summary>
    public string? MessageType { get; init; }

    /// <summary>The source map.</summary>
    public IReadOnlyDictionary<string, object?>? SourceMap { get; init; }

    /// <summary>The channel map after the source's transformer.</summary>
    public IReadOnlyDictionary<string, object?>? ChannelMap { get; init; }

    /// <summary>The channel's <c>metadata:</c> values, indexed.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>What follows from this message for the channel's state.</summary>
    public IReadOnlyList<StateChange> StateChanges { get; init; } = [];

    /// <summary>The stored message that this one was made from again; 0 when it came from the source.</summary>
    public long ReplayOf { get; init; }

    /// <summary>The earlier copy that this one was found to be a duplicate of; 0 for none, and then the store names the first one with the same control id.</summary>
    public long DuplicateOf { get; init; }

    /// <summary>
    /// The first 16 bytes of the SHA-256 of the message as it arrived (<see cref="Raw"/> may hold tokens in place of attachments); empty for none, and then the
    /// store makes it of <see cref="Raw"/> where the message has a control id.
    /// </summary>
    public ReadOnlyMemory<byte> ContentHash { get; init; }

    /// <summary>True when <see cref="IMessageStore.FindEarlier"/> is to find it by <see cref="ContentHash"/> alone.</summary>
    public bool IsContentIndexed { get; init; }

    /// <summary>The first message of the batch that this one is a part of (for that one its own id); 0 when it is no part of a batch.</summary>
    public long BatchId { get; init; }

    /// <summary>How far this message takes the batch it is a part of; null when nobody asks after a restart.</summary>
    public BatchStep? BatchStep { get; init; }

    /// <summary>The sender's key for it; kept in the same commit. Null for none.</summary>
    public AnswerKey? AnswerKey { get; init; }

    /// <summary>
    /// What was taken out of it and is kept beside it, in the same commit. With <see cref="IMessageStore.CompleteAsync"/>: what its scripts added to those it was
    /// added with, or changed (an id that is there already).
    /// </summary>
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>The destinations it goes to.</summary>
    public IReadOnlyList<DestinationRecord> Destinations { get; init; } = [];
}

/// <summary>A message at one destination, as stored with the message.</summary>
public sealed record DestinationRecord
{
    /// <summary>The destination's name; destinations are known by it for life.</summary>
    public required string Name { get; init; }

    /// <summary>Queued, Pending, Filtered or Error.</summary>
    public required MessageStatus Status { get; init; }

    /// <summary>With Pending: its scripts have not run; it waits for the destination before it in its chain.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>Messages of one key stay in order at this destination; 0 for no key. A 64-bit hash: the key's text may name a patient.</summary>
    public long OrderKey { get; init; }

    /// <summary>What is to be sent; null when it equals the message's encoded content (or raw, when there is none).</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>The destination's connector map, for templates at the time of sending.</summary>
    public IReadOnlyDictionary<string, object?>? ConnectorMap { get; init; }

    /// <summary>The channel map as this destination's scripts left it; null when they changed nothing.</summary>
    public IReadOnlyDictionary<string, object?>? ChannelMap { get; init; }
}

/// <summary>How a chain goes on: what the scripts of destinations made of a message that waited for those before them. Stored in one commit.</summary>
public sealed record ChainStep
{
    /// <summary>The message.</summary>
    public required long MessageId { get; init; }

    /// <summary>The destinations whose scripts have run; each was waiting (<see cref="DestinationRecord.IsWaiting"/>).</summary>
    public required IReadOnlyList<DestinationRecord> Destinations { get; init; }

    /// <summary>Waiting destinations that the message does not go to after all, because a script before them in the chain failed.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>What follows for the channel's state.</summary>
    public IReadOnlyList<StateChange> StateChanges { get; init; } = [];

    /// <summary>Attachments that their scripts added, or changed (an id that is there already).</summary>
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];
}

/// <summary>
/// One part of a batch that is read again after a restart. Parts are kept in order and without gaps: a part whose predecessor was not stored is not
/// stored either, so what <see cref="IMessageStore.ReadBatchProgress"/> says is all there is to skip.
/// </summary>
/// <param name="OnceKey">The batch (<see cref="IncomingMessage.OnceKey"/>).</param>
/// <param name="Number">From 1. Number 1 begins anew, whatever was known of this batch.</param>
/// <param name="IsLast">True: the batch is through, and its progress is forgotten.</param>
/// <param name="Check">Tells this part's bytes from others.</param>
public sealed record BatchStep(string OnceKey, int Number, bool IsLast, long Check);

/// <summary>How far a batch was taken that is not through.</summary>
/// <param name="Parts">So many parts are stored.</param>
/// <param name="BatchId">The message of the first of them.</param>
/// <param name="Check">The check of the last of them.</param>
public sealed record BatchProgress(int Parts, long BatchId, long Check);

/// <summary>Which earlier message is looked for.</summary>
/// <param name="ControlId">With this control id; null for any, and then it is found by its content alone (<see cref="MessageRecord.IsContentIndexed"/>).</param>
/// <param name="ContentHash">With this hash (<see cref="MessageRecord.ContentHash"/>); empty for any content.</param>
/// <param name="Since">Received at or after.</param>
/// <param name="BeforeId">Only ids below this one; 0 for all.</param>
public readonly record struct EarlierQuery(string? ControlId, ReadOnlyMemory<byte> ContentHash, DateTimeOffset Since, long BeforeId = 0);

/// <summary>What the store found when it added a message.</summary>
/// <param name="DuplicateOf">The id of the first message with the same control id; 0 for none.</param>
/// <param name="SameContent">True when that one had the same bytes.</param>
/// <param name="StateSequence">The sequence of the message's state changes; 0 when it has none.</param>
public readonly record struct StoredOutcome(long DuplicateOf, bool SameContent, long StateSequence);

/// <summary>What became of a message at a destination.</summary>
public sealed record DestinationUpdate
{
    /// <summary>What <see cref="IMessageStore.UpdateAsync"/> gives when the message does not stand where <see cref="ExpectedStatus"/> says any more.</summary>
    public const long NotAnyMore = -1;

    /// <summary>The message.</summary>
    public required long MessageId { get; init; }

    /// <summary>The destination.</summary>
    public required string Destination { get; init; }

    /// <summary>Its new status.</summary>
    public required MessageStatus Status { get; init; }

    /// <summary>The status that the message must have there, looked at in the commit itself, or nothing is changed; null for any.</summary>
    public MessageStatus? ExpectedStatus { get; init; }

    /// <summary>How many attempts were made so far.</summary>
    public required int Attempts { get; init; }

    /// <summary>True when an attempt was made after one of uncertain outcome.</summary>
    public bool IsReattempt { get; init; }

    /// <summary>
    /// True when the partner may have got the message although no answer says so: the next attempt is a re-attempt, also after a restart, and also when somebody sends
    /// a message again that has ended meanwhile.
    /// </summary>
    public bool IsUncertain { get; init; }

    /// <summary>When it was confirmed; null when it was not.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>What follows from the attempt for the channel's state.</summary>
    public IReadOnlyList<StateChange> StateChanges { get; init; } = [];

    /// <summary>The partner's answer.</summary>
    public ReadOnlyMemory<byte>? Response { get; init; }

    /// <summary>Attachments that scripts at the destination added, or changed (an id that is there already).</summary>
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }
}

/// <summary>Which messages of a queue are wanted.</summary>
/// <param name="OnlyKey">Those of this order key; 0 for any.</param>
/// <param name="WithoutKeys">None of these order keys; null for any.</param>
public readonly record struct QueueSlice(long OnlyKey = 0, IReadOnlySet<long>? WithoutKeys = null);

/// <summary>A message that waits at a destination, with all that sending needs.</summary>
public sealed record DestinationWork
{
    /// <summary>The message.</summary>
    public required long MessageId { get; init; }

    /// <summary>What is to be sent.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>Messages of one key stay in order (<see cref="DestinationRecord.OrderKey"/>); 0 for no key.</summary>
    public long OrderKey { get; init; }

    /// <summary>Attempts made so far.</summary>
    public required int Attempts { get; init; }

    /// <summary>True when an earlier attempt may have reached the partner without being recorded.</summary>
    public bool IsUncertain { get; init; }

    /// <summary>True when its scripts have not run (<see cref="DestinationRecord.IsWaiting"/>); the content is then what they will begin with.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>The first message with the same control id; 0 for none.</summary>
    public long DuplicateOf { get; init; }

    /// <summary>When the message was received; null when the store does not say.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>The message's control id.</summary>
    public string? ControlId { get; init; }

    /// <summary>The source map.</summary>
    public IReadOnlyDictionary<string, object?>? SourceMap { get; init; }

    /// <summary>The channel map.</summary>
    public IReadOnlyDictionary<string, object?>? ChannelMap { get; init; }

    /// <summary>The destination's connector map.</summary>
    public IReadOnlyDictionary<string, object?>? ConnectorMap { get; init; }
}

/// <summary>A message that a restart must finish: its source is Received, or some destinations are Pending.</summary>
/// <param name="Message">The message as stored.</param>
/// <param name="PendingDestinations">The destinations whose direct attempt has no recorded outcome, content included.</param>
public sealed record UnfinishedMessage(StoredMessage Message, IReadOnlyList<(string Destination, DestinationWork Work)> PendingDestinations);

/// <summary>A message as stored.</summary>
public sealed record StoredMessage
{
    /// <summary>The list entry.</summary>
    public required MessageSummary Summary { get; init; }

    /// <summary>What the sender sent; null when it was pruned.</summary>
    public ReadOnlyMemory<byte>? Raw { get; init; }

    /// <summary>After the source's transformer; null when it equals <see cref="Raw"/>.</summary>
    public ReadOnlyMemory<byte>? Encoded { get; init; }

    /// <summary>The source map.</summary>
    public IReadOnlyDictionary<string, object?>? SourceMap { get; init; }

    /// <summary>The channel map.</summary>
    public IReadOnlyDictionary<string, object?>? ChannelMap { get; init; }

    /// <summary>The channel map as the scripts of destinations left it, by name; those that changed nothing are not in it.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, object?>> ChannelMaps { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, object?>>();

    /// <summary>The destinations' connector maps, by name; those that have none are not in it.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, object?>> ConnectorMaps { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, object?>>();

    /// <summary>What each destination was or is to be sent, by name.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Sent { get; init; } = new Dictionary<string, ReadOnlyMemory<byte>>();

    /// <summary>What each destination answered, by name.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Responses { get; init; } = new Dictionary<string, ReadOnlyMemory<byte>>();
}

/// <summary>How much is stored of a message.</summary>
public sealed record StoredSizes
{
    /// <summary>The list entry.</summary>
    public required MessageSummary Summary { get; init; }

    /// <summary>True while what the sender sent is kept.</summary>
    public required bool IsContentKept { get; init; }

    /// <summary>Bytes that each destination was or is to be sent, by name; those without are not in it.</summary>
    public required IReadOnlyDictionary<string, int> Sent { get; init; }

    /// <summary>Bytes that each destination answered, by name.</summary>
    public required IReadOnlyDictionary<string, int> Responses { get; init; }

    /// <summary>Those of a message that was read whole.</summary>
    public static StoredSizes Of(StoredMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new()
        {
            Summary = message.Summary,
            IsContentKept = message.Raw is not null,
            Sent = message.Sent.ToDictionary(sent => sent.Key, sent => sent.Value.Length),
            Responses = message.Responses.ToDictionary(response => response.Key, response => response.Value.Length),
        };
    }
}

/// <summary>A message in a list.</summary>
public sealed record MessageSummary
{
    /// <summary>The hash of what arrived (<see cref="MessageRecord.ContentHash"/>), as a number; 0 when none is kept.</summary>
    public UInt128 ContentHash { get; init; }

    /// <summary>The id in its channel.</summary>
    public required long Id { get; init; }

    /// <summary>When it was received.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>What became of it at the source.</summary>
    public required MessageStatus Status { get; init; }

    /// <summary>The sender's own id.</summary>
    public string? ControlId { get; init; }

    /// <summary>For example <c>ADT^A01</c>.</summary>
    public string? MessageType { get; init; }

    /// <summary>The data type.</summary>
    public required string DataType { get; init; }

    /// <summary>The size of the raw message in bytes.</summary>
    public required int Size { get; init; }

    /// <summary>The first message with the same control id; 0 for none.</summary>
    public long DuplicateOf { get; init; }

    /// <summary>The stored message that this one was made from again; 0 when it came from the source.</summary>
    public long ReplayOf { get; init; }

    /// <summary>The first message of the batch that this one is a part of; 0 when it is no part of a batch.</summary>
    public long BatchId { get; init; }

    /// <summary>The id it had where it was archived, for one that was brought in from an archive; 0 for one that was received here.</summary>
    public long OriginalId { get; init; }

    /// <summary>How many attachments it has; those of a message whose content is not kept any more are gone with it.</summary>
    public int Attachments { get; init; }

    /// <summary>Why it failed at the source.</summary>
    public string? Error { get; init; }

    /// <summary>The channel's indexed values.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Its destinations.</summary>
    public required IReadOnlyList<DestinationSummary> Destinations { get; init; }
}

/// <summary>A message at a destination, in a list.</summary>
public sealed record DestinationSummary
{
    /// <summary>The destination.</summary>
    public required string Name { get; init; }

    /// <summary>Its status.</summary>
    public required MessageStatus Status { get; init; }

    /// <summary>Attempts made.</summary>
    public required int Attempts { get; init; }

    /// <summary>True when an attempt was made after one of uncertain outcome.</summary>
    public bool IsReattempt { get; init; }

    /// <summary>True when the partner may have got the message although no answer says so (<see cref="DestinationUpdate.IsUncertain"/>).</summary>
    public bool IsUncertain { get; init; }

    /// <summary>True when its scripts failed (it was added, or went on, as Error): nothing was made that could be sent.</summary>
    public bool IsUnmade { get; init; }

    /// <summary>When it was confirmed.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Messages of one key stay in order (<see cref="DestinationRecord.OrderKey"/>); 0 for no key.</summary>
    public long OrderKey { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }
}

/// <summary>What to find. All that is given must hold.</summary>
public sealed record MessageQuery
{
    /// <summary>The sender's own id.</summary>
    public string? ControlId { get; init; }

    /// <summary>A status at the source or, with <see cref="Destination"/>, at that destination.</summary>
    public MessageStatus? Status { get; init; }

    /// <summary>A destination the message goes to.</summary>
    public string? Destination { get; init; }

    /// <summary>A name and value of the channel's <c>metadata:</c>.</summary>
    public (string Name, string Value)? Metadata { get; init; }

    /// <summary>The first message of a batch: all parts of that batch; 0 for any.</summary>
    public long BatchId { get; init; }

    /// <summary>A message: all that were made from it again; 0 for any.</summary>
    public long ReplayOf { get; init; }

    /// <summary>The id that a message had where it was archived: what was brought in of it; 0 for any.</summary>
    public long OriginalId { get; init; }

    /// <summary>Received at or after; null for any time.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Received before; null for any time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>A status at <see cref="Destination"/> or, without that, at any destination; null for any.</summary>
    public MessageStatus? DestinationStatus { get; init; }

    /// <summary>At least so many attempts were made at <see cref="Destination"/> or, without that, at one destination; 0 for any.</summary>
    public int MinimumAttempts { get; init; }

    /// <summary>True: an attempt was made after one of uncertain outcome, at <see cref="Destination"/> or, without that, at one destination; false: at none; null for any.</summary>
    public bool? IsReattempt { get; init; }

    /// <summary>Stands, byte for byte, in why it failed at <see cref="Destination"/> or, without that, at the source or at any destination; null for any.</summary>
    public string? ErrorText { get; init; }

    /// <summary>A message: all later ones with its control id that name it as the first; 0 for any.</summary>
    public long DuplicateOf { get; init; }

    /// <summary>
    /// Stands, byte for byte as UTF-8, in the message as received, or in why it failed at the source. Found by an index where the channel has
    /// <see cref="StoreSettings.SearchText"/>; else the contents are looked through, for a limited time per page.
    /// </summary>
    public string? Text { get; init; }

    /// <summary>Only ids below this one, for paging; 0 for all.</summary>
    public long BeforeId { get; init; }

    /// <summary>At most so many; 1 to 1,000, default 50.</summary>
    public int Count { get; init; } = 50;
}

/// <summary>What a search found in its time.</summary>
/// <param name="Messages">Newest first; may be fewer than asked for, or none, while there is more to look through.</param>
/// <param name="Before">Where it goes on: the next page's <see cref="MessageQuery.BeforeId"/>; 0 when all was looked through.</param>
public sealed record MessageSearchPage(IReadOnlyList<MessageSummary> Messages, long Before);

/// <summary>How many messages stand where.</summary>
/// <param name="Connector"><c>source</c> or the destination's name.</param>
/// <param name="Status">The status.</param>
/// <param name="Count">How many.</param>
public sealed record StatusCount(string Connector, MessageStatus Status, long Count);
