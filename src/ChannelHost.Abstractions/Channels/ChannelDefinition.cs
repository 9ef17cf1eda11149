namespace ChannelHost.Abstractions;

/// <summary>What a channel's folder says, read and validated. Immutable.</summary>
public sealed record ChannelDefinition
{
    /// <summary>Group and name: <c>clinic/registration</c>.</summary>
    public required string Name { get; init; }

    /// <summary>A name for life, by which imported scripts and other channels know it; null for none. Default null.</summary>
    public string? Id { get; init; }

    /// <summary>
    /// The name people know it by, with blanks and all; null for none. <c>router</c> and <c>ChannelUtil</c> find the channel by it where no other has it, and imported
    /// scripts read it as the channel's name. Default null.
    /// </summary>
    public string? Title { get; init; }

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

    /// <summary>Runs once when this version is deployed; if it fails the version is refused.</summary>
    public ScriptFile? DeployScript { get; init; }

    /// <summary>Runs once when the channel is undeployed; a failure is logged.</summary>
    public ScriptFile? UndeployScript { get; init; }

    /// <summary>The scripts of all channels (<c>channels/global/*.js</c>).</summary>
    public GlobalScripts Global { get; init; } = new();

    /// <summary>Whose behaviour it follows; default ours.</summary>
    public Compatibility Compatibility { get; init; }

    /// <summary>Whether scripts may use the XML syntax E4X; default true.</summary>
    public bool E4x { get; init; } = true;

    /// <summary>What scripts may reach outside the host; default nothing.</summary>
    public ScriptAccess Access { get; init; } = ScriptAccess.None;

    /// <summary>Scripts that run before those of their contexts, in order.</summary>
    public IReadOnlyList<CodeTemplate> CodeTemplates { get; init; } = [];

    /// <summary>Channels that must run before this one is deployed, and that are stopped after it.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>How parts of messages are taken out and kept beside them; null for not at all.</summary>
    public AttachmentSettings? Attachments { get; init; }

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

/// <summary>Scripts that every channel of the host has in common. Records of equal texts are equal.</summary>
public sealed record GlobalScripts
{
    /// <summary>Runs before channels are deployed.</summary>
    public ScriptFile? Deploy { get; init; }

    /// <summary>Runs after channels were undeployed.</summary>
    public ScriptFile? Undeploy { get; init; }

    /// <summary>Runs before each channel's preprocessor.</summary>
    public ScriptFile? Preprocessor { get; init; }

    /// <summary>Runs after each channel's postprocessor.</summary>
    public ScriptFile? Postprocessor { get; init; }

    /// <summary>Their code templates: all of all libraries.</summary>
    public IReadOnlyList<CodeTemplate> CodeTemplates { get; init; } = [];
}

/// <summary>The <c>attachments:</c> settings.</summary>
public sealed record AttachmentSettings
{
    /// <summary>How they are found.</summary>
    public required AttachmentKind Kind { get; init; }

    /// <summary>For <see cref="AttachmentKind.Regex"/>: the patterns in order; what the last group matches is taken out.</summary>
    public IReadOnlyList<AttachmentPattern> Patterns { get; init; } = [];

    /// <summary>For <see cref="AttachmentKind.Entire"/>: the media type, a template. Default text/plain.</summary>
    public string Type { get; init; } = "text/plain";

    /// <summary>For <see cref="AttachmentKind.JavaScript"/>: the script; what it returns is the message.</summary>
    public ScriptFile? Script { get; init; }

    /// <summary>Replacements in what is taken out, before it is stored.</summary>
    public IReadOnlyList<(string From, string To)> Inbound { get; init; } = [];

    /// <summary>Replacements in what is put back.</summary>
    public IReadOnlyList<(string From, string To)> Outbound { get; init; } = [];
}

/// <summary>A pattern of attachments.</summary>
/// <param name="Pattern">A regular expression.</param>
/// <param name="Type">The media type, a template.</param>
public sealed record AttachmentPattern(string Pattern, string Type);

/// <summary>How attachments are found.</summary>
public enum AttachmentKind
{
    /// <summary>The whole message is one.</summary>
    Entire,

    /// <summary>What patterns match.</summary>
    Regex,

    /// <summary>A script takes them out.</summary>
    JavaScript,
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

    /// <summary>The template of outgoing messages that scripts read as <c>tmp</c>; null for none: <c>msg</c> goes on.</summary>
    public ScriptFile? Template { get; init; }

