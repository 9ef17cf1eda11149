using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.Scope;

public class CodeTemplateTests
{
    [Fact]
    public void Templates_RunInOrderBeforeTheScript_TheLaterWins()
    {
        var bench = Bench(("a.js", "function who() { return 'first'; }", ScriptContexts.All), ("b.js", "/**\n * Says who.\n */\nfunction who() { return 'second'; }", ScriptContexts.All));

        Assert.Equal("second", bench.Text("who()"));
    }

    [Fact]
    public void TopLevelStatements_SeeMapsButNoMessage()
    {
        var bench = Bench(("a.js", "channelMap.put('seen', typeof msg + typeof tmp + typeof channelMap); function later() { return typeof msg; }", ScriptContexts.All));

        Assert.Equal("undefinedundefinedobject xml", bench.Text("$c('seen') + ' ' + later()"));
    }

    [Theory]
    [InlineData(ScriptContexts.SourceFilterTransformer, 0, true)]
    [InlineData(ScriptContexts.SourceFilterTransformer, 1, false)]
    [InlineData(ScriptContexts.DestinationFilterTransformer, 1, true)]
    [InlineData(ScriptContexts.DestinationFilterTransformer, 0, false)]
    [InlineData(ScriptContexts.ChannelDeploy, 0, false)]
    [InlineData(ScriptContexts.Connectors, 1, true)]
    public void Template_IsThereInItsContextsOnly(ScriptContexts contexts, int connector, bool isThere)
    {
        var bench = Bench(("a.js", "function helper() { return 1; }", contexts));

        Assert.Equal(isThere ? "function" : "undefined", bench.Text("typeof helper", MirthBench.Scope(connector: connector)));
    }

    [Fact]
    public void FunctionOfTheScript_WinsOverTheTemplates_AndHelpersOfOursOverBoth()
    {
        var bench = Bench(("a.js", "function mine() { return 'template'; } function validate() { return 'template'; } function $c() { return 'template'; }", ScriptContexts.All));

        Assert.Equal("script x template", bench.Text("(function () { function mine() { return 'script'; } return mine() + ' ' + validate('x') + ' ' + $c('k'); })()"));
    }

    [Fact]
    public void TemplateThatCannotBeRead_IsNamedAtDeploy()
    {
        var bench = Bench(("lib/broken.js", "function ok() {}\nfunction ( {", ScriptContexts.All));

        var problems = Assert.Throws<ScriptCompileException>(() => bench.Bench.Compile(ScriptBench.Step(ScriptKind.Transformer, "1"))).Problems;

        Assert.Equal(("lib/broken.js", 2), Assert.Single(problems.Select(problem => (problem.File, problem.Line))));
    }

    [Fact]
    public void ErrorInATemplate_NamesItsFileAndLine()
    {
        var bench = Bench(("lib/helper.js", "function fails() {\n  return nothing.at.all;\n}", ScriptContexts.All));

        var error = bench.Fail("\nfails()");

        Assert.Equal(("lib/helper.js", 2), (error.File, error.Line));
    }

    private static MirthBench Bench(params (string Name, string Text, ScriptContexts Contexts)[] templates) => new(environment => environment with
    {
        CodeTemplates = [.. templates.Select(template => new CodeTemplate(new ScriptFile(template.Name, template.Text), template.Contexts))],
    });
}
