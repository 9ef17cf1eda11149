using System.Diagnostics;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Testing.Network;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>The host killed at every named point of a message's way.</summary>
public sealed class CrashPointTests(CrashBuild build) : IClassFixture<CrashBuild>
{
    private static readonly string[] Sources = ["mllp", "http", "files", "sftp"];

    // Not on a message's way.
    private static readonly string[] OfRetention = ["pruning", "shrinking"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Row", "F01")]
    [Trait("Row", "F42")]
    public async Task HostKilledAtEveryPoint_NothingLostFromAnySource()
    {
        Assert.SkipWhen(build.Missing is not null, build.Missing ?? "");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromMinutes(12));
        var points = (await DeclaredAsync()).Except(OfRetention).ToList();
        var started = Stopwatch.GetTimestamp();

        // Side by side: a start waits for the disk and the scheduler more than it computes.
        var walks = await Task.WhenAll(Sources
            .Where(source => source != "sftp" || OpenSshServer.Missing is null)
            .Select(source => Task.Run(() => WalkAsync(source, points, deadline.Token), deadline.Token)));

        TestContext.Current.TestOutputHelper?.WriteLine($"{walks.Length} sources x {points.Count} points in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        foreach (var (source, died, counters) in walks)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{source}: points {died.Count} of {points.Count}; {counters}");
        }

        foreach (var (_, died, counters) in walks)
        {
            Assert.Equal(points, died);

            // Four messages were under way at most when it died. Each may come once more, and once more again where its sender got no answer.
            counters.AssertHeld(died.Count, points.Count, mostDuplicates: points.Count * 4 * 2);
            Assert.InRange(counters.MostDeliveries, 1, 2);
        }
    }

    [Fact]
    [Trait("Row", "F23")]
    public async Task HostKilledWhilePruning_NextRunCompletesAndWhatWaitsStays()
    {
        Assert.SkipWhen(build.Missing is not null, build.Missing ?? "");
        const int Finished = 3_000;
        const int Waiting = 5;
        const string Channel = "clinic/pruned";
        using var folder = new HostFolder { Program = build.Program };
        var (listen, next) = (HostFolder.FreePort(), HostFolder.FreePort());
        folder.WriteChannel(
            Channel,
            $$"""
            source: { type: mllp, listen: 127.0.0.1:{{listen}} }
            destinations:
              - { name: next, type: mllp, connect: 127.0.0.1:{{next}}, queue: { mode: always, retry: { delay: 100ms, maximum: 200ms } } }
            store: { retention: 1s }

            """);
        var finished = new LedgerSender(listen, seed: 23, prefix: "P");
        var waiting = new LedgerSender(listen, seed: 24, prefix: "W");
        await using (var host = await RunningHost.StartAsync(folder, Token))
        {
            await using (var receiver = new MllpReceiver(next))
            {
                await finished.SendAsync(Finished, 4, Token);
                await host.UntilAsync("sent", async () => (await host.ChannelAsync(Channel, Token)).Destinations[0].Queued == 0, Token);
            }

            await waiting.SendAsync(Waiting, 1, Token);
            Assert.Equal(0, await host.TerminateAsync(Token));
        }

        // It prunes when it starts: once it dies with some removed and not committed, once while pages go back to the file system.
        await DiesAtStartAsync(folder, "pruning:500");
        await DiesAtStartAsync(folder, "shrinking:1");
        folder.Environment.Remove("CHANNELHOST_CRASH_POINT");
        await using (var host = await RunningHost.StartAsync(folder, Token))
        {
            await host.UntilAsync("through with pruning", async () => (await host.MessagesAsync(Channel, Token)).Count == Waiting, Token);
            await using var receiver = new MllpReceiver(next);
            await host.UntilAsync("through with what waited", () => Task.FromResult(receiver.Count >= Waiting), Token);

            Assert.Equal(waiting.Confirmed.Order(), receiver.Ledger.Select(delivery => delivery.ControlId).Distinct().Order());
            Assert.Equal(0, await host.TerminateAsync(Token));
        }

        var (verified, output) = await folder.RunAsync(null, Token, "verify", folder.Data);
        Assert.True(verified == 0, output);
    }

    [Fact]
    [Trait("Row", "F01")]
    public void BuildForUse_KnowsNoCrashPoint()
    {
        var ours = Directory.EnumerateFiles(AppContext.BaseDirectory, "ChannelHost.*.dll").Append(Path.Combine(AppContext.BaseDirectory, "channelhost.dll"))
            .Where(file => !Path.GetFileName(file).Contains("Test", StringComparison.Ordinal)).ToList();

        Assert.True(ours.Count >= 8);
        Assert.DoesNotContain(ours, CallsCrashPoints);
        Assert.DoesNotContain(typeof(CrashPoints).GetMembers(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly), member => member.Name != nameof(CrashPoints.Pass));
    }

    [Fact]
    [Trait("Row", "F01")]
    public async Task TestBuild_ListsAndCallsEveryPoint_AndBuildForUseHasNoSuchCommand()
    {
        Assert.SkipWhen(build.Missing is not null, build.Missing ?? "");

        var points = await DeclaredAsync();
        var (usual, _) = await HostProgram.RunAsync(Token, "crash-points");

        Assert.Equal(points.Count, points.Distinct().Count());
        Assert.NotEqual(0, usual);
        Assert.Contains(Directory.EnumerateFiles(Path.GetDirectoryName(build.Program)!, "ChannelHost.*.dll"), CallsCrashPoints);
    }

    private static async Task DiesAtStartAsync(HostFolder folder, string point)
    {
        folder.Environment["CHANNELHOST_CRASH_POINT"] = point;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        await using var host = RunningHost.Begin(folder);
        Assert.Equal(CrashWalk.Killed, await host.EndedAsync(patience.Token));
    }

    private async Task<(string Source, List<string> Died, Counters Counters)> WalkAsync(string source, List<string> points, CancellationToken cancellationToken)
    {
        await using var walk = await CrashWalk.CreateAsync(build.Program, source, cancellationToken);
        var counters = await walk.RunAsync(points, cancellationToken);
        return (source, walk.Died, counters);
    }

    private async Task<List<string>> DeclaredAsync()
    {
        var (exitCode, output) = await HostProgram.RunAsync(build.Program, null, null, Token, "crash-points");
        Assert.Equal(0, exitCode);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    }

    private static bool CallsCrashPoints(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        return metadata.TypeReferences.Any(type => metadata.GetString(metadata.GetTypeReference(type).Name) == nameof(CrashPoints));
    }
}
