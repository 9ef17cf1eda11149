using ChannelHost.DataTypes.Comparing;

namespace ChannelHost.DataTypes.Delimited;

/// <summary>Reads and writes delimited and fixed-width messages. Scripts get an object of rows.</summary>
internal sealed class DelimitedCodec(DelimitedFormat format) : IMessageCodec
{
    private readonly DelimitedWriter _writer = new(format);

    public string DataType => "delimited";

    public MessageModel Model => MessageModel.Json;

    public IMessageTree Parse(ReadOnlyMemory<byte> content) => throw new NotSupportedException("A delimited message is an object of rows for scripts, not a tree.");

    public string Decode(ReadOnlyMemory<byte> content)
    {
        var (mark, charset) = DelimitedText.Detect(Limited(content).Span, format);
        return charset.Read(content.Span[mark..], mark);
    }

    public ReadOnlyMemory<byte> Encode(string text) => format.Charset.Write(text);

    public string ReadJson(ReadOnlyMemory<byte> content)
    {
        using var table = new DelimitedTable(format, DelimitedText.Of(Limited(content), format));
        return DelimitedJson.Read(table);
    }

    public ReadOnlyMemory<byte> WriteJson(string json)
    {
        var (columns, rows) = DelimitedJson.Write(json, format);
        return Encode(_writer.Write(columns, rows));
    }

    public MessageDescription Describe(ReadOnlyMemory<byte> content) => default;

    public ReadOnlyMemory<byte>? Acknowledge(ReadOnlyMemory<byte> content, AcknowledgmentOutcome outcome) => null;

    public IResponseValidator? ValidatorFor(ReadOnlyMemory<byte> sent) => null;

    public IReadOnlyList<MessageDifference> Compare(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual, IReadOnlyList<string> ignore)
    {
        var comparison = new DelimitedComparison(ignore);
        try
        {
            using var wanted = new DelimitedTable(format, DelimitedText.Of(Limited(expected), format));
            using var came = new DelimitedTable(format, DelimitedText.Of(Limited(actual), format));
            return comparison.Of(wanted, came);
        }
        catch (MessageFormatException)
        {
            // One of them is no table.
            return Differences.OfBytes(expected, actual);
        }
    }

    private ReadOnlyMemory<byte> Limited(ReadOnlyMemory<byte> content) =>
        content.Length <= format.Options.MaxSize.Bytes
            ? content
            : throw new MessageFormatException($"The message has {content.Length} bytes; {format.Options.MaxSize} are allowed (setting maxSize).");
}
