namespace ChannelHost.Abstractions;

/// <summary>
/// What a data type keeps for nodes whose children were not asked for yet: the message's bytes and how to take a slice of them apart.
/// One object serves all nodes of a message.
/// </summary>
public abstract class PackedContent
{
    /// <summary>Takes one level of a packed node apart: calls <paramref name="addChild"/> for each child, in order. Called at most once a node.</summary>
    public abstract void Unpack(MessageNode node, Action<MessageNode> addChild);

    /// <summary>True when the packed node holds nothing but text (or nothing), so that <see cref="ReadText"/> answers without unpacking.</summary>
    public abstract bool IsText(MessageNode node);

    /// <summary>The text of a packed node for which <see cref="IsText"/> holds. Escape sequences of the format stay as they are.</summary>
    public abstract string ReadText(MessageNode node);

    /// <summary>The name of a packed node that was made without one.</summary>
    public abstract string NameOf(MessageNode node);
}
