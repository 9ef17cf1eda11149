namespace ChannelHost.DataTypes.Raw;

/// <summary>How a source takes text apart.</summary>
internal sealed record RawBatchOptions
{
    /// <summary>What stands between messages; default empty: line ends (CR, LF or both).</summary>
    [Option("What stands between messages; empty: line ends, each line is a message.", Example = "---")]
    public string Separator { get; init; } = "";
}
