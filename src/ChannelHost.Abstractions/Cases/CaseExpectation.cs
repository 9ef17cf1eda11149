namespace ChannelHost.Abstractions;

/// <summary>What must come of a case: the files of its <c>.expected</c> folder.</summary>
public sealed record CaseExpectation
{
    /// <summary>The name of the file that says the outcome in words.</summary>
    public const string OutcomeFile = "outcome.yaml";

    /// <summary>Its files by name (<c>ehr.json</c>, <c>response.hl7</c>), without <see cref="OutcomeFile"/>.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files { get; init; } = new Dictionary<string, ReadOnlyMemory<byte>>();

    /// <summary>The outcome in words; null when only files speak.</summary>
    public CaseOutcome? Outcome { get; init; }
}

/// <summary>What <c>outcome.yaml</c> says.</summary>
public sealed record CaseOutcome
{
    /// <summary>One for each message the input is taken apart into; one, for what is no batch.</summary>
    public required IReadOnlyList<MessageOutcome> Messages { get; init; }

    /// <summary>False: the sender gets no answer. Null: not said.</summary>
    public bool? IsAnswered { get; init; }

    /// <summary>The channels that scripts hand messages to, in order. Null: not said.</summary>
    public IReadOnlyList<string>? Routed { get; init; }
}

/// <summary>What becomes of one message.</summary>
public sealed record MessageOutcome
{
    /// <summary>At the source: Transformed, Filtered or Error.</summary>
    public MessageStatus Status { get; init; } = MessageStatus.Transformed;

    /// <summary>A part of the error's text; null for any.</summary>
    public string? Text { get; init; }

    /// <summary>What becomes of it at destinations, by name.</summary>
    public IReadOnlyDictionary<string, DestinationOutcome> Destinations { get; init; } = new Dictionary<string, DestinationOutcome>();
}

/// <summary>What becomes of a message at one destination.</summary>
public sealed record DestinationOutcome
{
    /// <summary>Sent, Queued (the partner is to be tried again), Filtered or Error; null when a script took the destination out (<c>skipped</c>).</summary>
    public MessageStatus? Status { get; init; }

    /// <summary>A part of the error's text; null for any.</summary>
    public string? Text { get; init; }

    /// <summary>Settings of the connector as filled in for this message (a file's name, an address); those not named are not looked at.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
