using System.Text;
using ChannelHost.DataTypes.Comparing;

namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>Reads, writes and answers HL7 v2 messages in ER7 form.</summary>
internal sealed class Hl7v2Codec(Hl7v2Settings settings) : IMessageCodec
{
    private const int MaxIndexedBytes = 250;
    private const int MaxHeaderCharacters = 4_000;

    public string DataType => "hl7v2";

    public MessageModel Model => MessageModel.Tree;

    public IMessageTree Parse(ReadOnlyMemory<byte> content) => new Hl7Tree(settings, Hl7Content.Read(settings, content));

    public string Decode(ReadOnlyMemory<byte> content) => CharsetOf(content.Span).Read(content.Span, 0);

    public ReadOnlyMemory<byte> Encode(string text)
    {
        var head = text.AsSpan(0, Math.Min(text.Length, MaxHeaderCharacters)).TrimStart("\uFEFF \r\n");
        var end = head.IndexOfAny('\r', '\n');
        return CharsetOf(Encoding.UTF8.GetBytes((end < 0 ? head : head[..end]).ToString())).Write(text);
    }

    public MessageDescription Describe(ReadOnlyMemory<byte> content)
    {
        var header = Hl7Header.Find(Hl7Unicode.AsUtf8(content).Span);
        if (!header.IsMessage)
        {
            // A batch has a control id of its own, and no type.
            return new MessageDescription(Text(header.Field(11), header), null);
        }

        var kind = Text(header.Component(9, 1), header);
        var trigger = Text(header.Component(9, 2), header);
        var type = kind is not null && trigger is not null ? $"{kind}^{trigger}" : kind;
        return new MessageDescription(Text(header.Field(10), header), type);
    }

    public IReadOnlyDictionary<string, string>? Facts(ReadOnlyMemory<byte> content)
    {
        var header = Hl7Header.Find(Hl7Unicode.AsUtf8(content).Span);
        if (!header.IsMessage)
        {
            return null;
        }

        var kind = Text(header.Component(9, 1), header) ?? "";
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["mirth_source"] = Text(header.Component(4, 1), header) ?? "",
            ["mirth_type"] = Text(header.Component(9, 2), header) is { } trigger ? $"{kind}-{trigger}" : kind,
            ["mirth_version"] = Text(header.Component(12, 1), header) ?? "",
        };
    }

    public ReadOnlyMemory<byte>? Acknowledge(ReadOnlyMemory<byte> content, AcknowledgmentOutcome outcome)
    {
        var header = Hl7Header.Find(Hl7Unicode.AsUtf8(content).Span);
        if (settings.Options.Acknowledgments == Hl7Acknowledgments.Mirth)
        {
            return Hl7MirthAcknowledgment.Write(header, outcome, settings);
        }

        var code = Hl7AcknowledgmentCode.For(header, outcome, settings.Options);
        if (code is null)
        {
            return null;
        }

        var answer = new Hl7Acknowledgment(settings.Charsets).Write(header, code, outcome);
        return !header.IsNone && Hl7Unicode.Detect(content.Span) is { } unicode ? unicode.Write(Encoding.UTF8.GetString(answer.Span)) : answer;
    }

    public IResponseValidator? ValidatorFor(ReadOnlyMemory<byte> sent)
    {
        var header = Hl7Header.Find(Hl7Unicode.AsUtf8(sent).Span);
        var controlId = settings.Options.CheckControlId && header.IsMessage ? Text(header.Field(10), header) : null;
        return new Hl7ResponseValidator(settings, controlId, Hl7AcknowledgmentCode.AsksForAnswer(header));
    }

    public ReadOnlyMemory<byte> ToText(ReadOnlyMemory<byte> content) => Hl7TextFile.FromMessage(content);

    public ReadOnlyMemory<byte> FromText(ReadOnlyMemory<byte> text) => Hl7TextFile.ToMessage(text);

    public IReadOnlyList<MessageDifference> Compare(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual, IReadOnlyList<string> ignore)
    {
        try
        {
            return new Hl7Comparison(Hl7Content.Read(settings, expected), Hl7Content.Read(settings, actual), ignore).Run();
        }
        catch (MessageFormatException)
        {
            // One of them is no message, or no text.
            return Differences.OfBytes(expected, actual);
        }
    }

    private Charset CharsetOf(ReadOnlySpan<byte> content)
    {
        if (Hl7Unicode.Detect(content) is { } unicode)
        {
            return unicode;
        }

        var header = Hl7Header.Find(content);
        if (!header.IsNone && !header.IsMessage)
        {
            header = Hl7Header.FindMessage(content);
        }

        return settings.Charsets.Resolve(header.Charset, header.Delimiters);
    }

    private string? Text(ReadOnlySpan<byte> field, in Hl7Header header)
    {
        if (field.IsEmpty || field.Length > MaxIndexedBytes)
        {
            return null;
        }

        if (Ascii.IsValid(field))
        {
            return Encoding.ASCII.GetString(field);
        }

        try
        {
            return settings.Charsets.Resolve(header.Charset, header.Delimiters).Read(field, 0);
        }
        catch (MessageFormatException)
        {
            return null;
        }
    }
}
