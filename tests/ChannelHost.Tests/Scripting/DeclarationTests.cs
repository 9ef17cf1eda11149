using System.Text.RegularExpressions;
using ChannelHost.Scripting;
using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting;

/// <summary>The declarations for editors, compared with what the engine really has in scope.</summary>
public sealed partial class DeclarationTests
{
    private static readonly Dictionary<string, ScriptKind> Kinds = new(StringComparer.Ordinal)
    {
        ["preprocessor"] = ScriptKind.Preprocessor,
        ["filter"] = ScriptKind.Filter,
        ["transformer"] = ScriptKind.Transformer,
        ["response"] = ScriptKind.ResponseTransformer,
        ["postprocessor"] = ScriptKind.Postprocessor,
        ["reader"] = ScriptKind.Reader,
        ["writer"] = ScriptKind.Writer,
        ["deploy"] = ScriptKind.Deploy,
        ["undeploy"] = ScriptKind.Undeploy,
        ["attachment"] = ScriptKind.Attachment,
        ["batch"] = ScriptKind.Batch,
        ["globaldeploy"] = ScriptKind.GlobalDeploy,
        ["globalundeploy"] = ScriptKind.GlobalUndeploy,
        ["globalpreprocessor"] = ScriptKind.GlobalPreprocessor,
        ["globalpostprocessor"] = ScriptKind.GlobalPostprocessor,
    };

    public static TheoryData<string> KindNames => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(KindNames))]
    public void Globals_AreThoseOfTheEngine(string kind)
    {
        var declared = Declared().Where(name => (name.In is null || name.In.Contains(kind)) && !name.NotIn.Contains(kind)).Select(name => name.Name).Order(StringComparer.Ordinal);

        Assert.Equal(GlobalsOfTheEngine(Kinds[kind]), declared);
    }

    [Fact]
    public void EveryKindOfScript_IsKnown() => Assert.Equal(Enum.GetValues<ScriptKind>().Order(), Kinds.Values.Order());

    [Fact]
    public void EveryGlobal_IsDescribed()
    {
        var bare = Declared().Where(name => !name.IsDescribed).Select(name => name.Name);

        Assert.Empty(bare);
    }

    [Theory]
    [InlineData("MessageTree", "msg", "")]
    [InlineData("ScriptMap", "channelMap", "ReadOnlyScriptMap")]
    [InlineData("ScriptLogger", "logger", "JavaLike")]
    [InlineData("ScriptLogger", "console", "JavaLike")]
    [InlineData("Router", "router", "JavaLike")]
    [InlineData("AlertSender", "alerts", "JavaLike")]
    [InlineData("ConnectorMessage", "connectorMessage", "JavaLike")]
    [InlineData("DestinationSet", "destinationSet", "JavaLike")]
    public void Members_AreThoseOfTheEngine(string type, string variable, string inherited)
    {
        var declared = Members(type).Concat(inherited.Length > 0 ? Members(inherited) : []).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(MembersOfTheEngine(ScriptKind.Transformer, variable), declared);
    }

    [Fact]
    public void MembersOfAResponse_AreThoseOfTheEngine() =>
        Assert.Equal(MembersOfTheEngine(ScriptKind.ResponseTransformer, "response"), Members("DestinationResponse").Concat(Members("JavaLike")).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void UserClasses_AreThoseOfTheEngine()
    {
        var functions = (from Match type in UserClass().Matches(ScriptDeclarations.Scope())
                         from Match function in StaticFunction().Matches(type.Groups["body"].Value)
                         select $"{type.Groups["name"].Value}.{function.Groups[1].Value}").ToList();

        var missing = Ask(ScriptKind.Transformer, $"logger.info([{string.Join(", ", functions.Select(name => $"typeof {name} == 'function' ? '' : '{name}'"))}].join(' ').trim() || 'none')");

        Assert.True(functions.Count > 60);
        Assert.Equal(["none"], missing);
    }

    private static List<string> GlobalsOfTheEngine(ScriptKind kind)
    {
        // What the language itself has cannot be enumerated; ours can.
        var ours = Ask(kind, "var names = []; for (var name in globalThis) names.push(name); logger.info(names.join(' '));");
        return [.. ours.Where(name => name is not ("names" or "name")).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> MembersOfTheEngine(ScriptKind kind, string variable) => Ask(
        kind,
        $"var found = []; for (var at = {variable}; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) "
        + "for (var own of Object.getOwnPropertyNames(at)) if (isNaN(own) && own !== 'constructor') found.push(own); logger.info(found.join(' '));")
        .Distinct().Order(StringComparer.Ordinal);

    private static string[] Ask(ScriptKind kind, string script)
    {
        var bench = new ScriptBench();
        var scope = ScriptBench.Scope(destinations: kind is ScriptKind.Preprocessor or ScriptKind.Filter or ScriptKind.Transformer or ScriptKind.GlobalPreprocessor ? new DestinationSelection(["next"]) : null);
        scope.Response = Response.Sent("done");
        var result = bench.Run(scope, ScriptBench.Step(kind, script + (kind == ScriptKind.Filter ? "\ntrue" : "")));
        Assert.True(result.Outcome == ScriptOutcome.Accepted, result.Error?.ToString());
        return Assert.Single(bench.Log).Text.Split(' ');
    }

    private static List<(string Name, string[]? In, string[] NotIn, bool IsDescribed)> Declared() =>
    [
        .. from Match match in Declaration().Matches(ScriptDeclarations.Scope())
           let comment = match.Groups["comment"].Value
           let scope = In().Match(comment)
           let without = NotIn().Match(comment)
           select (match.Groups["name"].Value, scope.Success ? scope.Groups[1].Value.Split(' ') : null, without.Success ? without.Groups[1].Value.Split(' ') : [], comment.Length > 0),
    ];

    private static IEnumerable<string> Members(string type)
    {
        var text = ScriptDeclarations.Scope();
        var start = text.IndexOf($"interface {type} ", StringComparison.Ordinal);
        Assert.True(start >= 0, $"no interface {type}");
        var body = text[start..text.IndexOf("\n}", start, StringComparison.Ordinal)];
        return Member().Matches(body).Select(match => match.Groups[1].Value).Distinct();
    }

    [GeneratedRegex(@"(?:(?<comment>/\*\*(?:(?!\*/).)*\*/)\s*)?declare (?:var|function) (?<name>[A-Za-z_$]+)", RegexOptions.Singleline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"@in ([a-z ]+?)\s*\*")]
    private static partial Regex In();

    [GeneratedRegex(@"declare class (?<name>\w+) \{(?<body>.*?)\n\}", RegexOptions.Singleline)]
    private static partial Regex UserClass();

    [GeneratedRegex(@"^  static (\w+)\(", RegexOptions.Multiline)]
    private static partial Regex StaticFunction();

    [GeneratedRegex(@"@not ([a-z ]+?)\s*\*")]
    private static partial Regex NotIn();

    [GeneratedRegex(@"^  (?:readonly )?([A-Za-z]+)[(:?]", RegexOptions.Multiline)]
    private static partial Regex Member();
}
