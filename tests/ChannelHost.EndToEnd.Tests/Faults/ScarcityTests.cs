using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using ChannelHost.EndToEnd.Tests.Support;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>A host that gets too little of the machine for a while: descriptors, processor, memory.</summary>
public sealed class ScarcityTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    [Trait("Row", "F64")]
    public async Task FewDescriptors_SendersWaitOrAreRefusedAndItRecovers()
    {
        await using var host = new FaultyHost();
        await host.StartAsync(Token);
        Assert.SkipUnless(Limit(host, "--nofile=256:"), "prlimit is missing or not permitted here.");
        var idle = new List<TcpClient>();
        try
        {
            for (var connection = 0; connection < 300; connection++)
            {
                var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", host.SenderPort, Token);
                idle.Add(client);
            }

            // Long enough for the host to take what waits at its door; it must live on with what it could not take.
            var started = Stopwatch.GetTimestamp();
            var most = 0;
            await host.Host.UntilAsync(
                "still there with all descriptors taken",
                () =>
                {
                    var folder = $"/proc/{host.Host.ProcessId.ToString(CultureInfo.InvariantCulture)}/fd";
                    most = Directory.Exists(folder) ? Math.Max(most, Directory.EnumerateFileSystemEntries(folder).Count()) : most;
                    return Task.FromResult(Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(5));
                },
                Token);
            Assert.InRange(most, 200, 256);
        }
        finally
        {
            idle.ForEach(client => client.Dispose());
        }

        Assert.True(Limit(host, "--nofile=4096:"));
        await AssertGoesOnAsync(host, "256 descriptors, 300 connections");
    }

    [Fact(Explicit = true)]
    [Trait("Row", "F64")]
    public async Task TenthOfAProcessor_WorkGoesOnSlowly()
    {
        await using var host = new FaultyHost();
        await host.StartAsync(Token);
        var sender = new LedgerSender(host.SenderPort, seed: 64, prefix: "Q");
        var sending = sender.SendAsync(200, 4, Token);
        var stops = 0;
        for (; !sending.IsCompleted; stops++)
        {
            host.Host.Stop();
            await Task.Delay(90, Token);
            host.Host.Continue();
            await Task.Delay(10, Token);
        }

        await sending;
        await host.QuietAsync(Token);
        var counters = await host.CountAsync([sender], Token);
        TestContext.Current.TestOutputHelper?.WriteLine($"stopped {stops} times for 90 of 100 ms: {counters}");
        counters.AssertHeld(stops, expected: 5, mostDuplicates: 20);
        await AssertGoesOnAsync(host, "a tenth of a processor");
    }

    [Fact(Explicit = true)]
    [Trait("Row", "F64")]
    public async Task LittleMemory_NoCrashAndNothingLost()
    {
        await using var host = new FaultyHost(environment: new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = (96L << 20).ToString("x", CultureInfo.InvariantCulture) });
        await host.StartAsync(Token);
        var sender = new LedgerSender(host.SenderPort, seed: 65, prefix: "M");
        await sender.SendAsync(5_000, 16, Token);
        await host.QuietAsync(Token);
        var counters = await host.CountAsync([sender], Token);
        TestContext.Current.TestOutputHelper?.WriteLine($"96 MB of heap: {counters}");
        counters.AssertHeld(1, 1, mostDuplicates: 0);
        Assert.Equal(5_000, counters.Confirmed);
    }

    private static async Task AssertGoesOnAsync(FaultyHost host, string what)
    {
        var sender = new LedgerSender(host.SenderPort, seed: 99, prefix: "A");
        await sender.SendAsync(200, 4, Token);
        await host.QuietAsync(Token);
        var counters = await host.CountAsync([sender], Token);
        TestContext.Current.TestOutputHelper?.WriteLine($"after {what}: {counters}");
        counters.AssertHeld(1, 1, mostDuplicates: 0);
        Assert.Equal(200, counters.Confirmed);
    }

    private static bool Limit(FaultyHost host, string limit)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("prlimit", ["--pid", host.Host.ProcessId.ToString(CultureInfo.InvariantCulture), limit]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
