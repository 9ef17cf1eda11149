using System.Text;

namespace ChannelHost.Scripting.E4x;

/// <summary>The tree of an XML value that a script made. It belongs to no message, so it has no paths: those are of a message's data type.</summary>
internal sealed class FreeTree(MessageNode root) : IMessageTree
{
    private const string NoPaths = "paths belong to the message; XML that a script made is read by its names, as in x.name";

    /// <inheritdoc/>
    public MessageNode Root { get; set; } = root;

    /// <inheritdoc/>
    public string? Get(string path, MessageNode? within = null) => throw new FormatException(NoPaths);

    /// <inheritdoc/>
    public void Set(string path, string? value, MessageNode? within = null) => throw new FormatException(NoPaths);

    /// <inheritdoc/>
    public IReadOnlyList<MessageNode> All(string path, MessageNode? within = null) => throw new FormatException(NoPaths);

    /// <inheritdoc/>
    public int Remove(string path, MessageNode? within = null) => throw new FormatException(NoPaths);

    /// <inheritdoc/>
    public MessageNode Create(MessageNode parent, string name)
    {
        var node = MessageNode.NewElement(name);
        parent.Append(node);
        return node;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Serialize() => Encoding.UTF8.GetBytes(MarkupWriter.Compact(Root));
}
