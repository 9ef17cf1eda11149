namespace ChannelHost.Scripting.Trees;

/// <summary>Collects nodes.</summary>
internal static class TreeReader
{
    /// <summary>Adds the child elements of a name; <c>*</c> adds every child, text too.</summary>
    public static void AddChildren(MessageNode node, string name, TreeValue found)
    {
        // A packed leaf has no elements: asking for its children would only take it apart.
        if (node.Kind != NodeKind.Element || (name != "*" && node.IsPacked && node.HasSimpleContent))
        {
            return;
        }

        var children = node.Children;
        for (var i = 0; i < children.Count; i++)
        {
            var child = children[i];
            if (name == "*" || (child.Kind == NodeKind.Element && string.Equals(child.Name, name, StringComparison.Ordinal)))
            {
                found.Add(child);
            }
        }
    }

    /// <summary>Adds all elements of a name below a node, in document order.</summary>
    public static void AddDescendants(MessageNode node, string name, TreeValue found)
    {
        if (name != "*" && node.HasSimpleContent)
        {
            return;
        }

        found.Document.Run.Limits.Check();
        var children = node.Children;
        for (var i = 0; i < children.Count; i++)
        {
            var child = children[i];
            if (name == "*" || (child.Kind == NodeKind.Element && string.Equals(child.Name, name, StringComparison.Ordinal)))
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
