using System.Security.Cryptography;
using System.Text;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Engine.Deployment;
using ChannelHost.Testing.Network;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>Secrets by reference: taken up and rotated while the host runs, and found nowhere but where they are used.</summary>
public sealed class SecretTests : IDisposable
{
    private const string Channel = "clinic/registration";
    private const string Other = "clinic/other";
    private const string Canary = "zebra-hunter2-canary";

    private readonly HostFolder _folder = new();
    private readonly TestCertificates _certificates;

    public SecretTests()
    {
        _certificates = new TestCertificates(_folder.Files("certificates"));
        var (certificate, key) = _certificates.Issue("localhost");
        using (var pair = ECDsa.Create())
        {
            pair.ImportFromPem(File.ReadAllText(key));
            File.WriteAllText(key, pair.ExportEncryptedPkcs8PrivateKeyPem(Canary, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 10_000)));
        }

        _folder.WriteChannel(Channel, $$"""
            source:
              type: mllp
              listen: 127.0.0.1:{{HostFolder.FreePort()}}
              tls: { certificate: {{certificate}}, key: {{key}}, password: "${secret:mllp-key}" }

            """);
        _folder.WriteChannel(Other, $"source: {{ type: mllp, listen: 127.0.0.1:{HostFolder.FreePort()} }}\n");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Fact]
    [Trait("Row", "F69")]
    [Trait("Row", "S36")]
    public async Task SecretThatComesLater_BringsItsChannelUp_AndIsSeenNowhere()
    {
        await using var host = await RunningHost.StartAsync(_folder, Token);
        var missing = await host.ChannelAsync(Channel, Token);
        Assert.Equal(ChannelCondition.Failed, missing.Condition);
        Assert.Contains(missing.Problems, problem => problem.Field == "source.tls.password" && problem.Found == "the secret `mllp-key`, which is not set");
        Assert.Equal(ChannelCondition.Running, (await host.ChannelAsync(Other, Token)).Condition);

        await SetAsync(Canary);
        await host.UntilAsync("running with the secret", async () => (await host.ChannelAsync(Channel, Token)).Condition == ChannelCondition.Running, Token);
        var (code, list) = await _folder.RunAsync(null, Token, "secret", "list", "--channels", _folder.Channels, "--data", _folder.Data);

        Assert.Equal(0, code);
        Assert.Matches($"mllp-key .*secrets.json .*{Channel}", list);
        var seen = new StringBuilder(list).Append(host.Output);
        foreach (var route in new[] { "/api/channels", $"/api/channels/{Channel}", $"/api/channels/{Channel}/versions", $"/api/channels/{Channel}/versions/1", $"/api/channels/{Channel}/folder", "/metrics" })
        {
            seen.Append(await host.Http.GetStringAsync(new Uri(route, UriKind.Relative), Token));
        }

        seen.Append(await File.ReadAllTextAsync($"/proc/{host.ProcessId}/cmdline", Token)).Append(await File.ReadAllTextAsync($"/proc/{host.ProcessId}/environ", Token));
        Assert.Equal(0, await host.TerminateAsync(Token));
        foreach (var file in Directory.EnumerateFiles(_folder.Data, "*", SearchOption.AllDirectories))
        {
            seen.Append(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Token)));
        }

        Assert.Contains("${secret:mllp-key}", seen.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, seen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "S37")]
    public async Task RotationWhileRunning_LosesNothing_AndTheNextStartReadsTheNewKey()
    {
        await SetAsync(Canary);
        await using (var host = await RunningHost.StartAsync(_folder, Token))
        {
            var before = await host.ChannelAsync(Channel, Token);
            var (code, output) = await _folder.RunAsync(null, Token, "secret", "rotate", "--drop-old", "--data", _folder.Data);

            Assert.True(code == 0, output);
            await SetAsync("x", "another");
            var after = await host.ChannelAsync(Channel, Token);
            Assert.Equal((ChannelCondition.Running, before.Since), (after.Condition, after.Since));
            Assert.Equal(0, await host.TerminateAsync(Token));
        }

        await using var next = await RunningHost.StartAsync(_folder, Token);
        Assert.Equal(ChannelCondition.Running, (await next.ChannelAsync(Channel, Token)).Condition);
        Assert.Contains("\"secrets-rotated\"", await File.ReadAllTextAsync(Path.Combine(_folder.Data, "audit.jsonl"), Token), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F69")]
    public async Task SecretThatGoesWhileRunning_LeavesTheLastGoodVersion()
    {
        await SetAsync(Canary);
        await using var host = await RunningHost.StartAsync(_folder, Token);
        var version = (await host.ChannelAsync(Channel, Token)).Version;

        var (code, output) = await _folder.RunAsync(null, Token, "secret", "remove", "mllp-key", "--channels", _folder.Channels, "--data", _folder.Data);
        Assert.True(code == 2 && output.Contains($"is used by {Channel}", StringComparison.Ordinal), output);
        (code, output) = await _folder.RunAsync(null, Token, "secret", "remove", "mllp-key", "--force", "--channels", _folder.Channels, "--data", _folder.Data);
        Assert.True(code == 0, output);
        await host.UntilAsync("complaining", async () => (await host.ChannelAsync(Channel, Token)).Problems.Count > 0, Token);

        var channel = await host.ChannelAsync(Channel, Token);
        Assert.Equal((ChannelCondition.Running, version), (channel.Condition, channel.Version));
        await SetAsync(Canary);
        await host.UntilAsync("content again", async () => (await host.ChannelAsync(Channel, Token)).Problems.Count == 0, Token);
    }

    [Theory]
    [Trait("Row", "S37")]
    [InlineData("644", 8)]
    [InlineData("660", 8)]
    [InlineData("600", 0)]
    [InlineData("400", 0)]
    public async Task KeyThatOthersMayUse_StartIsRefused(string mode, int expected)
    {
        await SetAsync(Canary);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.KeyFile, (UnixFileMode)Convert.ToInt32(mode, 8));
        }

        if (expected == 0)
        {
            await using var host = await RunningHost.StartAsync(_folder, Token);
            Assert.Equal(expected, await host.TerminateAsync(Token));
            return;
        }

        var (code, output) = await _folder.RunAsync(
            null, Token, "run", "--channels", _folder.Channels, "--data", _folder.Data, "--urls", $"http://127.0.0.1:{HostFolder.FreePort()}");
        Assert.Equal(expected, code);
        Assert.Contains($"chmod 600 {_folder.KeyFile}", output, StringComparison.Ordinal);
    }

    private async Task SetAsync(string value, string name = "mllp-key")
    {
        var (code, output) = await _folder.RunAsync(value + "\n", Token, "secret", "set", name, "--data", _folder.Data);
        Assert.True(code == 0, output);
    }
}
