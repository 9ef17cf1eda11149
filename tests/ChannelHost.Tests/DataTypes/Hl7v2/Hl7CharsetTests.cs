using System.Globalization;
using System.Text;
using ChannelHost.DataTypes.Hl7v2;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

/// <summary>MSH-18 against the bytes that are really there. Whatever it says: bytes that nobody asks for go through unchanged.</summary>
public sealed class Hl7CharsetTests
{
    // Name, MSH-18, the bytes of PID-5 in hexadecimal, what is read there (null: an error), the setting charset.
    public static TheoryData<string, string, string, string?, string> Bodies => new()
    {
        { "ascii, nothing named", "", "41", "A", "utf-8" },
        { "utf-8, nothing named", "", "C3A9", "é", "utf-8" },
        { "utf-8 named", "UNICODE UTF-8", "C3A9", "é", "utf-8" },
        { "utf-8 named, other setting", "UNICODE UTF-8", "C3A9", "é", "iso-8859-1" },
        { "utf-8 by its IANA name", "UTF-8", "E697A5", "日", "utf-8" },
        { "utf-8, four bytes", "UNICODE UTF-8", "F09F9880", "😀", "utf-8" },
        { "unicode alone", "UNICODE", "C3A9", "é", "utf-8" },
        { "latin-1 bytes, utf-8 named", "UNICODE UTF-8", "E9", null, "utf-8" },
        { "latin-1 bytes, nothing named", "", "E9", null, "utf-8" },
        { "latin-1 bytes, setting", "", "E9", "é", "iso-8859-1" },
        { "latin-1 named", "8859/1", "E9", "é", "utf-8" },
        { "latin-1 named, utf-8 bytes", "8859/1", "C3A9", "Ã©", "utf-8" },
        { "latin-1 by its IANA name", "ISO-8859-1", "E9", "é", "utf-8" },
        { "latin-2 named", "8859/2", "B1", "ą", "utf-8" },
        { "cyrillic named", "8859/5", "BF", "П", "utf-8" },
        { "greek named", "8859/7", "C1", "Α", "utf-8" },
        { "hebrew named", "8859/8", "E0", "א", "utf-8" },
        { "latin-5 named", "8859/9", "FD", "ı", "utf-8" },
        { "latin-9 named", "8859/15", "A4", "€", "utf-8" },
        { "windows-1252 setting", "", "80", "€", "windows-1252" },
        { "windows-1252 named", "WINDOWS-1252", "93", "“", "utf-8" },
        { "windows-1251 setting", "", "CF", "П", "windows-1251" },
        { "ascii named, ascii bytes", "ASCII", "41", "A", "utf-8" },
        { "ascii named, utf-8 bytes", "ASCII", "C3A9", null, "utf-8" },
        { "ascii named, latin-1 bytes", "ASCII", "E9", null, "utf-8" },
        { "unknown name, ascii bytes", "ISO IR 999", "41", "A", "utf-8" },
        { "unknown name, other bytes", "ISO IR 999", "C3A9", null, "utf-8" },
        { "utf-16 named, bytes are not", "UNICODE UTF-16", "C3A9", null, "utf-8" },
        { "utf-16 named, ascii bytes", "UNICODE UTF-16", "41", "A", "utf-8" },
        { "repetitions, first counts", "8859/1~UNICODE UTF-8", "E9", "é", "utf-8" },
        { "null named", "\"\"", "C3A9", "é", "utf-8" },
        { "truncated utf-8", "UNICODE UTF-8", "E697", null, "utf-8" },
        { "overlong utf-8", "UNICODE UTF-8", "C0AF", null, "utf-8" },
        { "surrogate in utf-8", "UNICODE UTF-8", "EDA080", null, "utf-8" },
        { "lone continuation byte", "", "A9", null, "utf-8" },
        { "NUL", "", "410042", "A\0B", "utf-8" },
        { "control characters", "", "41010742", "A\u0001\aB", "utf-8" },
        { "escaped bytes", "", "5C5843334139 5C", "é", "utf-8" },
        { "byte order mark in a field", "", "EFBBBF41", "\uFEFF" + "A", "utf-8" },
        { "korean", "KS X 1001", "C7D1", "한", "utf-8" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    [Trait("Row", "F37")]
    public void Body_TextOrError_AndRawBytesUnchanged(string name, string charset, string hex, string? expected, string setting)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes($"MSH|^~\\&|A|B||||||C1|P|2.5||||||{charset}\rPID|1||7||"), .. Bytes(hex), .. "|x\r"u8];
        var codec = Hl7.Codec(new Hl7v2Options { Charset = setting });

        var tree = codec.Parse(body);

        if (expected is null)
        {
            var problem = Assert.Throws<MessageFormatException>(() => tree.Get("PID-5"));
            Assert.Matches("[Bb]yte [0-9]+", problem.Message);
            Assert.Throws<MessageFormatException>(() => tree.Root.Copy().At("PID", "PID.5").Text);
        }
        else
        {
            Assert.Equal(expected, tree.Get("PID-5"));
        }

        Assert.True(tree.Serialize().Span.SequenceEqual(body), name);
        tree.Set("PID-6", "y");
        Assert.True(tree.Serialize().Span.SequenceEqual((byte[])[.. body.AsSpan(0, body.Length - 2), .. "y\r"u8]), name);
    }

    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    [Trait("Row", "F37")]
    public void Utf16_IsReadAndWrittenBackAsSuch(string name, bool mark)
    {
        var encoding = Encoding.GetEncoding(name);
        var body = encoding.GetBytes((mark ? "\uFEFF" : "") + "MSH|^~\\&|A|B||||||C1|P|2.5||||||UNICODE UTF-16\rPID|1||日本\r");

        var tree = Hl7.Codec().Parse(body);

        Assert.Equal("日本", tree.Get("PID-3"));
        Assert.True(tree.Serialize().Span.SequenceEqual(body));
        tree.Set("PID-3", "東京");
        Assert.Equal(encoding.GetString(body).Replace("日本", "東京", StringComparison.Ordinal), encoding.GetString(tree.Serialize().Span));
        Assert.Equal(encoding.GetString(body), Hl7.Codec().Decode(body));
    }

