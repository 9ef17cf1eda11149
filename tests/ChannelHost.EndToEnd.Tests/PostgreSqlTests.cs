using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Testing.Databases;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>The whole host on PostgreSQL: host and server are killed under load, and what was answered positively is delivered.</summary>
public sealed class PostgreSqlTests
{
    private const string Channel = "clinic/registration";
    private const int Messages = 900;
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
        folder.UsePostgreSql(server.ConnectionString);
        var listen = HostFolder.FreePort();
        var next = HostFolder.FreePort();
        await using var receiver = new MllpReceiver(next);
        folder.WriteFlow(Channel, listen, next);
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
            await host.UntilAsync("through with its queue", () => host.IsQuietAsync(Channel, deadline.Token), deadline.Token, TimeSpan.FromMinutes(1));

            var ledgers = new LedgerJoin(sender, receiver.Ledger, await host.MessagesAsync(Channel, deadline.Token));
            TestContext.Current.TestOutputHelper?.WriteLine($"{ledgers}; sent again {sender.SentAgain}");
            Assert.Empty(sender.Refused);
            Assert.Equal(Messages, sender.ConfirmedCount);
            ledgers.AssertHeld();
            var (exit, output) = await folder.RunAsync(null, deadline.Token, "verify", folder.Data);
            Assert.True(exit == 0, output);
        }
        finally
        {
            await host.DisposeAsync();
        }
    }
}
