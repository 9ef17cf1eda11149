namespace ChannelHost.DataTypes.Raw;

/// <summary>The settings of raw text.</summary>
internal sealed record RawOptions
{
    /// <summary>The charset; default utf-8.</summary>
    [Option("The charset of the text.", Example = "windows-1252")]
    public string Charset { get; init; } = "utf-8";
}
