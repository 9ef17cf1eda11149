using System.Xml;
using ChannelHost.DataTypes.Comparing;
using ChannelHost.DataTypes.Elements;

namespace ChannelHost.DataTypes.Xml;

/// <summary>Reads and writes XML. Scripts get a tree.</summary>
internal sealed class XmlCodec(XmlOptions options, Charset charset) : IMessageCodec
{
    private const int MostDescribed = 64 * 1024;

    private readonly BoundedCache<string, ElementPath> _paths = new(2_000, StringComparer.Ordinal);

    public string DataType => "xml";

    public MessageModel Model => MessageModel.Tree;

    public IMessageTree Parse(ReadOnlyMemory<byte> content) => new XmlTree(XmlContent.Read(content, options, charset), _paths);

    public string Decode(ReadOnlyMemory<byte> content)
    {
        var (mark, own) = XmlText.Detect(content.Span, charset);
        return own.Read(content.Span[mark..], mark);
    }

    public ReadOnlyMemory<byte> Encode(string text)
    {
        // A text has no byte order mark to tell UTF-16 by; the declaration is believed all the same.
        return XmlText.Declared(text, charset).Write(text);
    }

    public MessageDescription Describe(ReadOnlyMemory<byte> content)
    {
        try
        {
            var (mark, own) = XmlText.Detect(content.Span, charset);
            var bytes = content[mark..Math.Max(mark, Math.Min(content.Length, MostDescribed))];
            using var reader = XmlInput.Open(own.Open(new MemoryStream(bytes.ToArray())));
            return reader.MoveToContent() == XmlNodeType.Element ? new MessageDescription(null, reader.LocalName) : default;
        }
        catch (Exception exception) when (exception is XmlException or System.Text.DecoderFallbackException)
        {
            return default;
        }
    }

    public ReadOnlyMemory<byte>? Acknowledge(ReadOnlyMemory<byte> content, AcknowledgmentOutcome outcome) => null;

    public IResponseValidator? ValidatorFor(ReadOnlyMemory<byte> sent) => null;

    public IReadOnlyList<MessageDifference> Compare(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual, IReadOnlyList<string> ignore)
    {
        var comparison = new ElementComparison(ignore, Shown);
        try
        {
            return comparison.Of(RootOf(expected), RootOf(actual));
        }
        catch (MessageFormatException)
        {
            // One of them is no XML.
            return Differences.OfBytes(expected, actual);
        }
    }

    private MessageNode RootOf(ReadOnlyMemory<byte> content)
    {
        var read = XmlContent.Read(content, options, charset);
        return read.NodeOf(read.Root);
    }

    private static string Shown(MessageNode node) => ((XmlContent)node.Source!).Text.Substring(node.Start, node.Length);
}
