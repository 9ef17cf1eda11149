using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ChannelHost.Storage.Encryption;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>Hashes by which values are found that are too long for an index. What is found is compared whole.</summary>
internal static class PgHash
{
    internal static long Short(byte[] value)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(value, hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }

    internal static byte[] Long(string value) => SHA256.HashData(Encoding.UTF8.GetBytes(value));

    /// <summary>Under what a batch may be found, the present form first: where the channel is encrypted by a keyed hash, because a once-key may be guessed from its hash.</summary>
    internal static byte[][] OfBatch(ContentCodec codec, string onceKey) => codec.Index is not { } index ? [Long(onceKey)]
        : codec.Seals ? [index.Of("batch", onceKey), Long(onceKey)]
        : [Long(onceKey), index.Of("batch", onceKey)];

    internal static byte[]? Utf8(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}
