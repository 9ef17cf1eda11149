using System.Xml;

namespace ChannelHost.DataTypes.Xml;

/// <summary>
/// The one way in which XML is read here. No document types, so that there are no entities to grow, no files and no addresses to fetch; no resolver either,
/// should anything ask for one.
/// </summary>
internal static class XmlInput
{
    /// <summary>A reader that resolves nothing.</summary>
    public static XmlReader Open(TextReader text) => XmlReader.Create(text, new XmlReaderSettings
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersFromEntities = 1,
        CloseInput = true,
    });

    /// <summary>What a person is told. The exception's own text may quote the message.</summary>
    public static MessageFormatException Problem(XmlException exception, string? text)
    {
        // The reader gives no line for a document type that it refuses.
        var documentType = exception.LineNumber == 0 ? text?.IndexOf("<!DOCTYPE", StringComparison.Ordinal) ?? -1 : -1;
        return new MessageFormatException(documentType >= 0
            ? $"The XML has a document type (DTD) in line {1 + text.AsSpan(0, documentType).Count('\n')}; none is ever read."
            : $"This is no XML: it cannot be read at line {exception.LineNumber}, character {exception.LinePosition}.");
    }
}
