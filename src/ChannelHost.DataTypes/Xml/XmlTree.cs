namespace ChannelHost.DataTypes.Xml;

/// <summary>A parsed message. What nobody changed is written as it stood, white space around it included.</summary>
internal sealed class XmlTree : IMessageTree
{
    private readonly XmlContent _content;
    private readonly MessageNode _original;
    private readonly BoundedCache<string, XmlPath> _paths;

    public XmlTree(XmlContent content, BoundedCache<string, XmlPath> paths)
    {
        _content = content;
        _paths = paths;
        _original = content.NodeOf(content.Root);
        Root = _original;
    }

    /// <inheritdoc/>
    public MessageNode Root { get; set; }

    /// <inheritdoc/>
    public string? Get(string path, MessageNode? within = null) => Find(Read(path), within) is [var first, ..] ? first.Text : null;

    /// <inheritdoc/>
    public void Set(string path, string? value, MessageNode? within = null)
    {
        var place = Read(path);
        var found = Find(place, within);
        if (found.Count > 1 && place.Steps[^1].Index == 0)
        {
            throw new FormatException($"\"{path}\" names {found.Count} places; say which one, [1] for the first.");
        }

        var node = found.Count > 0 ? found[0] : Make(place, within);
        if (node.Kind == NodeKind.Attribute)
        {
            node.Value = value ?? "";
        }
        else
        {
            node.SetText(value ?? "");
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<MessageNode> All(string path, MessageNode? within = null) => Find(Read(path), within);

    /// <inheritdoc/>
    public int Remove(string path, MessageNode? within = null)
    {
        var found = Find(Read(path), within);
        foreach (var node in found)
        {
            if (node.Parent is not { } parent)
            {
                throw new FormatException($"\"{path}\" is the root element and cannot be removed.");
            }

            _ = node.Kind == NodeKind.Attribute ? parent.RemoveAttribute(node.Name) : parent.Remove(node);
        }

        return found.Count;
    }

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

    private XmlPath Read(string path) => _paths.GetOrMake(path, XmlPath.Parse);

    private List<MessageNode> Find(XmlPath path, MessageNode? within)
    {
        var (found, first) = Begin(path, within);
        for (var i = first; i < path.Steps.Count; i++)
        {
            var step = path.Steps[i];
            var below = new List<MessageNode>();
            foreach (var node in found)
            {
                Add(node, step, below);
            }

            found = below;
        }

        return found;
    }

    private (List<MessageNode> Found, int First) Begin(XmlPath path, MessageNode? within)
    {
        if (!path.IsAbsolute)
        {
            return ([within ?? Root], 0);
        }

        var step = path.Steps[0];
        return (!step.IsAttribute && step.IsFor(Root.Name) && step.Index <= 1 ? [Root] : [], 1);
    }

    private static void Add(MessageNode node, XmlStep step, List<MessageNode> found)
    {
        var number = 0;
        foreach (var child in step.IsAttribute ? node.Attributes : node.Children)
        {
            if (child.Kind is NodeKind.Element or NodeKind.Attribute && step.IsFor(child.Name) && (step.Index == 0 || step.Index == ++number))
            {
                found.Add(child);
            }
        }
    }

    // Makes what is missing; a step with a number only when all before it are there.
    private MessageNode Make(XmlPath path, MessageNode? within)
    {
        var (found, first) = Begin(path, within);
        var node = found is [var only] ? only : throw new FormatException($"\"{path.Text}\" begins at another root element.");
        for (var i = first; i < path.Steps.Count; i++)
        {
            var step = path.Steps[i];
            var below = new List<MessageNode>();
            Add(node, step, below);
            if (below.Count > 0)
            {
                node = below[0];
                continue;
            }

            if (step.Name == "*" || (step.Index > 1 && step.Index != 1 + node.Children.Count(child => child.Kind == NodeKind.Element && step.IsFor(child.Name))))
            {
                throw new FormatException($"\"{path.Text}\" names a place that is not there and cannot be made: step {i + 1}.");
            }

            node = step.IsAttribute ? node.SetAttribute(step.Name, "") : Create(node, step.Name);
        }

        return node;
    }
}
