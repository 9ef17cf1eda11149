using ChannelHost.Storage.Keys;

namespace ChannelHost.Storage.Secrets;

/// <summary>Where the keys of a data folder's secrets are.</summary>
internal sealed class SecretKeys(SecretSettings settings)
{
    internal static readonly KeyWords Words = new(
        SecretSettings.KeyVariable,
        "Keys of ChannelHost's secrets, the present one first. Without them data/secrets.json cannot be read: keep a copy, apart from the data.",
        "channelhost secret rotate");

    /// <summary>True when keys come from the environment: then they are made and kept by somebody else.</summary>
    public bool AreGiven => settings.Keys is not null;

    /// <summary>The key file; null when there is no file of secrets yet and nobody named one, or the keys are in the environment.</summary>
    /// <param name="ring">The name that the file of secrets has for its keys; null when there is none.</param>
    public string? PathOf(string? ring) => AreGiven ? null
        : settings.KeyFile ?? (ring is null || settings.KeyFolder is null ? null : Path.Combine(settings.KeyFolder, $"{ring}.key"));

    /// <summary>The keys; null when there are none.</summary>
    /// <exception cref="SecretException">They cannot be used.</exception>
    public KeyRing? Read(string? ring) => settings.Keys is { } text ? KeyRing.FromText(text, Words)
        : PathOf(ring) is { } path ? KeyRing.FromFile(path, Words)
        : null;

    /// <summary>What to say when there are no keys for a secret.</summary>
    public SecretException Missing(string ring, string name) => new(
        $"the secret `{name}`, but no key to read it with: {(PathOf(ring) is { } path ? $"there is no file {path}" : "this user has no home folder")}",
        $"the key file that was made with the first secret (its place is named by {SecretSettings.KeyFileVariable}), or the secret set anew");

    /// <summary>Where a new key file goes.</summary>
    /// <exception cref="SecretException">Nowhere.</exception>
    public string PathForNew(string ring) => PathOf(ring)
        ?? throw new SecretException("no place for a key: this user has no home folder", $"a path in {SecretSettings.KeyFileVariable}, outside of the data folder");
}