    /// <summary>How the source's scripts leave the message; null for the type it came in.</summary>
    public DataTypeChoice? Outbound { get; init; }

    /// <summary>When the sender gets its answer.</summary>
    public AcknowledgeChoice Acknowledge { get; init; } = new(AcknowledgeWhen.AfterDestinations, null);

    /// <summary>What is done with a message that was received before.</summary>
    public DuplicateSettings Duplicates { get; init; } = new();
}

/// <summary>The <c>batch:</c> settings of a source. Equal settings compare equal.</summary>
/// <param name="Options">Bound settings of the source's data type (<see cref="IDataType.BatchOptionsType"/>); null when a script takes it apart.</param>
public sealed record BatchChoice(object? Options)
{
    /// <summary>The script that gives one message after the other; null for the data type's own way.</summary>
    public ScriptFile? Script { get; init; }

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

    /// <summary>With what scripts put into the response map under a name.</summary>
    Variable,

    /// <summary>Never.</summary>
    None,
}

/// <summary>The <c>acknowledge:</c> setting.</summary>
/// <param name="When">When.</param>
/// <param name="Destination">For <see cref="AcknowledgeWhen.Destination"/> its name, for <see cref="AcknowledgeWhen.Variable"/> the key in the response map.</param>
public sealed record AcknowledgeChoice(AcknowledgeWhen When, string? Destination);

/// <summary>A destination's part of a channel.</summary>
public sealed record DestinationDefinition
{
    /// <summary>Its name, unique in the channel; the store knows it by this.</summary>
    public required string Name { get; init; }

    /// <summary>The name people know it by; null for none. Scripts find its answer and take it out of <c>destinationSet</c> by it, too. No other destination of the channel has it.</summary>
    public string? Title { get; init; }

    /// <summary>Its number for life, by which imported scripts know it (<c>d3</c>): 1 to 1,000,000. Default 0: its place in the list, from 1.</summary>
    public int Id { get; init; }

    /// <summary>False: left out.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>True: begins when the destination before it in the list is through, and sees its channel map (a chain). Default false: side by side.</summary>
    public bool WaitForPrevious { get; init; }

    /// <summary>What is sent, filled in for each message; null (default) for the message itself.</summary>
    public Template? Content { get; init; }

    /// <summary>The template of outgoing messages that scripts read as <c>tmp</c>; null for none.</summary>
    public ScriptFile? Template { get; init; }

    /// <summary>How answers are read; null for the destination's own data type.</summary>
    public DataTypeChoice? ResponseDataType { get; init; }

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

    /// <summary>True (default): what was taken out of the message as an attachment is put back before it is sent. False: its token is sent, in the form that other channels understand.</summary>
    public bool Reattach { get; init; } = true;

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

    /// <summary>By how much a pause may be shorter than computed, by chance, so that many queues do not knock together; default <see cref="RetryJitter.Fifth"/>.</summary>
    public RetryJitter Jitter { get; init; } = RetryJitter.Fifth;

    /// <summary>A message older than this (since its receipt) is given up after its next failure; null (default) for no end.</summary>
    public TimeSpan? MaximumAge { get; init; }

    /// <summary>What becomes of a message that is given up; default <see cref="GiveUp.Error"/>.</summary>
    public GiveUp OnGiveUp { get; init; } = GiveUp.Error;

    /// <summary>How many queued messages are sent at once, 1 (default) to 64. Messages of one <see cref="Key"/> are never on their way at the same time.</summary>
    public int Lanes { get; init; } = 1;

    /// <summary>
    /// Messages with the same value stay in order, others pass them; a message that fails parks its own key only. Null (default): with one lane all
    /// messages are of one order, with several lanes none is.
    /// </summary>
    public Template? Key { get; init; }

    /// <summary>In place of <see cref="Key"/>, a script whose value is the key.</summary>
    public ScriptFile? KeyScript { get; init; }

    /// <summary>When the destination is left alone for a while because it fails; null for never.</summary>
    public BreakerSettings? Breaker { get; init; }

    /// <summary>How many attempts are made in a second at most; null for no limit. A burst is at most what a tenth of a second allows, and at least one.</summary>
    public double? MaximumRate { get; init; }

    /// <summary>True when all queued messages go one after the other, in the order of their ids.</summary>
    public bool IsStrict => Lanes == 1 && !HasKey;

