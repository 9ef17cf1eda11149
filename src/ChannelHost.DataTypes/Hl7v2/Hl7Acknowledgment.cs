using System.Globalization;
using System.Text;

namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>
/// Writes an acknowledgment in the sender's own terms: its delimiters, charset, processing id and version, the two parties exchanged. Whatever
/// came in, an answer comes out: bytes without a header get a plain one with an empty MSA-2.
/// </summary>
internal readonly ref struct Hl7Acknowledgment(Hl7Charsets charsets)
{
    private const int MaxTextLength = 1_000;

    /// <summary>The answer's bytes; segments end with CR.</summary>
    public ReadOnlyMemory<byte> Write(in Hl7Header header, string code, AcknowledgmentOutcome outcome)
    {
        var version = new Hl7Version(header.IsMessage ? header.Component(12, 1) : default);
        var encoding = header.Field(2).IsEmpty ? "^~\\&"u8 : header.Field(2);
        var delimiters = header.IsNone ? Hl7Delimiters.Standard : Hl7Delimiters.Of(header.Delimiters.Field, encoding);
        var charset = charsets.Resolve(header.Charset, delimiters);
        var output = new Hl7Output(charset.IsAsciiTransparent ? charset : Charset.Utf8, 512);
        var text = Text(outcome.Text, delimiters, output.Charset);

        WriteHeader(output, header, delimiters, encoding, version, outcome);
        output.Write("MSA"u8);
        Field(output, delimiters, code);
        Field(output, delimiters, header.Field(header.IsMessage ? 10 : 11));
        if (text.Length > 0)
        {
            Field(output, delimiters, text);
        }

        output.Write((byte)'\r');
        if (code[1] != 'A' && version.IsAtLeast(2, 5))
        {
            WriteError(output, delimiters, text);
        }

        return output.Written;
    }

    private static void WriteHeader(
        Hl7Output output, in Hl7Header header, in Hl7Delimiters delimiters, ReadOnlySpan<byte> encoding, Hl7Version version, AcknowledgmentOutcome outcome)
    {
        output.Write("MSH"u8);
        Field(output, delimiters, encoding);
        Field(output, delimiters, header.Field(5));
        Field(output, delimiters, header.Field(6));
        Field(output, delimiters, header.Field(3));
        Field(output, delimiters, header.Field(4));
        Field(output, delimiters, version.Time(outcome.Time));
        Field(output, delimiters, "");
        Field(output, delimiters, "ACK");
        var trigger = header.IsMessage ? header.Component(9, 2) : default;
        if (version.IsAtLeast(2, 4) && !trigger.IsEmpty)
        {
            output.Write(delimiters.Component);
            output.Write(trigger);
            output.Write(delimiters.Component);
            output.Write("ACK"u8);
        }

        Field(output, delimiters, Text(outcome.ControlId, delimiters, output.Charset));
        Field(output, delimiters, header.IsMessage && !header.Field(11).IsEmpty ? header.Field(11) : "P"u8);
        Field(output, delimiters, header.IsMessage && !header.Field(12).IsEmpty ? header.Field(12) : "2.4"u8);
        if (!header.Charset.IsEmpty)
        {
            output.Repeat(delimiters.Field, 5);
            Field(output, delimiters, header.Charset);
        }

        output.Write((byte)'\r');
    }

    // ERR-3 is a code of table 0357, ERR-4 the severity, ERR-8 the text for people (version 2.5 and later).
    private static void WriteError(Hl7Output output, in Hl7Delimiters delimiters, string text)
    {
        output.Write("ERR"u8);
        output.Repeat(delimiters.Field, 3);
        output.Write("207"u8);
        output.Write(delimiters.Component);
        output.Write("Application internal error"u8);
        output.Write(delimiters.Component);
        output.Write("HL70357"u8);
        Field(output, delimiters, "E");
        if (text.Length > 0)
        {
            output.Repeat(delimiters.Field, 3);
            Field(output, delimiters, text);
        }

        output.Write((byte)'\r');
    }

    private static void Field(Hl7Output output, in Hl7Delimiters delimiters, ReadOnlySpan<byte> value)
    {
        output.Write(delimiters.Field);
        output.Write(value);
    }

    private static void Field(Hl7Output output, in Hl7Delimiters delimiters, string value)
    {
        output.Write(delimiters.Field);
        output.Write(value);
    }

    // The reason must arrive even where the sender's charset or delimiters cannot carry all of it: what cannot be written becomes a question mark.
    private static string Text(string? text, in Hl7Delimiters delimiters, Charset charset)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        if (text.Length > MaxTextLength)
        {
            text = text[..MaxTextLength];
        }

        try
        {
            var encoded = Hl7Escapes.Encode(text, delimiters, charset);
            charset.Write(encoded);
            return encoded;
        }
        catch (MessageFormatException)
        {
            var plain = new StringBuilder(text.Length);
            foreach (var character in text)
            {
                plain.Append(char.IsAsciiLetterOrDigit(character) || character is ' ' or '.' or ',' or ':' or '(' or ')' ? character : '?');
            }

            return plain.ToString();
        }
    }
}

/// <summary>A version of the standard, from MSH-12. One that cannot be read counts as 2.4.</summary>
internal readonly record struct Hl7Version
{
    private readonly int _major = 2;
    private readonly int _minor = 4;

    public Hl7Version(ReadOnlySpan<byte> text)
    {
        if (text.Length >= 3 && text[1] == '.' && char.IsAsciiDigit((char)text[0]) && char.IsAsciiDigit((char)text[2]))
        {
            _major = text[0] - '0';
            _minor = text[2] - '0';
        }
    }

    public bool IsAtLeast(int major, int minor) => _major > major || (_major == major && _minor >= minor);

    /// <summary>A time stamp: with milliseconds and offset where the version has them.</summary>
    public string Time(DateTimeOffset time) => IsAtLeast(2, 3)
        ? time.ToString("yyyyMMddHHmmss.fffzzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal)
        : time.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
}
