using System.Text.Json;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Server;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>Golden cases as a user meets them: run from the shell, made of stored messages, and at the gate of a running host.</summary>
public sealed class CaseTests : IDisposable
{
    private const string Channel = "clinic/a";
    private const string Good = "msg.set('ZZZ-1', 'good');";
    private const string Wrong = "msg.set('ZZZ-1', 'wrong');";

    // Cases that were written since a version was refused are looked at every 15 s.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HostFolder _folder = new();
    private readonly int _listen = HostFolder.FreePort();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Test_SaysWhatDiffersAndUpdateWritesIt()
    {
        WriteChannel(Good);
        WriteCase("one", Some.Adt("C1"));

        var (none, first) = await TestAsync();
        var (written, _) = await TestAsync("--update");
        var (same, _) = await TestAsync();
        WriteChannel(Wrong);
        var junit = Path.Combine(_folder.Root, "junit.xml");
        var (other, told) = await TestAsync("--junit", junit);

        Assert.Equal([1, 0, 0, 1], [none, written, same, other]);
        Assert.Contains("no expectation: run with --update", first, StringComparison.Ordinal);
        Assert.Contains("ZZZ-1", told, StringComparison.Ordinal);
        Assert.Matches("good.*wrong", told);
        var xml = await File.ReadAllTextAsync(junit, Token);
        Assert.Contains("failures=\"1\"", xml, StringComparison.Ordinal);
        Assert.Contains("ZZZ-1", xml, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", xml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_AsJsonWithCoverage_NamesCasesPlacesAndLines()
    {
        WriteChannel(Good + "\nif (msg.get('MSH-9.2') === 'never') {\n  msg.set('ZZZ-2', '1');\n}\n");
        WriteCase("one", Some.Adt("C1"));
        WriteCase("two", Some.Adt("C2"));
        await TestAsync("--update");
        var lcov = Path.Combine(_folder.Root, "lcov.info");

        var (code, output) = await TestAsync("--json", "--case", "t*", "--coverage", lcov);

        Assert.Equal(0, code);
        using var report = JsonDocument.Parse(output);
        Assert.Equal(1, report.RootElement.GetProperty("passed").GetInt32());
        Assert.Equal("two", report.RootElement.GetProperty("channels")[0].GetProperty("cases")[0].GetProperty("name").GetString());
        var script = report.RootElement.GetProperty("coverage")[0];
        Assert.Equal("3", script.GetProperty("missed").GetString());
        Assert.Contains("DA:1,1\nDA:2,1\nDA:3,0\n", await File.ReadAllTextAsync(lcov, Token), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F67")]
    public async Task ChangeWhoseCasesFail_IsRefusedWithoutContentUntilTheCaseSaysSoToo()
    {
        WriteChannel(Good);
        WriteCase("one", Some.Adt("C1"));
        await TestAsync("--update");
        await using var host = await RunningHost.StartAsync(_folder, Token);
        var good = (await host.ChannelAsync(Channel, Token)).Version;

        WriteChannel(Wrong);
        await host.UntilAsync("refusing the change", async () => (await host.ChannelAsync(Channel, Token)).Problems.Count > 0, Token);
        var refused = await host.ChannelAsync(Channel, Token);
        await TestAsync("--update");
        await host.UntilAsync("at the changed version", async () => (await host.ChannelAsync(Channel, Token)).Version != good, Token, Patience);

        // What it was refused for goes when the deployment has ended, a moment after the swap.
        await host.UntilAsync("without a problem", async () => (await host.ChannelAsync(Channel, Token)).Problems.Count == 0, Token);

        Assert.Equal(good, refused.Version);
        var problem = Assert.Single(refused.Problems);
        Assert.Equal("clinic/a/cases/one.hl7", problem.File);
        Assert.Contains("ZZZ-1", problem.Found, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangeByForce_RunsAndPassesTheNextStart()
    {
        WriteChannel(Good);
        WriteCase("one", Some.Adt("C1"));
        await TestAsync("--update");
        string? forced;
        await using (var host = await RunningHost.StartAsync(_folder, Token))
        {
            var good = (await host.ChannelAsync(Channel, Token)).Version;
            WriteChannel(Wrong);
            await host.UntilAsync("refusing the change", async () => (await host.ChannelAsync(Channel, Token)).Problems.Count > 0, Token);

            var (code, _) = await HostProgram.RunAsync(Token, "deploy", Channel, "--force", "--why", "the partner changed", "--url", $"{host.Http.BaseAddress}");
            forced = (await host.ChannelAsync(Channel, Token)).Version;

            Assert.Equal((int)ExitCode.Done, code);
            Assert.NotEqual(good, forced);
            var (_, versions) = await HostProgram.RunAsync(Token, "versions", Channel, "--url", $"{host.Http.BaseAddress}", "--json");
            Assert.Contains("\"forced\":true", versions, StringComparison.Ordinal);
            await host.TerminateAsync(Token);
        }

        await using var again = await RunningHost.StartAsync(_folder, Token);

        Assert.Equal(forced, (await again.ChannelAsync(Channel, Token)).Version);
        Assert.Empty((await again.ChannelAsync(Channel, Token)).Problems);
    }

    [Fact]
    public async Task NewChannelWhoseCasesFail_DoesNotRun()
    {
        WriteChannel(Good);
        WriteCase("one", Some.Adt("C1"));
        await TestAsync("--update");
        WriteChannel(Wrong);

        await using var host = await RunningHost.StartAsync(_folder, Token);

        var channel = await host.ChannelAsync(Channel, Token);
        Assert.Null(channel.Version);
        Assert.Equal(Engine.Deployment.ChannelCondition.Failed, channel.Condition);
    }

    [Fact]
    public async Task StoredMessage_BecomesACaseThatPassesAndHidesThePatientWhereAsked()
    {
        WriteChannel(Good);
        await using var host = await RunningHost.StartAsync(_folder, Token);
        var file = Path.Combine(_folder.Root, "one.hl7");
        await File.WriteAllBytesAsync(file, Some.Adt("C1"), Token);
        await HostProgram.RunAsync(Token, "send", $"mllp://127.0.0.1:{_listen}", file);
        var id = (await host.MessagesAsync(Channel, Token))[0].Id;

        var (code, told) = await SaveCaseAsync(host, id, "real");
        var (masked, _) = await SaveCaseAsync(host, id, "masked", "--mask");
        var (again, twice) = await SaveCaseAsync(host, id, "real");
        var (test, output) = await TestAsync();

        Assert.Equal([0, 0, 2, 0], [code, masked, again, test]);
        Assert.Contains("with all that it says about the patient", told, StringComparison.Ordinal);
        Assert.Contains("give the case another name", twice, StringComparison.Ordinal);
        Assert.Contains("2 of 2 cases as expected", output, StringComparison.Ordinal);
        var real = await File.ReadAllTextAsync(CaseFile("real.hl7"), Token);
        var family = real.Split('\n').Single(line => line.StartsWith("PID|", StringComparison.Ordinal)).Split('|')[5].Split('^')[0];
        Assert.NotEmpty(family);
        Assert.DoesNotContain(family, await File.ReadAllTextAsync(CaseFile("masked.hl7"), Token), StringComparison.Ordinal);
        Assert.Contains("FamilyA", await File.ReadAllTextAsync(CaseFile("masked.expected/copy.hl7"), Token), StringComparison.Ordinal);
        Assert.Contains("remoteAddress", await File.ReadAllTextAsync(CaseFile("real.yaml"), Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expectation_HoldsReferencesAndNoValuesOfTheEnvironment()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Channels, "config"));
        var values = Path.Combine(_folder.Channels, "config", "base.yaml");
        File.WriteAllText(values, $"out: {_folder.Files("north")}\nsite: north\n");
        _folder.WriteChannel(
            Channel,
            $"source: {{ type: mllp, listen: 127.0.0.1:{_listen} }}\ndestinations: [{{ name: copy, type: files, folder: \"${{config:out}}\", file: \"${{config:site}}-${{site}}-${{controlId}}.hl7\" }}]\n");
        WriteCase("one", Some.Adt("C1"));
        await TestAsync("--update");
        var outcome = await File.ReadAllTextAsync(CaseFile("one.expected/outcome.yaml"), Token);

        File.WriteAllText(values, $"out: {_folder.Files("south")}\nsite: south\n");
        var (elsewhere, told) = await TestAsync();
        File.WriteAllText(CaseFile("one.expected/outcome.yaml"), outcome.Replace("${config:site}-${site}-C1", "south-south-C1", StringComparison.Ordinal));
        var (byHand, _) = await TestAsync();
        File.WriteAllText(CaseFile("one.expected/outcome.yaml"), outcome.Replace("C1", "C2", StringComparison.Ordinal));
        var (other, _) = await TestAsync();

        Assert.Contains("${config:site}-${site}-C1.hl7", outcome, StringComparison.Ordinal);
        Assert.DoesNotContain("north", outcome, StringComparison.Ordinal);
        Assert.True(elsewhere == 0, told);
        Assert.Equal([0, 1], [byHand, other]);
    }

    private Task<(int Code, string Output)> SaveCaseAsync(RunningHost host, long id, string name, params string[] options) => HostProgram.RunAsync(
        Token, ["messages", "save-case", Channel, $"{id}", name, "--channels", _folder.Channels, "--data", _folder.Data, "--url", $"{host.Http.BaseAddress}", .. options]);

    private Task<(int Code, string Output)> TestAsync(params string[] options) =>
        HostProgram.RunAsync(Token, ["test", "--channels", _folder.Channels, "--data", _folder.Data, .. options]);

    private string CaseFile(string name) => Path.Combine(_folder.Channels, Channel, "cases", name);

    private void WriteCase(string name, byte[] message)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(CaseFile(name))!);
        File.WriteAllBytes(CaseFile($"{name}.hl7"), message);
    }

    private void WriteChannel(string script) => _folder.WriteChannel(
        Channel,
        $"source: {{ type: mllp, listen: 127.0.0.1:{_listen} }}\ntransform: transform.js\ndestinations: [{{ name: copy, type: files, folder: {_folder.Files("out")}, file: \"${{messageId}}.hl7\" }}]\n",
        ("transform.js", script));
}
