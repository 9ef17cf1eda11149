using ChannelHost.Storage.Keys;
using ChannelHost.Storage.Secrets;

namespace ChannelHost.Storage.Encryption;

/// <summary>
/// The keys that stores are encrypted with. Read when the first store asks, and again when somebody says that they changed; a key that was
/// read once stays usable for this process. Safe for use by many threads.
/// </summary>
internal sealed class EncryptionKeys(EncryptionSettings settings)
{
    internal static readonly KeyWords Words = new(
        EncryptionSettings.KeyVariable,
        "Keys of ChannelHost's stores, the present one first. Without them what is encrypted cannot be read by anybody: keep a copy, apart from the data.",
        "channelhost store rotate-key");

    private readonly Lock _gate = new();
    private KeyRing? _ring;

    /// <summary>No keys at all.</summary>
    internal static EncryptionKeys None { get; } = new(EncryptionSettings.None);

    /// <summary>Where keys are, or should be, for people.</summary>
    internal string Place => settings.Keys is not null ? $"the variable {EncryptionSettings.KeyVariable}"
        : settings.KeyFile ?? $"no key file ({EncryptionSettings.KeyFileVariable} is not set)";

    /// <summary>True when somebody gave keys, or a place for them.</summary>
    internal bool AreConfigured => settings.Keys is not null || settings.KeyFile is not null;

    /// <summary>The keys; null when there are none.</summary>
    /// <exception cref="SecretException">They cannot be used: others may read the file, or it holds no keys.</exception>
    internal KeyRing? Ring
    {
        get
        {
            lock (_gate)
            {
                return _ring ??= Read();
            }
        }
    }

    /// <summary>Takes up what changed in the key file. Keys that are gone from it stay known here.</summary>
    internal KeyRing? Reload()
    {
        lock (_gate)
        {
            var read = Read();
            return _ring = read is null || _ring is null
                ? read ?? _ring
                : read with { Keys = [.. read.Keys, .. _ring.Keys.Where(old => read.Find(old.Id) is null)] };
        }
    }

    /// <summary>What is encrypted where a channel does not say.</summary>
    internal EncryptionScope ScopeOf(StoreSettings store) => store switch
    {
        { Encrypt: false } => EncryptionScope.None,
        { EncryptAll: true } => EncryptionScope.All,
        { Encrypt: true } => EncryptionScope.Content,
        _ => settings.Scope ?? (AreConfigured ? EncryptionScope.Content : EncryptionScope.None),
    };

    /// <summary>How a channel's content is written and read.</summary>
    /// <exception cref="StoreException">It is to be encrypted, and there is no key that can be used.</exception>
    internal ContentCodec CodecFor(string channel, StoreSettings store)
    {
        if (settings.UnknownScope is { } unknown)
        {
            throw new StoreException($"channel {channel}: {EncryptionSettings.ScopeVariable} is '{unknown}'. Wanted: true, false or all");
        }

        try
        {
            var scope = ScopeOf(store);
            if (scope != EncryptionScope.None && Ring is null)
            {
                throw new StoreException(
                    $"channel {channel}: its store is to be encrypted, but there is no key: {Place}. Nothing was opened. "
                    + $"Next: make a key (channelhost store new-key FILE) and name the file in {EncryptionSettings.KeyFileVariable}, or set encrypt: false");
            }

            return new ContentCodec(channel, this, scope);
        }
        catch (SecretException fault)
        {
            throw new StoreException($"channel {channel}: its store is not opened: {fault.Message}", fault);
        }
    }

    /// <summary>What to say when a file needs a key that is not there.</summary>
    internal StoreException Missing(string channel, string path, string id)
    {
        var known = Ring is { } ring ? string.Join(", ", ring.Keys.Select(key => key.Id)) : "none";
        return new StoreException(
            $"channel {channel}: {path} holds content encrypted with the key {id}; {Place} has {known}. Nothing was changed. "
            + $"Next: put that key behind the first one in {EncryptionSettings.KeyFileVariable} or {EncryptionSettings.KeyVariable}");
    }

    private KeyRing? Read() => settings.Keys is { } text ? KeyRing.FromText(text, Words)
        : settings.KeyFile is { } path ? KeyRing.FromFile(path, Words)
        : null;
}
