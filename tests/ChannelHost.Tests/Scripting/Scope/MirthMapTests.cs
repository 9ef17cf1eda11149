using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.Scope;

public class MirthMapTests
{
    private static readonly Dictionary<string, object?> Request = new()
    {
        ["method"] = "GET", ["path"] = "/in/x", ["remoteAddress"] = "127.0.0.1", ["query"] = "id=a+b&id=c%2Fd&flag", ["query.id"] = "a b,c/d",
        ["header.content-type"] = "text/plain", ["header.accept"] = "*/*", ["header.host"] = "hub:8081",
    };

    private readonly MirthBench _bench = new();

    [Fact]
    public void SegmentWithoutAPlace_IsMadeWhateverTheMessageIs()
    {
        const string script = "(function () { var pid = createSegment('PID'); pid['PID.3']['PID.3.1'] = '4711'; return pid.toXMLString() })()";

        foreach (var codec in new IMessageCodec[] { new PlainCodec(MessageModel.Text), new PlainCodec(MessageModel.Json), new PipeCodec() })
        {
            Assert.Contains("4711", _bench.Text(script, MirthBench.Scope("{}", codec: codec)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ResponseThatIsOnlyRead_StaysAsItIsAndWhereItIs()
    {
        var maps = new MessageMaps();
        var answer = Response.Sent("it worked", "ACK"u8.ToArray());
        maps.Response.Put("d1", answer);

        _bench.Out("var r = $r('Destination 1'); r.getStatus(); $r('d1').getMessage();", ScriptKind.Postprocessor, MirthBench.Scope(maps: maps));

        Assert.Equal("d1", Assert.Single(maps.Response.Values).Key);
        Assert.Same(answer, maps.Response.Values["d1"]);
    }

    [Fact]
    public void ObjectThatIsOnlyRead_IsNotWrittenAgain_AndOneThatChangedIs()
    {
        var read = new Dictionary<string, object?> { ["a"] = 1.0 };
        var changed = new Dictionary<string, object?> { ["a"] = 1.0 };
        var maps = new MessageMaps();
        maps.Channel.Put("read", read);
        maps.Channel.Put("changed", changed);

        _bench.Out("$c('read').a; $c('changed').a = 2;", ScriptKind.Transformer, MirthBench.Scope(maps: maps));

        Assert.Same(read, maps.Channel.Values["read"]);
        Assert.Equal(2.0, Assert.IsAssignableFrom<IReadOnlyDictionary<string, object?>>(maps.Channel.Values["changed"])["a"]);
    }

    [Theory]
    [InlineData("var b = new java.lang.String('abc').getBytes(); $g('b', b); b[0] = 120;")]
    [InlineData("$g('b', new java.lang.String('abc').getBytes()); var c = $g('b'); c[0] = 120;")]
    [InlineData("var u = new Uint8Array([97, 98, 99]); $g('b', u); u[0] = 120;")]
    [InlineData("var u = new Uint8Array([97, 98, 99]); $g('b', u.buffer); u[0] = 120;")]
    public void BytesInASharedMap_AreNobodysToChange(string script) =>
        Assert.Equal("abc", _bench.Text($"(function () {{ {script} return new java.lang.String($g('b')) }})()"));

    [Theory]
    [InlineData("(channelMap.put('b', false), $c('b') ? 'truthy' : 'falsy')", "truthy")]
    [InlineData("(channelMap.put('b', false), $c('b') == false)", "true")]
    [InlineData("(channelMap.put('n', 1), $c('n') + 1)", "2")]
    [InlineData("(channelMap.put('n', 1), String($c('n')))", "1.0")]
    [InlineData("(channelMap.put('s', 'hello'), typeof $c('s'))", "object")]
    [InlineData("(channelMap.put('s', 'hello'), $c('s') == 'hello')", "true")]
    [InlineData("(channelMap.put('s', 'hello'), $c('s') === 'hello')", "false")]
    [InlineData("(channelMap.put('s', 'hello'), $c('s').length())", "5")]
    [InlineData("(channelMap.put('s', 'hello'), $c('s').equalsIgnoreCase('HELLO'))", "true")]
    [InlineData("($c('k', 'a'), $c('k', 'b'))", "a")]
    [InlineData("($co('k', 'connector'), $c('k', 'channel'), $('k'))", "connector")]
    [InlineData("($r('k', 'response'), $co('k', 'connector'), $('k'))", "response")]
    [InlineData("($gc('k', 'gc'), $g('k', 'g'), $('k'))", "gc")]
    [InlineData("($c('k', null), $('k'))", "null")]
    [InlineData("$('nowhere') == ''", "true")]
    [InlineData("channelMap.get('peer')", "127.0.0.1")]
    [InlineData("channelMap.containsKey('peer')", "false")]
    [InlineData("(channelMap.put('a', 1), channelMap.keySet().iterator().next())", "a")]
    [InlineData("(channelMap.put('a', 'x'), channelMap.entrySet().iterator().next().getValue())", "x")]
    [InlineData("(channelMap.put('a', 'x'), channelMap.values().get(0))", "x")]
    [InlineData("(channelMap.putAll(Maps.map('p', 'q')), channelMap.get('p'))", "q")]
    [InlineData("(channelMap.put('o', {a: 1}), $c('o').a = 2, $c('o').a)", "2")]
    [InlineData("(channelMap.put('x', <a><b>1</b></a>), $c('x').b)", "1")]
    [InlineData("(channelMap.put('d', new Date(0)), $c('d').getTime())", "0")]
    [InlineData("(globalMap.putSync('k', 'v'), globalMap.getSync('k'))", "v")]
    [InlineData("globalChannelMap.getVariables().size()", "0")]
    public void Expressions(string expression, string expected) => Assert.Equal(expected, _bench.Text(expression));

    [Theory]
    [InlineData("sourceMap.put('a', 1)", "java.lang.UnsupportedOperationException")]
    [InlineData("configurationMap.put('a', 1)", "java.lang.UnsupportedOperationException")]
    [InlineData("$gc('k', null)", "java.lang.NullPointerException")]
    [InlineData("$g('k', null)", "java.lang.NullPointerException")]
    public void Refused_AsAJavaException(string script, string type)
    {
        Assert.Contains(type, _bench.Fail(script).Message, StringComparison.Ordinal);
        Assert.Equal($"{type} JavaException", _bench.Text($"(function () {{ try {{ {script} }} catch (e) {{ return e.javaException.getClass().getName() + ' ' + e.name }} }})()"));
    }

    [Theory]
    [InlineData("sourceMap.get('headers').getHeader('Content-Type')", "text/plain")]
    [InlineData("$('headers').getHeader('X-None')", "null")]
    [InlineData("$s('headers').contains('ACCEPT')", "true")]
    [InlineData("$s('parameters').getParameter('id')", "a b")]
    [InlineData("$s('parameters').getParameterList('id').size()", "2")]
    [InlineData("$s('parameters').getParameterList('id').get(1)", "c/d")]
    [InlineData("$s('parameters').getKeys().size()", "2")]
    [InlineData("$s('contextPath')", "/in/x")]
    [InlineData("$s('uri')", "/in/x?id=a+b&id=c%2Fd&flag")]
    [InlineData("$s('url')", "http://hub:8081/in/x")]
    [InlineData("sourceMap.containsKey('headers')", "true")]
    [InlineData("connectorMessage.getSourceMap().get('parameters').contains('flag')", "true")]
    public void Request_IsFoundByTheReferencesNames(string expression, string expected) =>
        Assert.Equal(expected, _bench.Text(expression, MirthBench.Scope(maps: new MessageMaps { Source = Request })));

    [Fact]
    public void NoRequest_HasNoHeaders() => Assert.Equal("null false", _bench.Text("sourceMap.get('headers') + ' ' + sourceMap.containsKey('headers')"));

    [Fact]
    public void ResponseMap_AnswersByNumberAndByName()
    {
        var scope = MirthBench.Scope();
        scope.Maps.Response.Put("d1", new Dictionary<string, object?> { ["status"] = "QUEUED", ["statusMessage"] = "later", ["message"] = "text", ["error"] = null });

        Assert.Equal(
            "text QUEUED later d1",
            _bench.Text("$r('Destination 1').getMessage() + ' ' + responseMap.get('d1').getStatus() + ' ' + responseMap.get('Destination 1').statusMessage + ' ' + responseMap.keySet().toArray()[0]", scope));
    }

    [Fact]
    public void SourceMapOfARequest_HasHeadersAndParametersAsObjects()
    {
        var maps = new MessageMaps { Source = new Dictionary<string, object?> { ["method"] = "GET", ["path"] = "/in", ["remoteAddress"] = "127.0.0.1", ["header.x-id"] = "5", ["query"] = "a=b" } };

        Assert.Equal(
            "5 b null true /in?a=b 2",
            _bench.Text(
                "[$s('headers').getHeader('X-ID'), $s('parameters').getParameter('a'), $s('parameters').getParameter('A'), $s('headers').contains('x-id'), $s('uri'), $s('destinationSet').size()].map(String).join(' ')",
                MirthBench.Scope(maps: maps)));
    }

    [Fact]
    public void ValuesPutByOneRun_ComeOutOfTheNextAsTheyWere()
    {
        var maps = new MessageMaps();
        _bench.Out("channelMap.put('x', <a><b>1</b></a>); channelMap.put('d', new Date(5)); channelMap.put('r', new Response(Status.SENT, 'm')); channelMap.put('l', Lists.list('e'));", scope: MirthBench.Scope(maps: maps));

        Assert.Equal(
            "1 5 m e",
            _bench.Text("[$c('x').b, $c('d').getTime(), $c('r').getMessage(), $c('l').get(0)].join(' ')", MirthBench.Scope(maps: maps)));
    }

    [Fact]
    public async Task LockOnAKey_KeepsOtherRunsOut()
    {
        const string script = """
            globalMap.lock('n');
            var n = globalMap.containsKey('n') ? Number(globalMap.get('n')) : 0;
            for (var i = 0; i < 2000; i++) { }
            globalMap.put('n', n + 1);
            globalMap.unlock('n');
            """;
        var unit = _bench.Bench.Compile(ScriptBench.Step(ScriptKind.Transformer, script));

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => unit.Run(MirthBench.Scope(), TestContext.Current.CancellationToken))));

        Assert.All(results, result => Assert.Equal(ScriptOutcome.Accepted, result.Outcome));
        Assert.True(_bench.Bench.GlobalMap.TryGet("n", out var count));
        Assert.Equal(8.0, count);
    }

    [Fact]
    public void LockThatIsNotGivenBack_EndsWithItsRun()
    {
        _bench.Out("globalMap.lock('k')");

        Assert.Null(_bench.Out("globalMap.lock('k')"));
    }
}
