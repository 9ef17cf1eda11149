using System.Text;
using ChannelHost.DataTypes.Json;

namespace ChannelHost.Tests.DataTypes.Json;

public sealed class JsonCompareTests
{
    [Theory]
    [InlineData("{\"a\":1,\"b\":[true,null]}", " { \"b\" : [ true, null ], \"a\" : 1.0 } ")]
    [InlineData("[100, 1e-3, -0]", "[1e2,0.001,0]")]
    [InlineData("\"A\"", "\"\\u0041\"")]
    [InlineData("{\"a\":1,\"a\":2}", "{\"a\":2}")]
    public void SameMeaning_NoDifference(string expected, string actual) => Assert.Empty(Compare(expected, actual));

    [Fact]
    public void Differences_AreToldByPointer() => Assert.Equal(
        [
            new MessageDifference("/name/family", null, "\"A\"", "\"B\""),
            new MessageDifference("/x~1y", null, "1", "\"1\""),
            new MessageDifference("/gone", null, "true", null),
            new MessageDifference("/new", null, null, "0"),
        ],
        Compare("{\"name\":{\"family\":\"A\"},\"x/y\":1,\"gone\":true}", "{\"name\":{\"family\":\"B\"},\"x/y\":\"1\",\"new\":0}"));

    [Fact]
    public void InsertedElement_IsOneDifference() => Assert.Equal(
        [new MessageDifference("/0", null, null, "{\"id\":9}"), new MessageDifference("/1/v", null, "3", "4")],
        Compare("[{\"id\":1,\"v\":2},{\"id\":2,\"w\":5,\"v\":3}]", "[{\"id\":9},{\"id\":1,\"v\":2},{\"id\":2,\"w\":5,\"v\":4}]"));

    [Theory]
    [InlineData("/meta/lastUpdated")]
    [InlineData("/meta")]
    [InlineData("/*/lastUpdated")]
    [InlineData("/")]
    public void Ignored_IsPassedOver(string path) => Assert.Empty(Compare("{\"meta\":{\"lastUpdated\":1}}", "{\"meta\":{\"lastUpdated\":2}}", path));

    [Fact]
    public void Ignored_AnyElement() => Assert.Empty(Compare("{\"items\":[{\"id\":1},{\"id\":2}]}", "{\"items\":[{\"id\":3},{\"x\":1}]}", "/items/*/id", "/items/*/x"));

    [Fact]
    public void UnreadablePath_IsRefused() => Assert.Throws<FormatException>(() => Compare("1", "1", "meta"));

    [Fact]
    public void HugeNumbers_AreNotRounded() => Assert.Single(Compare("[123456789012345678901234567890]", "[123456789012345678901234567891]"));

    [Fact]
    [Trait("Row", "S25")]
    public void TooDeep_BytesAreCompared()
    {
        var deep = new string('[', 100_000) + new string(']', 100_000);

        Assert.Empty(Compare(deep, deep));
        Assert.Equal("byte 100001", Assert.Single(Compare(deep, "[" + deep + "]")).Path);
    }

    [Fact]
    [Trait("Row", "S25")]
    public void DeepestAllowed_IsCompared()
    {
        var codec = new JsonDataType().CreateCodec(new JsonOptions { MaxDepth = 5_000 });
        var deep = Encoding.ASCII.GetBytes(new string('[', 4_999) + "[1]" + new string(']', 4_999));
        var other = Encoding.ASCII.GetBytes(new string('[', 4_999) + "[2]" + new string(']', 4_999));

        Assert.Single(codec.Compare(deep, other, []));
    }

    private static IReadOnlyList<MessageDifference> Compare(string expected, string actual, params string[] ignore) =>
        new JsonDataType().CreateCodec(new JsonOptions()).Compare(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(actual), ignore);
}
