namespace ChannelHost.Tests.Engine.Cases;

/// <summary>Cases of channels with chains, deploy scripts and filled-in contents: all of it runs as in channels that live.</summary>
public sealed class CaseChainTests : IDisposable
{
    private readonly CaseBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task ChainAndDeployScript_RunAsLive()
    {
        _bench
            .Write("channel.yaml", """
                source: { type: mllp, listen: 127.0.0.1:1, acknowledge: { variable: answer } }
                deploy: deploy.js
                postprocessor: after.js
                destinations:
                  - { name: first, type: mllp, connect: 127.0.0.1:2, transform: first.js }
                  - { name: second, type: mllp, connect: 127.0.0.1:3, waitForPrevious: true, transform: second.js }
                  - { name: third, type: mllp, connect: 127.0.0.1:4, waitForPrevious: true, content: "MSH|^~\\&|${by}|${start}\r" }
                """)
            .Write("deploy.js", "globalMap.put('start', 'made');\n")
            .Write("first.js", "channelMap.put('by', 'first');\n")
            .Write("second.js", "channelMap.put('by', channelMap.get('by') + ' ' + responseMap.get('first').status);\n")
            .Write("after.js", "responseMap.put('answer', channelMap.get('by') + ' ' + responseMap.get('third').status);\n")
            .Write("cases/a.hl7", CaseBench.Adt());

        var result = await _bench.RunUpdatedAsync();

        Assert.Empty(result.Differences);
        Assert.StartsWith("MSH|^~\\&|first SENT|made", _bench.TextOf("cases/a.expected/third.hl7"), StringComparison.Ordinal);
        Assert.Equal("first SENT SENT", _bench.TextOf("cases/a.expected/response.txt").Trim());
    }

    [Fact]
    public async Task DeployScriptThatFails_FailsTheCase()
    {
        _bench
            .Write("channel.yaml", CaseBench.Mllp + "deploy: deploy.js\n")
            .Write("deploy.js", "throw new Error('no');\n")
            .Write("cases/a.hl7", CaseBench.Adt())
            .Write("cases/a.expected/outcome.yaml", "source: transformed\n");

        var result = await _bench.RunAsync();

        Assert.Contains("its deploy script failed: error in clinic/one/deploy.js:1", Assert.Single(result.Differences).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GivenMaps_CountOverWhatDeployScriptsLeft()
    {
        _bench
            .Write("channel.yaml", CaseBench.Mllp + "deploy: deploy.js\ntransform: t.js\ndestinations: [{ name: out, type: mllp, connect: 127.0.0.1:2 }]\n")
            .Write("deploy.js", "globalMap.put('a', 'deployed'); globalMap.put('b', 'deployed');\n")
            .Write("t.js", "msg['PID']['PID.5']['PID.5.1'] = globalMap.get('a') + ' ' + globalMap.get('b');\n")
            .Write("cases/a.hl7", CaseBench.Adt())
            .Write("cases/a.yaml", "globalMap: { a: given }\n");

        await _bench.RunUpdatedAsync();

        Assert.Contains("|given deployed^", _bench.TextOf("cases/a.expected/out.hl7"), StringComparison.Ordinal);
    }
}
