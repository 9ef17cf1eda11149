using System.Diagnostics;
using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting;

/// <summary>Nothing that a script does may take more than its limits allow, and each limit is an error on that message.</summary>
[Collection(nameof(LimitTests))]
public class LimitTests
{
    private static readonly ScriptLimits Tight = new() { Time = TimeSpan.FromSeconds(0.4), Memory = ByteSize.Megabytes(64), Length = 4 * 1024 * 1024 };

    // The tests of a whole solution share two cores.
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(0.5);

    private readonly ScriptBench _bench = new() { Limits = Tight };

    [Theory]
    [Trait("Row", "F60")]
    [InlineData("for (;;) {}")]
    [InlineData("while (true) ;")]
    [InlineData("do {} while (1)")]
    [InlineData("for (;;) try { for (;;) {} } catch (e) {} finally { for (;;) {} }")]
    [InlineData("for (const x of (function* () { for (;;) yield 1; })()) {}")]
    [InlineData("[...(function* () { for (;;) yield; })()]")]
    [InlineData("Array.from({ [Symbol.iterator]() { return { next() { return { done: false } } } } })")]
    [InlineData("(async () => { for (;;) await null; })()")]
    [InlineData("(function again() { return Promise.resolve().then(again); })()")]
    [InlineData("const a = []; a.length = 4294967295; a.forEach(x => x)")]
    [InlineData("Array.prototype.forEach.call({ length: 9007199254740991 }, x => x)")]
    [InlineData("Array.prototype.includes.call({ length: 9007199254740991 }, 1)")]
    [InlineData("Array.prototype.map.call({ length: 4294967295 }, x => x)")]
    [InlineData("Array.prototype.reverse.call({ length: 9007199254740991 })")]
    [InlineData("Array.prototype.some.call({ length: 9007199254740991 }, x => false)")]
    [InlineData("Array.prototype.lastIndexOf.call({ length: 9007199254740991 }, 1)")]
    [InlineData("Array.prototype.copyWithin.call({ length: 9007199254740991 }, 5, 0)")]
    [InlineData("Array.prototype.splice.call({ length: 9007199254740000 }, 0, 0, 1)")]
    [InlineData("Array.prototype.sort.call({ length: 4294967295 })")]
    [InlineData("Array.prototype.join.call({ length: 4294967295 }, '')")]
    [InlineData("[].concat({ length: 9007199254740000, [Symbol.isConcatSpreadable]: true })")]
    [InlineData("new Array(100000).fill(1).sort((a, b) => { for (;;) {} })")]
    [InlineData("'x'.replace(/x/, () => { for (;;) {} })")]
    [InlineData("JSON.stringify({ toJSON() { for (;;) {} } })")]
    [InlineData("JSON.parse('[1,2]', () => { for (;;) {} })")]
    [InlineData("new Proxy({}, { get() { for (;;) {} } }).x")]
    [InlineData("({ valueOf() { for (;;) {} } }) + 1")]
    [InlineData("/^(a+)+$/.test('a'.repeat(50000) + '!')")]
    [InlineData("new RegExp('^(a+)+$').test('a'.repeat(50000) + '!')")]
    [InlineData("'a'.repeat(50000).replace(/(a*)*b/g, '')")]
    [InlineData("('a'.repeat(50000) + '!').match(/(?:a|aa)+$/)")]
    [InlineData("('a'.repeat(50000) + '!').split(/(a|a)*$/)")]
    [InlineData("/(?<x>a+)+\\k<x>$/u.test('a'.repeat(50000) + '!')")]
    [InlineData("let s = new Set(); for (const v of (s.add(0), s)) s.add(v + 1)")]
    [InlineData("let m = new Map([[0, 0]]); m.forEach((v, k) => m.set(k + 1, v))")]
    [InlineData("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)")]
    [InlineData("Object.defineProperty(globalThis, 'zz', { get() { for (;;) {} } }); zz")]
    public void NeverEnds_IsStopped(string script) => Stopped(script, Tight.Time * 1.2 + Busy);

