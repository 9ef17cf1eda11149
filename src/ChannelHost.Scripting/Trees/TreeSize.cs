namespace ChannelHost.Scripting.Trees;

/// <summary>Asks for memory before a tree is copied: copying is one call, however large the tree has grown.</summary>
internal static class TreeSize
{
    private const int BytesPerNode = 200;

    /// <summary>Refuses a copy that the run has no memory for.</summary>
    public static void CheckRoom(TreeValue value)
    {
        var limits = value.Document.Run.Limits;
        limits.Check();
        long count = 0;
        for (var i = 0; i < value.Count; i++)
        {
            count += Nodes(value.NodeAt(i));
        }

        limits.CheckRoom((double)count * BytesPerNode);
    }

    // What is packed is copied as it is.
    private static long Nodes(MessageNode node)
    {
        if (node.IsPacked || node.Kind != NodeKind.Element)
        {
            return 1;
        }

        long count = 1;
        for (var i = 0; i < node.Children.Count; i++)
        {
            count += Nodes(node.Children[i]);
        }

        return count;
    }
}
