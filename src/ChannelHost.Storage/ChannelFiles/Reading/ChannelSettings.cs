using ChannelHost.Storage.ChannelFiles.Options;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>The keys of <c>channel.yaml</c> that every channel has, described like a connector's: one way to bind, to check and to document.</summary>
[PlannedKeys("alerts", "attachments", "dependsOn", "schedule", "tags")]
internal sealed record ChannelSettings
{
    [Option("False: the channel is known but does not run.")]
    public bool Enabled { get; init; } = true;

    [Option("Runs on the raw text before all else.")]
    public ScriptFile? Preprocessor { get; init; }

    [Option("Decides which messages pass.")]
    public ScriptFile? Filter { get; init; }

    [Option("Shapes the message once, for all destinations.")]
    public ScriptFile? Transform { get; init; }

    [Option("Runs after the destinations.")]
    public ScriptFile? Postprocessor { get; init; }

    [Option("How messages are kept.")]
    public StoreKeys Store { get; init; } = new();

    [Option("What the channel remembers.")]
    public StateKeys State { get; init; } = new();

    [Option("Limits of one run of its scripts.")]
    public ScriptKeys Scripts { get; init; } = new();

    [Option("How many messages are filtered and transformed at once; 1 keeps the order of arrival.", Minimum = "1", Maximum = "64")]
    public int Threads { get; init; } = 1;
}

/// <summary><c>store:</c></summary>
[PlannedKeys("encrypt", "compress")]
internal sealed record StoreKeys
{
    [Option("What is kept of finished messages: content, or only their outcome.")]
    public StoreKeep Keep { get; init; } = StoreKeep.Content;

    [Option("How long finished messages are kept; for ever when not given.", Minimum = "1s", Maximum = "36500d")]
    public TimeSpan? Retention { get; init; }
}

/// <summary><c>state:</c></summary>
internal sealed record StateKeys
{
    [Option("Whether globalChannelMap outlives a restart.")]
    public MapLife GlobalChannelMap { get; init; } = MapLife.Reset;
}

/// <summary>What becomes of a map at a restart.</summary>
internal enum MapLife
{
    /// <summary>It starts empty.</summary>
    Reset,

    /// <summary>It is kept.</summary>
    Keep,
}

/// <summary><c>scripts:</c></summary>
internal sealed record ScriptKeys
{
    private static readonly ScriptLimits Defaults = new();

    [Option("Wall-clock time.", Minimum = "10ms", Maximum = "10m")]
    public TimeSpan Time { get; init; } = Defaults.Time;

    [Option("Memory that a run may allocate.", Minimum = "1MB", Maximum = "4GB")]
    public ByteSize Memory { get; init; } = Defaults.Memory;

    [Option("Depth of calls; each may take 2 KB of stack.", Minimum = "16", Maximum = "500")]
    public int CallDepth { get; init; } = Defaults.CallDepth;
}

/// <summary>The keys that every destination has.</summary>
internal sealed record DestinationSettings
{
    [Option("False: the destination is left out.")]
    public bool Enabled { get; init; } = true;

    [Option("Decides which messages go to this destination.")]
    public ScriptFile? Filter { get; init; }

    [Option("Shapes the message for this destination.")]
    public ScriptFile? Transform { get; init; }

    [Option("Shapes or judges this destination's answers.")]
    public ScriptFile? Response { get; init; }

    [Option("Whether messages wait here when they cannot be sent.")]
    public QueueKeys Queue { get; init; } = new();
}

/// <summary><c>queue:</c></summary>
[PlannedKeys("lanes", "key", "onGiveUp")]
internal sealed record QueueKeys
{
    [Option("When messages are queued: never (a failure is final), on-failure, or always (the sender does not wait).")]
    public QueueMode Mode { get; init; } = QueueMode.Never;

    [Option("How failed attempts are repeated.")]
    public RetryKeys Retry { get; init; } = new();
}

/// <summary><c>retry:</c></summary>
internal sealed record RetryKeys
{
    [Option("How often a message is tried in all; 0 for no end. 1 without a queue and 0 with one when not given.", Minimum = "0", Maximum = "1000000")]
    public int? Attempts { get; init; }

    [Option("The pause after the first failure; doubled after each further one.", Minimum = "10ms", Maximum = "1h")]
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    [Option("The longest pause.", Minimum = "10ms", Maximum = "30d")]
    public TimeSpan Maximum { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>The keys that the <c>batch:</c> of every data type has.</summary>
internal sealed record BatchSettings
{
    [Option("The most parts that a batch may have. One with more is kept whole, as one message in Error.", Minimum = "1", Maximum = "10000000")]
    public int MaximumParts { get; init; } = 1_000_000;
}
