using ChannelHost.EndToEnd.Tests.Support;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>A changed folder replaces the running version in one step; a bad change replaces nothing.</summary>
public sealed class HotReloadTests : IDisposable
{
    private const string Channel = "clinic/registration";

    private readonly HostFolder _folder = new();
    private readonly int _listen = HostFolder.FreePort();
    private readonly int _next = HostFolder.FreePort();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Row", "F67")]
    [Trait("Row", "F70")]
    public async Task ChangesWhileMessagesFlow_NothingIsLostAndABadOneChangesNothing()
    {
        await using var receiver = new MllpReceiver(_next);
        WriteChannel("// version 0\n");
        await using var host = await RunningHost.StartAsync(_folder, Token);
        var sender = new LedgerSender(_listen, seed: 11, prefix: "R");
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var sending = sender.SendAsync(messages: 3_000, connections: 4, Token);

        for (var version = 1; version <= 5; version++)
        {
            var before = (await host.ChannelAsync(Channel, Token)).Version;
            WriteChannel($"// version {version}\n");
            await host.UntilAsync($"at version {version}", async () => (await host.ChannelAsync(Channel, Token)).Version != before, Token);
        }

        var good = (await host.ChannelAsync(Channel, Token)).Version;
        WriteChannel("channelMap.put('a', ;\n");
        await host.UntilAsync("refusing the bad change", async () => (await host.ChannelAsync(Channel, Token)).Problems.Count > 0, Token);
        await sending;
        await host.UntilAsync("through with its queue", async () => receiver.Count >= 3_000 && await IsQuietAsync(host), Token);

        var channel = await host.ChannelAsync(Channel, Token);
        Assert.Equal(good, channel.Version);
        Assert.Contains(channel.Problems, problem => problem is { File: Channel + "/transform.js", Line: 1 });
        Assert.Equal(0, sender.SentAgain);
        Assert.Empty(sender.Refused);
        var ledgers = new LedgerJoin(sender, receiver.Ledger, await host.MessagesAsync(Channel, Token));
        Assert.Empty(ledgers.Lost);
        Assert.Empty(ledgers.Ghosts);
        Assert.Equal(0, ledgers.Duplicates);
    }

    [Fact]
    public async Task FolderGone_ChannelIsUndeployedAndAnotherMayHaveItsPort()
    {
        await using var receiver = new MllpReceiver(_next);
        WriteChannel("// one\n");
        await using var host = await RunningHost.StartAsync(_folder, Token);

        Directory.Delete(Path.Combine(_folder.Channels, Channel), recursive: true);
        await host.UntilAsync("without the channel", async () => (await host.Http.GetAsync(new Uri($"/api/channels/{Channel}", UriKind.Relative), Token)).StatusCode == System.Net.HttpStatusCode.NotFound, Token);
        WriteChannel("// two\n", "clinic/successor");

        await host.UntilAsync("running the successor", async () =>
            (await host.Http.GetAsync(new Uri("/api/channels/clinic/successor", UriKind.Relative), Token)).IsSuccessStatusCode
            && (await host.ChannelAsync("clinic/successor", Token)).Condition == Engine.Deployment.ChannelCondition.Running, Token);
        var sender = new LedgerSender(_listen, seed: 1, prefix: "S");
        await sender.SendAsync(1, 1, Token);
        Assert.Equal(1, sender.ConfirmedCount);
    }

    private void WriteChannel(string script, string name = Channel) => _folder.WriteChannel(name, $$"""
        source: { type: mllp, listen: 127.0.0.1:{{_listen}} }
        transform: transform.js
        destinations:
          - { name: next, type: mllp, connect: 127.0.0.1:{{_next}}, queue: { mode: always } }

        """, ("transform.js", script));

    private static async Task<bool> IsQuietAsync(RunningHost host) =>
        (await host.ChannelAsync(Channel, Token)).Destinations.All(destination => destination.Queued == 0) && await host.IsQuietAsync(Channel, Token);
}
