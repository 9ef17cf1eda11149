using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ChannelHost.Connectors.Http;

/// <summary>
/// A key, token or password as settings hold it: only its hash. <c>sha256:HEX</c> is for keys made by chance, which nobody can guess;
/// <c>pbkdf2-sha512:ROUNDS:SALT:HASH</c> (base64) is for passwords that people chose. Checks take the same time whatever is presented.
/// </summary>
public sealed class SecretHash
{
    /// <summary>What a setting should look like, for problems.</summary>
    public const string Wanted = "sha256:HEX or pbkdf2-sha512:ROUNDS:SALT:HASH, as `channelhost hash-key` writes them";

    private const string Sha256Prefix = "sha256:";
    private const string Pbkdf2Prefix = "pbkdf2-sha512:";
    private const int Rounds = 210_000;
    private const int MostRounds = 10_000_000;
    private const int SaltLength = 16;
    private const int KeyLength = 32;

    private readonly byte[] _hash;
    private readonly byte[]? _salt;
    private readonly int _rounds;

    private SecretHash(byte[] hash, byte[]? salt, int rounds) => (_hash, _salt, _rounds) = (hash, salt, rounds);

    /// <summary>True when checking takes tens of milliseconds of a processor, on purpose.</summary>
    public bool IsSlow => _salt is not null;

    /// <summary>A new key of 256 bits, in characters that headers and URLs can carry.</summary>
    public static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>The hash of a key that was made by chance.</summary>
    public static string OfKey(string key) => Sha256Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>The hash of a password.</summary>
    public static string OfPassword(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var hash = Rfc2898DeriveBytes.Pbkdf2(password, salt, Rounds, HashAlgorithmName.SHA512, KeyLength);
        return string.Create(CultureInfo.InvariantCulture, $"{Pbkdf2Prefix}{Rounds}:{Convert.ToBase64String(salt)}:{Convert.ToBase64String(hash)}");
    }

    /// <summary>Reads the setting.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SecretHash? hash)
    {
        hash = null;
        try
        {
            if (text.StartsWith(Sha256Prefix, StringComparison.Ordinal))
            {
                var bytes = Convert.FromHexString(text.AsSpan(Sha256Prefix.Length));
                hash = bytes.Length == SHA256.HashSizeInBytes ? new SecretHash(bytes, null, 0) : null;
            }
            else if (text.StartsWith(Pbkdf2Prefix, StringComparison.Ordinal) && text[Pbkdf2Prefix.Length..].Split(':') is [var rounds, var salt, var derived]
                && int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= MostRounds)
            {
                var (saltBytes, hashBytes) = (Convert.FromBase64String(salt), Convert.FromBase64String(derived));
                hash = saltBytes.Length > 0 && hashBytes.Length is >= 16 and <= 64 ? new SecretHash(hashBytes, saltBytes, count) : null;
            }
        }
        catch (FormatException)
        {
            // Not hexadecimal or base64: no hash.
        }

        return hash is not null;
    }

    /// <summary>True when this is the hash of the secret.</summary>
    public bool IsOf(ReadOnlySpan<byte> secret)
    {
        Span<byte> presented = stackalloc byte[64];
        presented = presented[.._hash.Length];
        if (_salt is null)
        {
            SHA256.HashData(secret, presented);
        }
        else
        {
            Rfc2898DeriveBytes.Pbkdf2(secret, _salt, presented, _rounds, HashAlgorithmName.SHA512);
        }

        return CryptographicOperations.FixedTimeEquals(presented, _hash);
    }
}
