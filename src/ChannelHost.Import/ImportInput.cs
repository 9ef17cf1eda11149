namespace ChannelHost.Import;

/// <summary>A file to import.</summary>
/// <param name="Name">How the report names it.</param>
/// <param name="Content">Its bytes.</param>
public sealed record ImportInput(string Name, ReadOnlyMemory<byte> Content);

/// <summary>How to import.</summary>
public sealed record ImportOptions
{
    /// <summary>The group of channels that are in none; default <c>imported</c>.</summary>
    public string Group { get; init; } = "imported";

    /// <summary>True to put all channels into <see cref="Group"/>, whatever groups the export has. Default false.</summary>
    public bool OneGroup { get; init; }

    /// <summary>Whether the channels folder has values of its own already (<c>config/base.yaml</c>): imported ones go beside them then.</summary>
    public bool HasConfiguration { get; init; }
}
