namespace ChannelHost.DataTypes.Xml;

/// <summary>How a source takes XML apart.</summary>
internal sealed record XmlBatchOptions
{
    /// <summary>Which elements are messages: a name wherever it stands, or a path from the root; default empty: the children of the root.</summary>
    [Option("Which elements are the messages: a name, wherever it stands, or a path from the root; empty: the children of the root.", Example = "/patients/patient")]
    public string Node { get; init; } = "";
}
