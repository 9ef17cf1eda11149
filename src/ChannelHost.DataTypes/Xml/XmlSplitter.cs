using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Xml;
using ChannelHost.DataTypes.Elements;

namespace ChannelHost.DataTypes.Xml;

/// <summary>
/// Takes the elements of a name or a path out of a document, each as a document of its own in UTF-8 with all namespaces that are declared where it stands. Reads on only when the next
/// part is asked for; what stands around the elements belongs to no message.
/// </summary>
internal sealed class XmlSplitter(XmlBatchOptions options, Charset charset) : IBatchSplitter
{
    private static readonly XmlWriterSettings Writing = new() { OmitXmlDeclaration = true, Encoding = new UTF8Encoding(false), NewLineHandling = NewLineHandling.Entitize };

    // One writer for all parts of a document: its buffers are larger than most of them.
    private static readonly XmlWriterSettings WritingParts = new()
    {
        OmitXmlDeclaration = true, Encoding = Writing.Encoding, NewLineHandling = NewLineHandling.Entitize, ConformanceLevel = ConformanceLevel.Fragment,
    };

    private readonly ElementPath _path = ElementPath.Parse(options.Node.Length == 0 ? "/*/*" : options.Node);

    /// <summary>True for a name or a path from the root, without numbers and attributes.</summary>
    public static bool CanRead(string node)
    {
        try
        {
            var path = ElementPath.Parse(node.Length == 0 ? "/*/*" : node);
            return path.Steps.All(step => !step.IsAttribute && step.Index == 0) && (path.IsAbsolute || path.Steps.Count == 1);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    public IEnumerable<BatchPart> Split(ReadOnlyMemory<byte> content)
    {
        var (mark, own) = XmlText.Detect(content.Span, charset);
        using var reader = Open(content[mark..], own);
        if (reader is null)
        {
            yield return new BatchPart(1, "line 1", content);
            yield break;
        }

        var names = new List<string>();
        var number = 0;
        using var output = new MemoryStream();
        using var writer = XmlWriter.Create(output, WritingParts);
        while (true)
        {
            var (part, place, problem) = Next(reader, names, writer, output);
            if (part is null && problem is null)
            {
                break;
            }

            if (problem is not null)
            {
                // What cannot be read at all the codec says better.
                yield return number == 0
                    ? new BatchPart(1, "line 1", content)
                    : new BatchPart(number + 1, $"line {place}", FromLine(content, own, place), problem);
                yield break;
            }

            yield return new BatchPart(++number, string.Create(CultureInfo.InvariantCulture, $"line {place}"), part);
        }

        if (number == 0 && options.Node.Length > 0)
        {
            yield return new BatchPart(1, "line 1", content, $"There is no element {options.Node} (setting node).");
        }
    }

    public ReadOnlyMemory<byte>? Answer(ReadOnlyMemory<byte> content, IReadOnlyList<BatchAnswer> answers)
    {
        var taken = answers.Count(answer => BatchOutcome.IsTaken(answer.Response));
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, Writing))
        {
            xml.WriteStartElement("answer");
            xml.WriteAttributeString("accepted", taken.ToString(CultureInfo.InvariantCulture));
            xml.WriteAttributeString("rejected", (answers.Count - taken).ToString(CultureInfo.InvariantCulture));
            foreach (var answer in answers)
            {
                xml.WriteStartElement("part");
                xml.WriteAttributeString("number", answer.Part.Number.ToString(CultureInfo.InvariantCulture));
                xml.WriteAttributeString("place", answer.Part.Place);
                xml.WriteAttributeString("status", BatchOutcome.WordFor(answer.Response));
                if (BatchOutcome.ReasonFor(answer) is { } reason)
                {
                    xml.WriteAttributeString("reason", new string([.. reason.Select(c => XmlConvert.IsXmlChar(c) ? c : '?')]));
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        return bytes.ToArray();
    }

    // Null when not even the beginning is text; the codec says so better.
    private static XmlReader? Open(ReadOnlyMemory<byte> bytes, Charset own)
    {
        var stream = MemoryMarshal.TryGetArray(bytes, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(bytes.ToArray());
        try
        {
            return XmlInput.Open(own.Open(stream));
        }
        catch (Exception exception) when (exception is XmlException or DecoderFallbackException)
        {
            return null;
        }
    }

    // The next element that is a message; nothing at the end; a problem where the rest cannot be read.
    private (byte[]? Part, int Line, string? Problem) Next(XmlReader reader, List<string> names, XmlWriter writer, MemoryStream output)
    {
        var place = (IXmlLineInfo)reader;
        var line = place.LineNumber;
        try
        {
            // Behind a part the reader stands on what follows it already.
            for (var isThere = reader.ReadState == ReadState.Initial ? reader.Read() : !reader.EOF; isThere; isThere = reader.Read())
            {
                if (reader.NodeType != XmlNodeType.Element)
                {
                    continue;
                }

                names.RemoveRange(reader.Depth, Math.Max(0, names.Count - reader.Depth));
                line = place.LineNumber;
                if (IsMessage(reader, names))
                {
                    return (Write(reader, writer, output), line, null);
                }

                names.Add(reader.LocalName);
            }

            return (null, 0, null);
        }
        catch (XmlException exception)
        {
            return (null, Math.Max(1, line), XmlInput.Problem(exception, null).Message);
        }
        catch (DecoderFallbackException)
        {
            return (null, Math.Max(1, line), "From here on there are bytes that are no text in the document's charset.");
        }
    }

    private bool IsMessage(XmlReader reader, List<string> names)
    {
        if (!_path.IsAbsolute)
        {
            return _path.Steps[0].IsFor(reader.LocalName);
        }

        if (reader.Depth != _path.Steps.Count - 1 || !_path.Steps[^1].IsFor(reader.LocalName))
        {
            return false;
        }

        for (var i = 0; i < reader.Depth; i++)
        {
            if (!_path.Steps[i].IsFor(names[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static byte[] Write(XmlReader reader, XmlWriter writer, MemoryStream output)
    {
        var depth = reader.Depth;
        writer.WriteStartElement(reader.Prefix, reader.LocalName, reader.NamespaceURI);
        writer.WriteAttributes(reader, defattr: false);
        WriteNamespaces(reader, writer);
        if (reader.IsEmptyElement)
        {
            writer.WriteEndElement();
        }
        else
        {
            reader.Read();
            while (reader.Depth > depth)
            {
                writer.WriteNode(reader, defattr: false);
            }

            writer.WriteFullEndElement();
        }

        reader.Read();
        writer.Flush();
        var part = output.ToArray();
        output.SetLength(0);
        return part;
    }

    // A writer declares what names use. Values may use prefixes too (`xsi:type="hl7:CD"`), and nobody but the receiver knows which: so all are declared.
    private static void WriteNamespaces(XmlReader reader, XmlWriter writer)
    {
        foreach (var (prefix, uri) in ((IXmlNamespaceResolver)reader).GetNamespacesInScope(XmlNamespaceScope.ExcludeXml))
        {
            if (prefix.Length > 0 && reader.GetAttribute($"xmlns:{prefix}") is null)
            {
                writer.WriteAttributeString("xmlns", prefix, null, uri);
            }
            else if (prefix.Length == 0 && uri.Length > 0 && reader.Prefix.Length > 0 && reader.GetAttribute("xmlns") is null)
            {
                writer.WriteAttributeString("xmlns", uri);
            }
        }
    }

    // Lines are counted as the reader counts them; in charsets whose line ends cannot be looked for the whole stands for the rest.
    private static ReadOnlyMemory<byte> FromLine(ReadOnlyMemory<byte> content, Charset own, int line)
    {
        var at = 0;
        for (; own.IsAsciiTransparent && line > 1; line--)
        {
            var end = content.Span[at..].IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0)
            {
                break;
            }

            at += end + (content.Span[at + end] == '\r' && at + end + 1 < content.Length && content.Span[at + end + 1] == '\n' ? 2 : 1);
        }

        return content[at..];
    }
}
