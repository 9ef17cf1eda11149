using System.Text;
using System.Xml.Linq;

namespace ChannelHost.Tests.Connectors.Database;

/// <summary>Takes the text of a row's column <c>content</c> for the message, so that the contract of all sources can compare bytes.</summary>
internal sealed class RowContentCodec : IMessageCodec
{
    public string DataType => "text";

    public MessageModel Model => MessageModel.Text;

    public IMessageTree Parse(ReadOnlyMemory<byte> content) => throw new NotSupportedException();

    public string Decode(ReadOnlyMemory<byte> content) => Encoding.Latin1.GetString(content.Span);

    public ReadOnlyMemory<byte> Encode(string text) => Encoding.Latin1.GetBytes(XElement.Parse(text, LoadOptions.PreserveWhitespace).Element("content")!.Value);

    public MessageDescription Describe(ReadOnlyMemory<byte> content) => default;

    public ReadOnlyMemory<byte>? Acknowledge(ReadOnlyMemory<byte> content, AcknowledgmentOutcome outcome) => null;

    public IResponseValidator? ValidatorFor(ReadOnlyMemory<byte> sent) => null;
}
