using System.Text;
using ChannelHost.Tests.Scripting.Support;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Scripting;

public class ScopeTests
{
    private readonly ScriptBench _bench = new();

    [Theory]
    [InlineData("sourceMap.get('peer')", "127.0.0.1")]
    [InlineData("$s('n') + 1", 4.0)]
    [InlineData("sourceMap.peer", "127.0.0.1")]
    [InlineData("channelMap.get('nothing')", null)]
    [InlineData("channelMap.nothing === undefined", true)]
    [InlineData("$('nothing')", "")]
    [InlineData("($c('a', 1), $c('a', 2))", 1.0)]
    [InlineData("($co('k', 'connector'), $c('k', 'channel'), $('k'))", "connector")]
    [InlineData("($r('k', 'response'), $co('k', 'connector'), $('k'))", "response")]
    [InlineData("($c('k', null), $('k'))", null)]
    [InlineData("(channelMap.put('a', 1), channelMap.put('b', 2), channelMap.keySet().join() + channelMap.size() + channelMap.containsKey('a'))", "a,b2true")]
    [InlineData("(channelMap.put('a', 1), channelMap.remove('a') + ':' + channelMap.isEmpty())", "1:true")]
    [InlineData("(channelMap.put('a', 1), Object.keys(channelMap).join() + ('a' in channelMap))", "atrue")]
    [InlineData("(channelMap.put('o', { a: 1 }), channelMap.get('o').b = 2, JSON.stringify(channelMap.get('o')))", "{\"a\":1,\"b\":2}")]
    [InlineData("($c('s', msg['PID']['PID.5']['PID.5.1']), typeof $c('s'))", "string")]
    [InlineData("channelName + '|' + channelId + '|' + connector + '|' + messageId", "clinic/test|clinic/test|source|7")]
    [InlineData("Status.SENT + SENT + Status.QUEUED", "SENTSENTQUEUED")]
    [InlineData("typeof destinationSet", "undefined")]
    [InlineData("validate(msg['PID']['PID.5']['PID.5.1'], 'x', [['O', '0'], ['E$', '3']])", "D03")]
    [InlineData("validate('', 'default')", "default")]
    [InlineData("validate(undefined)", "")]
    [InlineData("validate(5, 6)", 5.0)]
    [InlineData("getArrayOrXmlLength(msg['PID']['PID.3']) + getArrayOrXmlLength([1]) + getArrayOrXmlLength(null)", 3.0)]
    [InlineData("message.substring(0, 3)", "MSH")]
    [InlineData("router.routeMessage('clinic/other', 'hello')", "clinic/other got hello from clinic/test")]
    public void Expressions(string expression, object? expected) => Assert.Equal(expected, _bench.Value(expression));

    [Theory]
    [InlineData("sourceMap.put('a', 1)", "sourceMap cannot be changed")]
    [InlineData("$s('a', 1)", "sourceMap cannot be changed")]
    [InlineData("sourceMap.a = 1", "sourceMap cannot be changed")]
    [InlineData("delete sourceMap.peer", "sourceMap cannot be changed")]
    [InlineData("configurationMap.put('a', 1)", "configurationMap cannot be changed")]
    [InlineData("globalChannelMap.put('a', null)", "globalChannelMap takes no null")]
    [InlineData("globalMap.put('a', undefined)", "globalMap takes no null")]
    [InlineData("channelMap.put('f', () => 1)", "function cannot be kept")]
    [InlineData("channelMap.get = 1", "is a method")]
    [InlineData("router.routeMessage('nowhere', 'x')", "No channel 'nowhere' is deployed")]
    [InlineData("msg.get('!!')", "Path '!!'")]
    [InlineData("msg.get()", "needs a path")]
    [InlineData("msg['PID']['PID.3']['PID.3.1'] = 'x'", "say which one")]
    public void Refused(string script, string reason)
    {
        var error = _bench.Fail(script);

        Assert.Equal("error", error.Kind);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal((1, "script.js"), (error.Line, error.File));
    }

