using Jint.Native;
using Jint.Native.Object;

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
        var parent = Parent(self);
        foreach (var node in Movable(value))
        {
            var at = Math.Min(index, parent.Children.Count);
            TreeWriter.Insert(self.Document, parent, at, node);
            index = at + 1;
        }

        return self;
    }

    /// <summary>Adds nodes directly before or after a child; beside nothing: at the end, or at the beginning.</summary>
    public static JsValue InsertBeside(TreeValue self, JsValue beside, JsValue value, bool after)
    {
        if (beside is TreeValue { First: { } child })
        {
            var index = Parent(self).IndexOf(child);
            return index < 0 ? JsValue.Undefined : InsertChildren(self, after ? index + 1 : index, value);
        }

        return InsertChildren(self, after ? 0 : int.MaxValue, value);
    }

    /// <summary>Replaces all children.</summary>
    public static TreeValue SetChildren(TreeValue self, JsValue value)
    {
        var copies = TreeWriter.Copies(value);
        Parent(self).Clear();
        foreach (var copy in copies)
        {
            TreeWriter.Insert(self.Document, Parent(self), Parent(self).Children.Count, copy);
        }

        return self;
    }

    /// <summary>On simple content the <c>replace</c> of texts; else replaces the children of a name.</summary>
    public static JsValue Replace(TreeValue self, JsValue[] arguments)
    {
        if (self.HasSimpleContent)
        {
            var text = (JsValue)self.ToText();
            var function = ((ObjectInstance)self.Engine.Global.Get("String")).Get("prototype").Get("replace");
            return self.Engine.Call(function, text, arguments);
        }

        TreeWriter.SetMember(self.Document, Parent(self), TreeText.Of(TreeMethods.At(arguments, 0)), TreeMethods.At(arguments, 1));
        return self;
    }

    /// <summary>Renames the element.</summary>
    public static JsValue SetName(TreeValue self, JsValue name)
    {
        Parent(self).Name = TreeText.Of(name);
        return JsValue.Undefined;
    }

    private static MessageNode Parent(TreeValue self) => self.Resolve();

    private static List<MessageNode> Movable(JsValue value) =>
        value is TreeValue { IsList: false, Single: { Kind: NodeKind.Element, Parent: null } free } && !ReferenceEquals(free, ((TreeValue)value).Document.Tree.Root)
            ? [free]
            : TreeWriter.Copies(value);
}
