using ChannelHost.Connectors.Text;

namespace ChannelHost.Tests.Connectors.Text;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("CN=Lab, O=Ärzte", "CN=Lab, O=Ärzte")]
    [InlineData("a\r\nERROR forged line", "a??ERROR forged line")]
    [InlineData("\u001b[31mred", "?[31mred")]
    [InlineData("abc\u202Egnp.exe", "abc?gnp.exe")]
    [InlineData("a\u2028b\uFEFF", "a?b?")]
    public void TextFromOutside_StaysOneLineOfPlainText(string? text, string expected) => Assert.Equal(expected, SafeText.From(text));

    [Fact]
    public void LongText_IsCut() => Assert.Equal(303, SafeText.From(new string('x', 10_000)).Length);
}
