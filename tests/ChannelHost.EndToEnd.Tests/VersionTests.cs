using System.Text.Json;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Engine.Deployment;
using ChannelHost.Server.Api;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>Every version that ran is kept, can be compared and put back, and says who brought it and why.</summary>
[Trait("Row", "S35")]
public sealed class VersionTests : IDisposable
{
    private const string Channel = "clinic/registration";

    private readonly HostFolder _folder = new();
    private readonly int _listen = HostFolder.FreePort();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task VersionsThatRan_AreListedComparedAndPutBack_AndARestartAddsNone()
    {
        WriteChannel("channelMap.put('n', 1);\n");
        await using (var host = await RunningHost.StartAsync(_folder, Token))
        {
            await NextVersionAsync(host, "channelMap.put('n', 2);\n");
            var (diffCode, diff) = await RunAsync(host, "versions", "diff", Channel);
            Assert.Equal(1, diffCode);
            Assert.Contains("-channelMap.put('n', 1);\n+channelMap.put('n', 2);\n", diff, StringComparison.Ordinal);

            var (code, output) = await RunAsync(host, "versions", "restore", Channel, "1", "--why", "two doubled the orders");
            Assert.True(code == 0, output);
            Assert.Equal("channelMap.put('n', 1);\n", await File.ReadAllTextAsync(ScriptPath, Token));
            var versions = await VersionsAsync(host);
            Assert.Equal([3, 2, 1], versions.Select(version => version.Number));
            Assert.Equal(versions[2].Version, versions[0].Version);
            Assert.Equal((1, "version 1 put back: two doubled the orders", Environment.UserName), (versions[0].RestoredFrom, versions[0].Why, versions[0].Who));
            Assert.Equal([true, false, false], versions.Select(version => version.IsRunning));
            Assert.Equal(0, await host.TerminateAsync(Token));
        }

        await using var next = await RunningHost.StartAsync(_folder, Token);
        Assert.Equal(3, (await VersionsAsync(next)).Count);
        var (showCode, text) = await RunAsync(next, "versions", "show", Channel, "2", "--file", "transform.js");
        Assert.True(showCode == 0 && text == "channelMap.put('n', 2);\n", text);
    }

