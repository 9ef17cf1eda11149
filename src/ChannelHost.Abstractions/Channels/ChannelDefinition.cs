namespace ChannelHost.Abstractions;

/// <summary>What a channel's folder says, read and validated. Immutable.</summary>
public sealed record ChannelDefinition
{
    /// <summary>Group and name: <c>clinic/registration</c>.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public string Description { get; init; } = "";

    /// <summary>False: known, not run.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>A hash over everything that makes up this version: <c>channel.yaml</c>, its scripts, the shared scripts.</summary>
    public required string Version { get; init; }

    /// <summary>
    /// What its references to the environment and to secrets were filled in with, as a hash with a key that only this process has: it differs when a value
    /// does, and tells nothing else. Two definitions are the same when version and this are. Never shown.
    /// </summary>
    public string References { get; init; } = "";

    /// <summary>The source.</summary>
    public required SourceDefinition Source { get; init; }

    /// <summary>The destinations in order.</summary>
    public IReadOnlyList<DestinationDefinition> Destinations { get; init; } = [];

    /// <summary>Runs on the raw text before all else.</summary>
    public ScriptFile? Preprocessor { get; init; }

    /// <summary>Source filter.</summary>
    public ScriptFile? Filter { get; init; }

    /// <summary>Source transformer.</summary>
    public ScriptFile? Transformer { get; init; }

    /// <summary>Runs after the destinations.</summary>
    public ScriptFile? Postprocessor { get; init; }

    /// <summary>Shared scripts from <c>channels/lib</c>.</summary>
    public IReadOnlyList<ScriptFile> Library { get; init; } = [];

    /// <summary>Limits of its scripts.</summary>
    public ScriptLimits ScriptLimits { get; init; } = new();

    /// <summary>What scripts read as <c>configurationMap</c>: the values of this environment (<c>config/*.yaml</c>), never secrets.</summary>
    public IReadOnlyDictionary<string, string> Configuration { get; init; } = new Dictionary<string, string>();

    /// <summary>Names and paths of what is indexed for search.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>How messages are kept.</summary>
    public StoreSettings Store { get; init; } = new();

    /// <summary>What the channel remembers.</summary>
    public StateSettings State { get; init; } = new();

    /// <summary>How many messages are filtered and transformed at once; 1 (default) keeps the order of arrival. 1 to 64.</summary>
    public int Threads { get; init; } = 1;
}

/// <summary>A data type with its settings.</summary>
/// <param name="DataType">The type.</param>
/// <param name="Options">Its bound settings.</param>
public sealed record DataTypeChoice(IDataType DataType, object Options);

/// <summary>The source's part of a channel.</summary>
public sealed record SourceDefinition
{
    /// <summary>The connector.</summary>
    public required IConnector Connector { get; init; }

    /// <summary>Its bound settings; records, so equal settings compare equal.</summary>
    public required object Options { get; init; }

    /// <summary>How its messages are read.</summary>
    public required DataTypeChoice DataType { get; init; }

    /// <summary>How batches are taken apart; null when what arrives is one message.</summary>
    public BatchChoice? Batch { get; init; }

    /// <summary>When the sender gets its answer.</summary>
    public AcknowledgeChoice Acknowledge { get; init; } = new(AcknowledgeWhen.AfterDestinations, null);
}

/// <summary>The <c>batch:</c> settings of a source. Equal settings compare equal.</summary>
/// <param name="Options">Bound settings of the source's data type (<see cref="IDataType.BatchOptionsType"/>).</param>
public sealed record BatchChoice(object Options)
{
    /// <summary>The most parts that a batch may have; 1 to 10,000,000, default 1,000,000. One with more is kept whole, as one message in Error.</summary>
    public int MaximumParts { get; init; } = 1_000_000;
}

/// <summary>When a sender gets its answer.</summary>
public enum AcknowledgeWhen
{
    /// <summary>As soon as the message is stored.</summary>
    OnReceipt,

    /// <summary>When the source's filter and transformer are through and that is stored.</summary>
    AfterTransform,

    /// <summary>When every destination has sent or queued it. The default.</summary>
    AfterDestinations,

    /// <summary>With the answer of one destination.</summary>
    Destination,

    /// <summary>With what the postprocessor returns.</summary>
    Postprocess,

    /// <summary>Never.</summary>
    None,
}

/// <summary>The <c>acknowledge:</c> setting.</summary>
/// <param name="When">When.</param>
/// <param name="Destination">For <see cref="AcknowledgeWhen.Destination"/> its name.</param>
public sealed record AcknowledgeChoice(AcknowledgeWhen When, string? Destination);

/// <summary>A destination's part of a channel.</summary>
public sealed record DestinationDefinition
{
    /// <summary>Its name, unique in the channel; the store knows it by this.</summary>
    public required string Name { get; init; }

    /// <summary>False: left out.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The connector.</summary>
    public required IConnector Connector { get; init; }

    /// <summary>Its bound settings.</summary>
    public required object Options { get; init; }

    /// <summary>How the message that is sent is written. The default is the source's data type.</summary>
    public required DataTypeChoice DataType { get; init; }

    /// <summary>Filter of this destination.</summary>
    public ScriptFile? Filter { get; init; }

    /// <summary>Transformer of this destination.</summary>
    public ScriptFile? Transformer { get; init; }

    /// <summary>Transformer of its answers.</summary>
    public ScriptFile? ResponseTransformer { get; init; }

    /// <summary>Its queue.</summary>
    public QueueSettings Queue { get; init; } = new();
}

/// <summary>When messages for a destination are queued.</summary>
public enum QueueMode
{
    /// <summary>Not at all: sent while the sender waits; a failure is final. The default.</summary>
    Never,

    /// <summary>Sent at once when nothing waits; queued when that fails in a way that may pass.</summary>
    OnFailure,

    /// <summary>Always queued; the sender does not wait for the destination.</summary>
    Always,
}

/// <summary>The <c>queue:</c> settings of a destination.</summary>
public sealed record QueueSettings
{
    /// <summary>When messages are queued.</summary>
    public QueueMode Mode { get; init; } = QueueMode.Never;

    /// <summary>How often a message is tried in all before it ends in Error; 0 for no end. Default 1 without a queue, 0 with one.</summary>
    public int? Attempts { get; init; }

    /// <summary>The pause after the first failure, doubled each time; default 1 s, 10 ms to 1 h.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause; default 1 min.</summary>
    public TimeSpan MaximumDelay { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>The <c>store:</c> settings.</summary>
public sealed record StoreSettings
{
    /// <summary>What is kept of finished messages; default content.</summary>
    public StoreKeep Keep { get; init; } = StoreKeep.Content;

    /// <summary>How long finished messages are kept; null (default) for ever.</summary>
    public TimeSpan? Retention { get; init; }
}

/// <summary>What is kept of finished messages.</summary>
public enum StoreKeep
{
    /// <summary>Content and outcome.</summary>
    Content,

    /// <summary>Only the outcome: content goes once every destination is through.</summary>
    Metadata,
}

/// <summary>The <c>state:</c> settings.</summary>
public sealed record StateSettings
{
    /// <summary>True: <c>globalChannelMap</c> outlives a restart. Default false: it starts empty, as in Mirth.</summary>
    public bool KeepGlobalChannelMap { get; init; }
}
