using ChannelHost.Scripting.E4x;
using Jint.Native;

namespace ChannelHost.Scripting.Trees;

/// <summary>Methods that change the tree.</summary>
internal static class TreeEdits
{
    /// <summary>Deep copies that stand nowhere.</summary>
    public static TreeValue Copy(TreeValue self)
    {
        TreeSize.CheckRoom(self);
        if (!self.IsList)
        {
            return self.Document.Element(self.Single!.Copy());
        }

        var copy = new TreeValue(self.Document, null, null);
        for (var i = 0; i < self.Count; i++)
        {
            copy.Add(self.NodeAt(i).Copy());
        }

        return copy;
    }

    /// <summary>Adds nodes or a text at a place among the children. A node that stands nowhere goes in itself, so that a script may fill it later.</summary>
    public static TreeValue InsertChildren(TreeValue self, int index, JsValue value)
    {
        var parent = self.Resolve();
        if (parent.Kind != NodeKind.Element)
        {
            throw self.Document.Run.TypeError("Nothing can be put into a text or an attribute.");
        }

        foreach (var node in Movable(self.Document, parent, value))
        {
            self.Document.Run.Limits.Check();
            var at = Math.Min(index, parent.Children.Count);
            TreeWriter.Insert(self.Document, parent, at, node);
            index = at + 1;
        }

        return self;
    }

    /// <summary>Adds nodes directly before or after a child; beside nothing: at the end, or at the beginning.</summary>
    public static JsValue InsertBeside(TreeValue self, JsValue beside, JsValue value, bool after)
    {
        if (TreeValue.From(beside) is { First: { } child })
        {
            var index = self.Resolve().IndexOf(child);
            return index < 0 ? JsValue.Undefined : InsertChildren(self, after ? index + 1 : index, value);
        }

        return InsertChildren(self, after ? 0 : int.MaxValue, value);
    }

    /// <summary>Replaces all children.</summary>
    public static TreeValue SetChildren(TreeValue self, JsValue value)
    {
        var parent = self.Resolve();
        if (parent.Kind != NodeKind.Element)
        {
            throw self.Document.Run.TypeError("A text or an attribute has no children.");
        }

        var copies = TreeWriter.Copies(value);
        parent.Clear();
        foreach (var copy in copies)
        {
            if (copy.Kind != NodeKind.Text || copy.Text.Length > 0)
            {
                TreeWriter.Insert(self.Document, parent, parent.Children.Count, copy);
            }
        }

        return self;
    }

    /// <summary>
    /// Replaces the children of a name, or the one at an index, by a value. On simple content it is the <c>replace</c> of texts; Mirth's XML keeps to its own
    /// unless a regular expression is given, with which that one can do nothing.
    /// </summary>
    public static JsValue Replace(TreeValue self, JsValue[] arguments)
    {
        var what = TreeMethods.At(arguments, 0);
        if (self.HasSimpleContent && (what is JsRegExp || !self.Document.Run.Xml.IsMirth) && TreeValue.From(TreeMethods.At(arguments, 1)) is null)
        {
            return self.Engine.Call(self.Document.Run.Xml.TextMethod("replace"), self.ToText(), arguments);
        }

        var parent = self.Resolve();
        var key = XmlKeys.Of(what);
        if (key.Length > 0 && key.Length < 10 && char.IsAsciiDigit(key[0]) && int.TryParse(key, out var index))
        {
            ReplaceAt(self, parent, index, TreeMethods.At(arguments, 1));
        }
        else
        {
            TreeWriter.SetMember(self.Document, parent, key, TreeMethods.At(arguments, 1));
        }

        return self;
    }

    /// <summary>Renames the element; a qualified name gives it its namespace, too.</summary>
    public static JsValue SetName(TreeValue self, JsValue name)
    {
        var node = self.Resolve();
        if (node.Kind is NodeKind.Text or NodeKind.Comment)
        {
            return JsValue.Undefined;
        }

        var read = TreeName.Of(XmlKeys.Of(name), self.Document);
        node.Name = XmlKeys.CheckName(self.Document.Run, read.Local);
        if (self.Document.HasFreeNames && (name is XmlQName || read.Uri is { Length: > 0 }))
        {
            XmlNamespaces.Rename(node, read.Uri ?? "", (name as XmlQName)?.Prefix);
        }

        return JsValue.Undefined;
    }

    /// <summary>Renames the element within its namespace.</summary>
    public static JsValue SetLocalName(TreeValue self, JsValue name)
    {
        var node = self.Resolve();
        if (node.Kind is not (NodeKind.Text or NodeKind.Comment))
        {
            node.Name = XmlKeys.CheckName(self.Document.Run, TreeName.Of(XmlKeys.Of(name), self.Document).Local);
        }

        return JsValue.Undefined;
    }

    /// <summary>Joins texts that stand side by side and drops empty ones, here and below.</summary>
    public static TreeValue Normalize(TreeValue self)
    {
        for (var i = 0; i < self.Count; i++)
        {
            Normalize(self, self.NodeAt(i));
        }

        return self;
    }

    private static void Normalize(TreeValue self, MessageNode node)
    {
        if (node.Kind != NodeKind.Element || node.IsPacked)
        {
            return;
        }

        self.Document.Run.Limits.Check();
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        TreeTexts.Join(node, static child => child.Kind == NodeKind.Text);
        TreeTexts.Drop(node, static child => child.Kind == NodeKind.Text && child.Text.Length == 0);
        for (var i = 0; i < node.Children.Count; i++)
        {
            Normalize(self, node.Children[i]);
        }
    }

    private static void ReplaceAt(TreeValue self, MessageNode parent, int index, JsValue value)
    {
        if (index >= parent.Children.Count)
        {
            InsertChildren(self, int.MaxValue, value);
            return;
        }

        var copies = TreeWriter.Copies(value);
        parent.Remove(parent.Children[index]);
        for (var i = 0; i < copies.Count; i++)
        {
            TreeWriter.Insert(self.Document, parent, index + i, copies[i]);
        }
    }

    // Imported scripts were written for an engine that copies every node it is given.
    private static List<MessageNode> Movable(TreeDocument document, MessageNode parent, JsValue value)
    {
        if (!document.Run.Xml.IsMirth
            && value is TreeValue { IsList: false, Single: { Kind: NodeKind.Element, Parent: null } free } element
            && (element.Document.IsFree || !ReferenceEquals(free, element.Document.Tree.Root))
            && !ReferenceEquals(free, XmlNamespaces.RootOf(parent)))
        {
            element.MoveTo(document);
            return [free];
        }

        return TreeWriter.Copies(value);
    }
}
