using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ChannelHost.Connectors.Sftp;

/// <summary>A host key that a known_hosts file names for a server.</summary>
/// <param name="Type">For example <c>ssh-ed25519</c>.</param>
/// <param name="Key">The key's blob.</param>
/// <param name="IsRevoked">The line says @revoked: this key is never to be trusted.</param>
internal sealed record KnownHostKey(string Type, byte[] Key, bool IsRevoked);

/// <summary>Reads the format of sshd(8), section SSH_KNOWN_HOSTS FILE FORMAT. Lines of certificate authorities are passed over: only plain keys are used.</summary>
internal static class KnownHosts
{
    /// <summary>The keys that the text names for a server, revoked ones for whatever host they are listed under that fits.</summary>
    public static IEnumerable<KnownHostKey> For(string text, string host, int port)
    {
        var name = NameOf(host, port);
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
            {
                continue;
            }

            var marker = words[0].StartsWith('@') ? words[0] : null;
            var first = marker is null ? 0 : 1;
            if (words.Length < first + 3 || (marker is not null && marker != "@revoked") || !Fits(words[first], name))
            {
                continue;
            }

            var key = new byte[words[first + 2].Length];
            if (Convert.TryFromBase64String(words[first + 2], key, out var length))
            {
                yield return new KnownHostKey(words[first + 1], key[..length], marker is not null);
            }
        }
    }

    /// <summary>A line for a key that was trusted at first use.</summary>
    public static string LineFor(string host, int port, string type, byte[] key) => $"{NameOf(host, port)} {type} {Convert.ToBase64String(key)}\n";

    /// <summary>A key's fingerprint as ssh-keygen shows it.</summary>
    public static string Fingerprint(byte[] key) => "SHA256:" + Convert.ToBase64String(SHA256.HashData(key)).TrimEnd('=');

    private static string NameOf(string host, int port) =>
        port == 22 ? host.ToLowerInvariant() : string.Create(CultureInfo.InvariantCulture, $"[{host.ToLowerInvariant()}]:{port}");

    private static bool Fits(string patterns, string name)
    {
        if (patterns.StartsWith("|1|", StringComparison.Ordinal))
        {
            return FitsHashed(patterns, name);
        }

        var fits = false;
        foreach (var pattern in patterns.ToLowerInvariant().Split(','))
        {
            if (pattern.StartsWith('!') && Like(pattern[1..], name))
            {
                return false;
            }

            fits |= Like(pattern, name);
        }

        return fits;
    }

    private static bool Like(string pattern, string name)
    {
        if (pattern.AsSpan().IndexOfAny('*', '?') < 0)
        {
            return pattern == name;
        }

        var expression = "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$";
        return Regex.IsMatch(name, expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    // |1|salt|hash: the name's HMAC-SHA1 under the salt, which is what the format prescribes; it hides names and protects nothing.
#pragma warning disable CA5350
    private static bool FitsHashed(string hashed, string name)
    {
        var parts = hashed.Split('|');
        if (parts.Length != 4)
        {
            return false;
        }

        var salt = new byte[parts[2].Length];
        return Convert.TryFromBase64String(parts[2], salt, out var length) &&
            Convert.ToBase64String(HMACSHA1.HashData(salt.AsSpan(0, length), Encoding.UTF8.GetBytes(name))) == parts[3];
    }
#pragma warning restore CA5350
}
