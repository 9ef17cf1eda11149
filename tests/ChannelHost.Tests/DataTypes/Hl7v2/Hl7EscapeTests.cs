using System.Text;
using ChannelHost.DataTypes;
using ChannelHost.DataTypes.Hl7v2;
using CsCheck;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

public sealed class Hl7EscapeTests
{
    private static readonly Charset Latin1 = Charset.Find("iso-8859-1", "test")!;

    [Theory]
    [InlineData("\\F\\\\S\\\\R\\\\E\\\\T\\", "|^~\\&")]
    [InlineData("a\\.br\\b", "a\nb")]
    [InlineData("\\X0D\\\\X0A\\", "\r\n")]
    [InlineData("\\X41\\\\x41\\", "A\\x41\\")]
    [InlineData("\\XC3A9\\", "é")]
    [InlineData("\\XE9\\", "\\XE9\\")]
    [InlineData("\\XC3A\\", "\\XC3A\\")]
    [InlineData("\\X\\", "\\X\\")]
    [InlineData("\\H\\bold\\N\\", "\\H\\bold\\N\\")]
    [InlineData("\\.sp+2\\\\.ti-4\\\\.ce\\", "\\.sp+2\\\\.ti-4\\\\.ce\\")]
    [InlineData("\\C2842\\\\M242A\\\\Z1\\", "\\C2842\\\\M242A\\\\Z1\\")]
    [InlineData("C:\\temp\\F\\x", "C:\\temp|x")]
    [InlineData("lone \\ and \\", "lone \\ and \\")]
    [InlineData("\\\\T\\", "\\&")]
    [InlineData("\\P\\", "\\P\\")]
    [InlineData("no escapes", "no escapes")]
    [InlineData("", "")]
    public void Decode_KnownSequences_OthersStay(string text, string expected) =>
        Assert.Equal(expected, Hl7Escapes.Decode(text, Hl7Delimiters.Standard, Charset.Utf8));

    [Fact]
    public void Decode_HexadecimalBytes_InTheMessagesCharset() => Assert.Equal("é", Hl7Escapes.Decode("\\XE9\\", Hl7Delimiters.Standard, Latin1));

    [Fact]
    public void Decode_TruncationCharacter_WhereTheMessageHasOne() =>
        Assert.Equal("#", Hl7Escapes.Decode("\\P\\", Hl7Delimiters.Standard with { Truncation = (byte)'#' }, Charset.Utf8));

    [Theory]
    [InlineData("\\H\\bold\\N\\", "\\H\\bold\\N\\")]
    [InlineData("\\H\\N\\", "\\H\\N\\E\\")]
    [InlineData("C:\\temp\\x", "C:\\E\\temp\\E\\x")]
    [InlineData("\\X41\\", "\\E\\X41\\E\\")]
    [InlineData("\v\u001C", "\\X0B\\\\X1C\\")]
    [InlineData("tab\tstays", "tab\tstays")]
    public void Encode_OnlyWhatIsReserved(string value, string expected) =>
        Assert.Equal(expected, Hl7Escapes.Encode(value, Hl7Delimiters.Standard, Charset.Utf8));

    [Fact]
    public void AnyValue_WrittenAndRead_IsTheSame()
    {
        var piece = Gen.OneOf(
            Gen.Char["|^~\\&#HNXEFSRT.br0129AZ \r\n\t\u000B\u001Cé日"].Select(c => c.ToString()),
            Gen.Int[0, 8].Select(i => new[] { "\\H\\", "\\N\\", "\\.br\\", "\\.sp3\\", "\\XE9\\", "\\X41\\", "\\F\\", "\\C2842\\", "😀" }[i]));
        var delimiters = Gen.Int[0, 3].Select(i => new[]
        {
            Hl7Delimiters.Standard,
            Hl7Delimiters.Standard with { Truncation = (byte)'#' },
            new Hl7Delimiters((byte)'#', (byte)'*', (byte)'@', (byte)'!', (byte)'%', 0),
            new Hl7Delimiters((byte)'.', (byte)'+', (byte)'-', (byte)'/', (byte)':', 0),
        }[i]);

        Gen.Select(piece.Array[0, 20].Select(string.Concat), delimiters).Sample(
            (value, form) =>
            {
                var encoded = Hl7Escapes.Encode(value, form, Charset.Utf8);
                Assert.Equal(value, Hl7Escapes.Decode(encoded, form, Charset.Utf8));
                Assert.Equal(-1, encoded.IndexOfAny(['\r', '\n', '\v', '\u001C', (char)form.Field, (char)form.Component, (char)form.Repetition, (char)form.Subcomponent]));
            },
            iter: 20_000);
    }

    [Fact]
    public void TextOfAnyMessage_ReadAndWrittenBack_IsTheSameMeaning()
    {
        var text = Gen.Char["\\\\\\HNXEFSRT.br0E9ab"].Array[0, 30].Select(c => new string(c));

        text.Sample(
            raw =>
            {
                var value = Hl7Escapes.Decode(raw, Hl7Delimiters.Standard, Charset.Utf8);
                var again = Hl7Escapes.Encode(value, Hl7Delimiters.Standard, Charset.Utf8);
                Assert.Equal(value, Hl7Escapes.Decode(again, Hl7Delimiters.Standard, Charset.Utf8));
            },
            iter: 20_000);
    }

    [Fact]
    public void LineBreaksOfTheTree_AreEscapedByDefault_OrKept()
    {
        var tree = Hl7.Parse(Hl7.M0);
        tree.Root.At("PID", "PID.8", "PID.8.1").SetText("A\rB\nC");
        Assert.Contains("|A\\X0D\\B\\X0A\\C\r", tree.Written(), StringComparison.Ordinal);
        Assert.Equal("A\rB\nC", tree.Get("PID-8"));

        tree = Hl7.Parse(Hl7.M0, new Hl7v2Options { LineBreaks = Hl7LineBreaks.Keep });
        tree.Root.At("PID", "PID.8", "PID.8.1").SetText("A\rB\nC");
        Assert.Contains("|A\rB\nC\r", tree.Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void HostileChain_TakesLinearTime()
    {
        var chain = new StringBuilder().Insert(0, "\\Q", 1_000_000).ToString();

        Assert.Equal(chain, Hl7Escapes.Decode(chain, Hl7Delimiters.Standard, Charset.Utf8));
    }
}
