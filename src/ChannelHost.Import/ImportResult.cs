namespace ChannelHost.Import;

/// <summary>What exports become.</summary>
public sealed record ImportResult
{
    /// <summary>The channels, in the order of the exports.</summary>
    public IReadOnlyList<ImportedChannel> Channels { get; init; } = [];

    /// <summary>Files that channels share: libraries, global scripts, values; names relative to the channels folder.</summary>
    public IReadOnlyList<ChannelFile> Shared { get; init; } = [];

    /// <summary>Secrets that stood in the exports and that channels now refer to.</summary>
    public IReadOnlyList<ImportedSecret> Secrets { get; init; } = [];

    /// <summary>What is to be known, channels' own findings included.</summary>
    public IReadOnlyList<ImportFinding> Findings { get; init; } = [];
}

/// <summary>A channel that was imported.</summary>
/// <param name="Name">Group and name here.</param>
/// <param name="Title">Its name in the export.</param>
/// <param name="Id">Its id there; empty for none.</param>
/// <param name="EngineVersion">The version that wrote it; empty when unknown.</param>
/// <param name="ExportFile">The export it stood in.</param>
/// <param name="ExportLine">Where, from 1.</param>
/// <param name="Files">Its files; names relative to the channels folder.</param>
public sealed record ImportedChannel(string Name, string Title, string Id, string EngineVersion, string ExportFile, int ExportLine, IReadOnlyList<ChannelFile> Files)
{
    /// <summary>By file, the line of the export that each line comes from; 0 for lines that the import made.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> Lines { get; init; } = new Dictionary<string, IReadOnlyList<int>>();

    /// <summary>True when it is to run.</summary>
    public bool IsEnabled { get; init; }
}

/// <summary>A secret that stood in an export.</summary>
/// <param name="Name">How channels refer to it.</param>
/// <param name="Value">Its value.</param>
/// <param name="Hashed">True when only a hash of it is to be kept, as <c>channelhost hash-key</c> makes it.</param>
public sealed record ImportedSecret(string Name, string Value, bool Hashed)
{
    /// <summary>The name alone.</summary>
    public override string ToString() => Name;
}
