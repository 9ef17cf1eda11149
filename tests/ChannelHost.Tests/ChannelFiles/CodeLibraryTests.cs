namespace ChannelHost.Tests.ChannelFiles;

/// <summary>Libraries of code templates and the scripts of all channels.</summary>
public sealed class CodeLibraryTests : IDisposable
{
    private const string Scripted = "id: id-one\nsource: { type: sample, listen: 127.0.0.1:1 }\nfilter: |\n  return true;\n";

    private readonly Folders _folders = new() { Compiler = new BadWordCompiler() };

    public void Dispose() => _folders.Dispose();

    [Fact]
    public void Library_GivesItsTemplatesInOrderWithTheirContexts()
    {
        _folders.Write("lib/dates/library.yaml", "description: For dates.\ntemplates:\n  - { file: z.js, contexts: [channel-preprocessor, source-receiver] }\n  - { file: a.js }\n");
        _folders.Write("lib/dates/z.js", "function z() {}\n");
        _folders.Write("lib/dates/a.js", "function a() {}\n");
        _folders.Write("lib/flat.js", "function flat() {}\n");

        var definition = Folders.Good(_folders.ReadOne(Scripted));

        Assert.Equal(
            [("lib/dates/z.js", ScriptContexts.ChannelPreprocessor | ScriptContexts.SourceReceiver), ("lib/dates/a.js", ScriptContexts.Connectors)],
            definition.CodeTemplates.Select(template => (template.File.Name, template.Contexts)));
        Assert.Equal(["lib/flat.js"], definition.Library.Select(script => script.Name));
        Assert.Equal(2, definition.Global.CodeTemplates.Count);
    }

    [Theory]
    [InlineData("channels: [clinic/registration]", 1)]
    [InlineData("channels: [id-one]", 1)]
    [InlineData("channels: []", 0)]
    [InlineData("channels: [clinic/other]", 0)]
    [InlineData("except: [id-one]", 0)]
    [InlineData("except: [clinic/other]", 1)]
    public void Library_IsForTheChannelsItNames(string whom, int templates)
    {
        _folders.Write("lib/dates/library.yaml", $"{whom}\ntemplates: [{{ file: a.js }}]\n");
        _folders.Write("lib/dates/a.js", "function a() {}\n");

        Assert.Equal(templates, Folders.Good(_folders.ReadOne(Scripted)).CodeTemplates.Count);
    }

    [Theory]
    [InlineData("templates: [{ file: b.js }]", "lib/dates/library.yaml", "templates[0].file")]
    [InlineData("templates: [{ file: a.js, contexts: [everywhere] }]", "lib/dates/library.yaml", "templates[0].contexts[0]")]
    [InlineData("chanels: []\ntemplates: [{ file: a.js }]", "lib/dates/library.yaml", "chanels")]
    [InlineData("templates: [{ file: bad.js }]", "lib/dates/bad.js", "")]
    public void MistakeOfALibrary_RefusesTheChannelsWithScripts(string yaml, string file, string field)
    {
        _folders.Write("lib/dates/library.yaml", yaml + "\n");
        _folders.Write("lib/dates/a.js", "function a() {}\n");
        _folders.Write("lib/dates/bad.js", "BAD\n");

        var problem = Folders.Only(_folders.ReadOne(Scripted));

        Assert.Equal((file, field), (problem.File, problem.Field));
        Assert.NotNull(_folders.ReadOne("source: { type: sample, listen: 127.0.0.1:1 }\n").Definition);
    }

    [Theory]
    [InlineData("channels: [clinic/other]\ntemplates: [{ file: missing.js }]", false)]
    [InlineData("channels: [clinic/registration]\ntemplates: [{ file: missing.js }]", true)]
    [InlineData("except: [id-one]\nstrange: 1", false)]
    [InlineData("channels: [clinic/other, { a: b }]\ntemplates: []", true)]
    [InlineData("channels: [clinic/other\ntemplates: []", true)]
    [InlineData("templates: [{ file: bad.js, contexts: [channel-deploy, destination-filter-transformer] }]", false)]
    [InlineData("templates: [{ file: bad.js, contexts: [channel-deploy, source-filter-transformer] }]", true)]
    public void BrokenLibrary_CostsThoseWhoUseIt(string yaml, bool concerns)
    {
        _folders.Write("lib/dates/library.yaml", yaml + "\n");
        _folders.Write("lib/dates/bad.js", "BAD\n");

        var reading = _folders.ReadOne(Scripted);

        Assert.Equal(concerns, reading.Definition is null);
        Assert.Equal(concerns, reading.Problems.Any(problem => problem.File.StartsWith("lib/dates/", StringComparison.Ordinal) && problem.Severity == ProblemSeverity.Error));
    }

