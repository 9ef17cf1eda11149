namespace ChannelHost.Abstractions;

/// <summary>A golden case of a channel: a message that comes in, the world around it, and what must come of it. Immutable.</summary>
public sealed record ChannelCase
{
    /// <summary>The channel it belongs to.</summary>
    public required string Channel { get; init; }

    /// <summary>Its name: the input's file name without extension.</summary>
    public required string Name { get; init; }

    /// <summary>The input's file, relative to the channels folder: <c>clinic/registration/cases/a04.hl7</c>.</summary>
    public required string File { get; init; }

    /// <summary>The input as it lies in the file; <see cref="IMessageCodec.FromText"/> makes the message of it.</summary>
    public required ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>The world around the message.</summary>
    public CaseSettings Settings { get; init; } = new();

    /// <summary>What must come of it; null when nobody has said so yet.</summary>
    public CaseExpectation? Expectation { get; init; }
}

/// <summary>What a case fixes: the clock, the ids, the maps, and how partners answer.</summary>
public sealed record CaseSettings
{
    /// <summary>What scripts read as <c>sourceMap</c>.</summary>
    public IReadOnlyDictionary<string, object?> SourceMap { get; init; } = new Dictionary<string, object?>();

    /// <summary>The time, which stands still; default noon (UTC) of the first of January 2026.</summary>
    public DateTimeOffset Clock { get; init; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The zone of <c>new Date()</c>; default UTC, whatever the machine's is.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The message's id in its channel; default 1. Parts of a batch count on from here.</summary>
    public long MessageId { get; init; } = 1;

    /// <summary>What <c>globalMap</c> holds before.</summary>
    public IReadOnlyDictionary<string, object?> GlobalMap { get; init; } = new Dictionary<string, object?>();

    /// <summary>What <c>globalChannelMap</c> holds before.</summary>
    public IReadOnlyDictionary<string, object?> GlobalChannelMap { get; init; } = new Dictionary<string, object?>();

    /// <summary>Values of <c>configurationMap</c> that take the place of the channel's own.</summary>
    public IReadOnlyDictionary<string, string> Configuration { get; init; } = new Dictionary<string, string>();

    /// <summary>How destinations answer, by name; the others answer as a healthy partner does.</summary>
    public IReadOnlyDictionary<string, CaseAnswer> Answers { get; init; } = new Dictionary<string, CaseAnswer>();

    /// <summary>How other channels answer, by the name that scripts give to <c>router</c>; the others take what they get and say nothing.</summary>
    public IReadOnlyDictionary<string, CaseAnswer> Channels { get; init; } = new Dictionary<string, CaseAnswer>();

    /// <summary>Paths that are not compared (<see cref="IMessageCodec.Compare"/>), by destination or <c>response</c>; under <c>*</c> those of all.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Ignore { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}

/// <summary>How a partner answers in a case.</summary>
public sealed record CaseAnswer
{
    /// <summary>Sent (default), Queued (the partner is not there: try again) or Error (it refuses).</summary>
    public MessageStatus Status { get; init; } = MessageStatus.Sent;

    /// <summary>What it says, as it lies in the file; null for what it would say by itself.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>Why it does not take the message.</summary>
    public string Reason { get; init; } = "the case says so";
}
