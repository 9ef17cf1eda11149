namespace ChannelHost.Storage.Secrets;

/// <summary>Where secrets and their keys are, as the environment of the process says.</summary>
public sealed record SecretSettings
{
    /// <summary>Names the folder of secrets that the platform mounts, one file each (Docker, Kubernetes).</summary>
    public const string FolderVariable = "CHANNELHOST_SECRETS_DIR";

    /// <summary>Names the key file.</summary>
    public const string KeyFileVariable = "CHANNELHOST_KEY_FILE";

    /// <summary>Holds the key itself, or several with commas between them, the one to write with first; 32 bytes in base64 each.</summary>
    public const string KeyVariable = "CHANNELHOST_KEY";

    /// <summary>The data folder, which holds the encrypted file.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The folder of mounted secrets; null for none.</summary>
    public string? Folder { get; init; }

    /// <summary>The key file somebody named; null for the default, which <see cref="KeyFolder"/> holds.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Where keys lie that nobody named a file for: the user's own configuration, not the data folder, so that a copy of the data is worth nothing without it. Null when the user has no such folder.</summary>
    public string? KeyFolder { get; init; }

    /// <summary>The keys themselves; null when they are in a file.</summary>
    public string? Keys { get; init; }

    /// <summary>The value of an environment variable, or null.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>The settings that an environment makes.</summary>
    public static SecretSettings From(string dataFolder, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return new SecretSettings
        {
            DataFolder = dataFolder,
            Folder = PathOf(FolderVariable),
            KeyFile = PathOf(KeyFileVariable),
            KeyFolder = Text("XDG_CONFIG_HOME") is { } configuration ? Path.Combine(configuration, "channelhost")
                : Text("HOME") is { } home ? Path.Combine(home, ".config", "channelhost")
                : null,
            Keys = Text(KeyVariable),
            Environment = environment,
        };

        string? Text(string name) => environment(name) is { Length: > 0 } text ? text : null;

        string? PathOf(string name) => Text(name) is { } path ? Path.GetFullPath(path) : null;
    }
}