    /// <summary>True when messages have an order key.</summary>
    public bool HasKey => Key is not null || KeyScript is not null;
}

/// <summary>By how much a pause between two attempts may be shorter than computed, by chance.</summary>
public enum RetryJitter
{
    /// <summary>By up to a fifth.</summary>
    Fifth,

    /// <summary>By up to a half.</summary>
    Equal,

    /// <summary>Anything from nothing to the whole.</summary>
    Full,
}

/// <summary>What becomes of a message that a destination did not take after all attempts.</summary>
public enum GiveUp
{
    /// <summary>It ends in <see cref="MessageStatus.Error"/>.</summary>
    Error,

    /// <summary>It is set aside as <see cref="MessageStatus.DeadLetter"/>.</summary>
    DeadLetter,

    /// <summary>It ends as <see cref="MessageStatus.Dropped"/>, with a record of why.</summary>
    Drop,
}

/// <summary>The circuit breaker of a destination: after several failures in a row no attempt is made for a while, then one, and when that succeeds all go on.</summary>
public sealed record BreakerSettings
{
    /// <summary>So many failures of the connection or of the partner in a row, over all messages, open it; default 5, 1 to 1,000.</summary>
    public int Failures { get; init; } = 5;

    /// <summary>How long it stays open before one attempt is made; default 30 s.</summary>
    public TimeSpan OpenFor { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>What is done with a message that was received before. The source's <c>duplicates:</c>.</summary>
public sealed record DuplicateSettings
{
    /// <summary>What is done; default <see cref="DuplicateAction.Pass"/>.</summary>
    public DuplicateAction Action { get; init; } = DuplicateAction.Pass;

    /// <summary>What makes two messages the same; default both: the control id and the content.</summary>
    public DuplicateKey By { get; init; } = DuplicateKey.ControlIdAndContent;

    /// <summary>How long a message is remembered; default 7 days. What is pruned is forgotten.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(7);
}

/// <summary>What is done with a duplicate.</summary>
public enum DuplicateAction
{
    /// <summary>It is processed as any other; the record names the first one.</summary>
    Pass,

    /// <summary>It is processed, and scripts see <c>duplicateOf</c> in the source map.</summary>
    Flag,

    /// <summary>It is kept as Filtered with the first one's id, answered positively and sent nowhere.</summary>
    Drop,
}

/// <summary>What makes two messages the same.</summary>
public enum DuplicateKey
{
    /// <summary>The same control id and the same bytes. The same control id with other bytes is another message, and told.</summary>
    ControlIdAndContent,

    /// <summary>The same control id, whatever the bytes.</summary>
    ControlId,

    /// <summary>The same bytes, for messages without a control id.</summary>
    Content,
}

/// <summary>The <c>store:</c> settings.</summary>
public sealed record StoreSettings
{
    /// <summary>What is kept of finished messages; default content.</summary>
    public StoreKeep Keep { get; init; } = StoreKeep.Content;

    /// <summary>How long finished messages are kept; null (default) for ever.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>How long messages that ended in one of these statuses are kept, where that differs from <see cref="Retention"/>.</summary>
    public IReadOnlyDictionary<MessageStatus, TimeSpan> RetentionByStatus { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<MessageStatus, TimeSpan>.Empty;

    /// <summary>How long the content of finished messages is kept; their rows stay until <see cref="Retention"/>. Null (default): as long as the rows.</summary>
    public TimeSpan? ContentRetention { get; init; }

    /// <summary>So many finished messages are kept at most, the newest; null (default) for no limit.</summary>
    public long? MaximumMessages { get; init; }

    /// <summary>True: what is pruned is written to compressed files before (<c>data/archive/CHANNEL/</c>). Default false.</summary>
    public bool Archive { get; init; }

    /// <summary>True: content and attachments are encrypted (AES-256-GCM); default null: as the host says.</summary>
    public bool? Encrypt { get; init; }

    /// <summary>True: what people search by (control id, metadata) is encrypted too, and found by a keyed hash: equal values only. Default false.</summary>
    public bool EncryptAll { get; init; }

    /// <summary>True: the text of messages is indexed, and <see cref="MessageQuery.Text"/> is found fast. Default false. Not together with encryption.</summary>
    public bool SearchText { get; init; }

    /// <summary>True when anything is ever removed by itself.</summary>
    public bool IsPruned => Retention is not null || RetentionByStatus.Count > 0 || ContentRetention is not null || MaximumMessages is not null;
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
