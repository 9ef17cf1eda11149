using System.Diagnostics;
using System.Globalization;
using System.Net;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Testing.Databases;
using ChannelHost.Testing.Network;
using Npgsql;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>
/// The whole host on a PostgreSQL that is stopped, killed, frozen, cut off and whose sessions are ended, one after the other, under a steady load. The host is never started
/// again: it goes on by itself.
/// </summary>
public sealed class PostgreSqlFaultTests
{
    private const string Channel = "clinic/registration";
    private const int Connections = 8;
    private const int PerSecond = 100;
    private const int Seconds = 150;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(30);

    [Fact(Explicit = true)]
    [Trait("Row", "F74")]
    public async Task ServerFailsInEveryWayUnderLoad_NothingLostNothingTwiceAndNoRestart()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(15));
        var token = deadline.Token;
        await using var server = await PostgreSqlServer.StartAsync(token);
        await using var proxy = new FaultyProxy(new IPEndPoint(IPAddress.Loopback, server.Port));
        using var folder = new HostFolder();
        folder.UsePostgreSql(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Port = proxy.EndPoint.Port }.ConnectionString);
        var listen = HostFolder.FreePort();
        var next = HostFolder.FreePort();
        await using var receiver = new MllpReceiver(next);
        folder.WriteFlow(Channel, listen, next);
        await using var host = await RunningHost.StartAsync(folder, token);
        var sender = new LedgerSender(listen, seed: 4711, prefix: "P") { Pause = TimeSpan.FromSeconds((double)Connections / PerSecond) };
        var sending = sender.SendAsync(PerSecond * Seconds, Connections, token);

        foreach (var (name, fault) in Faults(server, proxy, token))
        {
            await Task.Delay(Between, TimeProvider.System, token);
            var before = sender.ConfirmedCount;
            await fault();
            var at = Stopwatch.GetTimestamp();

            // It goes on by itself: more are confirmed after the fault than one that was under way.
            var during = sender.ConfirmedCount;
            await host.UntilAsync($"going on after: {name}", () => Task.FromResult(sender.ConfirmedCount > during + Connections), token, TimeSpan.FromMinutes(2));
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name}: {during - before} confirmed meanwhile, going on after {Stopwatch.GetElapsedTime(at).TotalSeconds:0.0} s"));
        }

        await sending;
        await host.UntilAsync("through with its queue", () => host.IsQuietAsync(Channel, token), token, TimeSpan.FromMinutes(3));

        var ledgers = new LedgerJoin(sender, receiver.Ledger, await host.MessagesAsync(Channel, token));
        TestContext.Current.TestOutputHelper?.WriteLine($"{ledgers}; sent again {sender.SentAgain}");

        // The host that was started is the one that still runs: it was never started again.
        using var process = Process.GetProcessById(host.ProcessId);
        Assert.False(process.HasExited, "the host ended");
        Assert.Equal(PerSecond * Seconds, sender.ConfirmedCount);
        ledgers.AssertHeld();
        var (exit, output) = await folder.RunAsync(null, token, "verify", folder.Data);
        Assert.True(exit == 0, output);
    }

    private static (string Name, Func<Task> Fault)[] Faults(PostgreSqlServer server, FaultyProxy proxy, CancellationToken cancellationToken) =>
    [
        ("stopped at once", async () =>
        {
            await server.StopAtOnceAsync(cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, cancellationToken);
            await server.RestartAsync(cancellationToken);
        }),
        ("sessions ended", async () =>
        {
            for (var time = 0; time < 5; time++)
            {
                await server.AskAsync("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name like 'channelhost %'", cancellationToken);
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken);
            }
        }),
        ("killed", () => server.RestartAsync(cancellationToken)),
        ("connections cut", async () =>
        {
            for (var time = 0; time < 20; time++)
            {
                proxy.CutAll(time % 2 == 0 ? Cut.Rst : Cut.Fin);
                await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, cancellationToken);
            }
        }),
        ("frozen 30 s", async () =>
        {
            await server.FreezeAsync(cancellationToken);
            await Task.Delay(Frozen, TimeProvider.System, cancellationToken);
            await server.ThawAsync(cancellationToken);
        }),
    ];
}
