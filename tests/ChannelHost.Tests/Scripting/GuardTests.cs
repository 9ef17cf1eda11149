using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting;

/// <summary>What is replaced to keep to the limits behaves as the engine's own, which these results are compared with.</summary>
public class GuardTests
{
    private readonly ScriptBench _bench = new();

    [Theory]
    [InlineData("'ab'.repeat(3)")]
    [InlineData("'ab'.repeat(0)")]
    [InlineData("'ab'.repeat('2')")]
    [InlineData("'ab'.repeat(2.9)")]
    [InlineData("''.repeat(1e9)")]
    [InlineData("'a'.concat(1, null, undefined, [2, 3])")]
    [InlineData("'aXbXc'.replace('X', '-')")]
    [InlineData("'aXbXc'.replaceAll('X', '-')")]
    [InlineData("'aXbXc'.replace(/X/g, '-')")]
    [InlineData("'aXbXc'.replaceAll(/X/g, (m, at, all) => m + at + all.length)")]
    [InlineData("'aXbXc'.replace('X', (m, at, all) => m + at + all)")]
    [InlineData("'abc'.replaceAll('', '_')")]
    [InlineData("'abc'.replace('', '_')")]
    [InlineData("'abc'.replace('b', '[$&]')")]
    [InlineData("'abc'.replace('b', '[$`|$\\'|$$]')")]
    [InlineData("'abc'.replace('b', '$1$0$')")]
    [InlineData("'John Doe'.replace(/(\\w+) (\\w+)/, '$2, $1')")]
    [InlineData("'John Doe'.replace(/(?<first>\\w+) (?<last>\\w+)/, '$<last>, $<first>')")]
    [InlineData("'John Doe'.replace(/(?<first>\\w+)/, '$<none>|$<first')")]
    [InlineData("'aaa'.replace(/a/y, 'b')")]
    [InlineData("'x'.replace(/(y)?x/, '[$1]')")]
    [InlineData("'x'.replace('x', undefined)")]
    [InlineData("'null'.replace(null, 'x')")]
    [InlineData("'x'.replace({ [Symbol.replace]: (s, r) => s + r }, 'y')")]
    [InlineData("'x'.replace({ toString: () => 'x' }, 'y')")]
    [InlineData("'PID|1|2'.replace(/\\|/g, '^')")]
    [InlineData("String.raw`a\\n${1}b${2}`")]
    [InlineData("[1, [2, [3, null, undefined]]].toString()")]
    [InlineData("[1, 2, 3].join()")]
    [InlineData("[1, 2, 3].join('')")]
    [InlineData("[, 1, , 2].join('-')")]
    [InlineData("[null, undefined, NaN, true].join()")]
    [InlineData("[[]] + ''")]
    [InlineData("`${[1, [2]]}`")]
    [InlineData("Array.prototype.join.call({ length: 2, 0: 'a', 1: 'b' }, '+')")]
    [InlineData("const a = [1]; a.push(a); String(a)")]
    [InlineData("[1.5, new Date(NaN)].toLocaleString()")]
    [InlineData("JSON.stringify([1, [2, [3, [4]]]].flat())")]
    [InlineData("JSON.stringify([1, [2, [3, [4]]]].flat(2))")]
    [InlineData("JSON.stringify([1, [2, [3, [4]]]].flat(Infinity))")]
    [InlineData("JSON.stringify([1, , [2, , 3]].flat())")]
    [InlineData("JSON.stringify([[], [[]]].flat())")]
    [InlineData("JSON.stringify(Array.from('a\\u{1F600}b'))")]
    [InlineData("JSON.stringify(Array.from([1, 2], (x, i) => x * 10 + i))")]
    [InlineData("JSON.stringify(Array.from({ length: 3 }, (_, i) => i))")]
    [InlineData("JSON.stringify(Array.from(new Set([1, 1, 2])))")]
    [InlineData("JSON.stringify(Array.from(new Map([[1, 2]])))")]
    [InlineData("JSON.stringify(Array.from((function* () { yield 1; yield 2; })()))")]
    [InlineData("JSON.stringify(Array.from(5))")]
    [InlineData("Array.from([1], function () { return this.x }, { x: 7 })[0]")]
    [InlineData("JSON.stringify({ a: [1, { b: 2 }], u: undefined, f() { }, d: new Date(0), n: NaN })")]
    [InlineData("JSON.stringify([1, [2]], null, 2)")]
    [InlineData("JSON.stringify({ a: 1, b: 2 }, ['a'])")]
    [InlineData("JSON.stringify(undefined)")]
    [InlineData("JSON.stringify('x')")]
    [InlineData("Object.keys({ a: 1, b: 2 }).join() + Object.entries({ c: 3 })")]
    [InlineData("Object.keys('ab').join()")]
    [InlineData("encodeURIComponent('a b\\u20ac') + encodeURI('a b/')")]
    [InlineData("const b = new Uint8Array([1, 2, 3]); b.length + ':' + b.join() + ':' + (b instanceof Uint8Array) + ':' + b.constructor.name")]
    [InlineData("JSON.stringify([...Uint8Array.from([1, 2])])")]
    [InlineData("new Uint8Array(new ArrayBuffer(8), 2, 3).length")]
    [InlineData("new Float64Array(3).fill(1.5).map(x => x * 2).join()")]
    [InlineData("class Bytes extends Uint8Array { sum() { return this.reduce((a, b) => a + b, 0); } } new Bytes([1, 2]).sum()")]
    [InlineData("class List extends Array { last() { return this[this.length - 1]; } } const l = new List(); l.push(1, 2); l.last() + ':' + l.length")]
    [InlineData("[3, 1, 2].sort().concat([4]).reverse().indexOf(4)")]
    public void Behaves_AsTheEnginesOwn(string script)
    {
        var own = new Jint.Engine().Evaluate(script);

        // Only what is returned counts, so the last expression is.
        var (statements, last) = SplitLast(script);
        var result = _bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Writer, $"{statements} return String({last});"));

        Assert.True(result.Error is null, result.Error?.ToString());
        Assert.Equal(own.ToString(), result.Value);
    }

    private static (string Statements, string Last) SplitLast(string script)
    {
        var program = new Acornima.Parser().ParseScript(script);
        var last = program.Body[^1].Start;
        return (script[..last], script[last..]);
    }
}
