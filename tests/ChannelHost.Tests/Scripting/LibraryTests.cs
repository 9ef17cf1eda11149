using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting;

public class LibraryTests
{
    private readonly ScriptBench _bench = new();

    [Fact]
    public void OnlyWhatIsNamed_Runs()
    {
        _bench.Library.Add(new ScriptFile("lib/a.js", "logger.info('a'); function pad(s) { return fill(s) + s; }"));
        _bench.Library.Add(new ScriptFile("lib/b.js", "logger.info('b'); const fill = s => '0'.repeat(4 - s.length);"));
        _bench.Library.Add(new ScriptFile("lib/c.js", "logger.info('c'); var unused = 1;"));

        Assert.Equal("0012", _bench.Value("pad('12')"));
        Assert.Equal(["a", "b"], _bench.Log.Select(line => line.Text));
    }

    [Fact]
    public void Order_IsThatOfFileNames()
    {
        _bench.Library.Add(new ScriptFile("lib/2.js", "var two = one + 1;"));
        _bench.Library.Add(new ScriptFile("lib/1.js", "var one = 1;"));

        Assert.Equal(2.0, _bench.Value("two"));
    }

    [Fact]
    public void OwnDeclaration_NeedsNoLibrary()
    {
        _bench.Library.Add(new ScriptFile("lib/a.js", "throw 'must not run'; function pad() { }"));

        Assert.Equal("own", _bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Writer, "function pad() { return 'own'; } return pad();")).Value);
    }

    [Theory]
    [InlineData("const { fmt, other: renamed = 1, ...rest } = { fmt: x => x + '!' };", "fmt('a')")]
    [InlineData("class Formatter { run() { return 'a!'; } }", "new Formatter().run()")]
    [InlineData("let [fmt] = [x => x + '!'];", "fmt('a')")]
    [InlineData("if (true) { var fmt = x => x + '!'; }", "fmt('a')")]
    public void AllWaysToDeclare_Count(string library, string expression)
    {
        _bench.Library.Add(new ScriptFile("lib/a.js", library));

        Assert.Equal("a!", _bench.Value(expression));
    }

    [Fact]
    public void ErrorInALibraryFunction_IsAtItsPlace()
    {
        _bench.Library.Add(new ScriptFile("lib/a.js", "function pad(s) {\n  return s.missing.x;\n}"));

        var error = _bench.Fail("let a = 1;\npad('x')");

        Assert.Equal(("lib/a.js", 2), (error.File, error.Line));
    }

    [Fact]
    public void StepsMayShareNames()
    {
        var result = _bench.Run(
            ScriptBench.Scope(),
            ScriptBench.Step(ScriptKind.Filter, "const name = 'a'; let n = 1; class C { } var shared = 7; function twice(x) { return x * 2; }\nn == 1", "filter.js"),
            ScriptBench.Step(ScriptKind.Writer, "const name = 'b'; let n = 2; class C { }\nreturn name + n + twice(shared);", "transform.js"));

        Assert.Equal("b214", result.Value);
    }
}
