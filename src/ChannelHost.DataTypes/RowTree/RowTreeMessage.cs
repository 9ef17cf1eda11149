using ChannelHost.DataTypes.Elements;

namespace ChannelHost.DataTypes.RowTree;

/// <summary>A parsed message. What nobody changed is written as it came.</summary>
internal sealed class RowTreeMessage : IMessageTree
{
    private readonly RowContent _content;
    private readonly RowFormat _format;
    private readonly ElementPaths _paths;

    public RowTreeMessage(RowContent content, RowFormat format, BoundedCache<string, ElementPath> paths)
    {
        _content = content;
        _format = format;
        _paths = new ElementPaths(this, paths);
        Root = content.Root;
    }

    public MessageNode Root { get; set; }

    public string? Get(string path, MessageNode? within = null) => _paths.Get(path, within);

    public void Set(string path, string? value, MessageNode? within = null) => _paths.Set(path, value, within);

    public IReadOnlyList<MessageNode> All(string path, MessageNode? within = null) => _paths.All(path, within);

    public int Remove(string path, MessageNode? within = null) => _paths.Remove(path, within);

    public MessageNode Create(MessageNode parent, string name)
    {
        var node = MessageNode.NewElement(name);
        parent.Append(node);
        return node;
    }

    public ReadOnlyMemory<byte> Serialize() =>
        ReferenceEquals(Root, _content.Root) && !Root.IsChanged ? _content.Received : _format.Charset.Write(new RowWriter(_format).Write(Root));
}
