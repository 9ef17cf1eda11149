using ChannelHost.Storage.ChannelFiles.Reading;

namespace ChannelHost.Storage.ChannelFiles.Watching;

/// <summary>What was last read, to be compared with what is there now.</summary>
/// <param name="Channels">The channels by name.</param>
/// <param name="Shared">The files of the shared scripts and the configuration.</param>
internal sealed record LastRead(IReadOnlyDictionary<string, ChannelRecord> Channels, IReadOnlyList<FileStamp> Shared);
