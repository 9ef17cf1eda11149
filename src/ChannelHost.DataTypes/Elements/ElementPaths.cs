namespace ChannelHost.DataTypes.Elements;

/// <summary>Paths into a tree of elements: what the tree data types beside HL7 v2 have in common.</summary>
internal sealed class ElementPaths(IMessageTree tree, BoundedCache<string, ElementPath> cache)
{
    /// <summary>As of <see cref="IMessageTree"/>.</summary>
    public string? Get(string path, MessageNode? within = null) => Find(Read(path), within) is [var first, ..] ? first.Text : null;

    /// <summary>As of <see cref="IMessageTree"/>.</summary>
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

    /// <summary>As of <see cref="IMessageTree"/>.</summary>
    public IReadOnlyList<MessageNode> All(string path, MessageNode? within = null) => Find(Read(path), within);

    /// <summary>As of <see cref="IMessageTree"/>.</summary>
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

    private ElementPath Read(string path) => cache.GetOrMake(path, ElementPath.Parse);

    private List<MessageNode> Find(ElementPath path, MessageNode? within)
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

    private (List<MessageNode> Found, int First) Begin(ElementPath path, MessageNode? within)
    {
        if (!path.IsAbsolute)
        {
            return ([within ?? tree.Root], 0);
        }

        var step = path.Steps[0];
        return (!step.IsAttribute && step.IsFor(tree.Root.Name) && step.Index <= 1 ? [tree.Root] : [], 1);
    }

    private static void Add(MessageNode node, ElementStep step, List<MessageNode> found)
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
    private MessageNode Make(ElementPath path, MessageNode? within)
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

            node = step.IsAttribute ? node.SetAttribute(step.Name, "") : tree.Create(node, step.Name);
        }

        return node;
    }
}
