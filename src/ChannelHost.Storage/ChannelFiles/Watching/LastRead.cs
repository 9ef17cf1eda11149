using ChannelHost.Storage.ChannelFiles.Reading;

namespace ChannelHost.Storage.ChannelFiles.Watching;

/// <summary>What was last read, to be compared with what is there now.</summary>
/// <param name="Channels">The channels by name.</param>
/// <param name="Shared">The shared scripts' files.</param>
internal sealed record LastRead(IReadOnlyDictionary<string, ChannelRecord> Channels, IReadOnlyList<FileStamp> Shared);
