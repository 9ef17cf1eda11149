using System.Text;
using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting;

public class ResultTests
{
    private readonly ScriptBench _bench = new();

    [Theory]
    [InlineData("return true;", true)]
    [InlineData("true", true)]
    [InlineData("return 1;", true)]
    [InlineData("msg['PID']['PID.8']['PID.8.1'] == 'M'", true)]
    [InlineData("const sex = msg.get('PID-8.1');\nsex == 'M'", true)]
    [InlineData("if (msg.get('PID-8.1') == 'M') return true;\nreturn false;", true)]
    [InlineData("'true'", false)]
    [InlineData("return 'true';", false)]
    [InlineData("return;", false)]
    [InlineData("", false)]
    [InlineData("null", false)]
    [InlineData("0", false)]
    [InlineData("return undefined", false)]
    [InlineData("return {}", false)]
    [InlineData("if (false) return true; var n = 1;", false)]
    public void Filter(string script, bool passes)
    {
        var scope = ScriptBench.Scope();

        var result = _bench.Run(scope, ScriptBench.Step(ScriptKind.Filter, script), ScriptBench.Step(ScriptKind.Transformer, "channelMap.put('ran', true)"));

        Assert.Equal(passes ? ScriptOutcome.Accepted : ScriptOutcome.Filtered, result.Outcome);
        Assert.Equal(passes, scope.Maps.Channel.Values.ContainsKey("ran"));
        Assert.True(result.Content.Equals(scope.Content));
    }

    [Theory]
    [InlineData("return message.replace('DOE', 'ROE')", "ROE")]
    [InlineData("message = message.replace('DOE', 'ROE')", "ROE")]
    [InlineData("message.replace('DOE', 'ROE')", "DOE")]
    [InlineData("channelMap.put('x', 'y'); channelMap.put('x', 'z')", "DOE")]
    [InlineData("return null", "DOE")]
    [InlineData("", "DOE")]
    public void Preprocessor_ShapesWhatLaterScriptsRead(string script, string expected)
    {
        var scope = ScriptBench.Scope();

        var result = _bench.Run(scope, ScriptBench.Step(ScriptKind.Preprocessor, script), ScriptBench.Step(ScriptKind.Transformer, "channelMap.put('name', msg.get('PID-5.1'))"));

        Assert.Equal(expected, scope.Maps.Channel.Values["name"]);
        Assert.Contains("|" + expected + "^", ScriptBench.Text(result), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("return 'text'", "text")]
    [InlineData("return 5", 5.0)]
    [InlineData("return true", true)]
    [InlineData("return null", null)]
    [InlineData("'not returned'", null)]
    [InlineData("return msg['PID']['PID.5']['PID.5.1']", "DOE")]
    public void Writer_GivesWhatItReturns(string script, object? expected) =>
        Assert.Equal(expected, _bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Writer, script)).Value);

    [Fact]
    public void Writer_GivesObjectsAsDictionaries()
    {
        var result = _bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Writer, "return { status: QUEUED, message: 'later', error: null }"));

        var value = Assert.IsType<Dictionary<string, object?>>(result.Value);
        Assert.Equal(("QUEUED", "later", null), (value["status"], value["message"], value["error"]));
    }

    [Fact]
    public void Reader_GivesLists()
    {
        var result = _bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Reader, "return ['a', 'b']"));

        Assert.Equal(new List<object?> { "a", "b" }, result.Value);
    }

    [Fact]
    public void WholeTree_IsReturnedAsItsMessage()
    {
        var result = _bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Writer, "msg.set('PID-5.1', 'ROE'); return msg;"));

        Assert.Equal(ScriptBench.Message.Replace("DOE", "ROE", StringComparison.Ordinal), Text(result.Value));
    }

    [Fact]
    public void ResponseTransformer_ReadsAndReplacesTheResponse()
    {
        var scope = ScriptBench.Scope();
        scope.Response = Response.TryAgain("refused", Encoding.UTF8.GetBytes(ScriptBench.Message));

        var result = _bench.Run(scope, ScriptBench.Step(ScriptKind.ResponseTransformer, """
            channelMap.put('seen', [response.status, response.getStatusMessage(), response.message.substring(0, 3), responseStatus]);
            if (responseStatus == QUEUED) { responseStatus = SENT; responseStatusMessage = 'taken anyway'; responseErrorMessage = null; }
            msg.set('PID-5.1', 'ROE');
            """));

        Assert.Equal(ScriptOutcome.Accepted, result.Outcome);
        Assert.Equal(new List<object?> { "QUEUED", "refused", "MSH", "QUEUED" }, scope.Maps.Channel.Values["seen"]);
        Assert.Equal((MessageStatus.Sent, "taken anyway", null), (scope.Response.Status, scope.Response.StatusMessage, scope.Response.Error));
        Assert.Contains("ROE^", Encoding.UTF8.GetString(scope.Response.Content.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void ResponseStatusOfAnotherKind_IsAnError()
    {
        var scope = ScriptBench.Scope();
        scope.Response = Response.Sent("ok");

        var result = _bench.Run(scope, ScriptBench.Step(ScriptKind.ResponseTransformer, "responseStatus = 'DONE'"));

        Assert.Contains("SENT, QUEUED or ERROR", result.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(MessageStatus.Sent, scope.Response.Status);
    }

    [Theory]
    [InlineData("msg = { a: 1 }", "{\"a\":1}")]
    [InlineData("msg = 'text'", "text")]
    [InlineData("msg = msg['PID'][0]", "PID|1||123^^^HOSP^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|M")]
    [InlineData("msg = msg['PID']['PID.5'][0]", "DOE^JOHN^Q")]
    [InlineData("msg = [1, 2]", "[1,2]")]
    [InlineData("msg = 5", "5")]
    public void MsgReplaced_IsWritten(string script, string expected) => Assert.Equal(expected, _bench.Transform(script));

    [Theory]
    [InlineData("msg = undefined")]
    [InlineData("msg = null")]
    [InlineData("msg = msg['PID']['PID.3']")]
    [InlineData("delete globalThis.msg; msg")]
    public void MsgThatIsNoMessage_IsAnError(string script) => Assert.Equal("error", _bench.Fail(script).Kind);

    [Fact]
    public void OutboundJson_WithMsgStillATree_SaysWhatToDo()
    {
        var result = _bench.Run(
            ScriptBench.Scope(outbound: new PlainCodec(MessageModel.Json)),
            ScriptBench.Step(ScriptKind.Transformer, "msg.set('PID-5.1', 'ROE')"));

        Assert.Contains("assign an object to msg", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ScriptsThatNeverTouchMsg_DoNotReadIt()
    {
        var scope = ScriptBench.Scope("no message at all");

        var untouched = _bench.Run(scope, ScriptBench.Step(ScriptKind.Transformer, "channelMap.put('a', 1)"));
        var touched = _bench.Run(scope, ScriptBench.Step(ScriptKind.Transformer, "channelMap.put('a', 1);\nmsg"));

        Assert.Equal(ScriptOutcome.Accepted, untouched.Outcome);
        Assert.True(untouched.Content.Equals(scope.Content));
        Assert.Equal("format", touched.Error!.Kind);
    }

    private static string Text(object? value) => value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : Assert.IsType<string>(value);
}
