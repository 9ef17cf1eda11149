using System.Text.Json;
using ChannelHost.DataTypes.Comparing;

namespace ChannelHost.DataTypes.Json;

/// <summary>
/// JSON as RFC 8259 has it: UTF-8, no comments, no trailing commas. The whole text is checked before a script engine sees it, so that depth
/// and size end in an error here and not in a stack that runs out there.
/// </summary>
internal sealed class JsonCodec(JsonOptions options) : IMessageCodec
{
    public string DataType => "json";

    public MessageModel Model => MessageModel.Json;

    public IMessageTree Parse(ReadOnlyMemory<byte> content) => throw new NotSupportedException("JSON is an object for scripts, not a tree.");

    public string Decode(ReadOnlyMemory<byte> content)
    {
        var bytes = content.Span;
        if (bytes.Length > options.MaxSize.Bytes)
        {
            throw new MessageFormatException($"The JSON has {bytes.Length} bytes; {options.MaxSize} are allowed (setting maxSize).");
        }

        var start = bytes.StartsWith("\uFEFF"u8) ? 3 : 0;
        bytes = bytes[start..];
        var text = Charset.Utf8.Read(bytes, start);
        Check(bytes);
        return text;
    }

    public ReadOnlyMemory<byte> Encode(string text) => Charset.Utf8.Write(text);

    public MessageDescription Describe(ReadOnlyMemory<byte> content) => default;

    public ReadOnlyMemory<byte>? Acknowledge(ReadOnlyMemory<byte> content, AcknowledgmentOutcome outcome) => null;

    public IResponseValidator? ValidatorFor(ReadOnlyMemory<byte> sent) => null;

    public ReadOnlyMemory<byte> ToText(ReadOnlyMemory<byte> content) => JsonLayout.Indented(content, options.MaxDepth);

    public IReadOnlyList<MessageDifference> Compare(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual, IReadOnlyList<string> ignore)
    {
        var comparison = new JsonComparison(ignore);
        try
        {
            var reading = new JsonDocumentOptions { MaxDepth = options.MaxDepth + 1 };
            using var wanted = JsonDocument.Parse(Decode(expected), reading);
            using var came = JsonDocument.Parse(Decode(actual), reading);
            return comparison.Of(wanted.RootElement, came.RootElement);
        }
        catch (Exception exception) when (exception is MessageFormatException or JsonException or InvalidOperationException)
        {
            // One of them is no JSON, or holds text that is none.
            return Differences.OfBytes(expected, actual);
        }
    }

    private void Check(ReadOnlySpan<byte> bytes)
    {
        // The reader does not recurse: depth is a counter and a bit for each level. It may go one level further than we, so that its own
        // exception always means something else.
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = options.MaxDepth + 1 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= options.MaxDepth)
                {
                    throw new MessageFormatException($"The JSON is more than {options.MaxDepth} levels deep (setting maxDepth), at byte {reader.TokenStartIndex}.");
                }
            }
        }
        catch (JsonException e)
        {
            // Its own text may quote the message.
            throw new MessageFormatException($"This is no JSON: it cannot be read at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} of that line.");
        }
    }
}
