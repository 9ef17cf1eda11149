using ChannelHost.EndToEnd.Tests.Support;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>What was answered positively survives kill -9, and what is delivered twice says so.</summary>
public sealed class KillTests
{
    private const string Channel = "clinic/registration";
    private const int Messages = 10_000;
    private const int Connections = 8;
    private const int Kills = 3;

    [Theory]
    [InlineData("always")]
    [InlineData("on-failure")]
    [Trait("Row", "F01")]
    [Trait("Row", "F07")]
    public async Task HostKilledThreeTimesUnderLoad_NothingLostAndDuplicatesMarked(string queue)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(4));
        using var folder = new HostFolder();
        var listen = HostFolder.FreePort();
        var next = HostFolder.FreePort();
        await using var receiver = new MllpReceiver(next);
        folder.WriteFlow(Channel, listen, next, queue);
        var sender = new LedgerSender(listen, seed: 4711, prefix: "K");
        var host = await RunningHost.StartAsync(folder, deadline.Token);
        try
        {
            var sending = sender.SendAsync(Messages, Connections, deadline.Token);
            for (var kill = 1; kill <= Kills; kill++)
            {
                var goal = Messages * kill / (Kills + 1);
                await host.UntilAsync($"{goal} messages far", () => Task.FromResult(sender.ConfirmedCount >= goal), deadline.Token, TimeSpan.FromMinutes(2));
                await host.KillAsync(deadline.Token);
                await host.DisposeAsync();
                host = await RunningHost.StartAsync(folder, deadline.Token);
            }

            await sending;
            await host.UntilAsync("through with its queue", () => host.IsQuietAsync(Channel, deadline.Token), deadline.Token, TimeSpan.FromMinutes(2));

            var ledgers = new LedgerJoin(sender, receiver.Ledger, await host.MessagesAsync(Channel, deadline.Token));
            TestContext.Current.TestOutputHelper?.WriteLine($"queue {queue}: {ledgers}; sent again {sender.SentAgain}");
            Assert.Empty(sender.Refused);
            Assert.Equal(Messages, sender.ConfirmedCount);
            ledgers.AssertHeld();

            // A kill may repeat what each sender had under way, and what each of them had under way at the destination.
            Assert.InRange(ledgers.Duplicates, 0, Kills * Connections * 2);
            Assert.True(sender.SentAgain > 0, "no kill struck a message under way: the test proved nothing");
        }
        finally
        {
            await host.DisposeAsync();
        }
    }
}
