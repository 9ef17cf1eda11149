using System.Globalization;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using Jint.Native;

namespace ChannelHost.Scripting.E4x;

/// <summary>A literal that was read once: its nodes, with marks where expressions go. It is never changed, only copied, so that many runs may use it at a time.</summary>
internal sealed class XmlTemplate
{
    private readonly MessageNode[] _nodes;
    private readonly bool _hasExpressions;

    private XmlTemplate(MessageNode[] nodes, bool hasExpressions)
    {
        _nodes = nodes;
        _hasExpressions = hasExpressions;
    }

    /// <summary>Reads marked text.</summary>
    public static XmlTemplate Read(ScriptRun run, string text, bool hasExpressions)
    {
        var nodes = new MarkupReader(run) { KeepsAll = true, IsUnsettled = hasExpressions ? HasExpression : null }.Read(text);
        Drop(nodes, run.Xml.Settings, isTop: true);
        return new XmlTemplate([.. nodes], hasExpressions);
    }

    /// <summary>New nodes, with the values of the expressions in their places.</summary>
    public List<MessageNode> Fill(ScriptRun run, ReadOnlySpan<JsValue> values)
    {
        var filled = new List<MessageNode>(_nodes.Length);
        foreach (var node in _nodes)
        {
            if (node.Kind == NodeKind.ProcessingInstruction && node.Name == XmlTemplateText.Instruction)
            {
                AddTop(filled, values[Number(node)]);
                continue;
            }

            var copy = node.Copy();
            if (_hasExpressions)
            {
                Fill(run, copy, values);
            }

            filled.Add(copy);
        }

        return filled;
    }

    private static bool HasExpression(MessageNode element)
    {
        foreach (var child in element.Children)
        {
            if (child.Kind == NodeKind.ProcessingInstruction && child.Name == XmlTemplateText.Instruction)
            {
                return true;
            }
        }

        return false;
    }

    private static void AddTop(List<MessageNode> filled, JsValue value)
    {
        foreach (var copy in TreeWriter.Copies(value))
        {
            if (copy.Kind != NodeKind.Text || copy.Text.Length > 0)
            {
                filled.Add(copy);
            }
        }
    }

    private static void Fill(ScriptRun run, MessageNode element, ReadOnlySpan<JsValue> values)
    {
        if (element.Kind != NodeKind.Element)
        {
            return;
        }

        for (var i = 0; i < element.Attributes.Count; i++)
        {
            if (XmlTemplateText.NumberIn(element.Attributes[i].Text) is var number and >= 0)
            {
                element.Attributes[i].Value = TreeText.Of(values[number]);
            }
        }

        var isUnsettled = false;
        for (var i = element.Children.Count - 1; i >= 0; i--)
        {
            var child = element.Children[i];
            if (child.Kind != NodeKind.ProcessingInstruction || child.Name != XmlTemplateText.Instruction)
            {
                Fill(run, child, values);
                continue;
            }

            isUnsettled = true;
            Put(run, element, i, child, TreeWriter.Copies(values[Number(child)]));
        }

        if (isUnsettled)
        {
            MarkupReader.Settle(element, run.Xml.Settings.IgnoreWhitespace);
        }
    }

    private static void Put(ScriptRun run, MessageNode element, int index, MessageNode mark, List<MessageNode> copies)
    {
        element.Remove(mark);
        for (var i = 0; i < copies.Count; i++)
        {
            run.Limits.Check();
            TreeDepth.Check(run, element, copies[i]);
            element.Insert(index + i, copies[i]);
            XmlNamespaces.Adopt(element, copies[i]);
        }
    }

    private static int Number(MessageNode mark) => int.Parse(mark.Value!, NumberStyles.None, CultureInfo.InvariantCulture);

    // Comments and instructions that the settings drop; a comment only at the top, as for all XML.
    private static void Drop(List<MessageNode> nodes, XmlSettings settings, bool isTop)
    {
        if (nodes.Count > 1)
        {
            nodes.RemoveAll(node => isTop && settings.IgnoreComments && node.Kind == NodeKind.Comment);
        }

        foreach (var node in nodes)
        {
            if (node.Kind == NodeKind.Element && settings.IgnoreProcessingInstructions)
            {
                DropInstructions(node);
            }
        }
    }

    private static void DropInstructions(MessageNode element)
    {
        TreeTexts.Drop(element, static child => child.Kind == NodeKind.ProcessingInstruction && child.Name != XmlTemplateText.Instruction);
        foreach (var child in element.Children)
        {
            if (child.Kind == NodeKind.Element)
            {
                DropInstructions(child);
            }
        }
    }
}
