using System.Diagnostics;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Testing.Native;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>
/// The power goes: what was not synced is lost, whatever the kernel still holds. A library preloaded into the host keeps each file as of its last sync,
/// and the host goes on from those images alone.
/// </summary>
public sealed class PowerCutTests
{
    private const string Channel = "clinic/registration";
    private const int Connections = 8;

    [Fact]
    [Trait("Row", "F03")]
    public Task PowerCutsUnderLoad_NothingLost() => CutAsync(cuts: 2, messages: 300, seed: 5);

    // dotnet run --project tests/ChannelHost.EndToEnd.Tests -- -explicit only -method "*FiftyPowerCuts*"
    [Theory(Explicit = true)]
    [Trait("Row", "F03")]
    [InlineData(false)]
    [InlineData(true)]
    public Task FiftyPowerCutsUnderLoad_NothingLost(bool encrypted) => CutAsync(cuts: 50, messages: 5_000, seed: 7, encrypted);

    private static async Task CutAsync(int cuts, int messages, int seed, bool encrypted = false)
    {
        Assert.SkipUnless(NativeShim.CanBuild, "needs gcc to build the library that cuts the power");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(cuts > 10 ? 30 : 5));
        using var folder = new HostFolder();
        var shadow = new ShadowFolder(folder);
        if (encrypted)
        {
            folder.Environment["CHANNELHOST_STORE_KEY"] = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        }

        var (listen, next, files) = (HostFolder.FreePort(), HostFolder.FreePort(), Path.Combine(folder.Data, "out"));
        await using var receiver = new MllpReceiver(next);
        folder.WriteChannel(Channel, $$"""
            source: { type: mllp, listen: 127.0.0.1:{{listen}} }
            transform: transform.js
            state: { globalChannelMap: keep }
            destinations:
              - { name: next, type: mllp, connect: 127.0.0.1:{{next}}, queue: { mode: always } }
              - { name: copy, type: files, folder: {{files}}, file: "${controlId}.hl7", exists: replace }

            """, ("transform.js", "channelMap.put('mrn', msg.get('PID-3.1'));\nglobalChannelMap.put('seen', (globalChannelMap.get('seen') || 0) + 1);\n"));
        var sender = new LedgerSender(listen, seed, prefix: "P");
        var random = new Random(seed);
        shadow.Begin();
        RunningHost? running = await RunningHost.StartAsync(folder, deadline.Token);
        try
        {
            var host = running;
            var sending = sender.SendAsync(messages, Connections, deadline.Token);
            for (var cut = 1; cut <= cuts; cut++)
            {
                // Somewhere in the stretch that belongs to this cut, at a moment that is no message's beginning or end.
                var goal = messages * (cut - 1) / (cuts + 1) + random.Next(1, messages / (cuts + 1));
                await host.UntilAsync($"{goal} messages far", () => Task.FromResult(sender.ConfirmedCount >= goal), deadline.Token, TimeSpan.FromMinutes(2));
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20)), TimeProvider.System, deadline.Token);
                await host.KillAsync(deadline.Token);
                running = null;
                await host.DisposeAsync();
                shadow.Restore();
                var (code, output) = await folder.RunAsync(null, deadline.Token, "verify", folder.Data);
                Assert.True(code == 0, $"after cut {cut}: {output}");
                host = running = await RunningHost.StartAsync(folder, deadline.Token);
            }

            await sending;
            await host.UntilAsync("through with its queue", () => host.IsQuietAsync(Channel, deadline.Token), deadline.Token, TimeSpan.FromMinutes(2));

            var ledgers = new LedgerJoin(sender, receiver.Ledger, await host.MessagesAsync(Channel, deadline.Token));
            TestContext.Current.TestOutputHelper?.WriteLine($"{cuts} power cuts: {ledgers}; sent again {sender.SentAgain}; syncs lost something in {shadow.Differences} of {cuts}");
            Assert.Empty(sender.Refused);
            Assert.Equal(messages, sender.ConfirmedCount);
            Assert.Empty(ledgers.Lost);
            Assert.Empty(ledgers.Stuck);
            Assert.Empty(ledgers.Ghosts);
            Assert.Empty(ledgers.FalseSent);
            Assert.InRange(ledgers.Duplicates, 0, cuts * Connections * 2);
            Assert.All(sender.Confirmed, id => Assert.True(IsWhole(Path.Combine(files, $"{id}.hl7")), $"the file of {id} is missing or empty"));
            Assert.True(shadow.Differences > 0, "no cut took anything away that the kernel still held: the test proved nothing");
        }
        finally
        {
            if (running is not null)
            {
                await running.DisposeAsync();
            }
        }
    }

    private static bool IsWhole(string path) => File.Exists(path) && new FileInfo(path).Length > 0;

    /// <summary>The images of synced files beside a data folder.</summary>
    private sealed class ShadowFolder(HostFolder folder)
    {
        private readonly string _shadow = Path.Combine(folder.Root, "shadow");

        /// <summary>After how many cuts the images differed from what the kernel held.</summary>
        public int Differences { get; private set; }

        /// <summary>Hosts of the folder run with the library from here on.</summary>
        public void Begin()
        {
            Run("mkdir", "-m", "700", folder.Data);
            Directory.CreateDirectory(_shadow);
            Run("cp", "-a", $"{folder.Data}/.", _shadow);
            folder.Environment["LD_PRELOAD"] = NativeShim.PowerCut.Path;
            folder.Environment["POWERCUT_ROOT"] = folder.Data;
            folder.Environment["POWERCUT_SHADOW"] = _shadow;
        }

        /// <summary>Puts the images in the place of what the kernel holds.</summary>
        public void Restore()
        {
            using var differences = Process.Start(new ProcessStartInfo("diff", ["-rq", folder.Data, _shadow]) { RedirectStandardOutput = true })!;
            Differences += differences.StandardOutput.ReadToEnd().Length > 0 ? 1 : 0;
            differences.WaitForExit();
            Directory.Delete(folder.Data, recursive: true);
            foreach (var leftover in Directory.EnumerateFiles(_shadow, ".aside-*"))
            {
                File.Delete(leftover);
            }

            Run("cp", "-a", _shadow, folder.Data);
        }

        private static void Run(params string[] command)
        {
            using var process = Process.Start(command[0], command[1..]);
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }
    }
}