    [Fact]
    public void MapValues_ArePlainAfterTheRun()
    {
        var scope = ScriptBench.Scope();

        _bench.Run(scope, ScriptBench.Step(ScriptKind.Transformer, """
            const o = { n: 1, t: 'x', b: true, z: null, u: undefined, a: [1, 'two', [3]], d: new Date(0), m: new Map([['k', 1]]), s: new Set([1]) };
            channelMap.put('o', o);
            o.late = 'yes';
            connectorMap.put('bytes', new Uint8Array([1, 2, 3]));
            responseMap.put('tree', msg['PID']['PID.5']);
            channelMap.put('boxed', new String('s'));
            channelMap.put('re', /a+/g);
            """));

        var kept = Assert.IsType<Dictionary<string, object?>>(scope.Maps.Channel.Values["o"]);
        Assert.Equal(1.0, kept["n"]);
        Assert.Equal(true, kept["b"]);
        Assert.Null(kept["z"]);
        Assert.Equal("two", Assert.IsType<List<object?>>(kept["a"])[1]);
        Assert.Equal("1970-01-01T00:00:00.000Z", kept["d"]);
        Assert.Equal(1.0, Assert.IsType<Dictionary<string, object?>>(kept["m"])["k"]);
        Assert.Equal("yes", kept["late"]);
        Assert.Equal(new byte[] { 1, 2, 3 }, scope.Maps.Connector.Values["bytes"]);
        Assert.Equal("<PID.5><PID.5.1>DOE</PID.5.1><PID.5.2>JOHN</PID.5.2><PID.5.3>Q</PID.5.3></PID.5>", scope.Maps.Response.Values["tree"]);
        Assert.Equal("s", scope.Maps.Channel.Values["boxed"]);
        Assert.Equal("/a+/g", scope.Maps.Channel.Values["re"]);
    }

    [Fact]
    public void GlobalChannelMap_IsWrittenAtOnceAndRecorded()
    {
        var scope = ScriptBench.Scope();

        var result = _bench.Run(scope, ScriptBench.Step(ScriptKind.Transformer, "$gc('count', ($gc('count') || 0) + 1); $gc('x', [1]); globalChannelMap.remove('x'); throw 'late'"));

        Assert.Equal(ScriptOutcome.Failed, result.Outcome);
        Assert.Equal(1.0, _bench.GlobalChannelMap.Values["count"]);
        Assert.Equal(
            [(StateChangeKind.MapPut, "count"), (StateChangeKind.MapPut, "x"), (StateChangeKind.MapRemove, "x")],
            scope.StateChanges.Select(change => (change.Kind, change.Key)));
    }

    [Fact]
    public void SharedValues_AreCopiesOfTheirOwnInEachRun()
    {
        _bench.GlobalMap.Put("list", new List<object?> { 1.0 });
        var unit = _bench.Compile(ScriptBench.Step(ScriptKind.Writer, "const list = $g('list'); list.push(2); return list.length;"));

        var first = unit.Run(ScriptBench.Scope(), TestContext.Current.CancellationToken);
        var second = unit.Run(ScriptBench.Scope(), TestContext.Current.CancellationToken);

        Assert.Equal((2.0, 2.0), (first.Value, second.Value));
    }

    [Fact]
    public void Logger_WritesLevelTextAndScript()
    {
        _bench.Transform("logger.info('a ' + 1); logger.warn(msg['PID']['PID.5']['PID.5.1']); console.log('b', 2); logger.error(null)");

        Assert.Equal(
            [("info", "a 1", "script.js"), ("warn", "DOE", "script.js"), ("info", "b 2", "script.js"), ("error", "null", "script.js")],
            _bench.Log);
    }

    [Theory]
    [InlineData("destinationSet.remove('b')", "a,c")]
    [InlineData("destinationSet.remove(['a', 'b'])", "c")]
    [InlineData("destinationSet.removeAllExcept('b')", "b")]
    [InlineData("destinationSet.removeAllExcept(['a', 'c'])", "a,c")]
    [InlineData("destinationSet.removeAll()", "")]
    [InlineData("destinationSet.remove('unknown')", "a,b,c")]
    public void DestinationSet_Narrows(string script, string left)
    {
        var scope = ScriptBench.Scope(destinations: new DestinationSelection(["a", "b", "c"]));

        var result = _bench.Run(scope, ScriptBench.Step(ScriptKind.Transformer, script));

        Assert.Equal(ScriptOutcome.Accepted, result.Outcome);
        Assert.Equal(left, string.Join(',', scope.Destinations!.Left));
    }

    [Fact]
    public void RouterThatNeverAnswers_EndsWithinTheTimeLimit()
    {
        var bench = new ScriptBench { Limits = new ScriptLimits { Time = TimeSpan.FromMilliseconds(200) } };

        Assert.Equal("time", bench.Fail("try { router.routeMessage('never', 'x') } catch (e) { }").Kind);
    }

    [Fact]
    public void Clock_IsTheHosts()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
        var bench = new ScriptBench { Time = time };

        Assert.Equal("2026-03-04T05:06:07.000Z|true", bench.Value("new Date().toISOString() + '|' + (Date.now() == new Date(2026, 2, 4, 5, 6, 7).getTime())"));
    }

    [Fact]
    public void Configuration_IsRead()
    {
        _bench.Configuration["ehr.url"] = "https://ehr.example";

        Assert.Equal("https://ehr.example", _bench.Value("$cfg('ehr.url')"));
    }

    [Fact]
    public void BytesFromMaps_AreUint8Arrays()
    {
        _bench.GlobalMap.Put("bytes", Encoding.ASCII.GetBytes("abc"));

        Assert.Equal("3:98", _bench.Value("$g('bytes').length + ':' + $g('bytes')[1]"));
    }
}
