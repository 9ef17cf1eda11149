using Jint.Native;
using Jint.Runtime;

namespace ChannelHost.Scripting.Trees;

/// <summary>Methods that only look.</summary>
internal static class TreeQueries
{
    /// <summary>The children of a name, or the child at an index.</summary>
    public static TreeValue Child(TreeValue self, JsValue nameOrIndex)
    {
        if (nameOrIndex is not JsNumber number)
        {
            return self.Children(TreeText.Of(nameOrIndex));
        }

        var found = new TreeValue(self.Document, null, null);
        for (var i = 0; i < self.Count; i++)
        {
            var index = TypeConverter.ToInt32(number);
            if (index >= 0 && index < self.NodeAt(i).Children.Count)
            {
                found.Add(self.NodeAt(i).Children[index]);
            }
        }

        return found;
    }

    /// <summary>The child elements, all or of a name.</summary>
    public static TreeValue Elements(TreeValue self, string name) => Collect(self, (node, found) =>
    {
        foreach (var child in node.Children)
        {
            if (child.Kind == NodeKind.Element && (name == "*" || string.Equals(child.Name, name, StringComparison.Ordinal)))
            {
                found.Add(child);
            }
        }
    });

    /// <summary>All elements below, of a name or all.</summary>
    public static TreeValue Descendants(TreeValue self, string name) =>
        Collect(self, (node, found) => TreeReader.AddDescendants(node, name, found));

    /// <summary>The children of a kind. A packed text has no node yet; asking makes one.</summary>
    public static TreeValue OfKind(TreeValue self, NodeKind kind) => Collect(self, (node, found) =>
    {
        foreach (var child in node.Children)
        {
            if (child.Kind == kind)
            {
                found.Add(child);
            }
        }
    });

    /// <summary>The element that all nodes stand in; undefined when there is none, or no common one.</summary>
    public static JsValue Parent(TreeValue self)
    {
        if (self.First?.Parent is not { } parent)
        {
            return JsValue.Undefined;
        }

        for (var i = 1; i < self.Count; i++)
        {
            if (!ReferenceEquals(self.NodeAt(i).Parent, parent))
            {
                return JsValue.Undefined;
            }
        }

        return self.Document.Element(parent);
    }

    /// <summary>The name; null for texts.</summary>
    public static JsValue Name(TreeValue self)
    {
        var node = One(self);
        return node.Kind is NodeKind.Text or NodeKind.Comment ? JsValue.Null : node.Name;
    }

    /// <summary>What the node is, in the words of XML scripts.</summary>
    public static JsValue Kind(TreeValue self) => One(self).Kind switch
    {
        NodeKind.Element => "element",
        NodeKind.Text => "text",
        NodeKind.Attribute => "attribute",
        NodeKind.Comment => "comment",
        _ => "processing-instruction",
    };

    /// <summary>Where the node stands among its parent's children, from 0; -1 for a root.</summary>
    public static JsValue ChildIndex(TreeValue self)
    {
        var node = One(self);
        return node.Parent?.IndexOf(node) ?? -1;
    }

    /// <summary>True when the list holds this very node.</summary>
    public static JsValue Contains(TreeValue self, JsValue value)
    {
        if (value is not TreeValue { Single: { } wanted })
        {
            return false;
        }

        for (var i = 0; i < self.Count; i++)
        {
            if (ReferenceEquals(self.NodeAt(i), wanted))
            {
                return true;
            }
        }

        return false;
    }

    private static TreeValue Collect(TreeValue self, Action<MessageNode, TreeValue> add)
    {
        var found = new TreeValue(self.Document, null, null);
        for (var i = 0; i < self.Count; i++)
        {
            add(self.NodeAt(i), found);
        }

        return found;
    }

    private static MessageNode One(TreeValue self) =>
        self.Single ?? throw self.Document.Run.TypeError($"This needs one element; the list has {self.Count}.");
}
