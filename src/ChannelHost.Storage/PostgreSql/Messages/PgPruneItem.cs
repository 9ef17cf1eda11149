using ChannelHost.Storage.Pruning;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>A message that may have to go.</summary>
/// <param name="Id">The message.</param>
/// <param name="Since">When it was received, or brought in from an archive; UTC ticks.</param>
/// <param name="HasContent">True while it has content.</param>
internal readonly record struct PgPruneItem(long Id, long Since, bool HasContent)
{
    /// <summary>True: there are too many messages, and its age does not matter.</summary>
    internal bool IsExcess { get; init; }

    /// <summary>What was decided.</summary>
    internal PruningVerdict Verdict { get; init; }

    /// <summary>What it was when that was decided: one that changed since stays.</summary>
    internal long Stamp { get; init; }
}
