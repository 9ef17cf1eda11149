using System.Xml;

namespace ChannelHost.Import.Reading;

/// <summary>Reads an export into elements. It comes from outside: no DTD, no entities, nothing fetched, limits on size, depth and number of elements.</summary>
internal static class ExportReader
{
    /// <summary>The largest file: 64 MB.</summary>
    public const int MaximumBytes = 64 * 1024 * 1024;

    /// <summary>How deep elements may stand in each other.</summary>
    public const int MaximumDepth = 256;

    /// <summary>The most elements of a file, the copies that stand for back references counted.</summary>
    public const int MaximumElements = 1_000_000;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaximumBytes,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,

        // Scripts hold characters that XML does not allow; the engine that wrote the file took them.
        CheckCharacters = false,
    };

    /// <summary>The root.</summary>
    /// <exception cref="ExportException">It cannot be read.</exception>
    public static ExportElement Read(ReadOnlyMemory<byte> content)
    {
        if (content.Length > MaximumBytes)
        {
            throw new ExportException(0, $"the file has {content.Length / (1024 * 1024)} MB; at most {MaximumBytes / (1024 * 1024)} MB are read");
        }

        try
        {
            using var reader = XmlReader.Create(new MemoryStream(content.ToArray(), writable: false), Settings);
            var (root, count) = ReadElements(reader);
            BackReferences.Resolve(root, MaximumElements - count);
            return root;
        }
        catch (XmlException error)
        {
            throw new ExportException(error.LineNumber, $"the XML cannot be read: {error.Message}", error);
        }
    }

    private static (ExportElement Root, int Count) ReadElements(XmlReader reader)
    {
        var place = (IXmlLineInfo)reader;
        ExportElement? root = null;
        ExportElement? at = null;
        var count = 0;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (reader.Depth > MaximumDepth || ++count > MaximumElements)
                    {
                        throw new ExportException(
                            place.LineNumber, reader.Depth > MaximumDepth ? $"elements stand more than {MaximumDepth} deep in each other" : $"there are more than {MaximumElements} elements");
                    }

                    var isEmpty = reader.IsEmptyElement;
                    var element = new ExportElement(reader.Name, place.LineNumber);
                    ReadAttributes(reader, element);
                    at?.Add(element);
                    root ??= element;
                    at = isEmpty ? at : element;
                    break;
                case XmlNodeType.EndElement:
                    at = at!.Parent;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace:
                    at?.AppendText(reader.Value, place.LineNumber);
                    break;
            }
        }

        return (root ?? throw new ExportException(1, "the file is empty"), count);
    }

    private static void ReadAttributes(XmlReader reader, ExportElement element)
    {
        while (reader.MoveToNextAttribute())
        {
            element.SetAttribute(reader.Name, reader.Value);
        }

        reader.MoveToElement();
    }
}
