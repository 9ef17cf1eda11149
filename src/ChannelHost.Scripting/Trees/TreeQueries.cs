using ChannelHost.Scripting.E4x;
using Jint.Native;
using Jint.Runtime;

namespace ChannelHost.Scripting.Trees;

/// <summary>Methods that only look.</summary>
internal static class TreeQueries
{
    /// <summary>The children of a name, or the child at an index.</summary>
    public static TreeValue Child(TreeValue self, JsValue nameOrIndex)
    {
        if (!TryIndex(nameOrIndex, out var index))
        {
            return self.Children(XmlKeys.Of(nameOrIndex));
        }

        var found = new TreeValue(self.Document, null, null);
        for (var i = 0; i < self.Count; i++)
        {
            if (index >= 0 && index < self.NodeAt(i).Children.Count)
            {
                found.Add(self.NodeAt(i).Children[index]);
            }
        }

        return found;
    }

    /// <summary>The child elements, all or of a name.</summary>
    public static TreeValue Elements(TreeValue self, string key)
    {
        var found = new TreeValue(self.Document, null, null);
        var name = TreeName.Of(key, self.Document);
        for (var i = 0; i < self.Count; i++)
        {
            foreach (var child in self.NodeAt(i).Children)
            {
                if (child.Kind == NodeKind.Element && name.IsFor(child))
                {
                    found.Add(child);
                }
            }
        }

        return found;
    }

    /// <summary>All elements below, of a name or all; attributes when the key names such.</summary>
    public static TreeValue Descendants(TreeValue self, string key)
    {
        var found = new TreeValue(self.Document, null, null);
        var name = TreeName.Of(key, self.Document);
        for (var i = 0; i < self.Count; i++)
        {
            TreeReader.AddDescendants(self.NodeAt(i), name, found);
        }

        return found;
    }

    /// <summary>The children of a kind and, for instructions, of a name. A packed text has no node yet; asking makes one.</summary>
    public static TreeValue OfKind(TreeValue self, NodeKind kind, string name = "*")
    {
        var found = new TreeValue(self.Document, null, null);
        for (var i = 0; i < self.Count; i++)
        {
            foreach (var child in self.NodeAt(i).Children)
            {
                if (child.Kind == kind && (name == "*" || string.Equals(child.Name, name, StringComparison.Ordinal)))
                {
                    found.Add(child);
                }
            }
        }

        return found;
    }

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

    /// <summary>The qualified name; null for texts and comments.</summary>
    public static JsValue Name(TreeValue self)
    {
        var node = One(self, "name");
        return node.Kind is NodeKind.Text or NodeKind.Comment
            ? JsValue.Null
            : new XmlQName(self.Document.Run, node.NamespaceUri ?? "", node.Name, node.Prefix);
    }

    /// <summary>The local name; null for texts and comments.</summary>
    public static JsValue LocalName(TreeValue self)
    {
        var node = One(self, "localName");
        return node.Kind is NodeKind.Text or NodeKind.Comment ? JsValue.Null : node.Name;
    }

    /// <summary>What the node is, in the words of XML scripts.</summary>
    public static JsValue Kind(TreeValue self) => One(self, "nodeKind").Kind switch
    {
        NodeKind.Element => "element",
        NodeKind.Text => "text",
        NodeKind.Attribute => "attribute",
        NodeKind.Comment => "comment",
        _ => "processing-instruction",
    };

    /// <summary>Where the node stands among its parent's children, from 0; -1 for a root or an attribute.</summary>
    public static JsValue ChildIndex(TreeValue self)
    {
        var node = One(self, "childIndex");
        return node.Parent?.IndexOf(node) ?? -1;
    }

    /// <summary>
    /// True when one of the nodes equals the value. A text that is looked for in simple content is found in any place of it, as in any text; Mirth compares.
    /// </summary>
    public static JsValue Contains(TreeValue self, JsValue value)
    {
        if (value is JsString text && self.HasSimpleContent && !self.Document.Run.Xml.IsMirth)
        {
            return self.ToText().Contains(text.ToString(), StringComparison.Ordinal);
        }

        for (var i = 0; i < self.Count; i++)
        {
            var item = self.Item(i);
            if (item.Equals(self.Engine, value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when there is a child or an attribute of this name.</summary>
    public static JsValue HasOwnProperty(TreeValue self, JsValue name) => name is not JsSymbol && self.HasProperty(JsString.Create(XmlKeys.Of(name)));

    /// <summary>True for an index that the list has; an element has 0.</summary>
    public static JsValue PropertyIsEnumerable(TreeValue self, JsValue name) => TryIndex(name, out var index) && index >= 0 && index < self.Count;

    /// <summary>The only node.</summary>
    /// <exception cref="JavaScriptException">There are several, or none.</exception>
    public static MessageNode One(TreeValue self, string method) =>
        self.Single ?? throw self.Document.Run.TypeError($"{method}() needs one element; the list has {self.Count}.");

    private static bool TryIndex(JsValue value, out int index)
    {
        index = 0;
        switch (value)
        {
            case JsNumber number:
                index = TypeConverter.ToInt32(number);
                return true;
            case JsString text:
                return text.Length > 0 && int.TryParse(text.ToString(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out index);
            default:
                return false;
        }
    }
}
