using ChannelHost.Storage.ChannelFiles.Options;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary><c>store:</c></summary>
[PlannedKeys("compress")]
internal sealed record StoreKeys
{
    [Option("What is kept of finished messages: content, or only their outcome.")]
    public StoreKeep Keep { get; init; } = StoreKeep.Content;

    [Option("How long finished messages are kept: one time for all, or a block of times by how they ended. For ever when not given. What waits is never removed.", Example = "30d")]
    public RetentionKeys? Retention { get; init; }

    [Option("How long the content of finished messages is kept (with maps, answers and attachments); the rest of them stays for the retention. Dead letters keep theirs. As long as the message when not given.", Minimum = "1s", Maximum = "36500d")]
    public TimeSpan? Content { get; init; }

    [Option("So many finished messages are kept at most, the newest; dead letters are not counted and stay. No limit when not given.", Minimum = "1", Maximum = "1000000000000")]
    public long? Maximum { get; init; }

    [Option("True: what is removed is first written to compressed files in data/archive, which channelhost import archive reads back.")]
    public bool Archive { get; init; }

    [Option("What is indexed beside the metadata: none, or the text of messages as received, so that searches by text are fast.")]
    public SearchWord Search { get; init; } = SearchWord.None;

    [Option("Whether content, maps, attachments, answers, error texts and the channel's state are encrypted (all: also what messages are searched by). As the host says when not given.")]
    public EncryptWord? Encrypt { get; init; }

    /// <summary>As the store takes them.</summary>
    public StoreSettings ToSettings() => new()
    {
        Keep = Keep,
        Retention = Retention?.Default,
        RetentionByStatus = Retention?.ByStatus() is { Count: > 0 } byStatus ? byStatus : new StoreSettings().RetentionByStatus,
        ContentRetention = Content,
        MaximumMessages = Maximum,
        Archive = Archive,
        SearchText = Search == SearchWord.Text,
        Encrypt = Encrypt is { } encrypt ? encrypt != EncryptWord.False : null,
        EncryptAll = Encrypt == EncryptWord.All,
    };
}

/// <summary><c>retention:</c></summary>
[PlainKey("default")]
internal sealed record RetentionKeys
{
    private const string Longest = "36500d";

    [Option("For those without a time of their own; for ever when not given.", Minimum = "1s", Maximum = Longest)]
    public TimeSpan? Default { get; init; }

    [Option("Sent by a destination.", Minimum = "1s", Maximum = Longest)]
    public TimeSpan? Sent { get; init; }

    [Option("Turned down by a filter.", Minimum = "1s", Maximum = Longest)]
    public TimeSpan? Filtered { get; init; }

    [Option("Processed, and meant for no destination.", Minimum = "1s", Maximum = Longest)]
    public TimeSpan? Transformed { get; init; }

    [Option("Failed.", Minimum = "1s", Maximum = Longest)]
    public TimeSpan? Error { get; init; }

    [KeyName("dead-letter")]
    [Option("Given up and set aside for people.", Minimum = "1s", Maximum = Longest)]
    public TimeSpan? DeadLetter { get; init; }

    [Option("Given up without asking anybody.", Minimum = "1s", Maximum = Longest)]
    public TimeSpan? Dropped { get; init; }

    /// <summary>The times by status.</summary>
    public IReadOnlyDictionary<MessageStatus, TimeSpan> ByStatus()
    {
        (MessageStatus Status, TimeSpan? Time)[] times =
        [
            (MessageStatus.Sent, Sent), (MessageStatus.Filtered, Filtered), (MessageStatus.Transformed, Transformed),
            (MessageStatus.Error, Error), (MessageStatus.DeadLetter, DeadLetter), (MessageStatus.Dropped, Dropped),
        ];
        return times.Where(entry => entry.Time is not null).ToDictionary(entry => entry.Status, entry => entry.Time!.Value);
    }
}

/// <summary>What <c>encrypt</c> may be.</summary>
internal enum EncryptWord
{
    /// <summary>Nothing.</summary>
    False,

    /// <summary>Content, but not what messages are searched by.</summary>
    True,

    /// <summary>Both.</summary>
    All,
}

/// <summary>What <c>search</c> may be.</summary>
internal enum SearchWord
{
    /// <summary>Nothing more.</summary>
    None,

    /// <summary>The text of messages.</summary>
    Text,
}
