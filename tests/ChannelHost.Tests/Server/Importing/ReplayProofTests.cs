using System.Text;
using ChannelHost.DataTypes;
using ChannelHost.Engine.Cases;
using ChannelHost.Import.Messages;
using ChannelHost.Scripting;
using ChannelHost.Server.Importing;
using ChannelHost.Tests.Engine.Cases;
using ChannelHost.Tests.Import;

namespace ChannelHost.Tests.Server.Importing;

/// <summary>What a replay calls equal and different.</summary>
public sealed class ReplayProofTests : IDisposable
{
    private const string Raw = "MSH|^~\\&|A|B|C|D|20260101120000||ADT^A01|C1|P|2.3\rPID|1||77||Quill^Marta\r";
    private const string Upper = "MSH|^~\\&|A|B|C|D|20260101120000||ADT^A01|C1|P|2.3\rPID|1||77||QUILL^Marta\r";
    private const string Answer = "MSH|^~\\&|C|D|A|B|20260101120000.000||ACK|20260101120000.000|P|2.3\rMSA|AA|C1\r";

    private readonly CaseBench _bench = new();

    public ReplayProofTests() => _bench
        .Write("channel.yaml", $$"""
            id: {{Exported.ChannelId}}
            compatibility: mirth
            source: { type: mllp, listen: 127.0.0.1:1, dataType: { type: hl7v2, acknowledgments: mirth } }
            filter: filter.js
            destinations:
              - { name: ehr, id: 1, type: mllp, connect: 127.0.0.1:2, transform: transform.js }
              - { name: archive, id: 4, type: files, folder: /tmp/nowhere, file: "x.hl7" }
            """)
        .Write("filter.js", "return msg['PID']['PID.3']['PID.3.1'].toString() != '99';")
        .Write("transform.js", "msg['PID']['PID.5']['PID.5.1'] = msg['PID']['PID.5']['PID.5.1'].toString().toUpperCase();");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task SameBehaviour_EverythingIsEqual()
    {
        var result = await ReplayAsync(Exported.Message(
            5,
            Exported.Source(Raw, response: Answer),
            Exported.Destination(1, "To EHR", "SENT", Upper, "MSH|^~\\&|X\rMSA|AA|C1\r"),
            Exported.Destination(4, "Archive", "SENT", Raw)));

        Assert.Equal([], result.Differences.Select(difference => $"{difference.Subject}: {difference.Problem} {string.Join(';', difference.Places)}"));
        Assert.True(result.IsEqual);
        Assert.Equal(["source", "ehr", "archive", "response"], result.Verdicts.Select(verdict => verdict.Subject));
    }

    [Fact]
    public async Task OtherContent_IsNamedByFieldAndDestination()
    {
        var result = await ReplayAsync(Exported.Message(
            5, Exported.Source(Raw), Exported.Destination(1, "To EHR", "SENT", Upper.Replace("QUILL", "Quill", StringComparison.Ordinal)), Exported.Destination(4, "Archive", "SENT", Raw)));

        Assert.False(result.IsEqual);
        Assert.Equal([("source", true), ("ehr", false), ("archive", true)], result.Verdicts.Select(verdict => (verdict.Subject, verdict.IsEqual)));
        var place = Assert.Single(Assert.Single(result.Differences).Places);
        Assert.Equal(("PID-5.1", "Quill", "QUILL"), (place.Path, place.Expected, place.Actual));
    }

    [Fact]
    public async Task FilteredThere_ButNotHere_IsDifferent()
    {
        var there = await ReplayAsync(Exported.Message(5, Exported.Source(Raw, "FILTERED")));
        var both = await ReplayAsync(Exported.Message(5, Exported.Source(Raw.Replace("||77|", "||99|", StringComparison.Ordinal), "FILTERED")));

        Assert.False(there.IsEqual);
        Assert.True(both.IsEqual);
    }

    [Fact]
    public async Task PartnerRefusedThere_RefusesHereToo()
    {
        var result = await ReplayAsync(Exported.Message(
            5, Exported.Source(Raw), Exported.Destination(1, "To EHR", "ERROR", Upper, sent: "<p/>"), Exported.Destination(4, "Archive", "SENT", Raw)));

        Assert.Equal([], result.Differences.Select(difference => $"{difference.Subject}: {difference.Problem} {string.Join(';', difference.Places)}"));
    }

    [Fact]
    public async Task DestinationThatIsNotHere_IsADifference()
    {
        var result = await ReplayAsync(Exported.Message(
            5, Exported.Source(Raw), Exported.Destination(1, "To EHR", "SENT", Upper), Exported.Destination(4, "Archive", "SENT", Raw), Exported.Destination(9, "Gone", "SENT", Raw)));

        Assert.Equal("Gone: the channel has no such destination", Assert.Single(result.Differences) is var difference ? $"{difference.Subject}: {difference.Problem}" : "");
    }

