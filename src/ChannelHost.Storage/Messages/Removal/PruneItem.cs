using ChannelHost.Storage.Pruning;

namespace ChannelHost.Storage.Messages.Removal;

/// <summary>A message that is to lose its content or to go.</summary>
/// <param name="Id">The message.</param>
/// <param name="Verdict">What is to become of it.</param>
/// <param name="Stamp">Tells its rows from what they may be by the time: a message that somebody sends again meanwhile stays.</param>
internal readonly record struct PruneItem(long Id, PruningVerdict Verdict, long Stamp);
