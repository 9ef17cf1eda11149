using ChannelHost.Storage.Secrets;

namespace ChannelHost.Storage.Encryption;

/// <summary>Where the keys of the stores are, and what is encrypted where a channel does not say.</summary>
public sealed record EncryptionSettings
{
    /// <summary>Holds the keys themselves, with commas between them, the one to write with first; 32 bytes in base64 each.</summary>
    public const string KeyVariable = "CHANNELHOST_STORE_KEY";

    /// <summary>Names the key file.</summary>
    public const string KeyFileVariable = "CHANNELHOST_STORE_KEY_FILE";

    /// <summary>What is encrypted where a channel does not say: true, false or all. When it is not set: true where there is a key.</summary>
    public const string ScopeVariable = "CHANNELHOST_STORE_ENCRYPT";

    /// <summary>No keys at all.</summary>
    public static EncryptionSettings None { get; } = new();

    /// <summary>The keys themselves; null when they are in a file.</summary>
    public string? Keys { get; init; }

    /// <summary>The key file; null when there is none.</summary>
    public string? KeyFile { get; init; }

    /// <summary>What is encrypted where a channel does not say; null for what <see cref="ScopeVariable"/> describes.</summary>
    public EncryptionScope? Scope { get; init; }

    /// <summary>What the variable of the scope says when it is no scope; null when it is one.</summary>
    public string? UnknownScope { get; init; }

    /// <summary>True when channels are encrypted that do not say.</summary>
    public bool IsWanted => (Scope ?? (Keys is null && KeyFile is null ? EncryptionScope.None : EncryptionScope.Content)) != EncryptionScope.None;

    /// <summary>What is wrong with the keys before any store is opened: loose permissions, an unusable file. Null when nothing is, or no key is there.</summary>
    public SecretException? KeyFault
    {
        get
        {
            try
            {
                _ = new EncryptionKeys(this).Ring;
                return null;
            }
            catch (SecretException fault)
            {
                return fault;
            }
        }
    }

    /// <summary>The settings that an environment makes.</summary>
    public static EncryptionSettings From(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var scope = Text(ScopeVariable);
        return new EncryptionSettings
        {
            Keys = Text(KeyVariable),
            KeyFile = Text(KeyFileVariable) is { } path ? Path.GetFullPath(path) : null,
            Scope = ScopeOf(scope),
            UnknownScope = scope is not null && ScopeOf(scope) is null ? scope : null,
        };

        string? Text(string name) => environment(name) is { Length: > 0 } text ? text : null;
    }

    private static EncryptionScope? ScopeOf(string? text) => text switch
    {
        "false" => EncryptionScope.None,
        "true" => EncryptionScope.Content,
        "all" => EncryptionScope.All,
        _ => null,
    };
}