    [Fact]
    public async Task UnknownChannelOrUnusableMessage_IsAProblem()
    {
        var other = await ReplayAsync(Exported.Message(5, Exported.Source(Raw)).Replace(Exported.ChannelId, "other", StringComparison.Ordinal));
        var empty = await ReplayAsync(Exported.Message(5));

        Assert.Contains("--channel", other.Problem, StringComparison.Ordinal);
        Assert.Contains("no raw content", empty.Problem, StringComparison.Ordinal);
        Assert.False(empty.IsEqual);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("TypeError: Cannot read property \"x\" from undefined", false)]
    [InlineData("Transformer error\nDETAILS: too old for us", true)]
    public async Task BothFailed_IsOnlyEqualForTheSameReason(string? there, bool isEqual)
    {
        _bench.Write("transform.js", "throw new Error('too old for us');");

        var result = await ReplayAsync(Exported.Message(
            5, Exported.Source(Raw), Exported.Destination(1, "To EHR", "ERROR", null, error: there), Exported.Destination(4, "Archive", "SENT", Raw)));

        Assert.Equal([("source", true), ("ehr", isEqual), ("archive", true)], result.Verdicts.Select(verdict => (verdict.Subject, verdict.IsEqual)));
        Assert.Equal(isEqual, result.IsEqual);
        Assert.True(isEqual || result.Differences.Any(difference => difference.Problem.EndsWith("here: Error: too old for us", StringComparison.Ordinal)), string.Join(';', result.Differences));
    }

    [Fact]
    public async Task FailedBeforeSendingThere_ButNotHere_IsDifferent()
    {
        var result = await ReplayAsync(Exported.Message(
            5, Exported.Source(Raw), Exported.Destination(1, "To EHR", "ERROR", null, error: "Transformer error"), Exported.Destination(4, "Archive", "SENT", Raw)));

        Assert.Contains(("ehr", false), result.Verdicts.Select(verdict => (verdict.Subject, verdict.IsEqual)));
    }

    [Fact]
    public async Task AnsweredHere_ButNotThere_IsDifferent()
    {
        var result = await ReplayAsync(Exported.Message(
            5, Exported.Source(Raw, response: ""), Exported.Destination(1, "To EHR", "SENT", Upper), Exported.Destination(4, "Archive", "SENT", Raw)));

        Assert.Equal([("source", true), ("ehr", true), ("archive", true), ("response", false)], result.Verdicts.Select(verdict => (verdict.Subject, verdict.IsEqual)));
    }

    [Fact]
    public async Task WritersThatAreThemselves_RunAndAreCompared()
    {
        Writers("return 'done';");

        var same = await ReplayAsync(Exported.Message(
            5, Exported.Source(Raw), Exported.Destination(1, "Script", "SENT", Raw, "done"), Exported.Destination(2, "Next", "SENT", Raw)));
        var other = await ReplayAsync(Exported.Message(
            5, Exported.Source(Raw), Exported.Destination(1, "Script", "SENT", Raw, "done"), Exported.Destination(2, "Next", "SENT", Upper)));

        Assert.Equal([], same.Differences.Select(difference => $"{difference.Subject}: {difference.Problem} {string.Join(';', difference.Places)}"));
        Assert.Equal([("source", true), ("script", true), ("next", false)], other.Verdicts.Where(verdict => verdict.Subject != "response").Select(verdict => (verdict.Subject, verdict.IsEqual)));
    }

    [Fact]
    public async Task ScriptWriterThatFailsHere_IsDifferent()
    {
        Writers("throw new Error('not available here');");

        var sent = await ReplayAsync(Exported.Message(5, Exported.Source(Raw), Exported.Destination(1, "Script", "SENT", Raw), Exported.Destination(2, "Next", "SENT", Raw)));
        var failed = await ReplayAsync(Exported.Message(5, Exported.Source(Raw), Exported.Destination(1, "Script", "ERROR", Raw, error: "no route to host"), Exported.Destination(2, "Next", "SENT", Raw)));

        Assert.Contains(("script", false), sent.Verdicts.Select(verdict => (verdict.Subject, verdict.IsEqual)));
        Assert.Contains(("script", false), failed.Verdicts.Select(verdict => (verdict.Subject, verdict.IsEqual)));
        Assert.Contains(("next", true), failed.Verdicts.Select(verdict => (verdict.Subject, verdict.IsEqual)));
    }

    private void Writers(string script) => _bench
        .Write("channel.yaml", $$"""
            id: {{Exported.ChannelId}}
            compatibility: mirth
            source: { type: mllp, listen: 127.0.0.1:1, acknowledge: none }
            destinations:
              - { name: script, id: 1, type: javascript, script: write.js }
              - { name: next, id: 2, type: channel, channel: clinic/two }
            """)
        .Write("write.js", script);

    private async Task<ReplayedMessage> ReplayAsync(string export)
    {
        var proof = new ReplayProof(new CaseRunner(new ScriptCompiler(), DataTypeCatalog.All), [_bench.Definition()], []);
        var messages = ExportedMessageReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(export)), "export.xml");
        return await proof.RunAsync(messages, null, TestContext.Current.CancellationToken).SingleAsync(TestContext.Current.CancellationToken);
    }
}
