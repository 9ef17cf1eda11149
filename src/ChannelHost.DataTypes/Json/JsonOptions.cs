namespace ChannelHost.DataTypes.Json;

/// <summary>The settings of JSON messages.</summary>
internal sealed record JsonOptions
{
    /// <summary>How deep objects and arrays may stand in each other; default 512.</summary>
    [Option("How deep objects and arrays may stand in each other.", Minimum = "1", Maximum = "5000")]
    public int MaxDepth { get; init; } = 512;

    /// <summary>The largest message; default 64 MB, 1 KB to 1 GB.</summary>
    [Option("The largest message that is read.", Minimum = "1KB", Maximum = "1GB")]
    public ByteSize MaxSize { get; init; } = ByteSize.Megabytes(64);
}
