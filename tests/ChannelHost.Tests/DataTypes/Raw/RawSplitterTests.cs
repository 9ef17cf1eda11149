using System.Text;
using ChannelHost.DataTypes.Raw;

namespace ChannelHost.Tests.DataTypes.Raw;

public sealed class RawSplitterTests
{
    [Theory]
    [InlineData("a\nb\r\n\r\nc\rd", "", "a|b|c|d", "line 1|line 2|line 4|line 5")]
    [InlineData("a---b\n--c------d", "---", "a|b\n--c|d", "part 1|part 2|part 3")]
    [InlineData("alone", "", "alone", "line 1")]
    [InlineData("\n\n", "", "", "")]
    public void Pieces_AreMessages(string text, string separator, string pieces, string places)
    {
        var parts = Splitter(separator).Split(Encoding.UTF8.GetBytes(text)).ToArray();

        Assert.Equal(pieces, string.Join('|', parts.Select(part => Encoding.UTF8.GetString(part.Content.Span))));
        Assert.Equal(places, string.Join('|', parts.Select(part => part.Place)));
        Assert.Null(Splitter(separator).Answer(default, []));
    }

    [Fact]
    [Trait("Row", "F37")]
    public void Utf16_IsSplitBetweenCharacters()
    {
        // The bytes of LF stand across two characters here.
        var text = Encoding.Unicode.GetBytes("\u0A00\u4100\nb");

        var parts = Splitter("", "utf-16").Split(text).ToArray();

        Assert.Equal(["\u0A00\u4100", "b"], parts.Select(part => Encoding.Unicode.GetString(part.Content.Span)));
    }

    [Theory]
    [InlineData("a\n")]
    [InlineData("a\r")]
    [InlineData("a\r\n")]
    public void ManyLines_AreSplitInLinearTime(string line) =>
        Assert.Equal(1_000_000, Splitter("").Split(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(line, 1_000_000)))).Count());

    private static IBatchSplitter Splitter(string separator, string charset = "utf-8") =>
        new RawDataType().CreateSplitter(new RawBatchOptions { Separator = separator }, new RawOptions { Charset = charset });
}
