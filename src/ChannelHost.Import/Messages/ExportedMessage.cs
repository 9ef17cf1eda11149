namespace ChannelHost.Import.Messages;

/// <summary>A message as another engine exported it: what came in, and what became of it there.</summary>
public sealed record ExportedMessage
{
    /// <summary>Its id in its channel.</summary>
    public required long Id { get; init; }

    /// <summary>Where it stands: the file, and the line from 1.</summary>
    public required string Place { get; init; }

    /// <summary>The channel's id there; empty when the export does not say.</summary>
    public string ChannelId { get; init; } = "";

    /// <summary>The channel's name there; empty when the export does not say.</summary>
    public string ChannelName { get; init; } = "";

    /// <summary>When it was received there.</summary>
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The source's part; null when the export has none.</summary>
    public ExportedConnector? Source { get; init; }

    /// <summary>The destinations' parts in the order of the export.</summary>
    public IReadOnlyList<ExportedConnector> Destinations { get; init; } = [];

    /// <summary>Why it cannot be used; null when it can.</summary>
    public string? Problem { get; init; }
}

/// <summary>What one connector knew of an exported message. Content that is not in the export is null.</summary>
public sealed record ExportedConnector
{
    /// <summary>0 for the source, the destination's number else.</summary>
    public required int Id { get; init; }

    /// <summary>Its name there.</summary>
    public required string Name { get; init; }

    /// <summary>What became of it there; null for a word that is not known.</summary>
    public MessageStatus? Status { get; init; }

    /// <summary>What came in.</summary>
    public string? Raw { get; init; }

    /// <summary>What the connector was given to send, or the source's outcome.</summary>
    public string? Encoded { get; init; }

    /// <summary>What was sent, where the connector's settings say it apart from <see cref="Encoded"/>.</summary>
    public string? Sent { get; init; }

    /// <summary>True when there was an attempt to send it.</summary>
    public bool WasSent { get; init; }

    /// <summary>The answer's text: of the partner, for the source the one for the sender.</summary>
    public string? Response { get; init; }

    /// <summary>What the answer says of the outcome; null when there is none.</summary>
    public MessageStatus? ResponseStatus { get; init; }

    /// <summary>Why it failed there, as the export says it; null when it does not.</summary>
    public string? Error { get; init; }

    /// <summary>True for bytes: <see cref="Raw"/> is base64.</summary>
    public bool IsBinary { get; init; }

    /// <summary>The source map, as far as its values are plain.</summary>
    public IReadOnlyDictionary<string, object?> SourceMap { get; init; } = new Dictionary<string, object?>();
}
