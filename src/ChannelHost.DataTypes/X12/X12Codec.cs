using ChannelHost.DataTypes.Comparing;
using ChannelHost.DataTypes.Elements;

namespace ChannelHost.DataTypes.X12;

/// <summary>Reads and writes EDI and X12 messages. Scripts get a tree.</summary>
internal sealed class X12Codec(X12Format format) : IMessageCodec
{
    private readonly BoundedCache<string, ElementPath> _paths = new(2_000, StringComparer.Ordinal);

    public string DataType => "x12";

    public MessageModel Model => MessageModel.Tree;

    public IMessageTree Parse(ReadOnlyMemory<byte> content)
    {
        var read = X12Content.Read(format, content);
        return new ElementTree(read.Root, content, root => format.Charset.Write(new X12Writer(X12Delimiters.Of(root)).Write(root)), _paths);
    }

    public string Decode(ReadOnlyMemory<byte> content) => format.Charset.Read(content.Span, 0);

    public ReadOnlyMemory<byte> Encode(string text) => format.Charset.Write(text);

    public MessageDescription Describe(ReadOnlyMemory<byte> content)
    {
        try
        {
            var tree = Parse(content);
            return new MessageDescription(tree.Get("ISA/ISA.13"), tree.Get("ST/ST.01"));
        }
        catch (MessageFormatException)
        {
            return default;
        }
    }

    public IReadOnlyDictionary<string, string>? Facts(ReadOnlyMemory<byte> content)
    {
        try
        {
            var tree = Parse(content);
            return new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["mirth_source"] = (tree.Get("ISA/ISA.06") ?? tree.Get("GS/GS.02") ?? "").Trim(),
                ["mirth_type"] = tree.Get("ST/ST.01") ?? "",
                ["mirth_version"] = tree.Get("GS/GS.08") ?? "",
            };
        }
        catch (MessageFormatException)
        {
            return null;
        }
    }

    public ReadOnlyMemory<byte>? Acknowledge(ReadOnlyMemory<byte> content, AcknowledgmentOutcome outcome) => null;

    public IResponseValidator? ValidatorFor(ReadOnlyMemory<byte> sent) => null;

    public IReadOnlyList<MessageDifference> Compare(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual, IReadOnlyList<string> ignore)
    {
        var comparison = new ElementComparison(ignore, node => node.Source is X12Content source ? source.Text.Substring(node.Start, node.Length) : node.Text);
        try
        {
            return comparison.Of(X12Content.Read(format, expected).Root, X12Content.Read(format, actual).Root);
        }
        catch (MessageFormatException)
        {
            // One of them is no message.
            return Differences.OfBytes(expected, actual);
        }
    }
}
