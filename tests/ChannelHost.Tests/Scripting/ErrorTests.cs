using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting;

public class ErrorTests
{
    private readonly ScriptBench _bench = new();

    public static TheoryData<string, string> OddThings => new()
    {
        { "throw null", "Thrown: null" },
        { "throw undefined", "Thrown: undefined" },
        { "throw 'text'", "text" },
        { "throw 5", "Thrown: 5" },
        { "throw {}", "Thrown: an object without a message" },
        { "throw { message: 'm' }", "m" },
        { "throw { toString() { throw 1 } }", "Thrown: an object without a message" },
        { "throw { get message() { throw 1 } }", "Thrown: an object without a message" },
        { "throw Object.create(null)", "Thrown: an object without a message" },
        { "throw Symbol('s')", "Thrown: a symbol" },
        { "throw [1, 2]", "Thrown: an object without a message" },
        { "throw () => 1", "" },
        { "throw new Error('boom')", "Error: boom" },
        { "throw new TypeError('boom')", "TypeError: boom" },
        { "throw new (class Mine extends Error { name = 'Mine' })('boom')", "Mine: boom" },
        { "throw msg['PID']['PID.5']['PID.5.1']", "DOE" },
        { "undefinedThing.x", "undefinedThing" },
        { "null.x", "null" },
        { "const e = new Error('x'); Object.defineProperty(e, 'stack', { get() { throw 1 } }); throw e", "1" },
        { "Error.prototype.toString = () => { throw 1 }; throw new Error('kept')", "Error: kept" },
        { "throw Object.assign(new Error('x'), { name: { toString() { throw 1 } } })", "x" },
        { "(async () => { throw new Error('later') })(); 1", "Error: later" },
        { "Promise.reject('later')", "later" },
    };

    [Theory]
    [MemberData(nameof(OddThings))]
    [Trait("Row", "F62")]
    public void ThrownInAnyHook_IsThatMessagesError(string script, string expected)
    {
        // Scripts that run without a message have no msg.
        var needsMessage = script.Contains("msg", StringComparison.Ordinal);
        foreach (var kind in Enum.GetValues<ScriptKind>().Where(kind => !needsMessage || kind is not (ScriptKind.Deploy
            or ScriptKind.Undeploy or ScriptKind.GlobalDeploy or ScriptKind.GlobalUndeploy or ScriptKind.Attachment or ScriptKind.Batch)))
        {
            var error = _bench.Fail(script, kind);

            Assert.Equal("error", error.Kind);
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
            Assert.Equal("script.js", error.File);
        }
    }

    [Fact]
    [Trait("Row", "F62")]
    public void HugeText_IsCut()
    {
        var error = _bench.Fail("throw new Error('x'.repeat(1e6))");

        Assert.InRange(error.Message.Length, 900, 1_010);
    }

    [Theory]
    [InlineData("throw new Error('x')", 1, 7)]
    [InlineData("\n\n  throw new Error('x')", 3, 9)]
    [InlineData("let a = 1;\n  a.b.c", 2, 7)]
    [InlineData("let a = 1; a.b.c", 1, 16)]
    [InlineData("const f = () => { throw new Error('x') };\nf()", 1, 25)]
    [InlineData("// comment\r\nnothing()", 2, 1)]
    [InlineData("var é = '\t';\tundefinedName", 1, 14)]
    public void Position_IsTheAuthors(string script, int line, int column)
    {
        foreach (var kind in new[] { ScriptKind.Transformer, ScriptKind.Filter })
        {
            var error = _bench.Fail(script, kind);

            Assert.Equal((line, column), (error.Line, error.Column));
            Assert.Equal(script.Split('\n')[line - 1].TrimEnd('\r'), error.LineText);
        }
    }

    [Fact]
    public void ErrorOfTheSecondScript_NamesIt()
    {
        var result = _bench.Run(
            ScriptBench.Scope(),
            ScriptBench.Step(ScriptKind.Filter, "true", "filter.js"),
            ScriptBench.Step(ScriptKind.Transformer, "let ok = 1;\nlet bad = ok.a.b;", "transform.js"));

        Assert.Equal(("transform.js", 2, 16), (result.Error!.File, result.Error.Line, result.Error.Column));
        Assert.Equal("error in transform.js:2:16", result.Error.Place);
    }

    [Fact]
    public void ErrorInAHostMethod_IsAtTheCall()
    {
        var error = _bench.Fail("let a = 1;\n  sourceMap.put('a', a);");

        Assert.Equal(2, error.Line);
        Assert.Equal("  sourceMap.put('a', a);", error.LineText);
    }

    [Fact]
    public void SyntaxProblemsOfAllFiles_ComeAtOnce()
    {
        _bench.Library.Add(new ScriptFile("lib/broken.js", "function f( {"));

        var exception = Assert.Throws<ScriptCompileException>(() => _bench.Compile(
            ScriptBench.Step(ScriptKind.Filter, "let a = ;", "filter.js"),
            ScriptBench.Step(ScriptKind.Transformer, "ok();\n  if (", "transform.js")));

        Assert.Equal(["filter.js:1:9", "transform.js:2:7", "lib/broken.js:1:14"], exception.Problems.Select(p => $"{p.File}:{p.Line}:{p.Column}"));
        Assert.Equal("  if (", exception.Problems[1].LineText);
    }

    [Fact]
    public void Check_FindsWhatCompileFinds()
    {
        var compiler = new ChannelHost.Scripting.ScriptCompiler();

        Assert.Empty(compiler.Check(new ScriptFile("a.js", "return 1;")));
        var problem = Assert.Single(compiler.Check(new ScriptFile("a.js", "let a = 1;\n)")));
        Assert.Equal((2, 1), (problem.Line, problem.Column));
    }

    [Fact]
    [Trait("Row", "F60")]
    public void PromiseThatNeverSettles_IsAnErrorAtOnce()
    {
        var error = _bench.Fail("(async () => { await new Promise(() => {}); })()", ScriptKind.Filter);

        Assert.Contains("promise", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AsyncFunctions_Work()
    {
        var result = _bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Writer, "return (async () => { const a = await 1; return a + await Promise.resolve(2); })()"));

        Assert.Equal(3.0, result.Value);
    }

    [Fact]
    public void RejectionThatIsHandled_IsNoError()
    {
        var result = _bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Writer, "return Promise.reject('x').catch(e => e + '!')"));

        Assert.Equal("x!", result.Value);
    }

    [Fact]
    public void FormatError_CarriesNoContent()
    {
        var result = _bench.Run(ScriptBench.Scope("secret"), ScriptBench.Step(ScriptKind.Transformer, "msg"));

        Assert.Equal("format", result.Error!.Kind);
        Assert.DoesNotContain("secret", result.Error.ToString(), StringComparison.Ordinal);
    }
}
