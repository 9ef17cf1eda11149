using ChannelHost.Scripting.Values;
using Jint.Native;
using Jint.Runtime;

namespace ChannelHost.Scripting.Trees;

/// <summary>Reading and writing by path: decoded values, right places, escapes written by the data type.</summary>
internal static class TreePaths
{
    /// <summary><c>get('PID-5.1')</c>: the value, or null when nothing is there.</summary>
    public static JsValue Get(TreeValue self, JsValue[] arguments)
    {
        var path = Path(self, arguments, "get");
        if (self.Count == 0)
        {
            return JsValue.Null;
        }

        try
        {
            return self.Document.Tree.Get(path, Within(self)) is { } value ? value : JsValue.Null;
        }
        catch (FormatException exception)
        {
            throw Unreadable(self, path, exception);
        }
    }

    /// <summary><c>set('PID-5.1', value)</c>: writes it, making what is missing. Null and undefined write an empty value.</summary>
    public static JsValue Set(TreeValue self, JsValue[] arguments)
    {
        var path = Path(self, arguments, "set");
        var value = TreeMethods.At(arguments, 1);
        try
        {
            self.Resolve();
            self.Document.Tree.Set(path, value.IsNothing() ? null : TreeText.Of(value), Within(self));
        }
        catch (FormatException exception)
        {
            throw Unreadable(self, path, exception);
        }

        return self;
    }

    /// <summary><c>all('OBX')</c>: an array of all elements at a path.</summary>
    public static JsValue All(TreeValue self, JsValue[] arguments)
    {
        var path = Path(self, arguments, "all");
        if (self.Count == 0)
        {
            return new JsArray(self.Engine, []);
        }

        try
        {
            var nodes = self.Document.Tree.All(path, Within(self));
            var items = new JsValue[nodes.Count];
            for (var i = 0; i < items.Length; i++)
            {
                items[i] = self.Document.Element(nodes[i]);
            }

            return new JsArray(self.Engine, items);
        }
        catch (FormatException exception)
        {
            throw Unreadable(self, path, exception);
        }
    }

    /// <summary><c>remove('PID-3[2]')</c>: removes all at a path, gives how many. Without a path: takes the elements themselves out.</summary>
    public static JsValue Remove(TreeValue self, JsValue[] arguments)
    {
        if (arguments.Length == 0)
        {
            for (var i = 0; i < self.Count; i++)
            {
                TreeWriter.Detach(self.NodeAt(i));
            }

            return self.Count;
        }

        var path = Path(self, arguments, "remove");
        if (self.Count == 0)
        {
            return 0;
        }

        try
        {
            return self.Document.Tree.Remove(path, Within(self));
        }
        catch (FormatException exception)
        {
            throw Unreadable(self, path, exception);
        }
    }

    private static MessageNode? Within(TreeValue self)
    {
        var node = self.Resolve();
        return ReferenceEquals(node, self.Document.Tree.Root) ? null : node;
    }

    private static string Path(TreeValue self, JsValue[] arguments, string method) =>
        arguments.Length > 0 && !arguments[0].IsNothing()
            ? TreeText.Of(arguments[0])
            : throw self.Document.Run.TypeError($"{method} needs a path.");

    private static JavaScriptException Unreadable(TreeValue self, string path, FormatException exception) =>
        self.Document.Run.TypeError($"Path '{path}': {exception.Message}");
}
