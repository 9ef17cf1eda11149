using System.Xml;
using System.Xml.Linq;
using System.Xml.Xsl;

namespace ChannelHost.Scripting.Java.Xml;

/// <summary>
/// A stylesheet that is ready to run: no scripts in it, no document(), no imports, no DTD. A stylesheet can call itself without end, so every template and
/// loop of it asks the run's limits first.
/// </summary>
internal sealed class Stylesheet
{
    private const string Limits = "urn:channelhost:limits";
    private static readonly XNamespace Xsl = "http://www.w3.org/1999/XSL/Transform";

    private Stylesheet(XslCompiledTransform transform) => Compiled = transform;

    /// <summary>What runs.</summary>
    public XslCompiledTransform Compiled { get; }

    /// <summary>Reads one.</summary>
    public static Stylesheet Read(JavaCall call, string text)
    {
        try
        {
            using var reader = SafeXml.Reader(call, text);
            var document = XDocument.Load(reader, LoadOptions.PreserveWhitespace);
            Watch(document);
            var transform = new XslCompiledTransform();
            using var watched = document.CreateReader();
            transform.Load(watched, new XsltSettings(enableDocumentFunction: false, enableScript: false), XmlResolver.ThrowingResolver);
            return new Stylesheet(transform);
        }
        catch (Exception exception) when (exception is XsltException or XmlException)
        {
            throw call.Throw("javax.xml.transform.TransformerConfigurationException", $"The stylesheet cannot be used: {exception.Message}");
        }
    }

    /// <summary>The arguments of a run, the limits among them.</summary>
    public static XsltArgumentList Arguments(JavaCall call)
    {
        var arguments = new XsltArgumentList();
        arguments.AddExtensionObject(Limits, new StylesheetLimits(call.Run.Limits));

        // Without a listener they would go to the host's console, and what they say is content.
        arguments.XsltMessageEncountered += static (_, _) => { };
        return arguments;
    }

    private static void Watch(XDocument document)
    {
        foreach (var part in document.Descendants().Where(static element => element.Name == Xsl + "template" || element.Name == Xsl + "for-each").ToList())
        {
            var check = new XElement(
                Xsl + "if",
                new XAttribute(XNamespace.Xmlns + "channelhost-limits", Limits), new XAttribute("test", "channelhost-limits:reached()"), new XElement(Xsl + "text", " "));
            if (part.Elements().LastOrDefault(static element => element.Name == Xsl + "param" || element.Name == Xsl + "sort") is { } last && last.Parent == part)
            {
                last.AddAfterSelf(check);
            }
            else
            {
                part.AddFirst(check);
            }
        }
    }
}
