using System.Text;
using System.Xml.Linq;

namespace ChannelHost.Tests.DataTypes;

/// <summary>Writes a tree as XML and reads one, for comparison with what the reference build shows. Only elements, attributes and text.</summary>
internal static class TreeXml
{
    public static XElement Write(MessageNode node)
    {
        var element = new XElement(node.Name);
        foreach (var child in node.Children)
        {
            element.Add(child.Kind == NodeKind.Element ? Write(child) : new XText(child.Value ?? ""));
        }

        return element;
    }

    public static MessageNode Read(string xml)
    {
        // The reference lists carriage returns literally; an XML reader would turn them into line feeds.
        return Read(XElement.Parse(xml.Replace("\r", "&#13;", StringComparison.Ordinal), LoadOptions.PreserveWhitespace));
    }

    public static string Normal(string xml) => Text(XElement.Parse(xml.Replace("\r", "&#13;", StringComparison.Ordinal), LoadOptions.PreserveWhitespace));

    /// <summary>One spelling: no declaration, empty elements in full.</summary>
    public static string Text(XElement element)
    {
        var text = new StringBuilder();
        Append(text, element);
        return text.ToString();
    }

    private static void Append(StringBuilder text, XElement element)
    {
        text.Append('<').Append(element.Name.LocalName).Append('>');
        foreach (var node in element.Nodes())
        {
            if (node is XElement child)
            {
                Append(text, child);
            }
            else if (node is XText value)
            {
                text.Append(value.Value);
            }
        }

        text.Append("</").Append(element.Name.LocalName).Append('>');
    }

    private static MessageNode Read(XElement element)
    {
        var node = MessageNode.NewElement(element.Name.LocalName);
        foreach (var attribute in element.Attributes())
        {
            node.SetAttribute(attribute.Name.LocalName, attribute.Value);
        }

        foreach (var child in element.Nodes())
        {
            if (child is XElement inner)
            {
                node.Append(Read(inner));
            }
            else if (child is XText text)
            {
                node.Append(MessageNode.NewText(text.Value));
            }
        }

        return node;
    }
}
