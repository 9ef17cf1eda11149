using ChannelHost.Storage.Encryption;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>What belongs to an opened channel on this host.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="DataFolder">The host's data folder, a full path.</param>
/// <param name="Codec">How its content is written; the store's own from here on.</param>
/// <param name="Time">The clock.</param>
internal sealed record PgStorePlace(string Channel, string DataFolder, ContentCodec Codec, TimeProvider Time);
