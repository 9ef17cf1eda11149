using System.Text.Json.Serialization;

namespace ChannelHost.Storage.Versions;

/// <summary>A version of a channel that ran.</summary>
public sealed record VersionRecord
{
    /// <summary>Counts up from 1 in each channel.</summary>
    public required int Number { get; init; }

    /// <summary>The version's hash (<see cref="ChannelDefinition.Version"/>).</summary>
    public required string Version { get; init; }

    /// <summary>When it began to run, in UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The person who brought it, as the operating system knows them.</summary>
    public required string Who { get; init; }

    /// <summary>What they said; empty when nothing.</summary>
    public required string Why { get; init; }

    /// <summary>True when it was to run whatever its cases say.</summary>
    public bool Forced { get; init; }

    /// <summary>The version whose files were put back; null when none was.</summary>
    public int? RestoredFrom { get; init; }

    /// <summary>The environment whose values it ran with; null for the base alone.</summary>
    public string? Environment { get; init; }

    /// <summary>Its texts.</summary>
    public required IReadOnlyList<VersionFile> Files { get; init; }
}

/// <summary>A text of a version.</summary>
/// <param name="Name">Relative to the channels folder.</param>
/// <param name="Hash">SHA-256 of the text in UTF-8, in hexadecimal digits: where it is kept.</param>
/// <param name="Bytes">Its size.</param>
public sealed record VersionFile(string Name, string Hash, int Bytes);

/// <summary>How records are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(VersionRecord))]
[JsonSerializable(typeof(PendingRestore))]
internal sealed partial class VersionJson : JsonSerializerContext;
