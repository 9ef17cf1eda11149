using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.Scope;

/// <summary>Which names exist in which kind of script of an imported channel.</summary>
public class NameTests
{
    private const string Basic = "router replacer configurationMap globalMap DatabaseConnectionFactory contextFactory logger validate createSegment DateUtil $ $c";
    private const string Channel = "channelId channelName alerts globalChannelMap";
    private const string Connector = "connectorMessage sourceMap connectorMap channelMap responseMap connector";
    private const string Everything = Basic + " " + Channel + " " + Connector + " destinationSet message msg tmp phase template binary reader response responseStatus responseStatusMessage responseErrorMessage SENT QUEUED";

    private readonly MirthBench _bench = new();

    [Theory]
    [InlineData(ScriptKind.GlobalDeploy, Basic)]
    [InlineData(ScriptKind.GlobalUndeploy, Basic)]
    [InlineData(ScriptKind.Deploy, Basic + " " + Channel)]
    [InlineData(ScriptKind.Undeploy, Basic + " " + Channel)]
    [InlineData(ScriptKind.Attachment, Basic + " " + Channel + " message binary sourceMap")]
    [InlineData(ScriptKind.Batch, Basic + " " + Channel + " reader sourceMap")]
    [InlineData(ScriptKind.Preprocessor, Basic + " " + Channel + " " + Connector + " destinationSet message")]
    [InlineData(ScriptKind.GlobalPreprocessor, Basic + " " + Channel + " " + Connector + " destinationSet message")]
    [InlineData(ScriptKind.Transformer, Basic + " " + Channel + " " + Connector + " destinationSet msg tmp template phase")]
    [InlineData(ScriptKind.Filter, Basic + " " + Channel + " " + Connector + " destinationSet msg tmp template phase")]
    [InlineData(ScriptKind.Writer, Basic + " " + Channel + " " + Connector + " SENT QUEUED", 1)]
    [InlineData(ScriptKind.ResponseTransformer, Basic + " " + Channel + " " + Connector + " msg tmp template response responseStatus responseStatusMessage responseErrorMessage SENT QUEUED", 1)]
    [InlineData(ScriptKind.Postprocessor, Basic + " " + Channel + " message sourceMap channelMap responseMap SENT QUEUED")]
    [InlineData(ScriptKind.GlobalPostprocessor, Basic + " " + Channel + " message sourceMap channelMap responseMap response SENT QUEUED")]
    public void NamesExist_WhereTheReferenceHasThem(ScriptKind kind, string expected, int connector = 0)
    {
        using var reader = new StringReader("");
        var scope = MirthBench.Scope(connector: connector, template: ScriptBench.Message, reader: reader);
        var questions = string.Concat(Everything.Split(' ').Select(name => $"if (typeof {name} != 'undefined') found.push('{name}');\n"));

        var result = _bench.Run(kind, $"var found = [];\n{questions}logger.info(found.join(' '));\nreturn true;", scope);

        Assert.True(result.Outcome == ScriptOutcome.Accepted, result.Error?.ToString());
        Assert.Equal(expected.Split(' ').Order(StringComparer.Ordinal), Assert.Single(_bench.Bench.Log).Text.Split(' ').Order(StringComparer.Ordinal));
    }

    [Fact]
    public void DestinationScripts_HaveNoDestinationSet_NorPlainStatuses() =>
        Assert.Equal("undefined undefined", _bench.Text("typeof destinationSet + ' ' + typeof SENT", MirthBench.Scope(connector: 1)));

    [Fact]
    public void ReaderAboutAMessage_HasItsNames()
    {
        var row = new Dictionary<string, object?> { ["resultMap"] = new Dictionary<string, object?> { ["ID"] = 4.0 } };

        Assert.Equal("raw text/4", _bench.Out("channelMap.put('out', connectorMessage.getRawData() + '/' + (resultMap.get('ID') + 0))", ScriptKind.Reader, MirthBench.Scope(variables: row)));
    }

    [Fact]
    public void Phase_SaysWhatRuns()
    {
        var scope = MirthBench.Scope();

        _bench.Bench.Run(scope, ScriptBench.Step(ScriptKind.Filter, "logger.info(phase[0]); return true;"), ScriptBench.Step(ScriptKind.Transformer, "logger.info(phase[0]);"));

        Assert.Equal(["filter", "transformer"], _bench.Bench.Log.Select(line => line.Text));
    }

    [Fact]
    public void ShortcutWithoutItsMap_SaysSo() =>
        Assert.Contains("channelMap does not exist in this kind of script", _bench.Fail("$c('a')", ScriptKind.Deploy).Message, StringComparison.Ordinal);
}
