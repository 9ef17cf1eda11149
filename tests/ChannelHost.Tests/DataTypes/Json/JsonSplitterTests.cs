using System.Text;
using ChannelHost.DataTypes.Json;

namespace ChannelHost.Tests.DataTypes.Json;

public sealed class JsonSplitterTests
{
    [Theory]
    [InlineData("[1, {\"a\": [2]} ,\"x\"]", "")]
    [InlineData("\uFEFF[1,{\"a\": [2]},\"x\"]\n", "")]
    [InlineData("{\"skip\":[{\"items\":0}],\"items\":[1,{\"a\": [2]},\"x\"],\"after\":1}", "/items")]
    [InlineData("[0,{\"a/b\":[1,{\"a\": [2]},\"x\"]}]", "/1/a~1b")]
    public void Elements_AreMessagesAsTheyStand(string text, string path)
    {
        var parts = Parts(text, path);

        Assert.Equal(["1", "{\"a\": [2]}", "\"x\""], parts.Select(Text));
        Assert.Equal(["element 1", "element 2", "element 3"], parts.Select(part => part.Place));
        Assert.All(parts, part => Assert.Null(part.Problem));
    }

    [Theory]
    [InlineData("{\"a\":1}")]
    [InlineData("17")]
    [InlineData("no json")]
    [InlineData("")]
    public void NoArray_IsOnePart(string text)
    {
        var part = Assert.Single(Parts(text));

        Assert.Equal(text, Text(part));
        Assert.Null(part.Problem);
    }

    [Fact]
    public void EmptyArray_HasNoParts() => Assert.Empty(Parts(" [ ] "));

    [Theory]
    [InlineData("{\"other\":[]}")]
    [InlineData("{\"items\":{}}")]
    [InlineData("[1]")]
    public void NoArrayAtThePath_IsAProblem(string text) => Assert.Equal("There is no array at /items (setting path).", Assert.Single(Parts(text, "/items")).Problem);

    [Theory]
    [InlineData("[1,2,nul]", 2)]
    [InlineData("[1,2", 1)]
    [InlineData("[1,2] x", 2)]
    [InlineData("[1,{\"a\":]", 1)]
    [Trait("Row", "F36")]
    public void Broken_GoodOnesAreKeptAndTheRestIsVisible(string text, int good)
    {
        var parts = Parts(text);

        Assert.Equal(good + 1, parts.Length);
        Assert.All(parts[..good], part => Assert.Null(part.Problem));
        Assert.StartsWith("From here on this is no JSON", parts[good].Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(1_000_000)]
    [Trait("Row", "S25")]
    public void TooDeepElement_IsAPartOfItsOwnForTheCodecToRefuse(int depth)
    {
        var parts = Parts($"[1,{new string('[', depth)}{new string(']', depth)},2]");

        Assert.Equal(["1", "2"], [Text(parts[0]), Text(parts[2])]);
        Assert.Throws<MessageFormatException>(() => new JsonDataType().CreateCodec(new JsonOptions()).Decode(parts[1].Content));
    }

    [Fact]
    [Trait("Row", "F37")]
    public void UndecodableElement_IsRefusedAlone()
    {
        byte[] text = [.. "[1,\""u8, 0xE9, .. "\",2]"u8];

        var parts = Splitter().Split(text).ToArray();

        Assert.Equal(3, parts.Length);
        Assert.Throws<MessageFormatException>(() => new JsonDataType().CreateCodec(new JsonOptions()).Decode(parts[1].Content));
    }

    [Fact]
    public void Answer_StatesEveryPart()
    {
        var parts = Parts("[1,2,3]");
        BatchAnswer[] answers =
        [
            new(parts[0], new SourceResponse(1, true, MessageStatus.Transformed, "{\"ok\":true}"u8.ToArray(), null)),
            new(parts[1], new SourceResponse(2, true, MessageStatus.Error, null, "transform.js 3:1")),
            new(parts[2], new SourceResponse(0, false, MessageStatus.Error, "plain"u8.ToArray(), "the disk is full")),
        ];

        Assert.Equal(
            "{\"accepted\":1,\"rejected\":2,\"parts\":[{\"number\":1,\"place\":\"element 1\",\"status\":\"accepted\",\"answer\":{\"ok\":true}},"
                + "{\"number\":2,\"place\":\"element 2\",\"status\":\"error\",\"reason\":\"transform.js 3:1\"},"
                + "{\"number\":3,\"place\":\"element 3\",\"status\":\"refused\",\"reason\":\"the disk is full\",\"answer\":\"plain\"}]}",
            Encoding.UTF8.GetString(Splitter().Answer(default, answers)!.Value.Span));
    }

    [Fact]
    public void WrongPath_IsNamed() => Assert.Equal("path", Assert.Single(new JsonDataType().ValidateBatch(new JsonBatchOptions { Path = "items" }, new JsonOptions())).Option);

    private static IBatchSplitter Splitter(string path = "") => new JsonDataType().CreateSplitter(new JsonBatchOptions { Path = path }, new JsonOptions());

    private static BatchPart[] Parts(string text, string path = "") => [.. Splitter(path).Split(Encoding.UTF8.GetBytes(text))];

    private static string Text(BatchPart part) => Encoding.UTF8.GetString(part.Content.Span);
}
