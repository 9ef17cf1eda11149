using ChannelHost.Server;

namespace ChannelHost.Tests.Server;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("A1\r\nINFO forged line", "A1\\u000D\\u000AINFO forged line")]
    [InlineData("\u001b[31mred\u001b[0m", "\\u001B[31mred\\u001B[0m")]
    [InlineData("\u009b31m", "\\u009B31m")]
    [InlineData("user\u202Etxt.exe", "user\\u202Etxt.exe")]
    [InlineData("a\u2028b\u2029c", "a\\u2028b\\u2029c")]
    [InlineData("tab\tnul\0", "tab\\u0009nul\\u0000")]
    [InlineData("zero\u200Bwidth\uFEFF", "zero\\u200Bwidth\\uFEFF")]
    [Trait("Row", "S31")]
    public void DangerousCharacter_IsWrittenAsItsNumber(string text, string shown)
    {
        Assert.Equal(shown, PlainText.OneLine(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("MSG-0001")]
    [InlineData("Müller, Zoë — 東京 \\ ^ | ~ & 😀")]
    public void OrdinaryText_StaysAsItIs(string text)
    {
        Assert.Equal(text, PlainText.OneLine(text));
    }

    [Fact]
    public void LongText_IsCut()
    {
        Assert.Equal("abcde...", PlainText.OneLine("abcdefgh", limit: 5));
    }
}
