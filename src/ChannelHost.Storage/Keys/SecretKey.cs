using System.Security.Cryptography;
using System.Text;

namespace ChannelHost.Storage.Keys;

/// <summary>A key for AES-256-GCM.</summary>
internal sealed class SecretKey
{
    /// <summary>In bytes.</summary>
    public const int Length = 32;

    /// <summary>Of an authentication tag, in bytes.</summary>
    public const int TagLength = 16;

    /// <summary>Of a nonce, in bytes.</summary>
    public const int NonceLength = 12;

    private readonly byte[] _bytes;

    private SecretKey(byte[] bytes)
    {
        _bytes = bytes;
        Id = Convert.ToHexStringLower(HMACSHA256.HashData(bytes, "channelhost key id"u8))[..16];
    }

    /// <summary>Names the key without telling anything about it, so that a wrong key is told from a damaged entry.</summary>
    public string Id { get; }

    /// <summary>A new one.</summary>
    public static SecretKey Create() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>Reads a key as text; null when it is none.</summary>
    public static SecretKey? Parse(string text)
    {
        var bytes = new byte[Length + 1];
        return Convert.TryFromBase64String(text.Trim(), bytes, out var length) && length == Length ? new SecretKey(bytes[..Length]) : null;
    }

    /// <summary>The key as text, for its file.</summary>
    public string ToText() => Convert.ToBase64String(_bytes);

    /// <summary>
    /// A cipher with a key of its own for a purpose and a salt (HKDF-SHA256): where each salt is used by one writer only, counting its nonces up is enough
    /// to never repeat one.
    /// </summary>
    public AesGcm Cipher(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> purpose)
    {
        Span<byte> derived = stackalloc byte[Length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, derived, salt, purpose);
        var cipher = new AesGcm(derived, TagLength);
        CryptographicOperations.ZeroMemory(derived);
        return cipher;
    }

    /// <summary>Nonce, tag and encrypted text of a secret, bound to what it is said to be.</summary>
    public string Encrypt(string text, string boundTo)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var result = new byte[NonceLength + TagLength + plain.Length];
        var nonce = result.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_bytes, TagLength);
        cipher.Encrypt(nonce, plain, result.AsSpan(NonceLength + TagLength), result.AsSpan(NonceLength, TagLength), Encoding.UTF8.GetBytes(boundTo));
        CryptographicOperations.ZeroMemory(plain);
        return Convert.ToBase64String(result);
    }

    /// <summary>The text of a secret; null when the entry is not what this key wrote for just this.</summary>
    public string? Decrypt(string sealedText, string boundTo)
    {
        var bytes = new byte[sealedText.Length];
        if (!Convert.TryFromBase64String(sealedText, bytes, out var length) || length < NonceLength + TagLength)
        {
            return null;
        }

        var plain = new byte[length - NonceLength - TagLength];
        try
        {
            using var cipher = new AesGcm(_bytes, TagLength);
            cipher.Decrypt(
                bytes.AsSpan(0, NonceLength), bytes.AsSpan(NonceLength + TagLength, plain.Length), bytes.AsSpan(NonceLength, TagLength), plain, Encoding.UTF8.GetBytes(boundTo));
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }
}