    [Theory]
    [InlineData("GB 18030-2000", "gb18030")]
    [InlineData("BIG-5", "big5")]
    [Trait("Row", "F37")]
    public void CharsetWhoseSecondByteMayBeADelimiter_IsReadRight(string name, string iana)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(iana)!;
        // Second bytes of these are 5C, 7C and 5E in one of the two charsets.
        var text = $"MSH|^~\\&|A|B||||||C1|P|2.5||||||{name}\rPID|1||功許餐|next\r";
        var body = encoding.GetBytes(text);

        var tree = Hl7.Codec().Parse(body);

        Assert.Equal("功許餐", tree.Get("PID-3"));
        Assert.Equal("next", tree.Get("PID-4"));
        Assert.True(tree.Serialize().Span.SequenceEqual(body));
        tree.Set("PID-4", "功");
        Assert.Equal(text.Replace("next", "功", StringComparison.Ordinal), encoding.GetString(tree.Serialize().Span));
    }

    [Fact]
    [Trait("Row", "F37")]
    public void ErrorNamesTheByte()
    {
        byte[] body = [.. "MSH|^~\\&|A\rPID|1|ab"u8, 0xFF, .. "c\r"u8];

        var problem = Assert.Throws<MessageFormatException>(() => Hl7.Codec().Parse(body).Get("PID-2"));

        Assert.Contains($"Byte {body.AsSpan().IndexOf((byte)0xFF)} ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SettingWins_WhereMsh18IsNotBelieved()
    {
        byte[] body = [.. "MSH|^~\\&|A|B||||||C1|P|2.5||||||UNICODE UTF-8\rPID|"u8, 0xE9, .. "\r"u8];

        Assert.Equal("é", Hl7.Codec(new Hl7v2Options { Charset = "windows-1252", CharsetFromMessage = false }).Parse(body).Get("PID-1"));
    }

    [Fact]
    public void ValueThatTheCharsetLacks_IsAnErrorAndNotAQuestionMark()
    {
        var tree = Hl7.Parse("MSH|^~\\&|A|B||||||C1|P|2.5||||||8859/1\rPID|1\r");

        tree.Set("PID-1", "日本");

        var problem = Assert.Throws<MessageFormatException>(() => tree.Serialize());
        Assert.Contains("U+65E5", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CharsetChangedByTheScript_WholeMessageIsWrittenInIt()
    {
        var body = Encoding.Latin1.GetBytes("MSH|^~\\&|A|Größe||||||C1|P|2.5||||||8859/1\rPID|é|x\rNTE|ü\r");
        var tree = Hl7.Codec().Parse(body);

        tree.Set("PID-2", "日本");
        tree.Set("MSH-18", "UNICODE UTF-8");

        Assert.Equal("MSH|^~\\&|A|Größe||||||C1|P|2.5||||||UNICODE UTF-8\rPID|é|日本\rNTE|ü\r", tree.Written());
    }

    [Fact]
    public void SegmentOfAMessageInAnotherCharset_IsTranscoded()
    {
        var latin = Hl7.Codec().Parse(Encoding.Latin1.GetBytes("MSH#*@!%#A#B######C1#P#2.5######8859/1\rPID#é*a|b!F!!S!\r"));
        var utf8 = Hl7.Parse("MSH|^~\\&|A\r");

        utf8.Root.Append(latin.Root.Children[1]);

        Assert.Equal("MSH|^~\\&|A\rPID|é^a\\F\\b#*\r", utf8.Written());
        Assert.Equal("a|b#*", Hl7.Parse(utf8.Written()).Get("PID-1.2"));
    }

    [Theory]
    [InlineData("8859/1", "MSH|^~\\&|A|é||||||C1|P|2.5||||||8859/1\r")]
    [InlineData("UNICODE UTF-8", "MSH|^~\\&|A|日||||||C1|P|2.5||||||UNICODE UTF-8\r")]
    public void Encode_InTheCharsetThatTheTextNames(string charset, string text)
    {
        var encoded = Hl7.Codec().Encode(text);

        Assert.Equal(text, Hl7.Codec().Decode(encoded));
        Assert.Equal(charset.StartsWith('8') ? text.Length : Encoding.UTF8.GetByteCount(text), encoded.Length);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", true, CultureInfo.InvariantCulture));
}
