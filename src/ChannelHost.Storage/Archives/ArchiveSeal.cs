using ChannelHost.Storage.Encryption;

namespace ChannelHost.Storage.Archives;

/// <summary>
/// Members of archives of encrypted channels: each is sealed by itself and stands, sealed, in a member of its own, so that a damaged one is passed over as ever.
/// An archive may be read back into another channel, so its members are bound to archives, not to the channel.
/// </summary>
internal static class ArchiveSeal
{
    private const string Name = "archive";
    private static readonly ContentPlace Place = new(ContentKind.Archive, 0);

    /// <summary>What is written in place of members; null when the channel is not encrypted.</summary>
    internal static Func<byte[], byte[]>? Of(ContentCodec codec)
    {
        if (!codec.Seals)
        {
            return null;
        }

        var own = new ContentCodec(Name, codec.Keys, EncryptionScope.Content);
        return member => ArchiveMember.Compress(own.Seal(Place, member));
    }

    /// <summary>The lines of a member, sealed or not.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or its key is not there.</exception>
    internal static byte[] Lines(byte[] member, EncryptionKeys keys)
    {
        var lines = ArchiveMember.Decompress(member);
        if (!SealedPiece.Is(lines))
        {
            return lines;
        }

        using var codec = new ContentCodec(Name, keys, EncryptionScope.None);
        return codec.CanOpen(ContentCodec.FormOf(lines))
            ? ArchiveMember.Decompress(codec.Open(Place, lines))
            : throw new StoreException($"the archive is encrypted with the key {ContentCodec.FormOf(lines)}, which is not among those of {keys.Place}. Next: put it behind the first one there");
    }
}
