using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using ChannelHost.Scripting.Values;
using Jint.Native;

namespace ChannelHost.Scripting.E4x;

/// <summary>XML values made of other values, and the other way round.</summary>
internal static class XmlValues
{
    /// <summary>What outlives the engine of an XML value; null when the value is no XML.</summary>
    public static MarkupValue? ToMarkup(JsValue value) =>
        TreeValue.From(value) is { } tree ? new MarkupValue(Compact(tree), tree.IsList && tree.Count != 1) : null;

    /// <summary>The XML value again: a copy of its own.</summary>
    public static JsValue FromMarkup(ScriptRun run, MarkupValue value) =>
        value.IsList ? run.Xml.FreeList(new MarkupReader(run) { KeepsAll = true }.Read(value.Text)) : FromText(run, value.Text);

    /// <summary><c>XML(value)</c>: XML stays what it is, a list of one gives its element.</summary>
    public static TreeValue ToXml(ScriptRun run, JsValue value)
    {
        if (TreeValue.From(value) is { } tree)
        {
            return tree.Single is { } node
                ? tree.IsList ? tree.Document.Element(node) : tree
                : throw run.TypeError($"XML() makes one element; this list has {tree.Count}.");
        }

        return FromText(run, value.IsNothing() ? "" : TreeText.Of(value));
    }

    /// <summary><c>XMLList(value)</c>.</summary>
    public static TreeValue ToList(ScriptRun run, JsValue value)
    {
        if (TreeValue.From(value) is { } tree)
        {
            if (tree.IsList)
            {
                return tree;
            }

            var list = new TreeValue(tree.Document, null, null);
            list.Add(tree.Single!);
            return list;
        }

        return run.Xml.FreeList(Parse(run, value.IsNothing() ? "" : TreeText.Of(value)));
    }

    /// <summary>
    /// The element that a text holds. White space around it, its declaration and comments beside it do not count; of several elements the last one is taken; what
    /// has no element is a text.
    /// </summary>
    public static TreeValue FromText(ScriptRun run, string text)
    {
        var nodes = Parse(run, text);
        for (var i = nodes.Count - 1; i >= 0; i--)
        {
            if (nodes[i].Kind == NodeKind.Element)
            {
                return run.Xml.Free(nodes[i]);
            }
        }

        return run.Xml.Free(nodes.Count == 1 ? nodes[0] : MessageNode.NewText(string.Concat(nodes.Where(node => node.Kind == NodeKind.Text).Select(node => node.Text))));
    }

    /// <summary>The nodes of a text, without white space around them.</summary>
    public static List<MessageNode> Parse(ScriptRun run, string text)
    {
        var nodes = new MarkupReader(run).Read(text.Trim());
        nodes.RemoveAll(node => nodes.Count > 1 && node.Kind == NodeKind.Text && string.IsNullOrWhiteSpace(node.Text));
        return nodes;
    }

    private static string Compact(TreeValue tree)
    {
        if (tree.Single is { } node)
        {
            return MarkupWriter.Compact(node);
        }

        var texts = new string[tree.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = MarkupWriter.Compact(tree.NodeAt(i));
        }

        return string.Concat(texts);
    }
}
