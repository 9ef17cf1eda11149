using System.Text;
using ChannelHost.DataTypes;
using ChannelHost.DataTypes.Json;

namespace ChannelHost.Tests.DataTypes.Json;

public sealed class JsonDataTypeTests : DataTypeContract
{
    protected override IDataType Type => DataTypeCatalog.All.Single(type => type.Name == "json");

    protected override IReadOnlyDictionary<string, byte[]> Messages => new Dictionary<string, byte[]>
    {
        ["object"] = [.. "{\"patient\":{\"id\":\"4711\",\"name\":[\"Brandt\",\"Jonas\"]},\"n\":1.5e3,\"ok\":true,\"none\":null}"u8],
        ["array"] = [.. " [1, 2, {\"a\": []}] \n"u8],
        ["value"] = [.. "\"é 日 😀 \\ud83d \\u0000\""u8],
        ["marked"] = [0xEF, 0xBB, 0xBF, .. "{\"a\":1}"u8],
        ["twice"] = [.. "{\"a\":1,\"a\":2}"u8],
        ["large number"] = Encoding.ASCII.GetBytes("[" + new string('9', 5_000) + "]"),
        ["deep"] = Nested(512),
        ["many keys"] = Encoding.ASCII.GetBytes("{" + string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"k{i}\":{i}")) + "}"),
    };

    protected override IReadOnlyDictionary<string, byte[]> Garbage => new Dictionary<string, byte[]>
    {
        ["empty"] = [],
        ["blank"] = [.. "  "u8],
        ["cut off"] = [.. "{\"a\":"u8],
        ["two values"] = [.. "{} {}"u8],
        ["comment"] = [.. "{} // x"u8],
        ["trailing comma"] = [.. "[1,]"u8],
        ["single quotes"] = [.. "{'a':1}"u8],
        ["not a number"] = [.. "[NaN]"u8],
        ["invalid utf-8"] = [.. "[\""u8, 0xE9, .. "\"]"u8],
        ["utf-16"] = Encoding.Unicode.GetBytes("{\"a\":1}"),
        ["hl7"] = [.. "MSH|^~\\&|A"u8],
        ["deep"] = Nested(513),
        ["very deep"] = Nested(10_000),
        ["deeper than any stack"] = Nested(1_000_000),
    };

    [Theory]
    [InlineData(513)]
    [InlineData(10_000)]
    public void TooDeep_ErrorNamesTheLimit(int depth)
    {
        var problem = Assert.Throws<MessageFormatException>(() => Codec.Decode(Nested(depth)));

        Assert.Contains("512 levels", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_FollowsTheSetting()
    {
        var codec = Type.CreateCodec(new JsonOptions { MaxDepth = 2 });

        Assert.Equal("[[]]", codec.Decode(Nested(2)));
        Assert.Throws<MessageFormatException>(() => codec.Decode(Nested(3)));
    }

    [Fact]
    public void TooLarge_ErrorNamesTheLimit()
    {
        var codec = Type.CreateCodec(new JsonOptions { MaxSize = new ByteSize(1024) });

        Assert.Contains("1KB", Assert.Throws<MessageFormatException>(() => codec.Decode(new byte[1025])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoJson_ErrorSaysWhereAndNothingOfTheContent()
    {
        var problem = Assert.Throws<MessageFormatException>(() => Codec.Decode("{\n  \"name\": Brandt }"u8.ToArray()));

        Assert.Contains("line 2", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Brandt", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ByteOrderMark_IsNotPartOfTheText() => Assert.Equal("{\"a\":1}", Codec.Decode(Messages["marked"]));

    [Fact]
    public void NothingIsIndexedOrAnswered()
    {
        Assert.Equal(default, Codec.Describe(Messages["object"]));
        Assert.Null(Codec.ValidatorFor(Messages["object"]));
        Assert.Equal(MessageModel.Json, Codec.Model);
    }

    private static byte[] Nested(int depth) => Encoding.ASCII.GetBytes(new string('[', depth) + new string(']', depth));
}
