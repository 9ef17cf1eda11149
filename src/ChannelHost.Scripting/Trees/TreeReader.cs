namespace ChannelHost.Scripting.Trees;

/// <summary>Collects nodes.</summary>
internal static class TreeReader
{
    /// <summary>Adds the child elements of a plain name.</summary>
    /// <param name="node">Where to look.</param>
    /// <param name="name">The local name.</param>
    /// <param name="uri">The namespace; null for any.</param>
    /// <param name="found">Where to put them.</param>
    public static void AddChildren(MessageNode node, string name, string? uri, TreeValue found)
    {
        // A packed leaf has no elements: asking for its children would only take it apart.
        if (node.Kind != NodeKind.Element || (node.IsPacked && node.HasSimpleContent))
        {
            return;
        }

        foreach (var child in node.ChildSpan)
        {
            if (child.Kind == NodeKind.Element && string.Equals(child.Name, name, StringComparison.Ordinal)
                && (uri is null || string.Equals(child.NamespaceUri ?? "", uri, StringComparison.Ordinal)))
            {
                found.Add(child);
            }
        }
    }

    /// <summary>Adds the children or attributes of a name; <c>*</c> adds every child, text too.</summary>
    public static void Add(MessageNode node, TreeName name, TreeValue found)
    {
        foreach (var candidate in name.IsAttribute ? node.Attributes : node.Children)
        {
            if (name is { IsAny: true, Uri: null, IsAttribute: false } || (candidate.Kind is NodeKind.Element or NodeKind.Attribute && name.IsFor(candidate)))
            {
                found.Add(candidate);
            }
        }
    }

    /// <summary>Adds all elements or attributes of a name below a node, in document order.</summary>
    public static void AddDescendants(MessageNode node, TreeName name, TreeValue found)
    {
        if (node.Kind != NodeKind.Element)
        {
            return;
        }

        found.Document.Run.Limits.Check();
        if (name.IsAttribute)
        {
            Add(node, name, found);
        }

        if (!name.IsAny && node.HasSimpleContent)
        {
            return;
        }

        var children = node.Children;
        for (var i = 0; i < children.Count; i++)
        {
            var child = children[i];
            if (!name.IsAttribute && (name is { IsAny: true, Uri: null } || (child.Kind == NodeKind.Element && name.IsFor(child))))
            {
                found.Add(child);
            }

            if (child.Kind == NodeKind.Element)
            {
                System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
                AddDescendants(child, name, found);
            }
        }
    }
}
