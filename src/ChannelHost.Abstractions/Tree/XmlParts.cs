namespace ChannelHost.Abstractions;

/// <summary>What only elements of XML have. Kept apart so that the many nodes of other formats stay small.</summary>
internal sealed class XmlParts
{
    public List<MessageNode>? Attributes { get; set; }

    public string? NamespaceUri { get; set; }

    public string? Prefix { get; set; }
}
