using Jint.Native;

namespace ChannelHost.Scripting.Trees;

/// <summary>Writes what scripts assign. Nodes are copied when assigned, so that no node ever stands in two places.</summary>
internal static class TreeWriter
{
    /// <summary>Makes an element or attribute where it belongs.</summary>
    public static MessageNode Create(TreeDocument document, MessageNode parent, string name)
    {
        if (name.StartsWith('@'))
        {
            return parent.SetAttribute(name[1..], "");
        }

        if (parent.Kind != NodeKind.Element)
        {
            throw document.Run.TypeError($"'{name}' cannot stand in a text or an attribute.");
        }

        TreeDepth.Check(document, parent, null);
        return document.Tree.Create(parent, name);
    }

    /// <summary><c>element.name = value</c>: the first one takes the value, further ones of that name go.</summary>
    public static void SetMember(TreeDocument document, MessageNode parent, string name, JsValue value)
    {
        if (name.StartsWith('@'))
        {
            parent.SetAttribute(name[1..], TreeText.Of(value));
            return;
        }

        if (name == "*")
        {
            throw document.Run.TypeError("'*' names no single place to write to; use setChildren.");
        }

        var target = TakeFirst(parent, name) ?? Create(document, parent, name);
        SetNode(document, target, value);
    }

    /// <summary><c>list.NodeAt(index) = value</c>: replaces that one; past the end, adds one of the list's name where it belongs.</summary>
    public static void SetItem(TreeValue list, int index, JsValue value)
    {
        if (index < list.Count)
        {
            var replaced = SetNode(list.Document, list.NodeAt(index), value);
            if (!ReferenceEquals(replaced, list.NodeAt(index)))
            {
                list.Replace(index, replaced);
            }

            return;
        }

        if (list is not { Owner: { } owner, Member: { } member })
        {
            throw list.Document.Run.TypeError("This list stands for no place in the message: nothing can be added to it.");
        }

        list.Add(SetNode(list.Document, Create(list.Document, owner.Resolve(), member), value));
    }

    /// <summary>Gives a node a value: a text becomes its content, nodes take its place.</summary>
    /// <returns>The node that stands there now.</returns>
    public static MessageNode SetNode(TreeDocument document, MessageNode target, JsValue value)
    {
        if (target.Kind != NodeKind.Element)
        {
            target.Value = TreeText.Of(value);
            return target;
        }

        if (value is not TreeValue { Count: > 0 } nodes || nodes.NodeAt(0).Kind != NodeKind.Element || target.Parent is not { } parent)
        {
            target.SetText(TreeText.Of(value));
            return target;
        }

        if (nodes.Count == 1 && ReferenceEquals(nodes.NodeAt(0), target))
        {
            return target;
        }

        var copies = Copies(nodes);
        var index = parent.IndexOf(target);
        parent.Remove(target);
        for (var i = 0; i < copies.Count; i++)
        {
            Insert(document, parent, index + i, copies[i]);
        }

        return copies[0];
    }

    /// <summary>Puts a node among the children of another.</summary>
    public static void Insert(TreeDocument document, MessageNode parent, int index, MessageNode node)
    {
        TreeDepth.Check(document, parent, node);
        parent.Insert(index, node);
    }

    /// <summary>Copies of the nodes of a value; a text becomes a text node.</summary>
    public static List<MessageNode> Copies(JsValue value)
    {
        if (value is not TreeValue nodes)
        {
            return [MessageNode.NewText(TreeText.Of(value))];
        }

        TreeSize.CheckRoom(nodes);
        var copies = new List<MessageNode>(nodes.Count);
        for (var i = 0; i < nodes.Count; i++)
        {
            copies.Add(nodes.NodeAt(i).Kind == NodeKind.Attribute ? MessageNode.NewText(nodes.NodeAt(i).Text) : nodes.NodeAt(i).Copy());
        }

        return copies;
    }

    /// <summary>Removes all children or attributes of a name.</summary>
    public static void RemoveMember(MessageNode node, string name)
    {
        if (name.StartsWith('@'))
        {
            node.RemoveAttribute(name[1..]);
            return;
        }

        for (var i = node.Children.Count - 1; i >= 0; i--)
        {
            var child = node.Children[i];
            if (name == "*" || (child.Kind == NodeKind.Element && string.Equals(child.Name, name, StringComparison.Ordinal)))
            {
                node.Remove(child);
            }
        }
    }

    /// <summary>Takes a node out of its parent.</summary>
    public static void Detach(MessageNode node)
    {
        if (node.Parent is not { } parent)
        {
            return;
        }

        if (node.Kind == NodeKind.Attribute)
        {
            parent.RemoveAttribute(node.Name);
        }
        else
        {
            parent.Remove(node);
        }
    }

    private static MessageNode? TakeFirst(MessageNode parent, string name)
    {
        if (parent.FirstChild(name) is not { } first)
        {
            return null;
        }

        for (var i = parent.Children.Count - 1; i >= 0; i--)
        {
            var child = parent.Children[i];
            if (child.Kind == NodeKind.Element && !ReferenceEquals(child, first) && string.Equals(child.Name, name, StringComparison.Ordinal))
            {
                parent.Remove(child);
            }
        }

        return first;
    }
}
