using System.Text;
using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting;

/// <summary>Scripts reach nothing but what they are given, and leave nothing behind.</summary>
public class IsolationTests
{
    private readonly ScriptBench _bench = new();

    /// <summary>Each must end in an error or in a harmless value: no host type, no other realm, no code from text.</summary>
    [Theory]
    [Trait("Row", "S33")]
    [InlineData("Function('return this')()")]
    [InlineData("new Function('return 1')()")]
    [InlineData("eval('1')")]
    [InlineData("(0, eval)('this')")]
    [InlineData("msg.constructor.constructor('return 1')()")]
    [InlineData("msg.get.constructor('return 1')()")]
    [InlineData("channelMap.constructor.constructor('return 1')()")]
    [InlineData("logger.info.constructor('return 1')()")]
    [InlineData("(() => 1).constructor('return 1')()")]
    [InlineData("(async () => 1).constructor('return 1')()")]
    [InlineData("(function* () {}).constructor('yield 1')().next()")]
    [InlineData("Object.getPrototypeOf(async function* () {}).constructor('yield 1')()")]
    [InlineData("new ShadowRealm().evaluate('1')")]
    [InlineData("importNamespace('System')")]
    [InlineData("System.IO.File.ReadAllText('/etc/passwd')")]
    [InlineData("clrHelper")]
    [InlineData("host.System")]
    [InlineData("Packages.java.lang.System.exit(1)")]
    [InlineData("java.lang.Runtime.getRuntime()")]
    [InlineData("new XMLHttpRequest()")]
    [InlineData("fetch('http://127.0.0.1')")]
    [InlineData("require('fs')")]
    [InlineData("process.exit(1)")]
    [InlineData("process.env")]
    [InlineData("module.exports")]
    [InlineData("load('/etc/passwd')")]
    [InlineData("setTimeout(() => 1, 1)")]
    [InlineData("setInterval(() => 1, 1)")]
    [InlineData("queueMicrotask(() => 1)")]
    [InlineData("new Worker('x')")]
    [InlineData("WebAssembly.compile()")]
    [InlineData("new SharedArrayBuffer(8)")]
    [InlineData("Atomics.wait")]
    [InlineData("new WeakRef({})")]
    [InlineData("new FinalizationRegistry(() => 1)")]
    [InlineData("new Proxy({}, {})")]
    [InlineData("document.cookie")]
    [InlineData("window.location")]
    [InlineData("environment")]
    [InlineData("run.Scope")]
    [InlineData("__dirname")]
    [InlineData("Deno.readFile")]
    [InlineData("configurationMap.put('a', 'b')")]
    [InlineData("sourceMap.put('a', 'b')")]
    [InlineData("destinationSet.removeAll()")]
    [InlineData("channelMap.get.call({}, 'a')")]
    [InlineData("channelMap.get.call(null, 'a')")]
    [InlineData("msg.get.call({ Tree: 1 }, 'PID')")]
    [InlineData("logger.info.call({}, 'a')")]
    [InlineData("router.routeMessage.call({}, 'a', 'b')")]
    [InlineData("msg[Symbol.iterator].call({})")]
    [InlineData("$c.constructor('return 1')()")]
    [InlineData("new $c('a')")]
    [InlineData("new logger.info('a')")]
    public void Probe_ReachesNothing(string script) => Assert.Equal("error", _bench.Fail(script).Kind);

