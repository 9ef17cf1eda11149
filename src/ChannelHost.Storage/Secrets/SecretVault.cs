using System.Security.Cryptography;
using ChannelHost.Storage.Keys;

namespace ChannelHost.Storage.Secrets;

/// <summary>
/// The encrypted file, for whoever sets and rotates secrets. One process at a time changes it; a running host only reads, and sees each change whole.
/// A step that is cut off by a power cut leaves the file as it was before, readable by the keys that are there.
/// </summary>
/// <param name="settings">Where file and keys are.</param>
/// <param name="time">The clock.</param>
public sealed class SecretVault(SecretSettings settings, TimeProvider time)
{
    private const int Longest = 32 * 1024;

    private readonly SecretKeys _keys = new(settings);

    /// <summary>The secrets in the file, without their values.</summary>
    /// <exception cref="SecretException">The file cannot be read.</exception>
    public IReadOnlyList<SecretInfo> List() =>
        [.. (SecretFile.Read(settings.DataFolder)?.Secrets ?? []).Select(pair => new SecretInfo(pair.Key, pair.Value.SetAt, pair.Value.SetBy, pair.Value.Key))];

    /// <summary>Sets a secret. The first one makes the key file.</summary>
    /// <returns>The key file that was made; null when there was one.</returns>
    /// <exception cref="SecretException">The value, the file or the key cannot be used.</exception>
    public string? Set(string name, string value, string who)
    {
        Check(name, value);
        using var turn = SecretTurn.Take(settings.DataFolder);
        var file = SecretFile.Read(settings.DataFolder) ?? new SecretFile { Ring = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)) };
        string? made = null;
        if (_keys.Read(file.Ring) is not { } ring)
        {
            if (file.Secrets.Count > 0)
            {
                // A new key would make the others unreadable for good, even where the old key is found again.
                throw _keys.Missing(file.Ring, file.Secrets.Keys.First());
            }

            made = _keys.PathForNew(file.Ring);
            KeyRing.Write(made, [SecretKey.Create()], overwrite: false, SecretKeys.Words);
            ring = _keys.Read(file.Ring)!;
        }

        file.Secrets[name] = SecretEntry.Of(ring.Present, name, value, time.GetUtcNow(), who);
        file.Write(settings.DataFolder);
        return made;
    }

    /// <summary>Takes a secret out of the file; false when it is not in it.</summary>
    /// <exception cref="SecretException">The file cannot be used.</exception>
    public bool Remove(string name)
    {
        using var turn = SecretTurn.Take(settings.DataFolder);
        if (SecretFile.Read(settings.DataFolder) is not { } file || !file.Secrets.Remove(name))
        {
            return false;
        }

        file.Write(settings.DataFolder);
        return true;
    }

    /// <summary>
    /// Makes a new key and encrypts every secret with it. The old key stays behind the new one in the key file, so that copies of the data folder can still
    /// be read, unless it is dropped. Keys from the environment are not made here: everything is encrypted with the first of them.
    /// </summary>
    /// <param name="dropOld">Takes the old keys out of the key file once nothing here needs them.</param>
    /// <returns>How many secrets were encrypted anew, and the id of the key.</returns>
    /// <exception cref="SecretException">A secret cannot be read with the keys there are, or there is nothing to rotate. Then nothing was changed.</exception>
    public (int Count, string KeyId) Rotate(bool dropOld)
    {
        using var turn = SecretTurn.Take(settings.DataFolder);
        var file = SecretFile.Read(settings.DataFolder)
            ?? throw new SecretException($"no file {SecretFile.PathIn(settings.DataFolder)}", "a secret set first: channelhost secret set NAME");
        var ring = _keys.Read(file.Ring) ?? throw _keys.Missing(file.Ring, file.Secrets.Keys.FirstOrDefault() ?? "");

        // 1. Everything must be readable before anything is changed
        var values = file.Secrets.ToDictionary(pair => pair.Key, pair => Open(ring, pair.Key, pair.Value), StringComparer.Ordinal);

        // 2. The new key stands on the disk before anything is encrypted with it
        var key = _keys.AreGiven ? ring.Present : SecretKey.Create();
        if (!_keys.AreGiven)
        {
            KeyRing.Write(_keys.PathForNew(file.Ring), [key, .. ring.Keys], overwrite: true, SecretKeys.Words);
        }

        // 3. One step: all entries or none
        foreach (var (name, value) in values)
        {
            var entry = file.Secrets[name];
            file.Secrets[name] = SecretEntry.Of(key, name, value, entry.SetAt, entry.SetBy);
        }

        file.Write(settings.DataFolder);
        if (dropOld && !_keys.AreGiven)
        {
            KeyRing.Write(_keys.PathForNew(file.Ring), [key], overwrite: true, SecretKeys.Words);
        }

        return (values.Count, key.Id);
    }

    private static string Open(KeyRing ring, string name, SecretEntry entry) =>
        ring.Find(entry.Key) is { } key && entry.Open(key, name) is { } value ? value : throw new SecretException(
            $"the secret `{name}`, which cannot be read with the keys of {ring.Source}", $"it set anew or removed first (channelhost secret set {name}); nothing was changed");

    private static void Check(string name, string value)
    {
        if (!SecretName.IsGood(name))
        {
            throw new SecretException("a name that no secret can have", SecretName.Wanted);
        }

        if (value.Length is 0 or > Longest || value.Contains('\0', StringComparison.Ordinal))
        {
            throw new SecretException(value.Length == 0 ? "an empty secret" : "a secret that is too long or holds a zero character", $"1 to {Longest:N0} characters of text");
        }
    }
}

/// <summary>What may be told about a secret.</summary>
/// <param name="Name">Its name.</param>
/// <param name="SetAt">When it was set.</param>
/// <param name="SetBy">By whom.</param>
/// <param name="KeyId">The id of the key it is encrypted with.</param>
public sealed record SecretInfo(string Name, DateTimeOffset SetAt, string SetBy, string KeyId);
