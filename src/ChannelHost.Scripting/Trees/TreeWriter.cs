using ChannelHost.Scripting.E4x;
using Jint.Native;

namespace ChannelHost.Scripting.Trees;

/// <summary>Writes what scripts assign. Nodes are copied when assigned, so that no node ever stands in two places.</summary>
internal static class TreeWriter
{
    /// <summary>Makes an element or attribute where it belongs: where the data type wants it, or at the end, as imported scripts expect it.</summary>
    public static MessageNode Create(TreeDocument document, MessageNode parent, string key)
    {
        if (parent.Kind != NodeKind.Element)
        {
            throw document.Run.TypeError($"'{key}' cannot stand in a text or an attribute.");
        }

        var name = TreeName.Of(key, document);
        if (name.IsAny)
        {
            throw document.Run.TypeError($"'{key}' names no single place to write to; use setChildren.");
        }

        if (name.IsAttribute)
        {
            return XmlNamespaces.AddAttribute(parent, name);
        }

        TreeDepth.Check(document, parent, null);
        MessageNode node;
        if (document.Run.Xml.IsMirth)
        {
            node = MessageNode.NewElement(name.Local);
            parent.Append(node);
        }
        else
        {
            node = document.Tree.Create(parent, name.Local);
        }

        if (document.HasFreeNames)
        {
            XmlNamespaces.Name(node, parent, name.Uri);
        }

        return node;
    }

    /// <summary><c>element.name = value</c>: the first one takes the value, further ones of that name go. An empty list leaves none.</summary>
    public static void SetMember(TreeDocument document, MessageNode parent, string key, JsValue value)
    {
        var name = TreeName.Of(key, document);
        if (name is { IsAttribute: false, IsAny: true })
        {
            TreeEdits.SetChildren(document.Element(parent), value);
            return;
        }

        if (name.IsAttribute)
        {
            (FirstAttribute(parent, name) ?? Create(document, parent, key)).Value = AttributeText(value);
            return;
        }

        var tree = TreeValue.From(value);
        if (tree is { Count: 0 })
        {
            RemoveMember(document, parent, key);
            return;
        }

        // Copied before anything is taken out or made: the value may be what stands here, or hold it.
        var copies = tree is not null && tree.NodeAt(0).Kind == NodeKind.Element ? Copies(tree) : null;
        if (copies is not null && tree!.Count == 1 && ReferenceEquals(tree.Single!.Parent, parent) && name.IsFor(tree.Single))
        {
            KeepOnly(parent, name, tree.Single);
            return;
        }

        var target = TakeFirst(parent, name) ?? Create(document, parent, key);
        SetNode(document, target, copies, value);
    }

    /// <summary><c>list[index] = value</c>: replaces that one; past the end, adds one of the list's name.</summary>
    public static void SetItem(TreeValue list, int index, JsValue value)
    {
        var tree = TreeValue.From(value);
        var copies = tree is { Count: > 0 } && tree.NodeAt(0).Kind == NodeKind.Element ? Copies(tree) : null;
        if (index < list.Count)
        {
            var node = list.NodeAt(index);
            if (!(tree is { Count: 1 } && ReferenceEquals(tree.Single, node)))
            {
                list.Replace(index, SetNode(list.Document, node, copies, value));
            }

            return;
        }

        if (list is not { Owner: { } owner, Member: { } member })
        {
            throw list.Document.Run.TypeError("This list stands for no place in the message: nothing can be added to it.");
        }

        list.Add(SetNode(list.Document, CreateAfter(list, owner.Resolve(), member), copies, value));
    }

    /// <summary>Gives a node a value: a text becomes its content, nodes take its place.</summary>
    /// <param name="document">The tree.</param>
    /// <param name="target">The node.</param>
    /// <param name="copies">The nodes that take its place; null for a text.</param>
    /// <param name="value">The value, as text where there are no nodes.</param>
    /// <returns>The node that stands there now.</returns>
    public static MessageNode SetNode(TreeDocument document, MessageNode target, List<MessageNode>? copies, JsValue value)
    {
        if (target.Kind != NodeKind.Element)
        {
            target.Value = AttributeText(value);
            return target;
        }

        if (copies is null || target.Parent is not { } parent)
        {
            target.SetText(TreeText.Of(value));
            return target;
        }

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
        if (document.HasFreeNames)
        {
            XmlNamespaces.Adopt(parent, node);
        }
    }

