using ChannelHost.DataTypes.Comparing;
using ChannelHost.DataTypes.Elements;

namespace ChannelHost.DataTypes.RowTree;

/// <summary>Reads and writes rows that scripts see as a tree.</summary>
internal sealed class RowTreeCodec(RowFormat format) : IMessageCodec
{
    private readonly BoundedCache<string, ElementPath> _paths = new(2_000, StringComparer.Ordinal);

    public string DataType => "delimited-tree";

    public MessageModel Model => MessageModel.Tree;

    public IMessageTree Parse(ReadOnlyMemory<byte> content)
    {
        var read = RowContent.Read(format, content);
        return new ElementTree(read.Root, content, root => format.Charset.Write(new RowWriter(format).Write(root)), _paths);
    }

    public string Decode(ReadOnlyMemory<byte> content) => format.Charset.Read(content.Span, 0);

    public ReadOnlyMemory<byte> Encode(string text) => format.Charset.Write(text);

    public MessageDescription Describe(ReadOnlyMemory<byte> content) => default;

    public ReadOnlyMemory<byte>? Acknowledge(ReadOnlyMemory<byte> content, AcknowledgmentOutcome outcome) => null;

    public IResponseValidator? ValidatorFor(ReadOnlyMemory<byte> sent) => null;

    public IReadOnlyList<MessageDifference> Compare(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual, IReadOnlyList<string> ignore)
    {
        var comparison = new ElementComparison(ignore, node => node.Source is RowContent source ? source.Text.Substring(node.Start, node.Length) : node.Text);
        try
        {
            return comparison.Of(RowContent.Read(format, expected).Root, RowContent.Read(format, actual).Root);
        }
        catch (MessageFormatException)
        {
            // One of them is no text of this charset, or too large.
            return Differences.OfBytes(expected, actual);
        }
    }
}
