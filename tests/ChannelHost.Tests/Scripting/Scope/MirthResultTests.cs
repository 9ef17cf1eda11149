using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.Scope;

/// <summary>What scripts of imported channels return, and what it means.</summary>
public class MirthResultTests
{
    private readonly MirthBench _bench = new();

    [Theory]
    [InlineData("var x = 1;", "undefined")]
    [InlineData("return null;", ScriptBench.Message)]
    [InlineData("return message.replace('DOE', 'ROE').substring(0, 3);", "MSH")]
    [InlineData("return 5;", "5")]
    [InlineData("return '';", "")]
    [InlineData("message = 'assigned'; return null;", ScriptBench.Message)]
    public void Preprocessor_ReturnsTheMessage(string script, string expected)
    {
        foreach (var kind in new[] { ScriptKind.Preprocessor, ScriptKind.GlobalPreprocessor })
        {
            var result = _bench.Run(kind, script);

            Assert.True(result.Outcome == ScriptOutcome.Accepted, result.Error?.ToString());
            Assert.Equal(expected, ScriptBench.Text(result));
        }
    }

    [Theory]
    [InlineData("return true;", true)]
    [InlineData("return 1;", true)]
    [InlineData("return 'true';", false)]
    [InlineData("return null;", false)]
    [InlineData("return;", false)]
    [InlineData("$c('b', true); return $c('b');", true)]
    [InlineData("$c('b', false); return $c('b');", false)]
    public void Filter_AcceptsWhatEqualsTrue(string script, bool passes) =>
        Assert.Equal(passes ? ScriptOutcome.Accepted : ScriptOutcome.Filtered, _bench.Run(ScriptKind.Filter, script).Outcome);

    [Fact]
    public void ReturnInAStep_EndsTheTransformerWithoutError()
    {
        var scope = MirthBench.Scope();

        var result = _bench.Run(ScriptKind.Transformer, "channelMap.put('a', 1); if (true) return; channelMap.put('b', 1);", scope);

        Assert.Equal(ScriptOutcome.Accepted, result.Outcome);
        Assert.Equal(["a"], scope.Maps.Channel.Keys);
    }

    [Theory]
    [InlineData("", MessageStatus.Sent, "", "JavaScript evaluation successful.")]
    [InlineData("return QUEUED;", MessageStatus.Queued, "", "JavaScript evaluation successful.")]
    [InlineData("return Status.ERROR;", MessageStatus.Error, "", "JavaScript evaluation successful.")]
    [InlineData("return 'SENT';", MessageStatus.Sent, "SENT", "JavaScript evaluation successful.")]
    [InlineData("return [1,2];", MessageStatus.Sent, "1,2", "JavaScript evaluation successful.")]
    [InlineData("return {a:1};", MessageStatus.Sent, "[object Object]", "JavaScript evaluation successful.")]
    [InlineData("return false;", MessageStatus.Sent, "false", "JavaScript evaluation successful.")]
    [InlineData("return <a>1</a>;", MessageStatus.Sent, "1", "JavaScript evaluation successful.")]
    [InlineData("return new Response(ERROR, 'answer', 'line', 'reason');", MessageStatus.Error, "answer", "line")]
    [InlineData("return ResponseFactory.getQueuedResponse('later');", MessageStatus.Queued, "later", "")]
    [InlineData("return new Packages.com.mirth.connect.userutil.Response(com.mirth.connect.userutil.Status.SENT, 'x');", MessageStatus.Sent, "x", "")]
    public void Writer_ReturnsAResponse(string script, MessageStatus status, string message, string line)
    {
        var result = _bench.Run(ScriptKind.Writer, script, MirthBench.Scope(connector: 1));

        Assert.True(result.Response is not null, result.Error?.ToString());
        Assert.Equal((status, message, line), (result.Response.Status, System.Text.Encoding.UTF8.GetString(result.Response.Content.Span), result.Response.StatusMessage));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("return null;", null)]
    [InlineData("return 'text';", "text")]
    [InlineData("return responseMap.get('d1');", "ACK")]
    [InlineData("return new Response(SENT, 'made');", "made")]
    public void Postprocessor_ReturnsAResponse(string script, string? expected)
    {
        var scope = MirthBench.Scope();
        scope.Maps.Response.Put("d1", new Dictionary<string, object?> { ["status"] = "SENT", ["statusMessage"] = "", ["message"] = "ACK", ["error"] = null });

        var result = _bench.Run(ScriptKind.Postprocessor, script, scope);

        Assert.True(result.Outcome == ScriptOutcome.Accepted, result.Error?.ToString());
        Assert.Equal(expected, result.Response is { } made ? System.Text.Encoding.UTF8.GetString(made.Content.Span) : null);
    }

