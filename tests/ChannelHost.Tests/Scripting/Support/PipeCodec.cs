using System.Text;

namespace ChannelHost.Tests.Scripting.Support;

/// <summary>A small codec of segments, fields, repetitions and components, for tests of scripts: enough to read, write and place, and no more.</summary>
internal sealed class PipeCodec : IMessageCodec
{
    public string DataType => "pipes";

    public MessageModel Model => MessageModel.Tree;

    public IMessageTree Parse(ReadOnlyMemory<byte> content) => PipeTree.Parse(content, Decode(content));

    public string Decode(ReadOnlyMemory<byte> content)
    {
        try
        {
            return new UTF8Encoding(false, true).GetString(content.Span);
        }
        catch (DecoderFallbackException exception)
        {
            throw new MessageFormatException("The message is not UTF-8.", exception);
        }
    }

    public ReadOnlyMemory<byte> Encode(string text) => Encoding.UTF8.GetBytes(text);

    public MessageDescription Describe(ReadOnlyMemory<byte> content) => default;

    public ReadOnlyMemory<byte>? Acknowledge(ReadOnlyMemory<byte> content, AcknowledgmentOutcome outcome) => null;

    public IResponseValidator? ValidatorFor(ReadOnlyMemory<byte> sent) => null;
}
