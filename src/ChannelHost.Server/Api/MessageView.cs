namespace ChannelHost.Server.Api;

/// <summary>
/// A message in the API: ids, sizes, times, outcomes. Never its content, and no values taken out of it beyond the sender's control id and the kind of
/// message: the API has no rights of its own yet.
/// </summary>
internal sealed record MessageView
{
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

    /// <summary>Bytes of the message as received.</summary>
    public required int Size { get; init; }

    /// <summary>The earlier copy of it, or the first message with the same control id; null for none.</summary>
    public long? DuplicateOf { get; init; }

    /// <summary>The message that this one was made from again; null when it came from the source.</summary>
    public long? ReplayOf { get; init; }

    /// <summary>The first message of the batch that this one is a part of; null when it is no part of one.</summary>
    public long? BatchId { get; init; }

    /// <summary>How many attachments it has; null for none.</summary>
    public int? Attachments { get; init; }

    /// <summary>Why it failed at the source.</summary>
    public string? Error { get; init; }

    /// <summary>Its destinations.</summary>
    public required IReadOnlyList<DeliveryView> Destinations { get; init; }

    /// <summary>The view of a list entry of the store.</summary>
    public static MessageView Of(MessageSummary message) => new()
    {
        Id = message.Id,
        ReceivedAt = message.ReceivedAt,
        Status = message.Status,
        ControlId = message.ControlId,
        MessageType = message.MessageType,
        DataType = message.DataType,
        Size = message.Size,
        DuplicateOf = message.DuplicateOf == 0 ? null : message.DuplicateOf,
        ReplayOf = message.ReplayOf == 0 ? null : message.ReplayOf,
        BatchId = message.BatchId == 0 ? null : message.BatchId,
        Attachments = message.Attachments == 0 ? null : message.Attachments,
        Error = message.Error,
        Destinations = [.. message.Destinations.Select(DeliveryView.Of)],
    };
}

/// <summary>A message at one destination.</summary>
/// <param name="Name">The destination.</param>
/// <param name="Status">What became of it there.</param>
/// <param name="Attempts">Attempts made.</param>
/// <param name="IsReattempt">True when an attempt was made after one of uncertain outcome.</param>
/// <param name="SentAt">When it was confirmed.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="IsUnmade">True when its scripts failed: there is nothing to send again.</param>
internal sealed record DeliveryView(string Name, MessageStatus Status, int Attempts, bool IsReattempt, DateTimeOffset? SentAt, string? Error, bool IsUnmade = false)
{
    /// <summary>True when the destination may have it although no answer says so: the next attempt is a re-attempt. So are all that wait after a restore.</summary>
    public bool IsUncertain { get; init; }

    /// <summary>The view of a list entry of the store.</summary>
    public static DeliveryView Of(DestinationSummary delivery) => new(
        delivery.Name, delivery.Status, delivery.Attempts, delivery.IsReattempt, delivery.SentAt, delivery.Error, delivery.IsUnmade)
    {
        IsUncertain = delivery.IsUncertain,
    };
}

/// <summary>A page of messages, newest first.</summary>
/// <param name="Messages">The messages.</param>
/// <param name="Before">Give this as <c>before</c> to get the next page; null when there is none.</param>
internal sealed record MessagePage(IReadOnlyList<MessageView> Messages, long? Before);

/// <summary>What a destination got and gave, as sizes.</summary>
/// <param name="Name">The destination.</param>
/// <param name="SentBytes">Bytes that were or are to be sent; null when not kept apart.</param>
/// <param name="ResponseBytes">Bytes of its answer; null for none.</param>
internal sealed record DeliverySizes(string Name, int? SentBytes, int? ResponseBytes);

/// <summary>One message: <c>GET /api/channels/{group}/{name}/messages/{id}</c>.</summary>
/// <param name="Channel">Its channel.</param>
/// <param name="Message">The list entry.</param>
/// <param name="ContentIsKept">True while the store still has the message's content.</param>
/// <param name="Sizes">Sizes by destination.</param>
internal sealed record MessageDetail(string Channel, MessageView Message, bool ContentIsKept, IReadOnlyList<DeliverySizes> Sizes)
{
    /// <summary>The messages that were made from it again, newest first; at most 100.</summary>
    public IReadOnlyList<long> ReplacedBy { get; init; } = [];

    /// <summary>Its attachments without their content, in order.</summary>
    public IReadOnlyList<AttachmentSummary> Attachments { get; init; } = [];

    /// <summary>The view of a stored message.</summary>
    public static MessageDetail Of(string channel, StoredSizes stored, IReadOnlyList<AttachmentSummary> attachments) => new(
        channel,
        MessageView.Of(stored.Summary),
        stored.IsContentKept,
        [.. stored.Summary.Destinations.Select(delivery => new DeliverySizes(
            delivery.Name,
            stored.Sent.TryGetValue(delivery.Name, out var sent) ? sent : null,
            stored.Responses.TryGetValue(delivery.Name, out var answer) ? answer : null))])
    {
        Attachments = attachments,
    };
}