    [Theory]
    [Trait("Row", "F61")]
    [InlineData("'x'.repeat(1e9)")]
    [InlineData("'xy'.repeat(2e8)")]
    [InlineData("'x'.padStart(5e8)")]
    [InlineData("'x'.padEnd(5e8, 'abc')")]
    [InlineData("Array(1e9).fill(0)")]
    [InlineData("new Array(1e9).join('x')")]
    [InlineData("new Array(4294967295).join('xxxxxxxxxx')")]
    [InlineData("Array.from({ length: 1e9 })")]
    [InlineData("Array.from({ length: 1e5 }, () => Array.from({ length: 1e5 }))")]
    [InlineData("let s = 'x'; for (;;) s += s")]
    [InlineData("let s = 'x'; for (;;) s = s + s")]
    [InlineData("let s = 'x'; for (;;) s = `${s}${s}`")]
    [InlineData("let s = 'x'; for (;;) s = s.concat(s, s)")]
    [InlineData("let s = 'xxxx'; for (;;) s = s.replace(/x/g, 'xxxx')")]
    [InlineData("let s = 'xxxx'; for (;;) s = s.replaceAll('x', 'xxxx')")]
    [InlineData("const s = 'x'.repeat(1e6); s.replaceAll('', s)")]
    [InlineData("const s = 'x'.repeat(1e6); s.replace(/x/g, s)")]
    [InlineData("const s = 'x'.repeat(1e6); s.replace(/(x)/g, '$1'.repeat(1e6))")]
    [InlineData("const s = 'x'.repeat(1e6); s.split('').join(s)")]
    [InlineData("const s = 'x'.repeat(4e6); new Array(4e6).join(s)")]
    [InlineData("const s = 'x'.repeat(4e6); s.concat(...new Array(1e5).fill(s))")]
    [InlineData("const s = 'x'.repeat(4e6); String.raw({ raw: new Array(1e5).fill(s) })")]
    [InlineData("let a = [1]; for (;;) a = a.concat(a)")]
    [InlineData("let a = [1]; for (;;) a.push(...a)")]
    [InlineData("let a = [1]; for (;;) a = [...a, ...a]")]
    [InlineData("let o = {}; for (let i = 0; i < 40; i++) o = { a: o, b: o }; JSON.stringify(o)")]
    [InlineData("let o = []; for (let i = 0; i < 40; i++) o = [o, o]; String(o)")]
    [InlineData("let o = []; for (let i = 0; i < 40; i++) o = [o, o]; o.flat(Infinity)")]
    [InlineData("let o = []; for (let i = 0; i < 40; i++) o = [o, o]; channelMap.put('o', o)")]
    [InlineData("JSON.stringify([1], null, 10).repeat(1e8)")]
    [InlineData("new ArrayBuffer(1e9)")]
    [InlineData("new ArrayBuffer(8, { maxByteLength: 2e9 }).resize(1.9e9)")]
    [InlineData("new SharedArrayBuffer(1e9)")]
    [InlineData("new Uint8Array(1e9)")]
    [InlineData("new Float64Array(1e9)")]
    [InlineData("new Float64Array(2e8)")]
    [InlineData("Uint8Array.from({ length: 1e9 })")]
    [InlineData("const all = []; for (;;) all.push(new Uint8Array(1e6))")]
    [InlineData("const all = []; for (;;) all.push({ a: 1 })")]
    [InlineData("const all = {}; for (let i = 0; ; i++) all['k' + i] = i")]
    [InlineData("encodeURIComponent('\\u20ac'.repeat(4e6)).repeat(4)")]
    [InlineData("Array.prototype.fill.call({ length: 1e9 }, 1)")]
    [InlineData("Object.keys('x'.repeat(4e6))")]
    [InlineData("Object.assign({}, 'x'.repeat(4e6))")]
    [InlineData("[...'x'.repeat(4e6)]")]
    [InlineData("Array(3e6).fill().map(() => ({}))")]
    [InlineData("let s = ''; while (true) { s += 'abcdefgh'; }")]
    [InlineData("const s = 'x'.repeat(4e6), t = s + s + s + s + s + s + s + s + s + s + s + s + s + s + s + s + s + s; channelMap.put('t', t)")]
    [InlineData("structuredClone(new Uint8Array(1e9))")]
    [InlineData("Array.of(...Array(5e6))")]
    [InlineData("Reflect.apply(Math.max, null, { length: 1e9 })")]
    [InlineData("Math.max.apply(null, { length: 4e7 })")]
    [InlineData("String.fromCharCode.apply(null, { length: 4e7 })")]
    [InlineData("new Intl.NumberFormat('en', { minimumIntegerDigits: 21 }).format(1).repeat(1e9)")]
    [InlineData("(123.456).toFixed(100).repeat(1e8)")]
    [InlineData("Symbol('x'.repeat(1e9))")]
    [InlineData("throw new Error('x'.repeat(1e9))")]
    [InlineData("logger.info('x'.repeat(1e9))")]
    [InlineData("msg['PID']['PID.5'] = 'x'.repeat(1e9)")]
    [InlineData("for (let i = 0; ; i++) msg['Z' + i] = i")]
    [InlineData("for (;;) msg.appendChild(msg.copy())")]
    [InlineData("let o = []; for (let i = 0; i < 30; i++) o = [o, o]; new Set(o.flat(29))")]
    [InlineData("Object.fromEntries(Array.from({ length: 4e6 }, (_, i) => ['k' + i, i]))")]
    [InlineData("'x,'.repeat(2e6).split(',').sort().reverse().map(x => x + 'y').filter(x => 1).concat([1])")]
    public void TooMuchMemory_IsStopped(string script) => Stopped(script, TimeSpan.FromSeconds(5));

