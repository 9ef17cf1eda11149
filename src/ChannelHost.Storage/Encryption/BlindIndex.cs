using System.Security.Cryptography;
using System.Text;

namespace ChannelHost.Storage.Encryption;

/// <summary>
/// Keyed hashes of what people search by, for channels that hide that too: who has the file sees that two values are equal, not what they are.
/// The key belongs to one store and outlives rotations; it is kept sealed in the store itself.
/// </summary>
internal sealed class BlindIndex(byte[] key)
{
    /// <summary>Of a key, in bytes.</summary>
    internal const int KeyLength = 32;

    /// <summary>Of a hash, in bytes.</summary>
    internal const int Length = 16;

    /// <summary>The hash of a value in a field.</summary>
    internal byte[] Of(string field, string value) => Of(Encoding.UTF8.GetBytes($"{field}\n{value}"));

    /// <summary>The hash of bytes.</summary>
    internal byte[] Of(ReadOnlySpan<byte> value) => HMACSHA256.HashData(key, value)[..Length];
}
