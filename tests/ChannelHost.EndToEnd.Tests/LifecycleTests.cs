using System.Net;
using System.Net.Sockets;
using ChannelHost.Connectors.Mllp;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Engine.Deployment;
using ChannelHost.Server;
using ChannelHost.Server.Sending;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>Starting, stopping, and everything that keeps one channel or one host from running.</summary>
public sealed class LifecycleTests : IDisposable
{
    private readonly HostFolder _folder = new();
    private readonly int _listen = HostFolder.FreePort();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Row", "F19")]
    public async Task SecondHostOnOneDataFolder_IsRefusedAndTheFirstGoesOn()
    {
        WriteFilesChannel("clinic/a", _listen);
        await using var first = await RunningHost.StartAsync(_folder, Token);

        var (code, output) = await HostProgram.RunAsync(Token, "run", "--channels", _folder.Channels, "--data", _folder.Data, "--urls", $"http://127.0.0.1:{HostFolder.FreePort()}");

        Assert.Equal((int)ExitCode.DataFolderInUse, code);
        Assert.Contains($"pid {first.ProcessId}", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.Equal("AA", await SendAsync(_listen, "A1"));
    }

    [Fact]
    public async Task AddressTaken_EndsWithFour()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var (code, output) = await HostProgram.RunAsync(
            Token, "run", "--channels", _folder.Channels, "--data", _folder.Data, "--urls", $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}");

        Assert.Equal((int)ExitCode.CannotListen, code);
        Assert.Contains("cannot listen on", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sorce: { type: mllp }\n", "sorce")]
    [InlineData("source: { type: mllp, listen: 127.0.0.1:1x }\n", "listen")]
    [InlineData("source: { type: mllp, listen: 127.0.0.1:6999 }\ntransform: missing.js\n", "missing.js")]
    [InlineData("source: [\n", "channel.yaml")]
    [Trait("Row", "F67")]
    public async Task BadChannel_IsListedWithItsProblemsAndStopsNobodyElse(string yaml, string named)
    {
        WriteFilesChannel("clinic/good", _listen);
        _folder.WriteChannel("clinic/bad", yaml);

        await using var host = await RunningHost.StartAsync(_folder, Token);

        Assert.Equal("AA", await SendAsync(_listen, "A1"));
        var bad = await host.ChannelAsync("clinic/bad", Token);
        Assert.Equal(ChannelCondition.Failed, bad.Condition);
        Assert.Contains(bad.Problems, problem => problem.ToString().Contains(named, StringComparison.Ordinal));
        Assert.Contains((await host.TryReadyAsync(Token))!.Channels, channel => channel.Name == "clinic/bad");
    }

    [Fact]
    [Trait("Row", "F68")]
    public async Task TwoChannelsOnOnePort_TheSecondIsRefusedNamingTheFirst()
    {
        WriteFilesChannel("clinic/first", _listen);
        WriteFilesChannel("clinic/second", _listen);

        await using var host = await RunningHost.StartAsync(_folder, Token);

        var channels = new[] { await host.ChannelAsync("clinic/first", Token), await host.ChannelAsync("clinic/second", Token) };
        var running = Assert.Single(channels, channel => channel.Condition == ChannelCondition.Running);
        var other = Assert.Single(channels, channel => channel.Condition != ChannelCondition.Running);
        Assert.Contains(running.Name, $"{other.Reason} {string.Join(' ', other.Problems)}", StringComparison.Ordinal);
        Assert.Equal("AA", await SendAsync(_listen, "A1"));
    }

    [Fact]
    [Trait("Row", "F68")]
    public async Task PortTakenByAnotherProcess_ChannelWaitsAndStartsByItselfWhenItIsFree()
    {
        WriteFilesChannel("clinic/a", _listen);
        using var taken = new TcpListener(IPAddress.Loopback, _listen);
        taken.Start();
        await using var host = await RunningHost.StartAsync(_folder, Token);
        Assert.Equal(ChannelCondition.Waiting, (await host.ChannelAsync("clinic/a", Token)).Condition);

        taken.Stop();

        await host.UntilAsync("listening", async () => (await host.ChannelAsync("clinic/a", Token)).Condition == ChannelCondition.Running, Token);
        Assert.Equal("AA", await SendAsync(_listen, "A1"));
    }

    [Fact]
    [Trait("Row", "F16")]
    public async Task Sigterm_FinishesWhatIsInHandAndEndsWithZero()
    {
        var next = HostFolder.FreePort();
        await using var receiver = new MllpReceiver(next);
        _folder.WriteChannel("clinic/a", $$"""
            source: { type: mllp, listen: 127.0.0.1:{{_listen}} }
            destinations:
              - { name: next, type: mllp, connect: 127.0.0.1:{{next}} }

            """);
        await using var host = await RunningHost.StartAsync(_folder, Token, "--drain", "20");
        receiver.HoldAnswers();
        var answer = SendAsync(_listen, "A1");
        await host.UntilAsync("sending", () => Task.FromResult(receiver.Count == 1), Token);

        var ended = host.TerminateAsync(Token);
        await host.UntilAsync("draining", () => Task.FromResult(host.Output.Contains("Stopping", StringComparison.Ordinal)), Token);
        receiver.Answer();

        Assert.Equal("AA", await answer);
        Assert.Equal(0, await ended);
        Assert.Contains("everything in hand was finished", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F09")]
    public async Task PartnerNeverAnswers_SigtermStillEndsWithinTheDeadline()
    {
        var next = HostFolder.FreePort();
        await using var receiver = new MllpReceiver(next);
        _folder.WriteChannel("clinic/a", $$"""
            source: { type: mllp, listen: 127.0.0.1:{{_listen}} }
            destinations:
              - { name: next, type: mllp, connect: 127.0.0.1:{{next}}, queue: { mode: always } }

            """);
        await using var host = await RunningHost.StartAsync(_folder, Token, "--drain", "1");
        receiver.HoldAnswers();
        Assert.Equal("AA", await SendAsync(_listen, "A1"));
        await host.UntilAsync("sending", () => Task.FromResult(receiver.Count == 1), Token);
        var started = TimeProvider.System.GetTimestamp();

        var code = await host.TerminateAsync(Token);

        Assert.Equal(0, code);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0, 10);
    }

    [Fact]
    public async Task SecondCtrlC_EndsAtOnce()
    {
        var next = HostFolder.FreePort();
        await using var receiver = new MllpReceiver(next);
        _folder.WriteChannel("clinic/a", $$"""
            source: { type: mllp, listen: 127.0.0.1:{{_listen}} }
            destinations:
              - { name: next, type: mllp, connect: 127.0.0.1:{{next}}, queue: { mode: always } }

            """);
        await using var host = await RunningHost.StartAsync(_folder, Token, "--drain", "300");
        receiver.HoldAnswers();
        Assert.Equal("AA", await SendAsync(_listen, "A1"));
        await host.UntilAsync("sending", () => Task.FromResult(receiver.Count == 1), Token);

        host.Interrupt();
        await host.UntilAsync("draining", () => Task.FromResult(host.Output.Contains("Stopping", StringComparison.Ordinal)), Token);
        host.Interrupt();

        Assert.Equal((int)ExitCode.Interrupted, await host.EndedAsync(Token));
    }

    [Fact]
    public async Task ChannelsFolder_MayBeEmpty()
    {
        await using var host = await RunningHost.StartAsync(_folder, Token);

        Assert.Equal(0, await host.TerminateAsync(Token));
    }

    private void WriteFilesChannel(string name, int port) => _folder.WriteChannel(name, $$"""
        source: { type: mllp, listen: 127.0.0.1:{{port}} }
        destinations:
          - { name: copy, type: files, folder: {{_folder.Files("out")}}, file: "${controlId}.hl7" }

        """);

    private static async Task<string?> SendAsync(int port, string controlId)
    {
        await using var client = await MllpClient.ConnectAsync("127.0.0.1", port, new MllpClientOptions(), Token);
        var answer = await client.ExchangeAsync(Some.Adt(controlId), Token);
        return Er7Text.Field(answer.Span, "MSA"u8, 1);
    }
}
