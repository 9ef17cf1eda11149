using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Testing.Databases;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>The whole host on PostgreSQL: host and server are killed under load, and what was answered positively is delivered.</summary>
public sealed class PostgreSqlTests
{
    private const string Channel = "clinic/registration";
    private const int Messages = 1_500;
    private const int Connections = 8;

    [Fact]
    [Trait("Row", "F01")]
    [Trait("Row", "F74")]
    public async Task HostAndServerKilledUnderLoad_NothingLostAndDuplicatesMarked()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(4));
        await using var server = await PostgreSqlServer.StartAsync(deadline.Token);
        using var folder = new HostFolder();
        folder.Environment["CHANNELHOST_STORE"] = "postgres";
        folder.Environment["CHANNELHOST_STORE_CONNECTION"] = server.ConnectionString;
        folder.Environment["CHANNELHOST_STORE_UNSAFE"] = "1";
        var listen = HostFolder.FreePort();
        var next = HostFolder.FreePort();
        await using var receiver = new MllpReceiver(next);
        folder.WriteChannel(Channel, $$"""
            source: { type: mllp, listen: 127.0.0.1:{{listen}} }
            transform: transform.js
            destinations:
              - { name: next, type: mllp, connect: 127.0.0.1:{{next}}, queue: { mode: always } }

            """, ("transform.js", "channelMap.put('mrn', msg.get('PID-3.1'));\n"));
        var sender = new LedgerSender(listen, seed: 4711, prefix: "P");
        var host = await RunningHost.StartAsync(folder, deadline.Token);
        try
        {
            var sending = sender.SendAsync(Messages, Connections, deadline.Token);
            await host.UntilAsync("a third far", () => Task.FromResult(sender.ConfirmedCount >= Messages / 3), deadline.Token, TimeSpan.FromMinutes(1));
            await server.RestartAsync(deadline.Token);
            await host.UntilAsync("two thirds far", () => Task.FromResult(sender.ConfirmedCount >= Messages * 2 / 3), deadline.Token, TimeSpan.FromMinutes(1));
            await host.KillAsync(deadline.Token);
            await host.DisposeAsync();
            host = await RunningHost.StartAsync(folder, deadline.Token);

            await sending;
            await host.UntilAsync("through with its queue", () => IsQuietAsync(host, deadline.Token), deadline.Token, TimeSpan.FromMinutes(1));

            var ledgers = new LedgerJoin(sender, receiver.Ledger, await host.MessagesAsync(Channel, deadline.Token));
            TestContext.Current.TestOutputHelper?.WriteLine($"{ledgers}; sent again {sender.SentAgain}");
            Assert.Empty(sender.Refused);
            Assert.Equal(Messages, sender.ConfirmedCount);
            Assert.Empty(ledgers.Lost);
            Assert.Empty(ledgers.Stuck);
            Assert.Empty(ledgers.Ghosts);
            Assert.Empty(ledgers.FalseSent);
            Assert.Empty(ledgers.UnmarkedDuplicates);
            var (exit, output) = await folder.RunAsync(null, deadline.Token, "verify", folder.Data);
            Assert.True(exit == 0, output);
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    private static async Task<bool> IsQuietAsync(RunningHost host, CancellationToken cancellationToken)
    {
        var channel = await host.ChannelAsync(Channel, cancellationToken);
        return channel.Counts.All(count => count.Count == 0 || count.Status is not (MessageStatus.Queued or MessageStatus.Pending or MessageStatus.Received));
    }
}
