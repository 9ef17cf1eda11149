namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary><c>attachments:</c></summary>
internal sealed record AttachmentKeys
{
    [Option("How they are found: entire (the whole message is one), regex (what patterns match), javascript (a script takes them out).", Required = true)]
    public AttachmentWord Kind { get; init; }

    [Option("For entire: the media type; ${name} in it is filled in for each message.")]
    public string Type { get; init; } = "text/plain";

    [Option("For regex: the patterns, one after the other; what the last group of a match holds is taken out.")]
    public IReadOnlyList<PatternKeys> Patterns { get; init; } = [];

    [Option("For javascript: the script; what it returns is the message.")]
    public ScriptFile? Script { get; init; }

    [Option("Replacements in what is taken out, before it is kept.")]
    public IReadOnlyList<ReplacementKeys> Inbound { get; init; } = [];

    [Option("Replacements in what is put back.")]
    public IReadOnlyList<ReplacementKeys> Outbound { get; init; } = [];
}

/// <summary>What <c>attachments.kind</c> may be.</summary>
internal enum AttachmentWord
{
    /// <summary>The whole message.</summary>
    Entire,

    /// <summary>Patterns.</summary>
    Regex,

    /// <summary>A script.</summary>
    Javascript,
}

/// <summary>One of <c>attachments.patterns</c>.</summary>
internal sealed record PatternKeys
{
    [Option("A regular expression.", Required = true)]
    public string Pattern { get; init; } = "";

    [Option("The media type; ${name} in it is filled in for each message.")]
    public string Type { get; init; } = "text/plain";
}

/// <summary>One of <c>attachments.inbound</c> and <c>attachments.outbound</c>.</summary>
internal sealed record ReplacementKeys
{
    [Option("What is replaced.", Required = true)]
    public string From { get; init; } = "";

    [Option("What stands there then.")]
    public string To { get; init; } = "";
}
