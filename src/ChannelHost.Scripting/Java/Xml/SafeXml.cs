using System.Xml;

namespace ChannelHost.Scripting.Java.Xml;

/// <summary>Reads XML from outside: no DTD, no entities, nothing fetched, and no deeper than what walks over it can bear.</summary>
internal static class SafeXml
{
    private const int Deepest = 1000;

    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CloseInput = true };

    /// <summary>A reader over a text that was looked through.</summary>
    /// <exception cref="XmlException">It is no XML, or nests too deeply.</exception>
    public static XmlReader Reader(JavaCall call, string text)
    {
        using (var first = XmlReader.Create(new StringReader(text), Settings))
        {
            while (first.Read())
            {
                call.Run.Limits.Check();
                if (first.Depth > Deepest)
                {
                    throw new XmlException($"The XML nests deeper than {Deepest} elements.");
                }
            }
        }

        return XmlReader.Create(new StringReader(text), Settings);
    }
}
