using ChannelHost.Storage.ChannelFiles.Options;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>The keys of <c>channel.yaml</c> that every channel has, described like a connector's: one way to bind, to check and to document.</summary>
[PlannedKeys("alerts", "schedule", "tags")]
internal sealed record ChannelSettings
{
    [Option("False: the channel is known but does not run.")]
    public bool Enabled { get; init; } = true;

    [Option("A name for life, by which imported scripts and other channels know it. No other channel has it.", Example = "3f6a1c52-8a0e-4a55-9d1c-6f2f3c0f9a11")]
    public string? Id { get; init; }

    [Option("The name people know the channel by, with blanks and all. router and ChannelUtil find it by this, too, where no other channel has it; scripts under compatibility: mirth read it as the channel's name.", Example = "Registration to EHR")]
    public string? Title { get; init; }

    [Option("Whose behaviour scripts and answers follow where engines differ: ours, or that of Mirth Connect 4.5.")]
    public Compatibility Compatibility { get; init; } = Compatibility.None;

    [Option("Whether scripts may use the XML syntax E4X.")]
    public bool E4x { get; init; } = true;

    [Option("Channels that must run before this one is deployed, and that stop after it: group and name.", Example = "[clinic/registration]")]
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    [Option("Runs once when this version is deployed; when it fails, the version is refused.")]
    public ScriptFile? Deploy { get; init; }

    [Option("Runs once when the channel is undeployed or stopped.")]
    public ScriptFile? Undeploy { get; init; }

    [Option("Takes parts out of messages before all else and keeps them beside: a token stands in their place.")]
    public AttachmentKeys? Attachments { get; init; }

    [Option("What scripts may reach outside the host. Nothing else can be reached.")]
    public AccessKeys Access { get; init; } = new();

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

/// <summary>The keys that every source has and that are settings like a connector's.</summary>
internal sealed record SourceSettings
{
    [Option("The template of outgoing messages that scripts read as tmp.")]
    [PlainText]
    public ScriptFile? Template { get; init; }

    [Option("What is done with a message that was received before.")]
    public DuplicateKeys Duplicates { get; init; } = new();
}

/// <summary><c>duplicates:</c></summary>
internal sealed record DuplicateKeys
{
    private static readonly DuplicateSettings Defaults = new();

    [Option("pass: it is processed as any other; flag: scripts see duplicateOf in the source map; drop: it is kept as filtered, its sender gets the answer to the first one, and it is sent nowhere.")]
    public DuplicateAction Action { get; init; } = Defaults.Action;

    [Option("What makes two messages the same: the control id and the content (the same control id with other content is processed and told), the control id alone, or the content alone, for messages that have no control id.")]
    public DuplicateKey By { get; init; } = Defaults.By;

    [Option("How long a message is remembered; what is pruned is forgotten.", Minimum = "1s", Maximum = "36500d")]
    public TimeSpan Window { get; init; } = Defaults.Window;
}

/// <summary>The keys that every destination has.</summary>
internal sealed record DestinationSettings
{
    [Option("False: the destination is left out.")]
    public bool Enabled { get; init; } = true;

    [Option("The name people know it by, with blanks and all: scripts may use it in responseMap and destinationSet; no other destination of the channel has it.", Example = "Send to EHR")]
    public string? Title { get; init; }

    [Option("Its number for life, by which imported scripts know it (d3); its place in the list when not given.", Minimum = "1", Maximum = "1000000")]
    public int? Id { get; init; }

    [Option("True: begins when the destination before it in the list is through, and sees what that one put into the channel map and the response map.")]
    public bool WaitForPrevious { get; init; }

    [Option("The template of outgoing messages that scripts read as tmp.")]
    [PlainText]
    public ScriptFile? Template { get; init; }

    [Option("What is sent in place of the message; ${name} in it is filled in for each message.")]
    public Template? Content { get; init; }

    [Option("Decides which messages go to this destination.")]
    public ScriptFile? Filter { get; init; }

    [Option("Shapes the message for this destination.")]
    public ScriptFile? Transform { get; init; }

    [Option("Shapes or judges this destination's answers.")]
    public ScriptFile? Response { get; init; }

    [Option("What becomes of attachments when a message is sent: they are put back where they stood (reattach), or their tokens are sent (keep).")]
    public AttachmentSending Attachments { get; init; } = AttachmentSending.Reattach;

    [Option("Whether messages wait here when they cannot be sent.")]
    public QueueKeys Queue { get; init; } = new();
}

/// <summary>What <c>attachments</c> of a destination may be.</summary>
internal enum AttachmentSending
{
    /// <summary>Put back.</summary>
    Reattach,

    /// <summary>Sent as tokens.</summary>
    Keep,
}

/// <summary>The keys that the <c>batch:</c> of every data type has.</summary>
internal sealed record BatchSettings
{
    [Option("The most parts that a batch may have. One with more is kept whole, as one message in Error.", Minimum = "1", Maximum = "10000000")]
    public int MaximumParts { get; init; } = 1_000_000;

    [Option("A script that gives one message after the other, in place of the data type's own way.")]
    public ScriptFile? Script { get; init; }
}
