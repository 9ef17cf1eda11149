using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChannelHost.Storage.Backups;

/// <summary><c>backup.json</c>: what a backup holds, with a hash of each file.</summary>
internal sealed record BackupManifest
{
    internal const string FileName = "backup.json";

    /// <summary>What this version writes and the newest that it reads.</summary>
    internal const int PresentFormat = 1;

    /// <summary>The form of the backup.</summary>
    public required int Format { get; init; }

    /// <summary>When it was begun, in UTC: what was delivered later is not known in it.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>True when the encrypted file of secrets is in it; keys never are.</summary>
    public required bool HasSecrets { get; init; }

    /// <summary>The channels.</summary>
    public required IReadOnlyList<BackedUpChannel> Channels { get; init; }

    /// <summary>All files but this one.</summary>
    public required IReadOnlyList<BackedUpFile> Files { get; init; }

    internal byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, BackupJson.Default.BackupManifest);

    /// <exception cref="InvalidDataException">It cannot be read, or is of a later form.</exception>
    internal static BackupManifest Read(byte[] json)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(json, BackupJson.Default.BackupManifest) ?? throw new InvalidDataException($"{FileName} is empty");
            return manifest.Format <= PresentFormat
                ? manifest
                : throw new InvalidDataException($"the backup was made by a newer version of ChannelHost (form {manifest.Format}, this one knows {PresentFormat}): use that version");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"{FileName} is damaged: {failure.Message}", failure);
        }
    }
}

/// <summary>A channel in a backup.</summary>
/// <param name="Name">The channel.</param>
/// <param name="Commits">The last commit of its messages that is in it.</param>
public sealed record BackedUpChannel(string Name, long Commits);

/// <summary>A file in a backup.</summary>
/// <param name="Path">Below the data folder, with slashes.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">In lower-case hexadecimal digits.</param>
internal sealed record BackedUpFile(string Path, long Bytes, string Sha256);

/// <summary>How it is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
