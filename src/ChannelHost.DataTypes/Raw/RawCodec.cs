namespace ChannelHost.DataTypes.Raw;

/// <summary>Text as it is. A byte order mark is a character like any other, so that what was not touched stays the same bytes.</summary>
internal sealed class RawCodec(Charset charset) : IMessageCodec
{
    public string DataType => "raw";

    public MessageModel Model => MessageModel.Text;

    public IMessageTree Parse(ReadOnlyMemory<byte> content) => throw new NotSupportedException("Raw text has no tree.");

    public string Decode(ReadOnlyMemory<byte> content) => charset.Read(content.Span, 0);

    public ReadOnlyMemory<byte> Encode(string text) => charset.Write(text);

    public MessageDescription Describe(ReadOnlyMemory<byte> content) => default;

    public ReadOnlyMemory<byte>? Acknowledge(ReadOnlyMemory<byte> content, AcknowledgmentOutcome outcome) => null;

    public IResponseValidator? ValidatorFor(ReadOnlyMemory<byte> sent) => null;
}