    [Theory]
    [InlineData("connectors", false)]
    [InlineData("global-deploy", false)]
    [InlineData("global-preprocessor", true)]
    public void BrokenLibraryOfOthers_CountsWhereGlobalScriptsUseIt(string context, bool concerns)
    {
        _folders.Write("global/preprocess.js", "c\n");
        _folders.Write("lib/dates/library.yaml", $"channels: [clinic/other]\ntemplates: [{{ file: bad.js, contexts: [{context}] }}]\n");
        _folders.Write("lib/dates/bad.js", "BAD\n");

        Assert.Equal(concerns, _folders.ReadOne(Scripted).Definition is null);
        Assert.Equal(concerns, _folders.ReadOne(Folders.Minimal).Definition is null);
    }

    [Fact]
    public void UnusedFileInGlobal_IsAWarning()
    {
        _folders.Write("global/old.js", "BAD\n");

        Assert.NotNull(_folders.ReadOne(Folders.Minimal).Definition);
        var reading = _folders.ReadOne(Scripted);

        Assert.NotNull(reading.Definition);
        var problem = Assert.Single(reading.Problems);
        Assert.Equal(("global/old.js", ProblemSeverity.Warning), (problem.File, problem.Severity));
    }

    [Fact]
    public void ChangedTemplate_IsAnotherVersionForWhomItIs()
    {
        _folders.Write("lib/dates/library.yaml", "channels: [clinic/registration]\ntemplates: [{ file: a.js }]\n");
        _folders.Write("lib/dates/a.js", "function a() {}\n");
        _folders.Write("clinic/other/channel.yaml", "source: { type: sample, listen: 127.0.0.1:2 }\nfilter: |\n  return true;\n");
        var (before, other) = (_folders.ReadOne(Scripted).Definition!.Version, _folders.Open().Read("clinic/other")!.Definition!.Version);

        _folders.Write("lib/dates/a.js", "function a() { return 1; }\n");

        Assert.NotEqual(before, _folders.ReadOne(Scripted).Definition!.Version);
        Assert.Equal(other, _folders.Open().Read("clinic/other")!.Definition!.Version);
    }

    [Fact]
    public void GlobalScripts_AreEveryChannelsAndPartOfItsVersion()
    {
        var without = _folders.ReadOne(Folders.Minimal).Definition!;
        _folders.Write("global/deploy.js", "a\n");
        _folders.Write("global/undeploy.js", "b\n");
        _folders.Write("global/preprocess.js", "c\n");
        _folders.Write("global/postprocess.js", "d\n");

        var reading = _folders.ReadOne(Folders.Minimal);

        var global = Folders.Good(reading).Global;
        Assert.Equal(("a\n", "b\n", "c\n", "d\n"), (global.Deploy!.Text, global.Undeploy!.Text, global.Preprocessor!.Text, global.Postprocessor!.Text));
        Assert.NotEqual(without.Version, reading.Definition!.Version);
        Assert.Contains(reading.Files, file => file.Name == "global/preprocess.js");
        Assert.Equal(reading.Definition.Version, _folders.Open().ReadTexts("clinic/registration", reading.Files, sharedOfFolder: false, _folders.Beside).Definition!.Version);
    }

    [Fact]
    public void GlobalScriptWithAMistake_RefusesEveryChannel()
    {
        _folders.Write("global/preprocess.js", "BAD\n");

        Assert.Equal("global/preprocess.js", Folders.Only(_folders.ReadOne(Folders.Minimal)).File);
    }

    [Fact]
    public async Task ChangedLibraryOrGlobalScript_IsTold()
    {
        _folders.Write("lib/dates/library.yaml", "templates: [{ file: a.js }]\n");
        _folders.Write("lib/dates/a.js", "function a() {}\n");
        _folders.Write("clinic/registration/channel.yaml", Scripted);
        var folder = _folders.Open();
        folder.ReadAll();
        await using var changes = folder.WatchAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = changes.MoveNextAsync().AsTask();

        _folders.Write("lib/dates/library.yaml", "templates: []\n");
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.Equal(["clinic/registration"], changes.Current);
        folder.Read("clinic/registration");

        next = changes.MoveNextAsync().AsTask();
        _folders.Write("global/preprocess.js", "c\n");
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.Equal(["clinic/registration"], changes.Current);
    }
}
