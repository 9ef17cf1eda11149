using System.Text;

namespace ChannelHost.Tests.Engine.Cases;

/// <summary>What a case gives: the same as the live channel would, and the same every time.</summary>
public sealed class CaseRunTests : IDisposable
{
    private const string TwoDestinations = CaseBench.Mllp + """
        filter: filter.js
        transform: transform.js
        destinations:
          - { name: next, type: mllp, connect: 127.0.0.1:2, queue: { mode: always } }
          - { name: copy, type: files, folder: out, file: "${family}-${messageId}-${date:yyyyMMdd}.hl7" }
        """;

    private readonly CaseBench _bench = new();

    public CaseRunTests() => _bench
        .Write("channel.yaml", TwoDestinations)
        .Write("filter.js", "return msg.get('MSH-9.2') === 'A08';")
        .Write("transform.js", "channelMap.put('family', msg.get('PID-5.1')); msg.set('MSH-3', 'HOST');")
        .Write("cases/a.hl7", CaseBench.Adt());

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task MessageThrough_FilesAndWordsSayWhatEachDestinationGotAndTheAnswer()
    {
        var result = await _bench.RunAsync();

        Assert.Equal(["copy.hl7", "next.hl7", "response.hl7"], result.Actual!.Files.Keys);
        Assert.StartsWith("MSH|^~\\&|HOST|CLINIC|", Text(result.Actual.Files["next.hl7"]), StringComparison.Ordinal);
        Assert.Contains("MSA|AA|C1\n", Text(result.Actual.Files["response.hl7"]), StringComparison.Ordinal);
        var message = Assert.Single(result.Actual.Outcome!.Messages);
        Assert.Equal(MessageStatus.Transformed, message.Status);
        Assert.Equal(MessageStatus.Sent, message.Destinations["next"].Status);
        Assert.Equal("Quill-1-20260101.hl7", message.Destinations["copy"].Settings["file"]);
    }

    [Fact]
    public async Task Files_NoFolderIsMadeAndNothingIsWritten()
    {
        var before = Directory.EnumerateFileSystemEntries(_bench.Root, "*", SearchOption.AllDirectories).ToList();

        await _bench.RunAsync();

        Assert.Equal(before, Directory.EnumerateFileSystemEntries(_bench.Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task WhatCameIsWrittenAndReadAgain_TheCasePasses()
    {
        var result = await _bench.RunUpdatedAsync();

        Assert.True(result.Passed);
    }

    [Fact]
    public async Task ClockChanceAndIds_AreTheSameEveryTime()
    {
        _bench.Write("transform.js", """
            msg.set('ZZZ-1', new Date().toISOString());
            msg.set('ZZZ-2', String(Math.random()));
            msg.set('ZZZ-3', String(new Date().getTimezoneOffset()));
            msg.set('ZZZ-4', String(messageId));
            channelMap.put('family', 'x');
            """)
            .Write("channel.yaml", TwoDestinations.Replace("${family}", "${uuid}", StringComparison.Ordinal))
            .Write("cases/a.yaml", "clock: 2030-06-01T08:30:00Z\nmessageId: 42\n");

        var first = await _bench.RunAsync();
        var second = await _bench.RunAsync();

        Assert.Equal(Text(first.Actual!.Files["next.hl7"]), Text(second.Actual!.Files["next.hl7"]));
        Assert.Contains("ZZZ|2030-06-01T08:30:00.000Z|0.", Text(first.Actual.Files["next.hl7"]), StringComparison.Ordinal);
        Assert.EndsWith("|0|42\n", Text(first.Actual.Files["next.hl7"]), StringComparison.Ordinal);
        var file = first.Actual.Outcome!.Messages[0].Destinations["copy"].Settings["file"];
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}-42-20300601.hl7$", file);
        Assert.Equal(file, second.Actual.Outcome!.Messages[0].Destinations["copy"].Settings["file"]);
    }

    [Fact]
    public async Task Maps_AreWhatTheCaseSaysAndNothingIsLeftForTheNext()
    {
        _bench.Write("transform.js", """
            msg.set('ZZZ-1', sourceMap.get('originalFilename') + ' ' + $gc('count') + ' ' + $g('site') + ' ' + configurationMap.get('sender'));
            globalChannelMap.put('count', $gc('count') + 1);
            channelMap.put('family', 'x');
            """)
            .Write("cases/a.yaml", "sourceMap: { originalFilename: a.hl7 }\nglobalChannelMap: { count: 7 }\nglobalMap: { site: \"007\" }\nconfiguration: { sender: north }\n");

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => _bench.RunAsync())));

