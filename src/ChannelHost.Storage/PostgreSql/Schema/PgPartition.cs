namespace ChannelHost.Storage.PostgreSql.Schema;

/// <summary>A range of a channel's ids that lies in tables of its own.</summary>
/// <param name="Number">From 1.</param>
/// <param name="FirstId">The first id in it.</param>
/// <param name="EndId">The first id after it.</param>
/// <param name="ReceivedTo">The newest time of receipt in it, UTC ticks; null while it may still grow or was not looked at.</param>
internal sealed record PgPartition(int Number, long FirstId, long EndId, long? ReceivedTo = null);
