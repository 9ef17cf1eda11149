using ChannelHost.Scripting;
using ChannelHost.Scripting.E4x.Translation;
using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.E4x.Translation;

public class OddScriptTests
{
    [Fact]
    public void TagsThatDoNotMatch_AreWarnings()
    {
        const string Script = """
            var ok = <a><b c="</z>"/><{n}></{n}><d>{ <e></e> }</d></a>;
            var odd = <a>
              <b></c>
              <>{ <e></f> }</>
            </a>;
            """;

        var warnings = new ScriptCompiler().Warnings(new ScriptFile("s.js", Script));

        Assert.Equal([(3, 8), (4, 12)], warnings.Select(warning => (warning.Line, warning.Column)));
        Assert.Contains("'c' does not match the start tag 'b'", warnings[0].Message, StringComparison.Ordinal);
        Assert.Empty(new ScriptCompiler().Check(new ScriptFile("s.js", Script)));
    }

    [Fact]
    public void WarningsOfAScriptThatCannotBeRead_AreNone() =>
        Assert.Empty(new ScriptCompiler().Warnings(new ScriptFile("s.js", "var x = <a></b>; var = 1")));

    [Fact]
    public void SpaceThatNobodySees_IsLeftOut()
    {
        var bench = new ScriptBench();

        var result = bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Writer, "var x = 1;\u200B\nvar t = 'a\u200Bb';\u2060 return x + t.length"));

        Assert.Equal(4.0, Convert.ToDouble(result.Value, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void ForEachWithTheHeadOfAPlainLoop_IsOneForMirthOnly()
    {
        const string Script = "var n = 0; for each (var i = 0; i < 3; i++) { n += i } n";

        Assert.Equal("var n = 0; for  (var i = 0; i < 3; i++) { n += i } n", new Translator(e4x: true, Compatibility.Mirth).Read(Script, "s.js").Text);
        Assert.Throws<TranslationException>(() => new Translator(e4x: true, Compatibility.None).Read(Script, "s.js"));
        Assert.Single(new ScriptCompiler().Check(new ScriptFile("s.js", Script), e4x: true, Compatibility.None));
    }

    [Theory]
    [InlineData("typeof x.a == 'object'", "__e4x.type( x.a) == 'object'")]
    [InlineData("'xml' === typeof f(x)", "'xml' === __e4x.type( f(x))")]
    [InlineData("if ('string' != typeof x) typeof\n(x)", "if ('string' != typeof x) (typeof x === 'undefined' ? 'undefined' : __e4x.type(\n(x)))")]
    [InlineData("typeof typeof x.y", "__e4x.type( __e4x.type( x.y))")]
    [InlineData("function f(a) { switch (typeof a.b) { case 'xml': return typeof a.b === 'number' } }", "function f(a) { switch (__e4x.type( a.b)) { case 'xml': return typeof a.b === 'number' } }")]
    public void TypeOfInAPlainScript_IsAskedOfTheRuntimeForMirthOnly(string script, string expected)
    {
        Assert.Equal(expected, new Translator(e4x: true, Compatibility.Mirth).Read(script, "s.js").Text);
        Assert.Same(script, new Translator(e4x: true, Compatibility.None).Read(script, "s.js").Text);
        Assert.Same(script, new Translator(e4x: false, Compatibility.Mirth).Read(script, "s.js").Text);
    }

    [Theory]
    [InlineData("(x.a) += <b/>;", "__e4x.addTo(x, 'a', __e4x.xml`<b/>`);")]
    [InlineData("x[ (k) ] += y.@b", "__e4x.addTo(x,  (k) , y['@b'])")]
    [InlineData("(x)/* . */.a\n+= c ? <b/> : d", "__e4x.addTo((x)/* . */, 'a'\n, c ? __e4x.xml`<b/>` : d)")]
    [InlineData("x..a.b += <c/> + 1", "__e4x.addTo(__e4x.desc(x, 'a'), 'b', __e4x.add(__e4x.xml`<c/>` , 1))")]
    [InlineData("x..a += <b/>", null)]
    [InlineData("a - <b/> + c * 2 + ' x'", "a - __e4x.xml`<b/>` + c * 2 + ' x'")]
    public void AppendingXml_IsDoneByTheRuntime(string script, string? expected)
    {
        var translator = new Translator(e4x: true, Compatibility.None);
        if (expected is null)
        {
            Assert.Throws<TranslationException>(() => translator.Read(script, "s.js"));
            return;
        }

        var text = translator.Read(script, "s.js").Text;

        Assert.Equal(SyntaxText.Of(expected), SyntaxText.Of(text));
        Assert.Equal(script.Count(c => c == '\n'), text.Count(c => c == '\n'));
    }

    [Fact]
    public void OrdinaryNamesThatE4xUses_StayNames()
    {
        const string Script = "x.each.xml.namespace.@default; for (each in y) each; var xml = { for: 1, each: 2, default: 3 }; each: for (;;) break each;";

        var text = new Translator(e4x: true, Compatibility.None).Read(Script, "s.js").Text;

        Assert.Equal(Script.Replace(".@default", "['@default']", StringComparison.Ordinal), text);
    }

    [Fact]
    public void NestingBeyondTheLimit_IsAnError()
    {
        var predicates = string.Concat(Enumerable.Repeat("x.(", 20)) + "1" + new string(')', 20);
        var literals = string.Concat(Enumerable.Repeat("<a>{", 2_000));

        Assert.Contains("Predicates nest too deeply", Assert.Single(new ScriptCompiler().Check(new ScriptFile("s.js", predicates))).Message, StringComparison.Ordinal);
        Assert.Contains("nests too deeply", Assert.Single(new ScriptCompiler().Check(new ScriptFile("s.js", literals))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SumThatIsTooLong_IsToldWhereItBegins()
    {
        var sum = "var a = 1;\nvar b = <a/>" + string.Concat(Enumerable.Repeat(" + <a/>", 20_000));

        var problem = Assert.Single(new ScriptCompiler().Check(new ScriptFile("s.js", sum)));

        Assert.Equal((2, 1), (problem.Line, problem.Column));
        Assert.Contains("nests too deeply", problem.Message, StringComparison.Ordinal);
    }
}
