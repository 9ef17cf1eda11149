namespace ChannelHost.Server.Commands;

/// <summary>What may be told about a secret.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Source">The file or variable that it comes from; null when it is missing.</param>
/// <param name="SetAt">When it was set in the encrypted file.</param>
/// <param name="SetBy">By whom.</param>
/// <param name="KeyId">The id of the key it is encrypted with.</param>
/// <param name="UsedBy">The channels that refer to it.</param>
internal sealed record SecretListing(string Name, string? Source, DateTimeOffset? SetAt, string? SetBy, string? KeyId, IReadOnlyList<string> UsedBy)
{
    /// <summary>Every secret that is in the encrypted file or that a channel refers to, by name.</summary>
    public static IReadOnlyList<SecretListing> Of(string channelsFolder, string dataFolder, string? environment)
    {
        var kept = HostSetup.SecretVault(dataFolder).List().ToDictionary(secret => secret.Name, StringComparer.Ordinal);
        var users = (Directory.Exists(channelsFolder) ? HostSetup.OpenChannels(Path.GetFullPath(channelsFolder), dataFolder, environment).ReadAll() : [])
            .SelectMany(reading => reading.Secrets.Select(secret => (Secret: secret, Channel: reading.Name)))
            .ToLookup(use => use.Secret, use => use.Channel, StringComparer.Ordinal);
        var sources = HostSetup.Secrets(dataFolder);
        return
        [
            .. kept.Keys.Union(users.Select(use => use.Key), StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name =>
            {
                var source = sources.SourceOf(name);
                var entry = source == Storage.Secrets.SecretSources.EncryptedFile ? kept.GetValueOrDefault(name) : null;
                return new SecretListing(name, source, entry?.SetAt, entry?.SetBy, entry?.KeyId, [.. users[name]]);
            }),
        ];
    }
}