    [Theory]
    [Trait("Row", "F61")]
    [InlineData("(function f() { f(); })()")]
    [InlineData("const f = () => f(); f()")]
    [InlineData("const f = n => g(n), g = n => f(n); f(1)")]
    [InlineData("class A { constructor() { new A(); } } new A()")]
    [InlineData("const o = { get x() { return this.x; } }; o.x")]
    [InlineData("const o = { set x(v) { this.x = v; } }; o.x = 1")]
    [InlineData("const o = { toString() { return '' + this; } }; '' + o")]
    [InlineData("const o = { valueOf() { return +this; } }; +o")]
    [InlineData("const o = { toJSON() { return JSON.stringify(this); } }; JSON.stringify(o)")]
    [InlineData("const o = { [Symbol.toPrimitive]() { return `${this}`; } }; `${o}`")]
    [InlineData("const p = new Proxy({}, { get(t, k, r) { return r[k]; } }); p.x")]
    [InlineData("const h = {}; const p = new Proxy(function () {}, h); h.apply = p; p()")]
    [InlineData("const h = {}; const p = new Proxy({}, h); Object.setPrototypeOf(h, p); p.x")]
    [InlineData("const p = new Proxy({}, {}); Object.setPrototypeOf(p, p)")]
    [InlineData("let p = {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); p.x")]
    [InlineData("let p = {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); p.x = 1")]
    [InlineData("let p = {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); 'x' in p")]
    [InlineData("let p = {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); Object.keys(p)")]
    [InlineData("let p = []; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); Array.isArray(p)")]
    [InlineData("let p = function () {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); p()")]
    [InlineData("let p = function () {}; for (let i = 0; i < 100000; i++) p = p.bind(null); p()")]
    [InlineData("let p = function () {}; for (let i = 0; i < 100000; i++) p = p.bind(null); new p()")]
    [InlineData("let p = function () {}; for (let i = 0; i < 100000; i++) p = p.bind(null); ({}) instanceof p")]
    [InlineData("let p = {}; for (let i = 0; i < 100000; i++) p = Object.create(p); p.x")]
    [InlineData("let p = {}; for (let i = 0; i < 100000; i++) p = Object.create(p); p.x = 1")]
    [InlineData("let p = {}; for (let i = 0; i < 100000; i++) p = Object.create(p); 'x' in p")]
    [InlineData("let p = {}; for (let i = 0; i < 100000; i++) p = Object.create(p); for (const k in p) {}")]
    [InlineData("let a = []; for (let i = 0; i < 100000; i++) a = [a]; String(a)")]
    [InlineData("let a = []; for (let i = 0; i < 100000; i++) a = [a]; JSON.stringify(a)")]
    [InlineData("let a = []; for (let i = 0; i < 100000; i++) a = [a]; a.flat(Infinity)")]
    [InlineData("let a = []; for (let i = 0; i < 100000; i++) a = [a]; a.toLocaleString()")]
    [InlineData("let a = []; for (let i = 0; i < 100000; i++) a = [a]; channelMap.put('a', a)")]
    [InlineData("let a = {}; a.a = a; channelMap.put('a', a)")]
    [InlineData("let a = {}; for (let i = 0; i < 100000; i++) a = { a }; JSON.stringify(a)")]
    [InlineData("let a = {}; for (let i = 0; i < 100000; i++) a = { a }; msg = a")]
    [InlineData("JSON.parse('['.repeat(100000))")]
    [InlineData("JSON.parse('['.repeat(100000) + ']'.repeat(100000))")]
    [InlineData("JSON.parse('{\"a\":'.repeat(100000) + '1' + '}'.repeat(100000))")]
    [InlineData("new RegExp('('.repeat(100000) + ')'.repeat(100000))")]
    [InlineData("new RegExp('(?:'.repeat(5000) + ')'.repeat(5000)).test('x')")]
    [InlineData("eval('['.repeat(100000))")]
    [InlineData("new Function('['.repeat(100000))")]
    [InlineData("[3, 2, 1].sort(function c() { [2, 1].sort(c); })")]
    [InlineData("'x'.replace(/x/, function r() { return 'x'.replace(/x/, r); })")]
    [InlineData("[1].map(function m() { return [1].map(m); })")]
    [InlineData("Array.from([1], function m() { return Array.from([1], m); })")]
    [InlineData("Reflect.apply(function f() { Reflect.apply(f, null, []); }, null, [])")]
    [InlineData("(function f() { f.call(null); })()")]
    [InlineData("function f() { return `${{ toString: f }}`; } f()")]
    [InlineData("function* g() { yield* g(); } [...g()]")]
    [InlineData("let i = [][Symbol.iterator](); for (let n = 0; n < 50000; n++) i = i.map(x => x); i.next()")]
    [InlineData("let p = Promise.resolve(); for (let n = 0; n < 50000; n++) { const q = p; p = { then(r) { q.then(r); } }; } (async () => await p)()")]
    [InlineData("let e = new Error('x'); for (let n = 0; n < 50000; n++) e = new Error('x', { cause: e }); throw e")]
    [InlineData("let n = createSegment('A'); for (let i = 0; i < 100000; i++) { const p = createSegment('A'); p.appendChild(n); n = p; } n.toString()")]
    [InlineData("let n = createSegment('A'); for (let i = 0; i < 100000; i++) { const p = createSegment('A'); p.appendChild(n); n = p; } n.copy()")]
    [InlineData("let n = createSegment('A'); for (let i = 0; i < 100000; i++) { const p = createSegment('A'); p.appendChild(n); n = p; } n.descendants('B')")]
    [InlineData("function f() { new Set({ [Symbol.iterator]() { return { next: f }; } }); } f()")]
    [InlineData("function f() { new Map({ [Symbol.iterator]() { return { next: f }; } }); } f()")]
    [InlineData("function f() { Object.fromEntries({ [Symbol.iterator]() { return { next: f }; } }); } f()")]
    [InlineData("function f() { for (const x of { [Symbol.iterator]() { return { next: f }; } }); } f()")]
    [InlineData("function f() { return [...{ [Symbol.iterator]() { return { next: f }; } }]; } f()")]
    [InlineData("function f() { const [a] = { [Symbol.iterator]() { return { next: f }; } }; } f()")]
    [InlineData("function f() { Object.groupBy([1], f); } f()")]
    [InlineData("function f() { Map.groupBy([1], f); } f()")]
    [InlineData("function f() { [1].flatMap(f); } f()")]
    [InlineData("function f() { Promise.all({ [Symbol.iterator]() { return { next: f }; } }); } f()")]
    [InlineData("function f() { new Uint8Array({ [Symbol.iterator]() { return { next: f }; } }); } f()")]
    [InlineData("function f() { new Uint8Array([1]).map(f); } f()")]
    [InlineData("function f() { JSON.parse('[1]', f); } f()")]
    [InlineData("function f() { JSON.stringify({ toJSON: f }); } f()")]
    [InlineData("function f() { new (class { static x = f(); })(); } f()")]
    [InlineData("function f() { try { f(); } finally { f(); } } f()")]
    [InlineData("function f() { try { f(); } catch (e) { f(); } } f()")]
    [InlineData("async function f() { await f(); } f()")]
    [InlineData("async function f() { for await (const x of [f()]); } f()")]
    [InlineData("function f() { [...'a'.matchAll(/a/g)].forEach(f); } f()")]
    [InlineData("const o = { get a() { return { ...o }; } }; o.a")]
    [InlineData("const r = { exec: function e() { return RegExp.prototype[Symbol.replace].call(r, 'a', ''); }, flags: '' }; r.exec()")]
    [InlineData("class A { static [Symbol.hasInstance]() { return 1 instanceof A || ({}) instanceof A; } } ({}) instanceof A")]
    [InlineData("const o = { [Symbol.iterator]: function* () { yield* o; } }; [...o]")]
    [InlineData("msg['PID']['PID.5'] = { toString() { msg['PID']['PID.5'] = this; } }")]
    [InlineData("const t = { toString() { return msg.get(t); } }; msg.get(t)")]
    [InlineData("const t = { toString() { return channelMap.get(t); } }; channelMap.get(t)")]
    [InlineData("const t = { get x() { channelMap.put('t', t); } }; channelMap.put('t', t)")]
    [InlineData("function f() { with ({ get g() { f(); } }) { g; } } f()")]
    [InlineData("let d = new Date(); d.toJSON = function () { return JSON.stringify(d); }; JSON.stringify(d)")]
    [InlineData("const o = { then(r) { r(o); } }; (async () => await o)()")]
    [InlineData("const e = new Error(); Object.defineProperty(e, 'message', { get() { return String(e); } }); throw e")]
    [InlineData("Error.prepareStackTrace = function f() { throw new Error(f()); }; throw new Error()")]
    [InlineData("let x = {}; x.__proto__ = x")]
    [InlineData("Object.prototype.toString = () => { throw 1 }; throw {}")]
    [InlineData("function f() { 'a'.replace('a', f); } f()")]
    [InlineData("function f() { 'a'.replace(/a/, f); } f()")]
    [InlineData("function f() { [2,1].sort(f); } f()")]
    [InlineData("function f() { Reflect.construct(function () { f(); }, []); } f()")]
    [InlineData("function f() { new Set([1]).forEach(f); } f()")]
    [InlineData("function f() { new Map([[1,1]]).forEach(f); } f()")]
    [InlineData("function f() { [1].reduce(f, 0); } f()")]
    [InlineData("function f() { return { a: f() }; } f()")]
    [InlineData("function f(a = f()) {} f()")]
    [InlineData("const f = (x = f()) => x; f()")]
    [InlineData("function f() { `${f()}`; } f()")]
    [InlineData("const tag = () => tag`x`; tag()")]
    [InlineData("function f() { switch (1) { case f(): } } f()")]
    [InlineData("function f() { if (f()) ; } f()")]
    [InlineData("function f() { while (f()) ; } f()")]
    [InlineData("function f() { return f() || f(); } f()")]
    [InlineData("function f() { throw f(); } f()")]
    [InlineData("function f() { delete f().x; } f()")]
    [InlineData("function f() { f().x = 1; } f()")]
    [InlineData("class A { #p = new A(); } new A()")]
    [InlineData("class A { get x() { return this.x; } static s = new A().x; }")]
    [InlineData("class B { constructor() { this.c = new C(); } } class C extends B { constructor() { super(); } } new C()")]
    [InlineData("let a = []; for (let i = 0; i < 100000; i++) a = [a]; a == 'x'")]
    [InlineData("let a = []; for (let i = 0; i < 100000; i++) a = [a]; isNaN(a)")]
    [InlineData("let a = []; for (let i = 0; i < 100000; i++) a = [a]; ({})[a]")]
    [InlineData("let a = []; for (let i = 0; i < 100000; i++) a = [a]; new Date(a)")]
    [InlineData("let a = []; for (let i = 0; i < 100000; i++) a = [a]; logger.info(a)")]
    [InlineData("let a = []; for (let i = 0; i < 100000; i++) a = [a]; throw a")]
    [InlineData("let a = []; for (let i = 0; i < 100000; i++) a = [a]; throw { message: a }")]
    [InlineData("let a = []; for (let i = 0; i < 100000; i++) a = [a]; msg = a")]
    [InlineData("let a = []; for (let i = 0; i < 100000; i++) a = [a]; msg['PID'] = a")]
    [InlineData("let n = msg['PID'][0]; for (let i = 0; i < 100000; i++) { n['A' + i] = 'x'; n = n['A' + i][0]; }")]
    [InlineData("let n = msg['PID']; for (let i = 0; i < 100000; i++) { n = n['A' + i]; } n.x = 1")]
    [InlineData("let n = createSegment('A'); for (let i = 0; i < 30; i++) { const p = createSegment('A'); p.appendChild(n.copy()); p.appendChild(n.copy()); n = p; }")]
    [InlineData("const f = n => n == 0 ? (() => { for(;;) {} })() : f(n-1); f(400)")]
    [InlineData("const f = n => { try { return n == 0 ? (() => { for(;;) {} })() : f(n-1) } finally { n++ } }; f(300)")]
    [InlineData("const d=[1]; const f = n => n == 0 ? (() => { for(;;) {} })() : d.map(()=>f(n-1)); f(150)")]
    [InlineData("let c = 0; function f() { if (++c > 60) for (;;) ; new Set({ [Symbol.iterator]() { return { next: f }; } }); } f()")]
    [InlineData("let c = 0; function f() { if (++c > 60) for (;;) ; return [...{ [Symbol.iterator]() { return { next: f }; } }]; } f()")]
    [InlineData("let c = 0; function f() { if (++c > 60) for (;;) ; Object.fromEntries({ [Symbol.iterator]() { return { next: f }; } }); } f()")]
    [InlineData("let c = 0; function f() { if (++c > 60) for (;;) ; Array.from([1], f); } f()")]
    [InlineData("let c = 0; function* g() { if (++c > 60) for (;;) ; yield* g(); } [...g()]")]
    [InlineData("Array.prototype.indexOf.call({ length: 9007199254740991 }, 1)")]
    [InlineData("Array.prototype.unshift.call({ length: 9007199254740000 }, 1)")]
    [InlineData("('a'.repeat(50000) + '!').search(/(?<=(a+)+)!b/)")]
    [InlineData("'\\ufdfa'.repeat(4e6).normalize('NFKD')")]
    public void TooDeep_IsStoppedOrHarmless(string script)
    {
        var (outcome, _) = Timed(script);

        // Some of these end well where the engine walks without recursion; what counts is that the host is still there.
        Assert.True(outcome.Outcome is ScriptOutcome.Failed or ScriptOutcome.Accepted);
    }