    [Theory]
    [Trait("Row", "S33")]
    [InlineData("import('fs')")]
    [InlineData("import('./other.js').then(m => m)")]
    [InlineData("try { null.x } catch (e) { Object.getOwnPropertyNames(e).concat(Object.getOwnPropertyNames(Object.getPrototypeOf(e))).map(k => String(e[k])).join() }")]
    [InlineData("try { msg.get('!') } catch (e) { return e.stack + e.message + Object.keys(e) }")]
    [InlineData("try { sourceMap.put('a') } catch (e) { return String(e.stack) + Object.getOwnPropertyNames(e) }")]
    [InlineData("try { (function f() { f() })() } catch (e) { return String(e.stack).substring(0, 2000) }")]
    [InlineData("Object.getOwnPropertyNames(globalThis).join()")]
    [InlineData("Object.getOwnPropertyNames(msg).join() + Object.getOwnPropertyNames(channelMap).join() + Object.getOwnPropertyNames(logger).join()")]
    [InlineData("let all = []; for (let o = msg; o; o = Object.getPrototypeOf(o)) all.push(...Object.getOwnPropertyNames(o)); return all.join()")]
    [InlineData("let all = []; for (let o = channelMap; o; o = Object.getPrototypeOf(o)) all.push(...Object.getOwnPropertyNames(o)); return all.join()")]
    [InlineData("String(msg.get) + String(channelMap.get) + String($c) + JSON.stringify(logger) + String(router)")]
    public void WhatScriptsSeeOfTheHost_NamesNothingOfIt(string script)
    {
        var result = _bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Writer, script));

        var seen = $"{result.Value} {result.Error?.Message}";
        Assert.DoesNotContain("ChannelHost", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("Jint", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("GetType", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(".cs", seen, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "S34")]
    public void AChannelsMaps_AreItsOwn()
    {
        var other = new ScriptBench();
        other.GlobalChannelMap.Put("secret", "theirs");
        other.Configuration["secret"] = "theirs";

        Assert.Equal("", _bench.Value("'' + ($gc('secret') || '') + ($cfg('secret') || '') + ($('secret') || '')"));
    }

    public static TheoryData<string> Pollutions =>
    [
        "Object.prototype.leak = 1", "Array.prototype.leak = 1", "String.prototype.leak = 1", "Number.prototype.leak = 1", "Boolean.prototype.leak = 1",
        "Function.prototype.leak = 1", "Date.prototype.leak = 1", "RegExp.prototype.leak = 1", "Error.prototype.leak = 1", "Map.prototype.leak = 1",
        "Set.prototype.leak = 1", "WeakMap.prototype.leak = 1", "Promise.prototype.leak = 1", "Symbol.prototype.leak = 1", "JSON.leak = 1", "Math.leak = 1",
        "Reflect.leak = 1", "globalThis.leak = 1", "leak = 1", "var leak = 1", "function leak() { }", "Object.leak = 1", "Date.now = () => 5",
        "Array.isArray = () => 'polluted'", "JSON.stringify = () => 'polluted'", "String.prototype.trim = () => 'polluted'", "Math.max = () => 'polluted'",
        "parseInt = () => 'polluted'", "Object.keys = () => ['polluted']", "Array.prototype.join = () => 'polluted'", "RegExp.prototype.test = () => 'polluted'",
        "Object.getPrototypeOf(msg).leak = 1", "Object.getPrototypeOf(channelMap).leak = 1", "Object.getPrototypeOf(channelMap).get = () => 'polluted'",
        "Object.getPrototypeOf(msg).get = () => 'polluted'", "logger.info = () => 'polluted'", "logger.leak = 1", "Status.leak = 1", "$c = () => 'polluted'",
        "router.routeMessage = () => 'polluted'", "Object.freeze(Object.prototype)", "Object.defineProperty(Object.prototype, 'leak', { get: () => 1 })",
        "Object.setPrototypeOf(Array.prototype, { leak: 1 })", "Symbol.for('leak').description; Symbol.prototype.leak = 1", "new Uint8Array(1).constructor.prototype.leak = 1",
        "Object.defineProperty(Array.prototype, 0, { set() { throw 'polluted' } })", "Error.prepareStackTrace = () => 'polluted'", "/(x)/.exec('x')", "delete Object.keys",
    ];

    private const string Look = """
        const seen = [];
        for (const [name, value] of Object.entries({ o: {}, a: [], s: '', n: 0, b: true, f: () => 1, d: new Date(0), r: /x/, e: new Error('x'), m: new Map(), t: new Set(),
            w: new WeakMap(), p: Promise.resolve(1), y: Symbol('s'), json: JSON, math: Math, reflect: Reflect, global: globalThis, object: Object, msgProto: Object.getPrototypeOf(msg),
            mapProto: Object.getPrototypeOf(channelMap), logger, Status, bytes: new Uint8Array(1) }))
            if (value.leak !== undefined) seen.push(name);
        if (typeof leak !== 'undefined') seen.push('leak');
        for (const [name, value] of Object.entries({ isArray: Array.isArray([]), json: JSON.stringify('x'), trim: ' '.trim(), max: Math.max(1), parseInt: parseInt('1'),
            keys: Object.keys({ k: 1 }).join(), join: [1].join(), test: /x/.test('x'), get: channelMap.get('none'), path: msg.get('PID-8.1'), shortcut: $c('none'), routed: router.routeMessage('c', 'x') }))
            if (String(value) == 'polluted') seen.push(name);
        if (Date.now() == 5) seen.push('now');
        if (Object.isFrozen(Object.prototype)) seen.push('frozen');
        if (RegExp.$1 == 'x') seen.push('legacy');
        [].push(1);
        return seen.join();
        """;

    [Theory]
    [MemberData(nameof(Pollutions))]
    [Trait("Row", "F63")]
    public void WhatOneMessageChanges_NoOtherSees(string pollution)
    {
        var unit = _bench.Compile(ScriptBench.Step(ScriptKind.Writer, $"if (msg.get('MSH-10') == 'MSG1') {{ {pollution} }}\nelse {{ {Look} }}"));
        var second = ScriptBench.Message.Replace("MSG1", "MSG2", StringComparison.Ordinal);

        var first = unit.Run(ScriptBench.Scope(), TestContext.Current.CancellationToken);
        var next = unit.Run(ScriptBench.Scope(second), TestContext.Current.CancellationToken);
        var other = new ScriptBench().Run(ScriptBench.Scope(second), ScriptBench.Step(ScriptKind.Writer, Look));

        Assert.True(first.Outcome == ScriptOutcome.Accepted, first.Error?.ToString());
        Assert.True(next.Outcome == ScriptOutcome.Accepted, next.Error?.ToString());
        Assert.Equal(("", ""), (next.Value, other.Value));
    }

    [Fact]
    public void RunsAtTheSameTime_DoNotMeet()
    {
        var unit = _bench.Compile(ScriptBench.Step(ScriptKind.Transformer, "var mine = msg.get('MSH-10'); for (let i = 0; i < 50; i++) if (mine != msg.get('MSH-10')) throw 'mixed'; msg.set('PID-5.1', mine)"));

        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            var content = ScriptBench.Message.Replace("MSG1", "M" + i, StringComparison.Ordinal);
            var result = unit.Run(ScriptBench.Scope(content), CancellationToken.None);
            Assert.Contains($"|M{i}^JOHN", Encoding.UTF8.GetString(result.Content.Span), StringComparison.Ordinal);
        });
    }
}
