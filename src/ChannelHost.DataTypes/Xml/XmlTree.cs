using ChannelHost.DataTypes.Elements;

namespace ChannelHost.DataTypes.Xml;

/// <summary>A parsed message. What nobody changed is written as it stood, white space around it included.</summary>
internal sealed class XmlTree : IMessageTree
{
    private readonly XmlContent _content;
    private readonly MessageNode _original;
    private readonly ElementPaths _paths;

    public XmlTree(XmlContent content, BoundedCache<string, ElementPath> paths)
    {
        _content = content;
        _paths = new ElementPaths(this, paths);
        _original = content.NodeOf(content.Root);
        Root = _original;
    }

    /// <inheritdoc/>
    public MessageNode Root { get; set; }

    /// <inheritdoc/>
    public string? Get(string path, MessageNode? within = null) => _paths.Get(path, within);

    /// <inheritdoc/>
    public void Set(string path, string? value, MessageNode? within = null) => _paths.Set(path, value, within);

    /// <inheritdoc/>
    public IReadOnlyList<MessageNode> All(string path, MessageNode? within = null) => _paths.All(path, within);

    /// <inheritdoc/>
    public int Remove(string path, MessageNode? within = null) => _paths.Remove(path, within);

    /// <inheritdoc/>
    public MessageNode Create(MessageNode parent, string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var node = MessageNode.NewElement(name[(colon + 1)..]);
        node.Prefix = colon > 0 ? name[..colon] : parent.Prefix;
        parent.Append(node);
        return node;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Serialize()
    {
        if (ReferenceEquals(Root, _original) && !_original.IsChanged)
        {
            return _content.Received;
        }

        return new XmlNodeWriter(_content).Write(Root, isWhole: ReferenceEquals(Root, _original));
    }
}