    [Fact]
    public async Task EditThatNeverRan_IsSetAsideByARestore()
    {
        WriteChannel("// good\n");
        await using var host = await RunningHost.StartAsync(_folder, Token);
        WriteChannel("an hour of work (\n");
        await host.UntilAsync("refusing the edit", async () => (await host.ChannelAsync(Channel, Token)).Problems.Count > 0, Token);

        var (code, output) = await RunAsync(host, "versions", "restore", Channel, "1", "--why", "back to good");

        Assert.True(code == 0, output);
        Assert.Equal("// good\n", await File.ReadAllTextAsync(ScriptPath, Token));
        Assert.Empty((await host.ChannelAsync(Channel, Token)).Problems);
        var kept = Assert.Single(Directory.GetFiles(Path.Combine(_folder.Data, "channels", Channel, "set-aside"), "*", SearchOption.AllDirectories));
        Assert.Equal("an hour of work (\n", await File.ReadAllTextAsync(kept, Token));
        Assert.Contains(Path.GetDirectoryName(kept)!, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeletedChannel_IsPutBack()
    {
        WriteChannel("// good\n");
        await using var host = await RunningHost.StartAsync(_folder, Token);
        Directory.Delete(Path.Combine(_folder.Channels, Channel), recursive: true);
        await host.UntilAsync("without the channel", async () => !(await host.Http.GetAsync(new Uri($"/api/channels/{Channel}", UriKind.Relative), Token)).IsSuccessStatusCode, Token);

        var (code, output) = await RunAsync(host, "versions", "restore", Channel, "1", "--why", "deleted by mistake");

        Assert.True(code == 0, output);
        Assert.Equal(ChannelCondition.Running, (await host.ChannelAsync(Channel, Token)).Condition);
    }

    [Fact]
    public async Task Deploy_SaysWhatItCameTo_AndIsOnTheRecord()
    {
        WriteChannel("// good\n");
        await using var host = await RunningHost.StartAsync(_folder, Token);

        File.WriteAllText(ScriptPath, "// better\n");
        var (code, output) = await RunAsync(host, "deploy", Channel, "--why", "ticket 7", "--force");
        Assert.True(code == 0, output);
        File.WriteAllText(ScriptPath, "not so (\n");
        var (badCode, bad) = await RunAsync(host, "deploy", Channel, "--why", "ticket 8");

        Assert.Equal(1, badCode);
        Assert.Contains($"{Channel}/transform.js:1", bad, StringComparison.Ordinal);
        var newest = (await VersionsAsync(host))[0];
        Assert.Equal("// better\n", (await TextsAsync(host, newest.Number)).Single(file => file.Name == $"{Channel}/transform.js").Text);
        var audit = File.ReadLines(Path.Combine(_folder.Data, "audit.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(
            ["asked", "runs"],
            audit.Where(entry => entry.GetProperty("action").GetString() == "deploy-forced" && entry.GetProperty("why").GetString() == "ticket 7").Select(entry => entry.GetProperty("outcome").GetString()!));
        Assert.Contains(audit, entry => entry.GetProperty("action").GetString() == "deploy" && entry.GetProperty("outcome").GetString()!.StartsWith("does not run", StringComparison.Ordinal));
        Assert.All(audit, entry => Assert.NotEmpty(entry.GetProperty("who").GetString()!));
    }

    [Theory]
    [InlineData("versions restore clinic/registration 9 --why x", 2)]
    [InlineData("versions show clinic/registration 9", 2)]
    [InlineData("versions show clinic/registration 1 --file nothing.js", 2)]
    [InlineData("versions diff clinic/registration one", 2)]
    [InlineData("versions clinic/nobody", 2)]
    [InlineData("deploy clinic/nobody --why x", 2)]
    [InlineData("deploy clinic/registration", 2)]
    public async Task WhatIsNotThere_IsSaid(string line, int expected)
    {
        WriteChannel("// good\n");
        await using var host = await RunningHost.StartAsync(_folder, Token);

        var (code, output) = await RunAsync(host, line.Split(' '));

        Assert.Equal(expected, code);
        Assert.StartsWith("channelhost: ", output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F67")]
    public async Task ChangedValue_RedeploysWhoUsesIt_AndABadFileChangesNothing()
    {
        const string Plain = "clinic/plain";
        Directory.CreateDirectory(Path.Combine(_folder.Channels, "config"));
        var values = Path.Combine(_folder.Channels, "config", "base.yaml");
        File.WriteAllText(values, "site: north\n");
        WriteChannel("channelMap.put('site', configurationMap.get('site'));\n");
        _folder.WriteChannel(Plain, $"source: {{ type: mllp, listen: 127.0.0.1:{HostFolder.FreePort()} }}\n");
        await using var host = await RunningHost.StartAsync(_folder, Token);
        var plain = (await host.ChannelAsync(Plain, Token)).Since;
        Assert.Equal("north", await SiteAsync(1));

        File.WriteAllText(values, "site: south\n");
        await host.UntilAsync("running with the new value", async () => (await VersionsAsync(host)).Count == 2, Token);
        Assert.Equal("south", await SiteAsync(2));
        File.WriteAllText(values, "site: [\n");
        await host.UntilAsync("refusing the bad file", async () => (await host.ChannelAsync(Channel, Token)).Problems.Count > 0, Token);

        Assert.Contains((await host.ChannelAsync(Channel, Token)).Problems, problem => problem.File == "config/base.yaml");
        Assert.Equal("south", await SiteAsync(3));
        Assert.Equal(plain, (await host.ChannelAsync(Plain, Token)).Since);
        Assert.Contains("-site: north\n+site: south\n", (await RunAsync(host, "versions", "diff", Channel, "1", "2")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("transform.js", "not so (\n")]
    [InlineData("channel.yaml", "source: [\n")]
    [InlineData("../../config/base.yaml", "site: [\n")]
    [Trait("Row", "F67")]
    [Trait("Row", "F69")]
    [Trait("Row", "P8")]
    public async Task EditThatIsRefused_AndARestart_LastVersionRunsOn(string file, string bad)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Channels, "config"));
        File.WriteAllText(Path.Combine(_folder.Channels, "config", "base.yaml"), "site: north\n");
        WriteChannel("channelMap.put('site', configurationMap.get('site'));\n");
        await using (var host = await RunningHost.StartAsync(_folder, Token))
        {
            Assert.Equal(0, await host.TerminateAsync(Token));
        }

        var edited = Path.GetFullPath(Path.Combine(_folder.Channels, Channel, file));
        var good = await File.ReadAllTextAsync(edited, Token);
        await File.WriteAllTextAsync(edited, bad, Token);
        await using var next = await RunningHost.StartAsync(_folder, Token);

        var status = await next.ChannelAsync(Channel, Token);
        Assert.Equal((ChannelCondition.Running, (await VersionsAsync(next))[0].Version), (status.Condition, status.Version));
        Assert.Contains(status.Problems, problem => Path.GetFullPath(Path.Combine(_folder.Channels, problem.File)) == edited);
        Assert.Equal("north", await SiteAsync(1));
        Assert.Equal(bad, await File.ReadAllTextAsync(edited, Token));

        await File.WriteAllTextAsync(edited, good, Token);
        await next.UntilAsync("without problems", async () => (await next.ChannelAsync(Channel, Token)).Problems.Count == 0, Token);
        Assert.Single(await VersionsAsync(next));
        Assert.Empty(Directory.GetDirectories(_folder.Data, "reading-*"));
    }

    [Fact]
    [Trait("Row", "P8")]
    public async Task ChannelThatWasSwitchedOff_DoesNotRunBecauseItsFolderIsRefused()
    {
        WriteChannel("// good\n");
        await using (var host = await RunningHost.StartAsync(_folder, Token))
        {
            _folder.WriteChannel(Channel, $"enabled: false\nsource: {{ type: mllp, listen: 127.0.0.1:{_listen} }}\n");
            await host.UntilAsync("off", async () => (await host.ChannelAsync(Channel, Token)).Condition == ChannelCondition.Disabled, Token);
            Assert.Equal(0, await host.TerminateAsync(Token));
        }

        _folder.WriteChannel(Channel, "source: [\n");
        await using var next = await RunningHost.StartAsync(_folder, Token);

        Assert.Equal((ChannelCondition.Failed, null), ((await next.ChannelAsync(Channel, Token)).Condition, (await next.ChannelAsync(Channel, Token)).Version));
    }

    [Fact]
    [Trait("Row", "P8")]
    public async Task RestoreOfAVersionThatCannotRunNow_ChangesNoFile()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Channels, "config"));
        var values = Path.Combine(_folder.Channels, "config", "base.yaml");
        File.WriteAllText(values, $"out: {_folder.Files("out")}\n");
        _folder.WriteChannel(Channel, $"source: {{ type: mllp, listen: 127.0.0.1:{_listen} }}\ndestinations:\n  - {{ name: out, type: files, folder: \"${{config:out}}\", file: a.hl7 }}\n");
        await using var host = await RunningHost.StartAsync(_folder, Token);
        await NextVersionAsync(host, "// two\n");
        File.WriteAllText(values, "other: x\n");
        var before = await File.ReadAllTextAsync(Path.Combine(_folder.Channels, Channel, "channel.yaml"), Token);

        var (code, output) = await RunAsync(host, "versions", "restore", Channel, "1", "--why", "try");

        Assert.Equal(1, code);
        Assert.Contains("no file was changed", output, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(Path.Combine(_folder.Channels, Channel, "channel.yaml"), Token));
        Assert.True(File.Exists(ScriptPath));
        var status = await host.ChannelAsync(Channel, Token);
        Assert.Equal((ChannelCondition.Running, 0), (status.Condition, status.Problems.Count));
    }

    private string ScriptPath => Path.Combine(_folder.Channels, Channel, "transform.js");

    private Task<(int ExitCode, string Output)> RunAsync(RunningHost host, params string[] arguments) =>
        _folder.RunAsync(null, Token, [.. arguments, "--url", host.Http.BaseAddress!.ToString()]);

    /// <summary>Sends a message; gives the site that the channel put into the name of the file it wrote.</summary>
    private async Task<string> SiteAsync(int number)
    {
        await new LedgerSender(_listen, seed: number, prefix: $"V{number}").SendAsync(1, 1, Token);
        return Path.GetFileName(Directory.GetFiles(_folder.Files("out"), $"V{number}0*").Single()).Split('-')[1];
    }

    private async Task NextVersionAsync(RunningHost host, string script)
    {
        var count = (await VersionsAsync(host)).Count;
        WriteChannel(script);
        await host.UntilAsync("at the next version", async () => (await VersionsAsync(host)).Count == count + 1, Token);
    }

    private static async Task<IReadOnlyList<VersionView>> VersionsAsync(RunningHost host) => JsonSerializer.Deserialize(
        await host.Http.GetStringAsync(new Uri($"/api/channels/{Channel}/versions", UriKind.Relative), Token), ApiJson.Default.IReadOnlyListVersionView)!;

    private static async Task<IReadOnlyList<ChannelFile>> TextsAsync(RunningHost host, int number) => JsonSerializer.Deserialize(
        await host.Http.GetStringAsync(new Uri($"/api/channels/{Channel}/versions/{number}", UriKind.Relative), Token), ApiJson.Default.VersionDetail)!.Texts;

    private void WriteChannel(string script) => _folder.WriteChannel(Channel, $$"""
        source: { type: mllp, listen: 127.0.0.1:{{_listen}} }
        transform: transform.js
        destinations:
          - { name: out, type: files, folder: {{_folder.Files("out")}}, file: "${controlId}-${site}-x.hl7" }

        """.Replace("-${site}-", script.Contains("'site'", StringComparison.Ordinal) ? "-${site}-" : "-", StringComparison.Ordinal), ("transform.js", script));
}
