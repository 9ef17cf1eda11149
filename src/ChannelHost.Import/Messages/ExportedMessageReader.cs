using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace ChannelHost.Import.Messages;

/// <summary>
/// Reads exported messages: one to a file, a list of them, or one after the other. They come from outside: no DTD, no entities, nothing is resolved, and each
/// message has a limit.
/// </summary>
public static class ExportedMessageReader
{
    private const long MostCharacters = 1L << 30;
    private const int MostDepth = 200;

    private static readonly string[] Templates = ["template", "channelTemplate", "content", "query", "envelope", "body", "script"];

    private static readonly string[] Errors = ["processingErrorContent", "processingError", "responseErrorContent", "responseError", "postProcessorErrorContent", "postProcessorError"];

    /// <summary>The messages of a file in order, read as they are asked for. Never throws for what the file says: where it cannot be read any more, a last message has the problem.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">How places name it.</param>
    public static IEnumerable<ExportedMessage> Read(Stream bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        using var reader = XmlReader.Create(bytes, new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            ConformanceLevel = ConformanceLevel.Fragment,
            CheckCharacters = false,
            MaxCharactersInDocument = MostCharacters,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        });
        while (reader.ReadState is ReadState.Initial or ReadState.Interactive && Next(reader, name) is { } next)
        {
            yield return next;
        }
    }

    private static ExportedMessage? Next(XmlReader reader, string name)
    {
        try
        {
            // Reading one message leaves the reader on what follows it, which may be the next.
            while (IsMessage(reader) || reader.Read())
            {
                if (reader.Depth > MostDepth)
                {
                    return Unreadable(reader, name, $"elements stand in each other deeper than {MostDepth} levels");
                }

                if (IsMessage(reader))
                {
                    var place = Place(reader, name);
                    return Message((XElement)XNode.ReadFrom(reader), place);
                }
            }

            return null;
        }
        catch (XmlException exception)
        {
            // Nothing behind this place can be told apart any more.
            var problem = new ExportedMessage
            {
                Id = 0,
                Place = string.Create(CultureInfo.InvariantCulture, $"{name}:{exception.LineNumber}"),
                Problem = $"it is no XML from here on (line {exception.LineNumber}, column {exception.LinePosition}); export it again",
            };
            reader.Close();
            return problem;
        }
    }

    private static bool IsMessage(XmlReader reader) => reader is { NodeType: XmlNodeType.Element, Name: "message", Depth: <= 1 };

    private static ExportedMessage Unreadable(XmlReader reader, string name, string problem)
    {
        var message = new ExportedMessage { Id = 0, Place = Place(reader, name), Problem = problem };
        reader.Close();
        return message;
    }

    private static string Place(XmlReader reader, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}:{(reader as IXmlLineInfo)?.LineNumber ?? 0}");

    private static ExportedMessage Message(XElement element, string place)
    {
        var connectors = Connectors(element).ToList();
        var source = connectors.Find(connector => connector.Id == 0);
        var first = element.Descendants("connectorMessage").FirstOrDefault();
        return new ExportedMessage
        {
            Id = Number(element.Element("messageId")?.Value),
            Place = place,
            ChannelId = element.Element("channelId")?.Value ?? "",
            ChannelName = first?.Element("channelName")?.Value ?? "",
            ReceivedAt = Time(element.Element("receivedDate")),
            Source = source,
            Destinations = [.. connectors.Where(connector => connector.Id > 0)],
            Problem = IsEncrypted(element) ? "its content is encrypted; export it again without encryption"
                : source?.Raw is null ? "it has no raw content; export it with its content"
                : null,
        };
    }

    private static bool IsEncrypted(XElement message) =>
        message.Descendants("encrypted").Any(encrypted => encrypted.Value.Trim() == "true")
        || message.Elements("encryptedMessage").Any();

    private static IEnumerable<ExportedConnector> Connectors(XElement message)
    {
        foreach (var connector in message.Element("connectorMessages")?.Elements("entry").Select(entry => entry.Element("connectorMessage")).OfType<XElement>() ?? [])
        {
            var response = Nested(Content(connector, "response"), "response");
            var sent = Nested(Content(connector, "sent"), null);
            yield return new ExportedConnector
            {
                Id = (int)Number(connector.Element("metaDataId")?.Value ?? connector.Parent!.Element("int")?.Value),
                Name = connector.Element("connectorName")?.Value ?? "",
                Status = Status(connector.Element("status")?.Value),
                Raw = Content(connector, "raw"),
                IsBinary = connector.Element("raw")?.Element("dataType")?.Value == "DICOM",
                Encoded = Content(connector, "encoded"),
                Sent = Templates.Select(name => sent?.Element(name)).FirstOrDefault(found => found is { HasElements: false }) is { } template ? Text(template) : null,
                WasSent = Content(connector, "sent") is { Length: > 0 },
                Response = response?.Element("message") is { } text ? Text(text) : null,
                ResponseStatus = Status(response?.Element("status")?.Value),
                Error = Errors.Select(name => Content(connector, name) ?? connector.Element(name)?.Value).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)),
                SourceMap = Map(connector.Element("sourceMapContent")),
            };
        }
    }

    private static string? Content(XElement connector, string kind) => connector.Element(kind)?.Element("content") is { } content ? Text(content) : null;

    private static string Text(XElement element)
    {
        if (element.Attribute("encoding")?.Value != "base64")
        {
            return element.Value;
        }

        var bytes = new byte[element.Value.Length];
        return Convert.TryFromBase64String(element.Value, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : element.Value;
    }

    // What a connector sent and what it was answered stand in the export as XML inside a text.
    private static XElement? Nested(string? text, string? root)
    {
        if (text is null || !text.AsSpan().TrimStart().StartsWith("<", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CheckCharacters = false });
            var element = XElement.Load(reader, LoadOptions.PreserveWhitespace);
            return root is null || element.Name.LocalName == root ? element : null;
        }
        catch (XmlException)
        {
            // An answer that is XML of the partner, and not of the export: it says nothing of the outcome.
            return null;
        }
    }

    private static Dictionary<string, object?> Map(XElement? content)
    {
        var map = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var entry in content?.Descendants("entry") ?? [])
        {
            if (entry.Elements().FirstOrDefault() is { Name.LocalName: "string" } key && Value(entry.Elements().ElementAtOrDefault(1)) is { IsPlain: true } value)
            {
                map[key.Value] = value.Value;
            }
        }

        return map;
    }

    private static (bool IsPlain, object? Value) Value(XElement? element) => element?.Name.LocalName switch
    {
        null => (false, null),
        "null" => (true, null),
        "string" => (true, element.Value),
        "boolean" => (true, element.Value == "true"),
        "int" or "long" or "double" or "float" or "short" when double.TryParse(element.Value, CultureInfo.InvariantCulture, out var number) => (true, number),
        _ => (false, null),
    };

    private static MessageStatus? Status(string? word) => word?.Trim() switch
    {
        "RECEIVED" => MessageStatus.Received,
        "FILTERED" => MessageStatus.Filtered,
        "TRANSFORMED" => MessageStatus.Transformed,
        "SENT" => MessageStatus.Sent,
        "QUEUED" => MessageStatus.Queued,
        "PENDING" => MessageStatus.Pending,
        "ERROR" => MessageStatus.Error,
        _ => null,
    };

    private static DateTimeOffset Time(XElement? date)
    {
        var milliseconds = Number(date?.Element("time")?.Value);
        return milliseconds is > 0 and < 253_402_300_799_999 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : DateTimeOffset.UnixEpoch;
    }

    private static long Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