    /// <summary>Copies of the nodes of a value; a text becomes a text node.</summary>
    public static List<MessageNode> Copies(JsValue value)
    {
        if (TreeValue.From(value) is not { } nodes)
        {
            return [MessageNode.NewText(TreeText.Of(value))];
        }

        TreeSize.CheckRoom(nodes);
        var copies = new List<MessageNode>(nodes.Count);
        for (var i = 0; i < nodes.Count; i++)
        {
            var node = nodes.NodeAt(i);
            copies.Add(node.Kind == NodeKind.Attribute ? MessageNode.NewText(node.Text) : node.Copy());
        }

        return copies;
    }

    /// <summary>Removes all children or attributes of a name.</summary>
    public static void RemoveMember(TreeDocument document, MessageNode node, string key)
    {
        var name = TreeName.Of(key, document);
        if (name.IsAttribute)
        {
            for (var i = node.Attributes.Count - 1; i >= 0; i--)
            {
                if (name.IsFor(node.Attributes[i]))
                {
                    node.RemoveAttribute(node.Attributes[i]);
                }
            }

            return;
        }

        TreeTexts.Drop(node, child => name is { IsAny: true, Uri: null } || (child.Kind == NodeKind.Element && name.IsFor(child)));
    }

    /// <summary>Takes a node out of its parent.</summary>
    public static void Detach(MessageNode node)
    {
        if (node.Parent is not { } parent)
        {
            return;
        }

        _ = node.Kind == NodeKind.Attribute ? parent.RemoveAttribute(node) : parent.Remove(node);
    }

    // The nodes of a list as an attribute has them: their texts, with blanks between.
    private static string AttributeText(JsValue value)
    {
        if (TreeValue.From(value) is not { Count: > 1 } list)
        {
            return TreeText.Of(value);
        }

        var texts = new string[list.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = list.Item(i).ToText();
        }

        return string.Join(' ', texts);
    }

    // A further one: beside the last of its name, unless the data type knows a better place or all that is new goes to the end.
    private static MessageNode CreateAfter(TreeValue list, MessageNode parent, string member)
    {
        var node = Create(list.Document, parent, member);
        if (list.Document is { HasFreeNames: true, Run.Xml.IsMirth: false } && list.Count > 0 && node.Kind == NodeKind.Element
            && parent.IndexOf(list.NodeAt(list.Count - 1)) is var last and >= 0)
        {
            parent.Insert(last + 1, node);
        }

        return node;
    }

    private static MessageNode? FirstAttribute(MessageNode parent, TreeName name)
    {
        foreach (var attribute in parent.Attributes)
        {
            if (name.IsFor(attribute))
            {
                return attribute;
            }
        }

        return null;
    }

    private static MessageNode? TakeFirst(MessageNode parent, TreeName name)
    {
        foreach (var child in parent.ChildSpan)
        {
            if (child.Kind == NodeKind.Element && name.IsFor(child))
            {
                KeepOnly(parent, name, child);
                return child;
            }
        }

        return null;
    }

    // On the way of most writes, where there is only the one: looked at before anything is made to take out more.
    private static void KeepOnly(MessageNode parent, TreeName name, MessageNode kept)
    {
        foreach (var child in parent.ChildSpan)
        {
            if (child.Kind == NodeKind.Element && !ReferenceEquals(child, kept) && name.IsFor(child))
            {
                RemoveOthers(parent, name, kept);
                return;
            }
        }
    }

    private static void RemoveOthers(MessageNode parent, TreeName name, MessageNode kept) =>
        parent.RemoveAll(child => child.Kind == NodeKind.Element && !ReferenceEquals(child, kept) && name.IsFor(child));
}
