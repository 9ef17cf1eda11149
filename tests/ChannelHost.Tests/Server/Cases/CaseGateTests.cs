using ChannelHost.Server;
using ChannelHost.Server.Hosting;
using ChannelHost.Tests.Engine.Cases;

namespace ChannelHost.Tests.Server.Cases;

/// <summary>What the gate lets through, and when it looks again.</summary>
public sealed class CaseGateTests : IDisposable
{
    private readonly CaseBench _bench = new();

    public CaseGateTests() => _bench
        .Write("channel.yaml", CaseBench.Mllp + "transform: transform.js\ndestinations: [{ name: next, type: mllp, connect: 127.0.0.1:2 }]\n")
        .Write("transform.js", "msg.set('ZZZ-1', 'secret ward');");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task NoCases_Pass() => Assert.Empty(await Gate().CheckAsync(_bench.Definition(), Token));

    [Fact]
    public async Task CasesAsExpected_Pass()
    {
        _bench.Write("cases/a.hl7", CaseBench.Adt());
        await _bench.RunUpdatedAsync();

        Assert.Empty(await Gate().CheckAsync(_bench.Definition(), Token));
    }

    [Fact]
    public async Task CasesThatFail_AreOneProblemEachWithoutContent()
    {
        _bench.Write("cases/a.hl7", CaseBench.Adt()).Write("cases/b.hl7", CaseBench.Adt("Stone")).Write("cases/c.yaml", "");
        await _bench.RunUpdatedAsync("a");
        _bench.Write("transform.js", "msg.set('ZZZ-1', 'other ward');");

        var problems = await Gate().CheckAsync(_bench.Definition(), Token);

        Assert.Equal(["a.hl7", "b.hl7", "c.yaml"], problems.Select(problem => Path.GetFileName(problem.File)));
        Assert.Contains("next: differs in 1 place(s): ZZZ-1", problems[0].Found, StringComparison.Ordinal);
        Assert.Contains("no expectation", problems[1].Found, StringComparison.Ordinal);
        Assert.All(problems, problem => Assert.DoesNotContain("ward", problem.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task VersionThatRanLast_PassesWhateverItsCasesSay()
    {
        _bench.Write("cases/a.hl7", CaseBench.Adt());

        Assert.Empty(await Gate(ranLast: true).CheckAsync(_bench.Definition(), Token));
    }

    [Fact]
    public async Task CasesWrittenAfterARefusal_AreToldOnce()
    {
        _bench.Write("cases/a.hl7", CaseBench.Adt());
        var gate = Gate();
        await gate.CheckAsync(_bench.Definition(), Token);

        var before = gate.WrittenSince();
        await _bench.RunUpdatedAsync();

        Assert.Empty(before);
        Assert.Equal([CaseBench.Channel], gate.WrittenSince());
        Assert.Empty(gate.WrittenSince());
        Assert.Empty(await gate.CheckAsync(_bench.Definition(), Token));
    }

    private CaseGate Gate(bool ranLast = false) => new(_bench.Files, HostSetup.CreateCaseRunner(), _ => ranLast, TimeProvider.System);
}
