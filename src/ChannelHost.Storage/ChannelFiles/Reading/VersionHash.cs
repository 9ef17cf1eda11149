using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>
/// Names a version of a channel by what it consists of. Over the files as written: the values of environment variables are left out, because a hash
/// that is shown everywhere must not be a way to guess a secret.
/// </summary>
internal static class VersionHash
{
    private const int Digits = 12;

    /// <summary>
    /// The first 12 hexadecimal digits of SHA-256 over the file, the channel's scripts and other texts, for a channel with scripts the shared ones and the code
    /// templates, the global scripts, and the configuration values that the channel may use.
    /// </summary>
    public static string Of(
        byte[] file,
        IEnumerable<ScriptFile> scripts,
        SharedScripts? shared,
        IEnumerable<CodeTemplate> templates,
        IEnumerable<KeyValuePair<string, string>> configuration)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, file);
        Append(hash, scripts);
        Append(hash, shared?.Hash ?? []);
        if (shared is not null)
        {
            Append(hash, templates);
            Append(hash, GlobalFolder.FilesOf(shared.Global));
        }

        foreach (var (key, value) in configuration.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Append(hash, Encoding.UTF8.GetBytes(key));
            Append(hash, Encoding.UTF8.GetBytes(value));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits];
    }

    private static void Append(IncrementalHash hash, IEnumerable<CodeTemplate> templates)
    {
        foreach (var template in templates)
        {
            Append(hash, BitConverter.GetBytes((int)template.Contexts));
            Append(hash, [template.File]);
        }
    }

    /// <summary>Adds names and texts.</summary>
    public static void Append(IncrementalHash hash, IEnumerable<ScriptFile> scripts)
    {
        foreach (var script in scripts)
        {
            Append(hash, Encoding.UTF8.GetBytes(script.Name));
            Append(hash, Encoding.UTF8.GetBytes(script.Text));
        }
    }

    /// <summary>With its length before it, so that no two ways of cutting the same bytes give the same hash.</summary>
    public static void Append(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
