using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Engine.Deployment;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>Chains, global scripts and dependencies in a host as people run it.</summary>
public sealed class ChainTests
{
    private const string Channel = "clinic/registration";
    private const int Messages = 1_500;
    private const int Kills = 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Row", "F01")]
    public async Task HostKilledWhileChainsAreWalked_NoDestinationIsLeftOut()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromMinutes(4));
        using var folder = new HostFolder();
        var (listen, first, second) = (HostFolder.FreePort(), HostFolder.FreePort(), HostFolder.FreePort());
        await using var one = new MllpReceiver(first);
        await using var two = new MllpReceiver(second);
        folder.WriteChannel(Channel, $$"""
            source: { type: mllp, listen: 127.0.0.1:{{listen}} }
            destinations:
              - { name: first, type: mllp, connect: 127.0.0.1:{{first}} }
              - { name: second, type: mllp, connect: 127.0.0.1:{{second}}, waitForPrevious: true, transform: second.js }

            """, ("second.js", "if (responseMap.get('first').status !== 'SENT') throw new Error('out of turn');\n"));
        var sender = new LedgerSender(listen, seed: 815, prefix: "C");
        var host = await RunningHost.StartAsync(folder, deadline.Token);
        try
        {
            var sending = sender.SendAsync(Messages, 4, deadline.Token);
            for (var kill = 1; kill <= Kills; kill++)
            {
                var goal = Messages * kill / (Kills + 1);
                await host.UntilAsync($"{goal} messages far", () => Task.FromResult(sender.ConfirmedCount >= goal), deadline.Token, TimeSpan.FromMinutes(2));
                await host.KillAsync(deadline.Token);
                await host.DisposeAsync();
                host = await RunningHost.StartAsync(folder, deadline.Token);
            }

            await sending;
            await host.UntilAsync("through with its chains", () => host.IsQuietAsync(Channel, deadline.Token), deadline.Token, TimeSpan.FromMinutes(2));

            Assert.Empty(sender.Refused);
            var messages = await host.MessagesAsync(Channel, deadline.Token);
            Assert.All(messages, message => Assert.Equal(["first", "second"], message.Destinations.Select(destination => destination.Name).Order()));
            Assert.All(messages, message => Assert.All(message.Destinations, destination => Assert.Equal(MessageStatus.Sent, destination.Status)));
            Assert.InRange(one.Count, messages.Count, messages.Count + (Kills * 8));
            Assert.InRange(two.Count, messages.Count, messages.Count + (Kills * 8));
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task GlobalScriptsAndDependencies_ComeInTheirOrder()
    {
        using var folder = new HostFolder();
        var (listen, other) = (HostFolder.FreePort(), HostFolder.FreePort());
        Directory.CreateDirectory(Path.Combine(folder.Channels, "global"));
        await File.WriteAllTextAsync(Path.Combine(folder.Channels, "global", "deploy.js"), "globalMap.put('order', 'global');\n", Token);
        folder.WriteChannel("clinic/a-dependent", $$"""
            source: { type: mllp, listen: 127.0.0.1:{{listen}} }
            dependsOn: [z-needed]
            deploy: deploy.js

            """, ("deploy.js", "globalMap.put('order', globalMap.get('order') + ' dependent'); logger.warn('order: ' + globalMap.get('order'));\n"));
        folder.WriteChannel("clinic/z-needed", $$"""
            source: { type: mllp, listen: 127.0.0.1:{{other}} }
            deploy: deploy.js

            """, ("deploy.js", "globalMap.put('order', globalMap.get('order') + ' needed');\n"));

        await using var host = await RunningHost.StartAsync(folder, Token);
        await host.UntilAsync("deployed in order", () => Task.FromResult(host.Output.Contains("order: global needed dependent", StringComparison.Ordinal)), Token);

        Directory.Delete(Path.Combine(folder.Channels, "clinic", "z-needed"), recursive: true);
        await host.UntilAsync("without the dependent", async () => (await host.ChannelAsync("clinic/a-dependent", Token)).Condition == ChannelCondition.Failed, Token);
    }
}
