namespace ChannelHost.Tests.Engine.Cases;

/// <summary>What is told when a case does not give what it expects, and what is no difference.</summary>
public sealed class CaseComparisonTests : IDisposable
{
    private readonly CaseBench _bench = new();

    public CaseComparisonTests() => _bench
        .Write("channel.yaml", CaseBench.Mllp + """
            destinations:
              - { name: next, type: mllp, connect: 127.0.0.1:2 }
              - { name: ehr, type: mllp, dataType: json, connect: 127.0.0.1:2, transform: to-ehr.js }
            """)
        .Write("to-ehr.js", "msg = { family: msg.get('PID-5.1'), sex: msg.get('PID-8') };")
        .Write("cases/a.hl7", CaseBench.Adt());

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task OtherValues_ArePlacesWithBothSides()
    {
        await _bench.RunUpdatedAsync();
        _bench.Write("cases/a.hl7", CaseBench.Adt("Stone"));

        var result = await _bench.RunAsync();

        Assert.Equal(["next", "ehr"], result.Differences.Select(difference => difference.Subject));
        var place = Assert.Single(result.Differences[0].Places);
        Assert.Equal(("PID-5.1", "Quill", "Stone"), (place.Path, place.Expected, place.Actual));
        Assert.Equal("next.hl7", result.Differences[0].File);
        Assert.DoesNotContain("Stone", result.Differences[0].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SameMeaningInOtherWords_IsNoDifference()
    {
        await _bench.RunUpdatedAsync();
        _bench.Write("cases/a.expected/ehr.json", "{\"sex\":\"F\",  \"family\":\"Quill\"}")
            .Write("cases/a.expected/next.hl7", _bench.TextOf("cases/a.expected/next.hl7").Replace("\n", "\r\n", StringComparison.Ordinal));

        var result = await _bench.RunAsync();

        Assert.Empty(result.Differences);
    }

    [Fact]
    public async Task IgnoredPaths_AreNotCompared()
    {
        await _bench.RunUpdatedAsync();
        _bench.Write("cases/a.hl7", CaseBench.Adt("Stone")).Write("cases/a.yaml", "ignore: { next: [PID-5.1], ehr: /family }\n");

        var result = await _bench.RunAsync();

        Assert.Empty(result.Differences);
    }

    [Fact]
    public async Task NoExpectation_FailsAndSaysWhatToDo()
    {
        var result = await _bench.RunAsync();

        var difference = Assert.Single(result.Differences);
        Assert.Equal("no expectation: run with --update, and read what it wrote", difference.Problem);
    }

    [Fact]
    public async Task EmptyExpectation_IsNone()
    {
        Directory.CreateDirectory(_bench.PathOf("cases/a.expected"));

        var result = await _bench.RunAsync();

        Assert.Contains("no expectation", Assert.Single(result.Differences).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FilesAlone_WhatHasNoneMustGetNothing()
    {
        await _bench.RunUpdatedAsync();
        File.Delete(_bench.PathOf("cases/a.expected/outcome.yaml"));
        File.Delete(_bench.PathOf("cases/a.expected/ehr.json"));
        File.Delete(_bench.PathOf("cases/a.expected/response.hl7"));

        var result = await _bench.RunAsync();

        var difference = Assert.Single(result.Differences);
        Assert.Equal("ehr", difference.Subject);
        Assert.EndsWith("and nothing is expected", difference.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DestinationGetsNothing_IsToldAtItsFileAndInTheOutcome()
    {
        await _bench.RunUpdatedAsync();
        _bench.Write("to-ehr.js", "throw new Error('not today');");

        var result = await _bench.RunAsync();

        Assert.Contains(result.Differences, difference => difference is { Subject: "ehr", File: "ehr.json", Problem: "got nothing" });
        var outcome = result.Differences.Single(difference => difference.Subject == "outcome");
        Assert.Contains(outcome.Places, place => place is { Path: "ehr", Expected: "sent", Actual: "error: Error: not today" });
    }

    [Fact]
    public async Task ErrorText_IsAPartAndMayStandAnywhere()
    {
        _bench.Write("to-ehr.js", "throw new Error('ward 7 is closed');");
        await _bench.RunUpdatedAsync();
        var outcome = _bench.TextOf("cases/a.expected/outcome.yaml");

        _bench.Write("to-ehr.js", "\n\nthrow new Error('ward 7 is closed');");
        var moved = await _bench.RunAsync();
        _bench.Write("to-ehr.js", "throw new Error('ward 8 is closed');");
        var other = await _bench.RunAsync();

        Assert.DoesNotContain("to-ehr.js", outcome, StringComparison.Ordinal);
        Assert.DoesNotContain(moved.Differences, difference => difference.Subject == "outcome");
        Assert.Contains(other.Differences.Single(difference => difference.Subject == "outcome").Places, place => place.Path == "ehr, text");
    }

    [Fact]
    public async Task FileForNobody_IsAMistakeThatIsTold()
    {
        await _bench.RunUpdatedAsync();
        _bench.Write("cases/a.expected/her.json", "{}").Write("cases/a.expected/next.2.hl7", CaseBench.Adt());

        var result = await _bench.RunAsync();

        Assert.Contains(result.Differences, difference => difference.File == "her.json" && difference.Problem.Contains("names begin with a destination (next, ehr)", StringComparison.Ordinal));
        Assert.Contains(result.Differences, difference => difference.File == "next.2.hl7");
    }

    [Fact]
    public async Task PlainText_ComesAsBothTexts()
    {
        _bench.Write("channel.yaml", CaseBench.Mllp + "destinations: [{ name: lines, type: files, dataType: raw, folder: out, file: x.csv, transform: lines.js }]\n")
            .Write("lines.js", "msg = 'a,b\\nc,d\\n';");
        await _bench.RunUpdatedAsync();
        _bench.Write("lines.js", "msg = 'a,b\\nc,e\\n';");

        var result = await _bench.RunAsync();

        Assert.Equal(("a,b\nc,d\n", "a,b\nc,e\n"), Assert.Single(result.Differences).Texts);
    }

    [Fact]
    public async Task DestinationNamedAsOneOfOurFiles_KeepsItsOwn()
    {
        _bench.Write("channel.yaml", CaseBench.Mllp + "destinations: [{ name: response, type: mllp, connect: 127.0.0.1:2 }, { name: a.b, type: mllp, connect: 127.0.0.1:2 }, { name: a, type: mllp, connect: 127.0.0.1:2 }]\n");

        var result = await _bench.RunUpdatedAsync();

        Assert.True(result.Passed);
        Assert.Equal(["a.b.hl7", "a.hl7", "response.hl7", "to-response.hl7"], result.Actual!.Files.Keys);
    }
}