    [Fact]
    public void Reader_ReturnsRawMessages_WithTheirMapsAndDestinations()
    {
        var result = _bench.Run(ScriptKind.Reader, """
            var list = new java.util.ArrayList();
            list.add(new RawMessage('first', [2], Maps.map('k', 'v')));
            list.add('second');
            return list;
            """);

        Assert.NotNull(result.Messages);
        Assert.Equal(["first", "second"], result.Messages.Select(message => System.Text.Encoding.UTF8.GetString(message.Content.Span)));
        Assert.Equal([2], result.Messages[0].Destinations!);
        Assert.Equal("v", result.Messages[0].SourceMap["k"]);
        Assert.Null(result.Messages[1].Destinations);
    }

    [Fact]
    public void Batch_ReadsOnFromRunToRun()
    {
        using var reader = new StringReader("one\r\ntwo\n");
        var scope = MirthBench.Scope(reader: reader);
        const string script = "var line = reader.readLine(); return line == null ? null : line + '!';";

        Assert.Equal(["one!", "two!", null], [_bench.Run(ScriptKind.Batch, script, scope).Value, _bench.Run(ScriptKind.Batch, script, scope).Value, _bench.Run(ScriptKind.Batch, script, scope).Value]);
    }

    [Theory]
    [InlineData("responseStatus = QUEUED; responseStatusMessage = 'again'; responseErrorMessage = null;", MessageStatus.Queued, "again", null)]
    [InlineData("responseStatus = SENT;", MessageStatus.Sent, "refused", "why")]
    [InlineData("responseStatus = 'SENT';", MessageStatus.Error, "refused", "why")]
    [InlineData("responseStatus = FILTERED;", MessageStatus.Error, "refused", "why")]
    [InlineData("responseStatusMessage = response.getMessage() + '/' + response.getNewMessageStatus();", MessageStatus.Error, "NAK/ERROR", "why")]
    public void ResponseTransformer_AssignsTheOutcome(string script, MessageStatus status, string line, string? error)
    {
        var scope = MirthBench.Scope("NAK", connector: 1, codec: new PlainCodec(MessageModel.Text));
        scope.Response = new Response { Status = MessageStatus.Error, StatusMessage = "refused", Error = "why", Content = "NAK"u8.ToArray() };

        var result = _bench.Run(ScriptKind.ResponseTransformer, script, scope);

        Assert.True(result.Outcome == ScriptOutcome.Accepted, result.Error?.ToString());
        Assert.Equal((status, line, error), (scope.Response.Status, scope.Response.StatusMessage, scope.Response.Error));
    }

    [Fact]
    public void GlobalPostprocessor_SeesTheChannelsResponse()
    {
        var variables = new Dictionary<string, object?> { ["response"] = Response.Sent("", "from the channel"u8.ToArray()) };

        var result = _bench.Run(ScriptKind.GlobalPostprocessor, "return response.getMessage() + ' and more';", MirthBench.Scope(variables: variables));

        Assert.Equal("from the channel and more", System.Text.Encoding.UTF8.GetString(result.Response!.Content.Span));
    }
}
