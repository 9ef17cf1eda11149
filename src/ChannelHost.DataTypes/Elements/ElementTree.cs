namespace ChannelHost.DataTypes.Elements;

/// <summary>A parsed message of a type whose tree is nothing but elements and text. What nobody changed is written as it came.</summary>
/// <param name="root">The root as parsed.</param>
/// <param name="received">The bytes it was parsed from.</param>
/// <param name="write">Writes a tree that was changed.</param>
/// <param name="paths">Paths that were read before.</param>
internal sealed class ElementTree(
    MessageNode root, ReadOnlyMemory<byte> received, Func<MessageNode, ReadOnlyMemory<byte>> write, BoundedCache<string, ElementPath> paths) : IMessageTree
{
    private readonly MessageNode _parsed = root;

    public MessageNode Root { get; set; } = root;

    private ElementPaths Paths => new(this, paths);

    public string? Get(string path, MessageNode? within = null) => Paths.Get(path, within);

    public void Set(string path, string? value, MessageNode? within = null) => Paths.Set(path, value, within);

    public IReadOnlyList<MessageNode> All(string path, MessageNode? within = null) => Paths.All(path, within);

    public int Remove(string path, MessageNode? within = null) => Paths.Remove(path, within);

    public MessageNode Create(MessageNode parent, string name)
    {
        var node = MessageNode.NewElement(name);
        parent.Append(node);
        return node;
    }

    public ReadOnlyMemory<byte> Serialize() => ReferenceEquals(Root, _parsed) && !Root.IsChanged ? received : write(Root);
}
