using System.Runtime.CompilerServices;
using System.Text;
using ChannelHost.Scripting.Running;
using Jint.Native;
using Jint.Runtime;

namespace ChannelHost.Scripting.Trees;

/// <summary>Trees as text.</summary>
internal static class TreeText
{
    /// <summary>The text of any value, as string conversion gives it.</summary>
    public static string Of(JsValue value) => value switch
    {
        JsString text => text.ToString(),
        TreeValue tree => tree.ToText(),
        JsSymbol symbol => symbol.ToString(),
        _ => TypeConverter.ToString(value),
    };

    /// <summary>The XML of a value: no indentation, no declaration.</summary>
    public static string Xml(TreeValue value, RunLimits limits)
    {
        var text = new StringBuilder();
        for (var i = 0; i < value.Count; i++)
        {
            Write(value.NodeAt(i), text, limits);
        }

        return text.ToString();
    }

    /// <summary>Appends the XML of a node.</summary>
    public static void Write(MessageNode node, StringBuilder text, RunLimits limits)
    {
        switch (node.Kind)
        {
            case NodeKind.Text:
                Escape(node.Text, text);
                return;
            case NodeKind.Attribute:
                EscapeAttribute(node.Text, text);
                return;
            case NodeKind.Comment:
                text.Append("<!--").Append(node.Value).Append("-->");
                return;
            case NodeKind.ProcessingInstruction:
                text.Append("<?").Append(node.Name).Append(' ').Append(node.Value).Append("?>");
                return;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        limits.CheckLength(text.Length);
        limits.Check();
        WriteElement(node, text, limits);
    }

    private static void WriteElement(MessageNode node, StringBuilder text, RunLimits limits)
    {
        text.Append('<');
        AppendName(node, text);
        foreach (var attribute in node.Attributes)
        {
            text.Append(' ');
            AppendName(attribute, text);
            text.Append("=\"");
            EscapeAttribute(attribute.Text, text);
            text.Append('"');
        }

        var start = text.Length;
        text.Append('>');
        if (node.HasSimpleContent && node.IsPacked)
        {
            Escape(node.Text, text);
        }
        else
        {
            foreach (var child in node.Children)
            {
                Write(child, text, limits);
            }
        }

        if (text.Length == start + 1)
        {
            text.Length = start;
            text.Append("/>");
            return;
        }

        text.Append("</");
        AppendName(node, text);
        text.Append('>');
    }

    private static void AppendName(MessageNode node, StringBuilder text)
    {
        if (!string.IsNullOrEmpty(node.Prefix))
        {
            text.Append(node.Prefix).Append(':');
        }

        text.Append(node.Name);
    }

    private static void Escape(string value, StringBuilder text)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '&' => text.Append("&amp;"),
                '<' => text.Append("&lt;"),
                '>' => text.Append("&gt;"),
                '\r' => text.Append("&#13;"),
                _ => text.Append(c),
            };
        }
    }

    private static void EscapeAttribute(string value, StringBuilder text)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '&' => text.Append("&amp;"),
                '<' => text.Append("&lt;"),
                '"' => text.Append("&quot;"),
                '\r' => text.Append("&#13;"),
                '\n' => text.Append("&#10;"),
                '\t' => text.Append("&#9;"),
                _ => text.Append(c),
            };
        }
    }
}
