using System.Text;

namespace ChannelHost.Tests.Connectors.Support;

/// <summary>Plain UTF-8 text: the connectors' tests need a codec, not a data type.</summary>
internal sealed class TextCodec : IMessageCodec
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public string DataType => "text";

    public MessageModel Model => MessageModel.Text;

    public IMessageTree Parse(ReadOnlyMemory<byte> content) => throw new NotSupportedException();

    public string Decode(ReadOnlyMemory<byte> content) => Strict.GetString(content.Span);

    public ReadOnlyMemory<byte> Encode(string text) => Strict.GetBytes(text);

    public MessageDescription Describe(ReadOnlyMemory<byte> content) => default;

    public ReadOnlyMemory<byte>? Acknowledge(ReadOnlyMemory<byte> content, AcknowledgmentOutcome outcome) => null;

    public IResponseValidator? ValidatorFor(ReadOnlyMemory<byte> sent) => null;
}
