using System.Security.Cryptography;
using System.Text;
using ChannelHost.Storage.Secrets;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>What the settings of channels may refer to.</summary>
/// <param name="Variable">Finds environment variables.</param>
/// <param name="Configuration">The values of this environment.</param>
/// <param name="Secrets">Finds secrets; null when there are none.</param>
/// <param name="FingerprintKey">Known to this process only, so that a fingerprint is of no use for guessing.</param>
internal sealed record Surroundings(Func<string, string?> Variable, ConfigurationValues Configuration, SecretSources? Secrets, byte[] FingerprintKey)
{
    /// <summary>A keyed hash of values by name; empty when there are none.</summary>
    public string FingerprintOf(IReadOnlyDictionary<string, string> values)
    {
        if (values.Count == 0)
        {
            return "";
        }

        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, FingerprintKey);
        foreach (var (name, value) in values)
        {
            VersionHash.Append(hash, Encoding.UTF8.GetBytes(name));
            VersionHash.Append(hash, Encoding.UTF8.GetBytes(value));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>How the files look that a secret comes from.</summary>
    public IEnumerable<FileStamp> StampsOf(string secret) => Secrets is null ? [] : Secrets.FilesOf(secret).Select(FileStamp.Of);
}
