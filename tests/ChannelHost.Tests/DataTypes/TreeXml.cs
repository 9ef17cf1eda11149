using System.Text;
using System.Xml.Linq;

namespace ChannelHost.Tests.DataTypes;

/// <summary>Writes a tree as XML and reads one, for comparison with what the reference build shows. Only elements, attributes and text.</summary>
internal static class TreeXml
{
    /// <summary>The tree in one spelling: empty elements in full, text as it is. Names may be anything.</summary>
    public static string Write(MessageNode node)
    {
        var text = new StringBuilder();
        Append(text, node);
        return text.ToString();
    }

    public static MessageNode Read(string xml)
    {
        // The reference lists carriage returns literally; an XML reader would turn them into line feeds.
        return Read(XElement.Parse(xml.Replace("\r", "&#13;", StringComparison.Ordinal), LoadOptions.PreserveWhitespace));
    }

    /// <summary>XML text in the same spelling.</summary>
    public static string Normal(string xml) => Write(Read(xml));


    private static void Append(StringBuilder text, MessageNode node)
    {
        text.Append('<').Append(node.Name).Append('>');
        foreach (var child in node.Children)
        {
            if (child.Kind == NodeKind.Element)
            {
                Append(text, child);
            }
            else
            {
                text.Append(child.Value);
            }
        }

        text.Append("</").Append(node.Name).Append('>');
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