        Assert.All(results, result => Assert.Contains("ZZZ|a.hl7 7 007 north\n", Text(result.Actual!.Files["next.hl7"]), StringComparison.Ordinal));
    }

    [Fact]
    public async Task FilteredAtTheSource_WordsSaySoAndNobodyGetsAnything()
    {
        _bench.Write("filter.js", "return false;");

        var result = await _bench.RunUpdatedAsync();

        Assert.True(result.Passed);
        Assert.Equal("source: filtered\n", _bench.TextOf("cases/a.expected/outcome.yaml"));
        Assert.Equal(["response.hl7"], result.Actual!.Files.Keys);
    }

    [Fact]
    public async Task DestinationsFilterFailAndAreTakenOut_EachHasItsWord()
    {
        _bench.Write("channel.yaml", CaseBench.Mllp + """
            transform: transform.js
            destinations:
              - { name: filters, type: mllp, connect: 127.0.0.1:2, filter: no.js }
              - { name: fails, type: mllp, connect: 127.0.0.1:2, transform: throw.js }
              - { name: out, type: mllp, connect: 127.0.0.1:2 }
              - { name: refused, type: mllp, connect: 127.0.0.1:2 }
              - { name: away, type: mllp, connect: 127.0.0.1:2, queue: { mode: on-failure } }
            """)
            .Write("transform.js", "destinationSet.remove(['out']);")
            .Write("no.js", "return false;")
            .Write("throw.js", "throw new Error('no such ward');")
            .Write("cases/a.yaml", "answers: { refused: { status: error, reason: unknown patient }, away: queued }\n");

        var result = await _bench.RunUpdatedAsync();

        Assert.True(result.Passed);
        Assert.Equal(
            """
            source: transformed
            destinations:
              filters: filtered
              fails:
                outcome: error
                text: "Error: no such ward"
              out: skipped
              refused:
                outcome: error
                text: "unknown patient"
              away:
                outcome: queued
                text: "the case says so"

            """,
            _bench.TextOf("cases/a.expected/outcome.yaml"));
        Assert.Contains("MSA|AE|C1", _bench.TextOf("cases/a.expected/response.hl7"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PartnerAnswers_AreJudgedTransformedAndPassedOnAsLive()
    {
        _bench.Write("channel.yaml", """
            source: { type: mllp, listen: 127.0.0.1:1, acknowledge: "destination: next" }
            destinations:
              - { name: next, type: mllp, connect: 127.0.0.1:2, response: answer.js }
            """)
            .Write("answer.js", "msg.set('MSA-3', 'seen as ' + responseStatus);")
            .Write("cases/a.yaml", "answers: { next: { message: \"MSH|^~\\\\&|A|B|C|D|20260101||ACK|X1|P|2.5.1\\nMSA|AA|C1\\n\" } }\n");

        var result = await _bench.RunAsync();

        Assert.EndsWith("MSA|AA|C1|seen as SENT\n", Text(result.Actual!.Files["response.hl7"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ScriptsHandMessagesOn_TheyAreKeptAndNotSent()
    {
        _bench.Write("channel.yaml", CaseBench.Mllp + "transform: transform.js\ndestinations: [{ name: script, type: javascript, script: script.js }]\n")
            .Write("transform.js", "router.routeMessage('first', '{\"a\":1}');")
            .Write("script.js", "try { router.routeMessage('stopped', 'plain'); return 'SENT'; } catch (e) { return { status: 'QUEUED', error: String(e.message) }; }")
            .Write("cases/a.yaml", "channels: { stopped: queued }\n");

        var result = await _bench.RunUpdatedAsync();

        Assert.True(result.Passed);
        Assert.Equal(["first", "stopped"], result.Actual!.Outcome!.Routed);
        Assert.Equal("{\n  \"a\": 1\n}\n", _bench.TextOf("cases/a.expected/routed.1.json"));
        Assert.Equal("plain", _bench.TextOf("cases/a.expected/routed.2.txt"));
        Assert.Equal(MessageStatus.Error, result.Actual.Outcome.Messages[0].Destinations["script"].Status);
    }

    [Fact]
    public async Task Batch_EachMessageHasItsNumberAndTheSenderOneAnswer()
    {
        _bench.Write("channel.yaml", "source: { type: mllp, listen: 127.0.0.1:1, batch: {} }\ndestinations: [{ name: next, type: mllp, connect: 127.0.0.1:2 }]\n")
            .Write("cases/a.hl7", "FHS|^~\\&|PMS\nBHS|^~\\&|PMS\n" + CaseBench.Adt("Quill", "B1") + CaseBench.Adt("Stone", "B2") + "BTS|2\nFTS|1\n");

        var result = await _bench.RunUpdatedAsync();

        Assert.True(result.Passed);
        Assert.Equal(["next.1.hl7", "next.2.hl7", "response.hl7"], result.Actual!.Files.Keys);
        Assert.Contains("Stone", _bench.TextOf("cases/a.expected/next.2.hl7"), StringComparison.Ordinal);
        Assert.StartsWith("messages:\n  - source: transformed\n", _bench.TextOf("cases/a.expected/outcome.yaml"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("on-receipt")]
    [InlineData("after-transform")]
    [InlineData("none")]
    [InlineData("postprocess")]
    public async Task WheneverTheSenderIsAnswered_TheWholeMessageIsSeen(string acknowledge)
    {
        _bench.Write("channel.yaml", $"source: {{ type: mllp, listen: 127.0.0.1:1, acknowledge: {acknowledge} }}\npostprocessor: post.js\ndestinations: [{{ name: next, type: mllp, connect: 127.0.0.1:2 }}]\n")
            .Write("post.js", "return 'after ' + responseMap.get('next').status;");

        var result = await _bench.RunUpdatedAsync();

        Assert.True(result.Passed);
        Assert.Contains("next.hl7", result.Actual!.Files.Keys);
        Assert.Equal(acknowledge != "none", result.Actual.Outcome!.IsAnswered);
        if (acknowledge == "postprocess")
        {
            Assert.Equal("after SENT", Text(result.Actual.Files["response.txt"]));
        }
    }

    [Fact]
    public async Task ScriptWithoutEnd_IsThatCasesErrorWithinItsLimit()
    {
        _bench.Write("channel.yaml", CaseBench.Mllp + "transform: transform.js\nscripts: { time: 100ms }\n").Write("transform.js", "while (true) {}");

        var result = await _bench.RunAsync();

        Assert.Equal(MessageStatus.Error, result.Actual!.Outcome!.Messages[0].Status);
        Assert.Contains("ran longer", result.Actual.Outcome.Messages[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Coverage_NamesLinesThatRanAndThoseThatDidNot()
    {
        _bench.Write("transform.js", "const family = msg.get('PID-5.1');\nif (family === 'x') {\n  msg.set('ZZZ-1', 'y');\n}\n\nfunction never() {\n  return 1;\n}\nchannelMap.put('family', family);\n");
        var counter = new ChannelHost.Server.Cases.LineCounter();

        await _bench.RunAsync(coverage: counter);
        await _bench.RunAsync(coverage: counter);

        var script = counter.Files.Single(file => file.File.EndsWith("transform.js", StringComparison.Ordinal));
        Assert.Equal([1, 2, 3, 7, 9], script.Lines);
        Assert.Equal([2, 2, 0, 0, 2], script.Counts);
        Assert.Equal("3-7", script.Missed);
    }

    [Fact]
    public async Task ScriptsSay_TheLogIsKeptForWhoRunsTheCase()
    {
        _bench.Write("transform.js", "logger.warn('the ward is empty'); channelMap.put('family', 'x');");

        var result = await _bench.RunAsync();

        Assert.Contains(result.Log, line => line.Contains("the ward is empty", StringComparison.Ordinal));
    }

    private static string Text(ReadOnlyMemory<byte> content) => Encoding.UTF8.GetString(content.Span);
}
