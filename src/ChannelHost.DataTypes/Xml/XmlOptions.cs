namespace ChannelHost.DataTypes.Xml;

/// <summary>The settings of XML messages.</summary>
internal sealed record XmlOptions
{
    /// <summary>The charset of messages with neither a byte order mark nor a declaration that names one; default utf-8, as XML 1.0 has it.</summary>
    [Option("The charset of messages with neither a byte order mark nor a declaration that names one.", Example = "iso-8859-1")]
    public string Charset { get; init; } = "utf-8";

    /// <summary>Whether declarations of namespaces are taken out before the message is read; default false.</summary>
    [Option("Whether declarations of namespaces (xmlns) in double quotes are taken out before the message is read, as Mirth does; a name with a prefix is then an error.")]
    public bool StripNamespaces { get; init; }

    /// <summary>How deep elements may stand in each other; default 256.</summary>
    [Option("How deep elements may stand in each other.", Minimum = "1", Maximum = "1000")]
    public int MaxDepth { get; init; } = 256;

    /// <summary>The largest message; default 64 MB, 1 KB to 512 MB. A batch is not a message: its parts are.</summary>
    [Option("The largest message that is read; a batch may be larger, its parts may not.", Minimum = "1KB", Maximum = "512MB")]
    public ByteSize MaxSize { get; init; } = ByteSize.Megabytes(64);

    /// <summary>The most elements, attributes and texts of one message; default 1,000,000.</summary>
    [Option("The most elements, attributes and texts of one message.", Minimum = "100", Maximum = "20000000")]
    public int MaxNodes { get; init; } = 1_000_000;
}
