using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting;

public class JsonAndTextTests
{
    private static readonly PlainCodec Json = new(MessageModel.Json);

    private readonly ScriptBench _bench = new();

    [Theory]
    [InlineData("{\"a\":1.0,\"b\":\"\\u0041\",  \"c\" : [ 1e2 ] }")]
    [InlineData("{\"a\":{\"__proto__\":{\"polluted\":true}}}")]
    [InlineData("[]")]
    [InlineData(" { \"text\" : \"a \\\" b\" } ")]
    [InlineData("{\"n\":12345678901234567890}")]
    public void Untouched_ComesOutAsItWentIn(string json) =>
        Assert.Equal(json, _bench.Transform("channelMap.put('seen', JSON.stringify(msg)); if (({}).polluted) throw 'polluted'", json, Json));

    [Theory]
    [InlineData("msg.a = 2", "{\"a\":2,\"b\":[1]}")]
    [InlineData("msg.b.push(msg.a)", "{\"a\":1,\"b\":[1,1]}")]
    [InlineData("delete msg.a", "{\"b\":[1]}")]
    [InlineData("msg = msg.b", "[1]")]
    public void Changed_IsWritten(string script, string expected) => Assert.Equal(expected, _bench.Transform(script, "{ \"a\": 1, \"b\": [1] }", Json));

    [Theory]
    [InlineData("{")]
    [InlineData("{\"patient\":\"DOE\"")]
    [InlineData("not json")]
    public void NoJson_IsAFormatErrorWithoutContent(string content)
    {
        var result = _bench.Run(ScriptBench.Scope(content, Json), ScriptBench.Step(ScriptKind.Transformer, "msg.a = 1"));

        Assert.Equal("format", result.Error!.Kind);
        Assert.DoesNotContain("DOE", result.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DeepJson_IsAnErrorNotACrash()
    {
        var content = new string('[', 100_000) + new string(']', 100_000);

        var result = _bench.Run(ScriptBench.Scope(content, Json), ScriptBench.Step(ScriptKind.Transformer, "msg.length"));

        Assert.Equal("format", result.Error!.Kind);
    }

    [Fact]
    public void Text_IsAString()
    {
        var codec = new PlainCodec(MessageModel.Text);

        Assert.Equal("HELLO", _bench.Transform("msg = msg.toUpperCase()", "hello", codec));
        Assert.Equal("string", _bench.Value("typeof msg", "hello", codec));
    }
}
