using ChannelHost.Storage;

namespace ChannelHost.Server.Api;

/// <summary>The body of <c>POST /api/backup</c>.</summary>
/// <param name="Out">Where: the whole path of a folder or of a <c>.tar</c>, <c>.tar.gz</c> or <c>.tgz</c> file, as the host sees it.</param>
/// <param name="Data">The data folder that is meant, to be refused by a host that works on another; null for whatever it works on.</param>
/// <param name="WithSecrets">True to take the encrypted file of secrets along; keys are never in a backup.</param>
/// <param name="Who">Who asks, for the audit.</param>
/// <param name="Why">The reason, at most 500 characters, for the audit.</param>
internal sealed record BackupOrder(string Out, string? Data = null, bool WithSecrets = false, string? Who = null, string? Why = null)
{
    /// <summary>What it is about, for the audit.</summary>
    public string Subject() => $"{Out}{(WithSecrets ? " with secrets" : "")}";
}

/// <summary>A backup that was made.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="MadeAt">When it was begun: what was delivered later is not known in it.</param>
/// <param name="Channels">The channels in it.</param>
/// <param name="Files">How many files.</param>
/// <param name="Bytes">How many bytes they have together, before packing.</param>
/// <param name="Problems">Channels that are not in it, and what is wrong with copies; empty when all is well.</param>
internal sealed record BackupView(string Path, DateTimeOffset MadeAt, IReadOnlyList<string> Channels, int Files, long Bytes, IReadOnlyList<BackupProblem> Problems)
{
    /// <summary>The view of a report of the store.</summary>
    public static BackupView Of(BackupReport report) => new(
        report.Path, report.MadeAt, [.. report.Channels.Select(channel => channel.Name)], report.Files, report.Bytes, [.. report.Problems.Select(BackupProblem.Of)]);
}

/// <summary>Something wrong with a copied store.</summary>
/// <param name="Channel">Whose.</param>
/// <param name="File">Its file.</param>
/// <param name="What">What is wrong.</param>
internal sealed record BackupProblem(string Channel, string File, string What)
{
    /// <summary>The view of a problem of the store.</summary>
    public static BackupProblem Of(StoreProblem problem) => new(problem.Channel, problem.File, problem.What);
}
