using ChannelHost.Storage.ChannelFiles.Reading;
using ChannelHost.Storage.ChannelFiles;

namespace ChannelHost.Storage.Secrets;

/// <summary>
/// Finds secrets by name: first the file of that name in the folder that the platform mounts, then the environment, then the encrypted file in the data
/// folder. What is mounted counts before what was set by hand, because whoever mounts it rotates it too. Safe for use by many threads.
/// </summary>
/// <param name="settings">Where to look.</param>
public sealed class SecretSources(SecretSettings settings)
{
    /// <summary>How <see cref="SourceOf"/> names the encrypted file.</summary>
    public const string EncryptedFile = SecretFile.Name;

    private const int Longest = 32 * 1024;

    /// <summary>What is wrong with the key before any secret is asked for: loose permissions, an unusable file. Null when nothing is, or no key is there.</summary>
    public SecretException? KeyFault
    {
        get
        {
            try
            {
                new SecretKeys(settings).Read(RingName());
                return null;
            }
            catch (SecretException fault)
            {
                return fault;
            }
        }
    }

    /// <summary>Where a secret comes from; null when it is nowhere. The value is not looked at.</summary>
    public string? SourceOf(string name)
    {
        if (FileOf(name) is { } path && File.Exists(path))
        {
            return path;
        }

        return settings.Environment(SecretName.VariableOf(name)) is { Length: > 0 } ? SecretName.VariableOf(name)
            : IsInFile(name) ? EncryptedFile
            : null;
    }

    /// <summary>The value of a secret.</summary>
    /// <exception cref="SecretException">It is nowhere, or it cannot be read.</exception>
    internal string Find(string name) =>
        FromFolder(name) ?? FromEnvironment(name) ?? FromFile(name)
        ?? throw new SecretException(
            $"the secret {Shown.Value(name)}, which is not set",
            $"`channelhost secret set {name}`, {(settings.Folder is null ? "" : $"the file {Path.Combine(settings.Folder, name)}, ")}or {SecretName.VariableOf(name)} in the environment of the host");

    /// <summary>The files that a secret depends on, there or not: when one of them changes, it may have another value.</summary>
    internal IEnumerable<string> FilesOf(string name)
    {
        if (FileOf(name) is { } mounted)
        {
            yield return mounted;
        }

        yield return SecretFile.PathIn(settings.DataFolder);
        if (new SecretKeys(settings).PathOf(RingName()) is { } key)
        {
            yield return key;
        }
    }

    private string? FileOf(string name) => settings.Folder is null ? null : Path.Combine(settings.Folder, name);

    private string? FromFolder(string name)
    {
        if (FileOf(name) is not { } path || !File.Exists(path))
        {
            return null;
        }

        try
        {
            if (new FileInfo(path).Length > Longest)
            {
                throw new SecretException($"the secret's file {path}, which is larger than {Longest / 1024} KB", "a secret");
            }

            // What wrote the file most likely ended its line; no secret ends with one.
            var text = File.ReadAllText(path).TrimEnd('\n', '\r');
            return text.Length > 0 ? text : throw new SecretException($"the secret's file {path}, which is empty", "the secret in it");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SecretException($"the secret's file {path}, which cannot be read ({TextFile.Reason(error)})", "a file that the host's user may read");
        }
    }

    private string? FromEnvironment(string name) => settings.Environment(SecretName.VariableOf(name)) is { Length: > 0 } value ? value : null;

    private string? FromFile(string name)
    {
        var keys = new SecretKeys(settings);
        for (var attempt = 0; ; attempt++)
        {
            var file = SecretFile.Read(settings.DataFolder);
            if (file is null || !file.Secrets.TryGetValue(name, out var entry))
            {
                return null;
            }

            var ring = keys.Read(file.Ring) ?? throw keys.Missing(file.Ring, name);
            if (ring.Find(entry.Key) is { } key)
            {
                return entry.Open(key, name) ?? throw new SecretException(
                    $"the secret {Shown.Value(name)} in {SecretFile.PathIn(settings.DataFolder)}, which was damaged or changed by something else", $"it set anew: channelhost secret set {name}");
            }

            // Between the two files a rotation may have gone by; the second look sees both after it.
            if (attempt > 0)
            {
                throw new SecretException(
                    $"the secret {Shown.Value(name)}, which was encrypted with the key {entry.Key}; {ring.Source} has {string.Join(", ", ring.Keys.Select(known => known.Id))}",
                    "the key file that belongs to this data folder, or the secret set anew (channelhost secret set)");
            }
        }
    }

    private bool IsInFile(string name)
    {
        try
        {
            return SecretFile.Read(settings.DataFolder)?.Secrets.ContainsKey(name) == true;
        }
        catch (SecretException)
        {
            // Whoever asks for the value is told what is wrong with the file; here the question is only whether it is known to hold the secret.
            return false;
        }
    }

    private string? RingName()
    {
        try
        {
            return SecretFile.Read(settings.DataFolder)?.Ring;
        }
        catch (SecretException)
        {
            // The same: a damaged file is told where a secret is wanted from it.
            return null;
        }
    }
}
