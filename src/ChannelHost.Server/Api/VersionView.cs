using ChannelHost.Storage.Versions;

namespace ChannelHost.Server.Api;

/// <summary>A version in <c>GET /api/channels/{group}/{name}/versions</c>.</summary>
/// <param name="Number">Counts up from 1 in each channel.</param>
/// <param name="Version">Its hash.</param>
/// <param name="At">When it began to run.</param>
/// <param name="Who">Who brought it.</param>
/// <param name="Why">What they said.</param>
/// <param name="Forced">True when it was to run whatever its cases say.</param>
/// <param name="RestoredFrom">The version whose files were put back.</param>
/// <param name="Environment">The environment whose values it ran with.</param>
/// <param name="IsRunning">True for the one that runs.</param>
/// <param name="Files">Its files.</param>
internal sealed record VersionView(
    int Number, string Version, DateTimeOffset At, string Who, string Why, bool Forced, int? RestoredFrom, string? Environment, bool IsRunning, IReadOnlyList<VersionFile> Files)
{
    /// <summary>The view of a record.</summary>
    public static VersionView Of(VersionRecord record, bool isRunning) => new(
        record.Number, record.Version, record.At, record.Who, record.Why, record.Forced, record.RestoredFrom, record.Environment, isRunning, record.Files);
}

/// <summary>One version with its texts.</summary>
/// <param name="Version">The version.</param>
/// <param name="Texts">Its texts.</param>
internal sealed record VersionDetail(VersionView Version, IReadOnlyList<ChannelFile> Texts);

/// <summary>What is in a channel's folder, whether it runs or not: <c>GET /api/channels/{group}/{name}/folder</c>.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Texts">The texts: those of the newest version's names, and what lies in the folder.</param>
internal sealed record FolderTexts(string Channel, IReadOnlyList<ChannelFile> Texts);

/// <summary>What is sent with a deploy or a restore.</summary>
/// <param name="Who">The person; 1 to 100 characters.</param>
/// <param name="Why">Why; 1 to 1000 characters.</param>
/// <param name="Force">Runs it also when its cases fail.</param>
internal sealed record ChangeOrder(string Who, string Why, bool Force);

/// <summary>What came of it.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="IsRunning">True when the folder's version runs now.</param>
/// <param name="Version">The version that runs now, be it the folder's or the one before; null for none.</param>
/// <param name="Reason">Why the folder's does not run.</param>
/// <param name="Problems">Its problems.</param>
/// <param name="Files">What a restore did.</param>
internal sealed record ChangeView(string Channel, bool IsRunning, string? Version, string? Reason, IReadOnlyList<ChannelProblem> Problems, RestoreResult? Files);
