using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.Trees;

/// <summary>Keeps trees shallow: copying and writing them recurses, and scripts may stack elements as they like.</summary>
internal static class TreeDepth
{
    /// <summary>How deep a tree may be. HL7 v2 needs 5, FHIR in XML about 30.</summary>
    public const int Most = 256;

    /// <summary>Refuses to put a node where the tree would become too deep.</summary>
    public static void Check(TreeDocument document, MessageNode parent, MessageNode? child) => Check(document.Run, parent, child);

    /// <summary>Refuses to put a node where the tree would become too deep.</summary>
    public static void Check(ScriptRun run, MessageNode parent, MessageNode? child)
    {
        var depth = child is null ? 1 : Height(child, Most);
        for (var at = parent; at is not null && depth <= Most; at = at.Parent)
        {
            depth++;
        }

        if (depth > Most)
        {
            throw run.TypeError($"A message must not nest deeper than {Most} elements.");
        }
    }

    // What is packed was measured by its data type when it was read.
    private static int Height(MessageNode node, int most)
    {
        if (most == 0 || node.IsPacked || node.Kind != NodeKind.Element)
        {
            return 1;
        }

        var height = 0;
        for (var i = 0; i < node.Children.Count; i++)
        {
            height = Math.Max(height, Height(node.Children[i], most - 1));
        }

        return height + 1;
    }
}
