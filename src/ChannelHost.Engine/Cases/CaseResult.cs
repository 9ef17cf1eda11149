namespace ChannelHost.Engine.Cases;

/// <summary>What came of running a case.</summary>
public sealed record CaseResult
{
    /// <summary>The case.</summary>
    public required ChannelCase Case { get; init; }

    /// <summary>Where what came is not what was expected; empty when the case passes.</summary>
    public required IReadOnlyList<CaseDifference> Differences { get; init; }

    /// <summary>What came, in the form in which it is expected; null when the case could not be run at all.</summary>
    public CaseExpectation? Actual { get; init; }

    /// <summary>What failed, with the places in scripts. May hold message content.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>What scripts said, and what went wrong. May hold message content: for the eyes of who runs the case.</summary>
    public IReadOnlyList<string> Log { get; init; } = [];

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>True when what came is what was expected.</summary>
    public bool Passed => Differences.Count == 0;
}

/// <summary>One thing that is not as expected.</summary>
/// <param name="Subject">A destination's name, <c>response</c>, <c>outcome</c>, <c>routed 1</c> or <c>case</c>; with the message's number where the input is a batch.</param>
/// <param name="File">The file of the expectation that it is about, or null.</param>
/// <param name="Problem">One sentence that holds no message content.</param>
public sealed record CaseDifference(string Subject, string? File, string Problem)
{
    /// <summary>The places, with content.</summary>
    public IReadOnlyList<MessageDifference> Places { get; init; } = [];

    /// <summary>The whole as texts, for who shows them line by line, where there are no places to name; null else.</summary>
    public (string Expected, string Actual)? Texts { get; init; }
}
