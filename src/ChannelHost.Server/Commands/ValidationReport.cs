namespace ChannelHost.Server.Commands;

/// <summary>The whole of a <c>validate</c>, for <c>--json</c>.</summary>
/// <param name="Errors">Problems that keep channels from running.</param>
/// <param name="Warnings">What is worth a look.</param>
/// <param name="Channels">Each channel that was read.</param>
internal sealed record ValidationReport(int Errors, int Warnings, IReadOnlyList<ChannelValidation> Channels);

/// <summary>What was found in one channel.</summary>
/// <param name="Name">Group and name.</param>
/// <param name="IsValid">True when it can run.</param>
/// <param name="Problems">What is wrong, warnings included.</param>
internal sealed record ChannelValidation(string Name, bool IsValid, IReadOnlyList<ChannelProblem> Problems);
