namespace ChannelHost.Tests.ChannelFiles;

public sealed class ScriptTests : IDisposable
{
    private const string Source = "source: { type: sample, listen: 127.0.0.1:1 }\n";

    private readonly BadWordCompiler _compiler = new();
    private readonly Folders _folders;

    public ScriptTests() => _folders = new Folders { Compiler = _compiler };

    [Fact]
    [Trait("Row", "F67")]
    public void ScriptThatDoesNotCompile_IsToldByItsOwnLine()
    {
        _folders.Write("clinic/registration/transform.js", "var a = 1;\n  BAD;\n");

        var problem = Folders.Only(_folders.ReadOne(Source + "transform: transform.js\n"));

        Assert.Equal(
            new ChannelProblem("clinic/registration/transform.js", 2, 3, "", "Unexpected token BAD", "a script that can be read"), problem);
    }

    [Fact]
    public void InlineScriptThatDoesNotCompile_IsToldByTheLineOfTheFile()
    {
        var problem = Folders.Only(_folders.ReadOne(Source + "destinations:\n  - name: a\n    type: sink\n    url: x\n    filter: |\n\n      // fine\n        BAD\n"));

        Assert.Equal(
            new ChannelProblem("clinic/registration/channel.yaml", 9, 9, "destinations[0].filter", "Unexpected token BAD", "a script that can be read"), problem);
    }

    [Fact]
    public void ScriptsBesideAnUnreadableFile_AreCheckedToo()
    {
        _folders.Write("clinic/registration/transform.js", "BAD");

        var reading = _folders.ReadOne(Source + "threads: @\n");

        Assert.Equal(["clinic/registration/channel.yaml", "clinic/registration/transform.js"], reading.Problems.Select(problem => problem.File));
    }

    [Fact]
    public void ScriptOfTwoSettings_IsCheckedOnce()
    {
        _folders.Write("clinic/registration/same.js", "fine");

        Folders.Good(_folders.ReadOne(Source + "filter: same.js\ntransform: same.js\n"));

        Assert.Equal(1, _compiler.Checks);
    }

    [Fact]
    public void CheckerThatFails_IsAProblemOfThatScript()
    {
        _folders.Write("clinic/registration/transform.js", "THROW");

        var problem = Folders.Only(_folders.ReadOne(Source + "transform: transform.js\n"));

        Assert.Equal("a script whose check failed (InvalidOperationException)", problem.Found);
    }

    [Fact]
    public void UnusedScript_IsAWarningThatStopsNothing()
    {
        _folders.Write("clinic/registration/transform.js", "");
        _folders.Write("clinic/registration/cases/helper.js", "");

        var reading = _folders.ReadOne(Source);

        Assert.NotNull(reading.Definition);
        Assert.Null(reading.Definition.Transformer);
        Assert.Equal(
            new ChannelProblem(
                "clinic/registration/transform.js", 0, 0, "", "a script that is not used",
                "its name in channel.yaml (for example `transform: transform.js`), or the file removed", ProblemSeverity.Warning),
            Assert.Single(reading.Problems));
    }

    [Fact]
    public void MistypedScript_IsToldWithTheOneThatIsThere()
    {
        _folders.Write("clinic/registration/transform.js", "");

        var reading = _folders.ReadOne(Source + "transform: transfrom.js\n");

        Assert.Equal("did you mean `transform.js`?", reading.Problems[0].Wanted);
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("\"a\\0.js\"")]
    [InlineData("out.js")]
    [InlineData("outside/passwd")]
    public void ScriptOutsideTheChannelsFolder_IsRefused(string name)
    {
        Directory.CreateDirectory(_folders.PathOf("clinic/registration"));
        File.CreateSymbolicLink(_folders.PathOf("clinic/registration/out.js"), "/etc/passwd");
        Directory.CreateSymbolicLink(_folders.PathOf("clinic/registration/outside"), "/etc");

        var reading = _folders.ReadOne(Source + $"filter: {name}\n");

        Assert.Null(reading.Definition);
        Assert.Contains(reading.Problems, problem => (problem.Line, problem.Column, problem.Field) == (2, 9, "filter"));
        Assert.DoesNotContain(reading.Problems, problem => problem.ToString().Contains("root:", StringComparison.Ordinal));
    }

    [Fact]
    public void SharedAndNeighbouringScripts_MayBeNamed()
    {
        _folders.Write("lib/hl7/dates.js", "// dates");
        _folders.Write("clinic/shared.js", "// shared");

        var channel = Folders.Good(_folders.ReadOne(Source + "filter: ../shared.js\ntransform: ../../lib/hl7/dates.js\n"));

        Assert.Equal("clinic/shared.js", channel.Filter!.Name);
        Assert.Equal("lib/hl7/dates.js", channel.Transformer!.Name);
        Assert.Equal("lib/hl7/dates.js", Assert.Single(channel.Library).Name);
    }

    [Fact]
    public void BrokenSharedScript_StopsOnlyChannelsWithScripts()
    {
        _folders.Write("lib/broken.js", "\nBAD");
        _folders.Write("a/channel.yaml", "source: { type: sample, listen: 127.0.0.1:2 }\n");
        _folders.Write("b/channel.yaml", Source + "filter: |\n  return true\n");

        var readings = _folders.Open().ReadAll();

        Folders.Good(readings[0]);
        Assert.Equal(("lib/broken.js", 2, 1), (Folders.Only(readings[1]).File, Folders.Only(readings[1]).Line, Folders.Only(readings[1]).Column));
    }

    [Fact]
    public void FoldedScript_IsRefused()
    {
        var problem = Folders.Only(_folders.ReadOne(Source + "filter: >\n  // a comment would swallow the rest\n  return true\n"));

        Assert.Equal(
            new ChannelProblem("clinic/registration/channel.yaml", 2, 9, "filter", "a script whose lines YAML joins", "`|` above the script, which keeps its lines"), problem);
    }

    [Fact]
    public void Version_FollowsEverythingThatMakesUpTheChannel()
    {
        _folders.Write("clinic/registration/transform.js", "one");
        _folders.Write("lib/shared.js", "one");
        string Version(string yaml) => Folders.Good(_folders.ReadOne(yaml)).Version;
        var first = Version(Source + "transform: transform.js\n");
        var again = Version(Source + "transform: transform.js\n");
        var comment = Version(Source + "transform: transform.js # a comment\n");
        _folders.Write("clinic/registration/transform.js", "two");
        var script = Version(Source + "transform: transform.js\n");
        _folders.Write("lib/shared.js", "two");
        var shared = Version(Source + "transform: transform.js\n");
        File.Delete(_folders.PathOf("clinic/registration/transform.js"));
        var withoutScripts = Version(Source);
        _folders.Write("lib/shared.js", "three");

        Assert.Equal(first, again);
        Assert.Equal(5, new[] { first, comment, script, shared, withoutScripts }.Distinct().Count());
        Assert.Equal(withoutScripts, Version(Source));
    }

    public void Dispose() => _folders.Dispose();
}
