using ChannelHost.Storage.ChannelFiles.Options;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary><c>queue:</c></summary>
internal sealed record QueueKeys
{
    [Option("When messages are queued: never (a failure is final), on-failure, or always (the sender does not wait).")]
    public QueueMode Mode { get; init; } = QueueMode.Never;

    [Option("How many messages are sent at once. With more than one and without a key, no order is kept.", Minimum = "1", Maximum = "64")]
    public int Lanes { get; init; } = 1;

    [Option("Messages of the same key go one after the other, in order; a message that fails keeps only those of its own key waiting. ${name} stands for maps, metadata and the message's own values; { script: FILE } gives the value of a script.", Example = "${mrn}")]
    [OrScript(nameof(KeyScript))]
    public Template? Key { get; init; }

    /// <summary>The script of <see cref="Key"/>.</summary>
    public ScriptFile? KeyScript { get; init; }

    [Option("How failed attempts are repeated.")]
    public RetryKeys Retry { get; init; } = new();

    [Option("What becomes of a message that is not taken: error, dead-letter (set aside to be looked at and sent again), or drop (its record stays, nobody is asked).")]
    public GiveUp OnGiveUp { get; init; } = GiveUp.Error;

    [Option("Leaves the partner alone for a while when attempt after attempt fails; {} for the defaults.")]
    public BreakerKeys? Breaker { get; init; }

    [Option("How many attempts are made at most, in a second, minute or hour; no limit when not given. What is above it waits.", Example = "50/s")]
    public string? MaximumRate { get; init; }
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

    [Option("By how much a pause may be shorter, by chance: up to a fifth, up to a half (equal), or anything down to nothing (full).")]
    public RetryJitter Jitter { get; init; } = RetryJitter.Fifth;

    [Option("A message that was received longer ago than this is given up when it fails; for ever when not given.", Minimum = "1s", Maximum = "36500d")]
    public TimeSpan? MaximumAge { get; init; }
}

/// <summary><c>breaker:</c></summary>
internal sealed record BreakerKeys
{
    private static readonly BreakerSettings Defaults = new();

    [Option("So many failures of the connection or the partner in a row open it; a message that the partner refuses is none.", Minimum = "1", Maximum = "1000")]
    public int Failures { get; init; } = Defaults.Failures;

    [Option("How long no attempt is made then; after it one is, and when that succeeds all go on.", Minimum = "100ms", Maximum = "1d")]
    public TimeSpan OpenFor { get; init; } = Defaults.OpenFor;
}
