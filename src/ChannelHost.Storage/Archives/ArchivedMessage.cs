using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Reading;

namespace ChannelHost.Storage.Archives;

/// <summary>All that a store knows of a finished message, with names in place of numbers: what a line of an archive says.</summary>
internal sealed record ArchivedMessage
{
    internal required long Id { get; init; }

    internal required DateTimeOffset ReceivedAt { get; init; }

    internal required MessageStatus Status { get; init; }

    internal required string DataType { get; init; }

    internal int Size { get; init; }

    internal string? ControlId { get; init; }

    internal string? MessageType { get; init; }

    internal string? Error { get; init; }

    internal long DuplicateOf { get; init; }

    internal long ReplayOf { get; init; }

    internal long BatchId { get; init; }

    /// <summary>The indexed values, as a JSON object.</summary>
    internal byte[]? Metadata { get; init; }

    internal byte[]? Raw { get; init; }

    internal byte[]? Encoded { get; init; }

    /// <summary>The source map, as a JSON object.</summary>
    internal byte[]? SourceMap { get; init; }

    /// <summary>The channel map, as a JSON object.</summary>
    internal byte[]? ChannelMap { get; init; }

    internal IReadOnlyList<ArchivedDestination> Destinations { get; init; } = [];

    internal IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>True when content was still there.</summary>
    internal bool HasContent => Raw is not null || Encoded is not null || Attachments.Count > 0 || Destinations.Any(destination => destination.HasContent);

    /// <summary>About how much memory it takes.</summary>
    internal long Bytes => (Raw?.Length ?? 0L) + (Encoded?.Length ?? 0L) + (SourceMap?.Length ?? 0L) + (ChannelMap?.Length ?? 0L)
        + Attachments.Sum(attachment => (long)attachment.Content.Length) + Destinations.Sum(destination => destination.Bytes);

    /// <summary>True when it is that message and has its contents, byte for byte.</summary>
    internal bool HasContentOf(ArchivedMessage other) => Id == other.Id
        && IsSame(Raw, other.Raw)
        && IsSame(Encoded, other.Encoded)
        && SourceMap is null == other.SourceMap is null
        && ChannelMap is null == other.ChannelMap is null
        && Destinations.Count == other.Destinations.Count
        && Destinations.Zip(other.Destinations).All(pair => pair.First.Name == pair.Second.Name && IsSame(pair.First.Sent, pair.Second.Sent) && IsSame(pair.First.Response, pair.Second.Response))
        && Attachments.Count == other.Attachments.Count
        && Attachments.Zip(other.Attachments).All(pair => pair.First.Id == pair.Second.Id && pair.First.Content.Span.SequenceEqual(pair.Second.Content.Span));

    /// <summary>A stored message.</summary>
    /// <exception cref="InvalidDataException">What is stored cannot be trusted.</exception>
    internal static ArchivedMessage Of(IMessageRows rows, MessageRow row, IReadOnlyList<Attachment> attachments)
    {
        var contents = rows.Contents(row.Id);
        return new ArchivedMessage
        {
            Id = row.Id,
            ReceivedAt = new DateTimeOffset(row.ReceivedAt, TimeSpan.Zero),
            Status = row.Status,
            DataType = rows.Names.NameOf(row.DataType),
            Size = row.Size,
            ControlId = row.ControlId,
            MessageType = row.MessageType,
            Error = row.Error,
            DuplicateOf = row.DuplicateOf,
            ReplayOf = row.ReplayOf,
            BatchId = row.BatchId,
            Metadata = row.Metadata,
            Raw = contents.GetValueOrDefault(ContentSlot.Raw),
            Encoded = contents.GetValueOrDefault(ContentSlot.Encoded),
            SourceMap = contents.GetValueOrDefault(ContentSlot.SourceMap),
            ChannelMap = contents.GetValueOrDefault(ContentSlot.ChannelMap),
            Attachments = attachments,
            Destinations = [.. rows.Destinations(row.Id).Select(destination => ArchivedDestination.Of(rows.Names, destination, contents))],
        };
    }

    private static bool IsSame(byte[]? one, byte[]? other) => one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);
}

/// <summary>What became of an archived message at a destination.</summary>
internal sealed record ArchivedDestination
{
    internal required string Name { get; init; }

    internal required MessageStatus Status { get; init; }

    internal int Attempts { get; init; }

    internal bool IsReattempt { get; init; }

    internal DateTimeOffset? SentAt { get; init; }

    internal string? Error { get; init; }

    /// <summary>What it was sent; null when that equals the message's content.</summary>
    internal byte[]? Sent { get; init; }

    internal byte[]? Response { get; init; }

    /// <summary>The connector map, as a JSON object.</summary>
    internal byte[]? ConnectorMap { get; init; }

    /// <summary>The channel map as its scripts left it, as a JSON object.</summary>
    internal byte[]? ChannelMap { get; init; }

    /// <summary>About how much memory it takes.</summary>
    internal long Bytes => (Sent?.Length ?? 0L) + (Response?.Length ?? 0L) + (ConnectorMap?.Length ?? 0L) + (ChannelMap?.Length ?? 0L);

    internal bool HasContent => Sent is not null || Response is not null;

    internal static ArchivedDestination Of(NameTable names, DestinationRow row, Dictionary<int, byte[]> contents) => new()
    {
        Name = names.NameOf(row.Destination),
        Status = row.Status,
        Attempts = row.Attempts,
        IsReattempt = row.IsReattempt,
        SentAt = row.SentAt is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null,
        Error = row.Error,
        Sent = contents.GetValueOrDefault(ContentSlot.SentTo(row.Destination)),
        Response = contents.GetValueOrDefault(ContentSlot.ResponseOf(row.Destination)),
        ConnectorMap = contents.GetValueOrDefault(ContentSlot.ConnectorMapOf(row.Destination)),
        ChannelMap = contents.GetValueOrDefault(ContentSlot.ChannelMapOf(row.Destination)),
    };
}
