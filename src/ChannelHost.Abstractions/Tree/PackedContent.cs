namespace ChannelHost.Abstractions;

/// <summary>
/// What a data type keeps for nodes whose children were not asked for yet: the message's bytes and how to take a slice of them apart.
/// One object serves all nodes of a message.
/// </summary>
public abstract class PackedContent
{
    /// <summary>
    /// Takes one level of a packed node apart and gives its children in order, in a new list that the node keeps as its own.
    /// Called at most once a node, unless it throws: then the node stays packed.
    /// </summary>
    /// <exception cref="MessageFormatException">A limit is exceeded, or the bytes are no text in the message's charset.</exception>
    public abstract List<MessageNode> Unpack(MessageNode node);

    /// <summary>True when the packed node holds nothing but text (or nothing), so that <see cref="ReadText"/> answers without unpacking.</summary>
    public abstract bool IsText(MessageNode node);

    /// <summary>The text of a packed node for which <see cref="IsText"/> holds. Escape sequences of the format stay as they are.</summary>
    /// <exception cref="MessageFormatException">The bytes are no text in the message's charset.</exception>
    public abstract string ReadText(MessageNode node);

    /// <summary>The name of a packed node that was made without one.</summary>
    public abstract string NameOf(MessageNode node);
}
