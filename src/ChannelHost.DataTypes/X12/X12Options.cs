namespace ChannelHost.DataTypes.X12;

/// <summary>The settings of EDI and X12 messages.</summary>
internal sealed record X12Options
{
    /// <summary>What ends a segment; each character does; default a tilde.</summary>
    [Option("What ends a segment; each of the characters does. \\n and 0x1C are understood.", Example = "~")]
    public string SegmentDelimiter { get; init; } = "~";

    /// <summary>What separates elements; default an asterisk.</summary>
    [Option("What separates the elements of a segment.", Example = "*")]
    public string ElementDelimiter { get; init; } = "*";

    /// <summary>What separates sub-elements; default a colon.</summary>
    [Option("What separates the sub-elements of an element.", Example = ":")]
    public string SubelementDelimiter { get; init; } = ":";

    /// <summary>Whether an ISA segment says which delimiters are used (X12.5: its positions 4, 105 and 106); default true.</summary>
    [Option("Whether an ISA segment at the beginning says which delimiters are used (its positions 4, 105 and 106).")]
    public bool InferDelimiters { get; init; } = true;

    /// <summary>The charset; default utf-8.</summary>
    [Option("The charset of messages.", Example = "iso-8859-1")]
    public string Charset { get; init; } = "utf-8";

    /// <summary>The largest message; default 64 MB, 1 KB to 512 MB.</summary>
    [Option("The largest message that is read.", Minimum = "1KB", Maximum = "512MB")]
    public ByteSize MaxSize { get; init; } = ByteSize.Megabytes(64);

    /// <summary>The most elements of a segment and sub-elements of an element; default 10,000.</summary>
    [Option("The most elements of one segment and sub-elements of one element.", Minimum = "10", Maximum = "1000000")]
    public int MaxParts { get; init; } = 10_000;
}