    [Theory]
    [InlineData("const x = 1n;")]
    [InlineData("2n ** 10000000n")]
    public void BigInt_IsRefusedBeforeItRuns(string script)
    {
        var problems = Assert.Throws<ScriptCompileException>(() => _bench.Compile(ScriptBench.Step(ScriptKind.Transformer, script))).Problems;

        Assert.Contains("BigInt", Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F60")]
    public void LimitReached_NamesScriptAndLine_AndTheNextMessagePasses()
    {
        var unit = _bench.Compile(ScriptBench.Step(ScriptKind.Transformer, "if (msg.get('MSH-10') == 'MSG1') {\n  for (;;)\n    channelMap.put('n', 1);\n}"));

        var stopped = unit.Run(ScriptBench.Scope(), TestContext.Current.CancellationToken);
        var next = unit.Run(ScriptBench.Scope(ScriptBench.Message.Replace("MSG1", "MSG2", StringComparison.Ordinal)), TestContext.Current.CancellationToken);

        Assert.Equal("time", stopped.Error!.Kind);
        Assert.Equal("script.js", stopped.Error.File);
        Assert.InRange(stopped.Error.Line, 2, 3);
        Assert.Equal(ScriptOutcome.Accepted, next.Outcome);
    }

    [Theory]
    [InlineData("try { for (;;) ; } catch (e) { }")]
    [InlineData("try { for (;;) ; } finally { msg = 'x' }")]
    [InlineData("for (;;) { try { for (;;) ; } catch (e) { continue; } }")]
    [InlineData("try { 'x'.repeat(1e9) } catch (e) { }")]
    public void LimitCaughtByTheScript_StillFails(string script) => Assert.Contains(_bench.Fail(script).Kind, (string[])["time", "length"]);

    [Fact]
    public void Cancelled_SaysSo()
    {
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();

        var result = _bench.Compile(ScriptBench.Step(ScriptKind.Transformer, "for (;;) ;")).Run(ScriptBench.Scope(), cancel.Token);

        Assert.Equal("cancelled", result.Error!.Kind);
    }

    [Fact]
    public void CallsWithinTheDepth_Run()
    {
        var bench = new ScriptBench();

        Assert.Equal(450.0, bench.Value("(function down(n) { return n == 0 ? 0 : 1 + down(n - 1); })(450)"));
    }

    [Theory]
    [InlineData("kind", "0", "+1", "", 260)]
    [InlineData("chain", "'x'", ".trim()", "", 130)]
    [InlineData("ladder", "var x = 5; ", "if (x == 1) { } else ", "{ x = 6 }", 300)]
    public void SourceDeeperThanTheEngineTakes_SaysSoInPlainWords(string _, string before, string part, string after, int count)
    {
        var script = "const first = 1;\nfunction f() {\n  " + before + string.Concat(Enumerable.Repeat(part, count)) + after + "\n}";

        var problem = Assert.Single(new ChannelHost.Scripting.ScriptCompiler().Check(new ScriptFile("deep.js", script)));

        Assert.Contains("nests too deeply", problem.Message, StringComparison.Ordinal);
        Assert.Equal(("deep.js", 3), (problem.File, problem.Line));
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("{", "}")]
    [InlineData("(() => ", ")")]
    public void SourceOfAnyDepth_IsAProblemNotACrash(string open, string close)
    {
        var script = string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000));

        Assert.Contains("nests too deeply", Assert.Single(new ChannelHost.Scripting.ScriptCompiler().Check(new ScriptFile("deep.js", script))).Message, StringComparison.Ordinal);
    }

    private void Stopped(string script, TimeSpan within)
    {
        var (result, took) = Timed(script);

        Assert.Equal(ScriptOutcome.Failed, result.Outcome);
        Assert.True(took < within, $"took {took.TotalSeconds:0.00} s: {result.Error}");
    }

    private (ScriptResult Result, TimeSpan Took) Timed(string script)
    {
        var unit = _bench.Compile(ScriptBench.Step(ScriptKind.Transformer, script));
        var scope = ScriptBench.Scope();
        var before = GC.GetTotalAllocatedBytes();
        var started = Stopwatch.GetTimestamp();

        var result = unit.Run(scope, TestContext.Current.CancellationToken);

        var took = Stopwatch.GetElapsedTime(started);
        var allocated = GC.GetTotalAllocatedBytes() - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{took.TotalMilliseconds:0} ms, {allocated >> 20} MB, {result.Error?.Kind}: {result.Error?.Message}");
        Assert.True(allocated < 400L << 20, $"allocated {allocated >> 20} MB");
        return (result, took);
    }
}
