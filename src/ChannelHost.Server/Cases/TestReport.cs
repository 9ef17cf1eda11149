namespace ChannelHost.Server.Cases;

/// <summary>The whole of a <c>test</c>, for <c>--json</c>.</summary>
/// <param name="Passed">Cases as expected.</param>
/// <param name="Failed">Cases that are not, or cannot be run.</param>
/// <param name="Updated">Cases whose expectation was written.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Channels">The channels.</param>
/// <param name="Coverage">Lines of scripts; null when not asked for.</param>
internal sealed record TestReport(int Passed, int Failed, int Updated, double Seconds, IReadOnlyList<TestedChannel> Channels, IReadOnlyList<CoverageView>? Coverage);

/// <summary>A channel and its cases.</summary>
/// <param name="Name">Group and name.</param>
/// <param name="Problems">Why it cannot be run; empty when it can.</param>
/// <param name="Cases">Its cases.</param>
internal sealed record TestedChannel(string Name, IReadOnlyList<ChannelProblem> Problems, IReadOnlyList<TestedCase> Cases);

/// <summary>A case.</summary>
/// <param name="Name">Its name.</param>
/// <param name="File">Its input, relative to the channels folder.</param>
/// <param name="Outcome"><c>passed</c>, <c>failed</c>, <c>updated</c> or <c>unreadable</c>.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Differences">What is not as expected.</param>
/// <param name="Problems">Why it cannot be read.</param>
internal sealed record TestedCase(
    string Name, string File, string Outcome, double Milliseconds, IReadOnlyList<DifferenceView> Differences, IReadOnlyList<ChannelProblem> Problems);

/// <summary>One thing that is not as expected.</summary>
/// <param name="Subject">A destination's name, <c>response</c>, <c>outcome</c>, <c>routed N</c> or <c>case</c>.</param>
/// <param name="File">The file of the expectation; null for none.</param>
/// <param name="Problem">One sentence.</param>
/// <param name="Places">The places.</param>
internal sealed record DifferenceView(string Subject, string? File, string Problem, IReadOnlyList<MessageDifference> Places);

/// <summary>The lines of a script.</summary>
/// <param name="File">The script.</param>
/// <param name="Covered">Lines that ran.</param>
/// <param name="Lines">Lines that can run.</param>
/// <param name="Missed">Those that never ran.</param>
internal sealed record CoverageView(string File, int Covered, int Lines, string Missed);
