using Acornima;
using ChannelHost.Scripting;
using ChannelHost.Scripting.E4x.Translation;
using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.E4x.Translation;

public class PositionTests
{
    // The seam's functions, so that what a script evaluates comes out as text; real values are the runtime's.
    private const string Seam = """
        var __e4x = {
          xml: (strings, ...values) => strings.reduce((text, part, i) => text + values[i - 1] + part),
          list: (strings, ...values) => strings.reduce((text, part, i) => text + values[i - 1] + part),
          desc: (x, name) => x.all(name), filter: (x, p) => x.filter(p), pick: (x, name) => x[name], none: () => [],
          at: name => '@' + name, qn: (space, name) => '{' + space + '}' + name, an: (space, name) => '@{' + space + '}' + name,
          each: x => x, ns: () => undefined, type: x => typeof x, add: (a, b) => a + b, addTo: (o, k, b) => o[k] += b,
        };
        """;

    private readonly ScriptBench _bench = new();

    public PositionTests() => _bench.Library.Add(new ScriptFile("seam.js", Seam));

    // ^ stands before the place that must be named.
    [Theory]
    [InlineData("var x = { all: n => n }; x..a; x..b; ^boom();")]
    [InlineData("var t = <a b={1}>`text` \\ ${'x'} {^boom()}</a>;")]
    [InlineData("var t = <a>\n\n  <b c={1}/>{ 2 } text { ^boom() }\n</a>;")]
    [InlineData("var l = { filter: p => p({ a: 1 }) };\nl.(a == 1 && ^boom(a));")]
    [InlineData("var l = { filter: p => p({ a: 1 }) };\nl.(@x, a, l.(a == 1, ^boom(a)));")]
    [InlineData("default xml namespace = 'u'; for each (var y in [1]) { typeof y; ^boom(y) }")]
    [InlineData("var s = 1 + <a/> + 2; s += <b/>; s += <c/>; ^boom()")]
    [InlineData("let a = <a/>;\r\nconst b = a.@x;\r\n  ^boom()")]
    public void RunTimeError_NamesTheAuthorsPlace(string marked)
    {
        var (script, line, column) = Unmark(marked);

        var error = _bench.Fail(script);

        Assert.Contains("boom", error.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Equal(ChannelHost.Scripting.Compilation.ParsedScript.SplitLines(script)[line - 1], error.LineText);
    }

    [Theory]
    [InlineData("x..a; x.@b; x.(c == 1); var ^;")]
    [InlineData("var x = <a>{b}</a>;\n  y.@c d..e; ", 2, 8)]
    [InlineData("a..b;\nx.(a ^b)")]
    [InlineData("a..b; x.(a,^)")]
    [InlineData("a..b; if (x.@a) { ^", 1, 19)]
    [InlineData("for each (var x in y) { let z = x.@a; let ^z = 2; }")]
    [InlineData("a..b; ^1 = 2;")]
    [InlineData("a..b; foo(^a..b++)")]
    [InlineData("a..b; ({ c: ^x.(d) } = e)")]
    [InlineData("a..b; for (^a..b of c) ;")]
    [InlineData("a..b; x?.y^.(z)")]
    [InlineData("a..b; new x^..y()")]
    [InlineData("a..b; super^..y")]
    [InlineData("a..b; x.(@^)")]
    [InlineData("a..b; x.y:: ^= 1")]
    [InlineData("a..b; '\\\n'; \"^", 2, 4)]
    [InlineData("a..b; x = ^<a>{ '</a>' }")]
    [InlineData("a..b; ^__e4x.xml()")]
    [InlineData("a..b; function* g() { x.(^yield) }")]
    [InlineData("a..b; 5^n")]
    public void SyntaxError_NamesTheAuthorsPlace(string marked, int line = 0, int column = 0)
    {
        var (script, markedLine, markedColumn) = Unmark(marked);

        var problem = Assert.Single(new ScriptCompiler().Check(new ScriptFile("s.js", script)));

        // A literal with an n is told where it begins.
        var expected = line > 0 ? (line, column) : script.Contains("5n", StringComparison.Ordinal) ? (1, 7) : (markedLine, markedColumn);
        Assert.Equal(expected, (problem.Line, problem.Column));
        Assert.DoesNotContain("__", problem.Message.Replace("__e4x or __x1", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void ErrorBeforeAnyE4x_IsTheParsersOwn()
    {
        const string Script = "var a = ;\nvar b = <c>{ unterminated";

        var error = Assert.Throws<SyntaxErrorException>(() => new Translator(e4x: true, Compatibility.None).Read(Script, "s.js"));

        Assert.Equal((1, 8), (error.LineNumber, error.Column));
    }

    [Fact]
    public void FilterThatEndsInAnE4xExpression_CountsItsValue()
    {
        var result = _bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Filter, "var l = { filter: p => !p({ a: 1 }) };\nl.(a == 1)"));

        Assert.Equal(ScriptOutcome.Filtered, result.Outcome);
    }

    private static (string Script, int Line, int Column) Unmark(string marked)
    {
        var at = marked.IndexOf('^', StringComparison.Ordinal);
        if (at < 0)
        {
            return (marked, 0, 0);
        }

        var script = marked.Remove(at, 1);
        var (line, column) = ChannelHost.Scripting.E4x.Translation.Translation.PlaceOf(script, at);
        return (script, line, column + 1);
    }
}
