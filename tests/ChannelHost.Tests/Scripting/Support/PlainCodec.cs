using System.Text;

namespace ChannelHost.Tests.Scripting.Support;

/// <summary>JSON or plain text in UTF-8.</summary>
internal sealed class PlainCodec(MessageModel model) : IMessageCodec
{
    public string DataType => model == MessageModel.Json ? "json" : "text";

    public MessageModel Model => model;

    public IMessageTree Parse(ReadOnlyMemory<byte> content) => throw new NotSupportedException();

    public string Decode(ReadOnlyMemory<byte> content) => Encoding.UTF8.GetString(content.Span);

    public ReadOnlyMemory<byte> Encode(string text) => Encoding.UTF8.GetBytes(text);

    public MessageDescription Describe(ReadOnlyMemory<byte> content) => default;

    public ReadOnlyMemory<byte>? Acknowledge(ReadOnlyMemory<byte> content, AcknowledgmentOutcome outcome) => null;

    public IResponseValidator? ValidatorFor(ReadOnlyMemory<byte> sent) => null;
}
