using System.Net.Http.Json;
using ChannelHost.Engine.Deployment;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Server;
using ChannelHost.Server.Api;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>A backup is made beside the traffic and put back elsewhere: what was delivered meanwhile does not go out again by itself, and not without a mark.</summary>
public sealed class BackupTests
{
    private const string Channel = "clinic/registration";
    private const string Living = "clinic/living";

    [Fact]
    [Trait("Row", "F24")]
    public Task BackupUnderLoad_PutBackElsewhere_SendsNothingByItself() => RunAsync(messages: 300, backups: 1, encrypted: false);

    // scripts/faults.sh F24
    [Theory(Explicit = true)]
    [Trait("Row", "F24")]
    [InlineData(false)]
    [InlineData(true)]
    public Task FiveBackupsAt200PerSecond_PutBackElsewhere_SendNothingByThemselves(bool encrypted) => RunAsync(messages: 8_000, backups: 5, encrypted);

    private static async Task RunAsync(int messages, int backups, bool encrypted)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(backups > 1 ? 20 : 4));
        var token = deadline.Token;
        using var folder = new HostFolder();
        if (encrypted)
        {
            folder.Environment["CHANNELHOST_STORE_KEY"] = Convert.ToBase64String(new byte[32]);
        }

        var (listen, next, living) = (HostFolder.FreePort(), HostFolder.FreePort(), HostFolder.FreePort());
        await using var receiver = new MllpReceiver(next);
        folder.WriteChannel(Channel, $$"""
            source: { type: mllp, listen: 127.0.0.1:{{listen}} }
            transform: transform.js
            state: { globalChannelMap: keep }
            metadata: { event: MSH-9.2 }
            destinations:
              - { name: next, type: mllp, connect: 127.0.0.1:{{next}}, queue: { mode: always } }

            """, ("transform.js", "globalChannelMap.put('seen', (globalChannelMap.get('seen') || 0) + 1);\n"));
        folder.WriteChannel(Living, $$"""
            source: { type: mllp, listen: 127.0.0.1:{{living}} }
            destinations:
              - { name: out, type: files, folder: {{folder.Files("out")}}, file: "${controlId}.hl7" }

            """);
        var sender = new LedgerSender(listen, seed: 3, prefix: "B") { Pause = TimeSpan.FromMilliseconds(40) };
        var made = new List<string>();
        await using (var host = await RunningHost.StartAsync(folder, token))
        {
            var sending = sender.SendAsync(messages, 8, token);
            for (var backup = 1; backup <= backups; backup++)
            {
                // The partner stands still for a while, so that something waits; and it goes on before the backup is done.
                var goal = messages * backup / (backups + 2);
                await host.UntilAsync($"{goal} messages far", () => Task.FromResult(sender.ConfirmedCount >= goal), token, TimeSpan.FromMinutes(2));
                receiver.HoldAnswers();
                await host.UntilAsync("waiting for its partner", async () => await QueuedAsync(host, token) >= 10, token);
                var path = Path.Combine(folder.Root, backup % 2 == 1 ? $"backup-{backup}.tar.gz" : $"backup-{backup}");
                var (code, output) = await folder.RunAsync(null, token, "backup", "--url", host.Http.BaseAddress!.ToString(), "--data", folder.Data, "--out", path);
                Assert.True(code == (int)ExitCode.Done, output);
                made.Add(path);
                receiver.Answer();
            }

            await sending;
            await host.UntilAsync("through with its queue", async () => await QueuedAsync(host, token) == 0, token, TimeSpan.FromMinutes(2));
            Assert.Equal(0, await host.TerminateAsync(token));
        }

        Assert.Empty(sender.Refused);
        Assert.Equal(messages, receiver.Ledger.Select(delivery => delivery.ControlId).Distinct().Count());
        var figures = new List<string>();
        foreach (var path in made)
        {
            figures.Add(await PutBackAsync(folder, path, sender, receiver, living, token));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{backups} backup(s) under load{(encrypted ? ", encrypted" : "")}: {string.Join("; ", figures)}");
    }

    private static async Task<string> PutBackAsync(HostFolder first, string backup, LedgerSender sender, MllpReceiver receiver, int living, CancellationToken token)
    {
        using var second = new HostFolder();
        foreach (var (name, value) in first.Environment)
        {
            second.Environment[name] = value;
        }

        foreach (var file in Directory.EnumerateFiles(first.Channels, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(second.Channels, Path.GetRelativePath(first.Channels, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        Assert.Equal((int)ExitCode.Done, (await second.RunAsync(null, token, "restore", backup, "--data", second.Data)).ExitCode);
        var (verified, problems) = await second.RunAsync(null, token, "verify", second.Data);
        Assert.True(verified == (int)ExitCode.Done, problems);

        var delivered = receiver.Count;
        await using var host = await RunningHost.StartAsync(second, token);
        var queue = Assert.Single(await QueuesAsync(host, token), queue => queue.Channel == Channel);
        Assert.StartsWith("restored from the backup of ", queue.HeldBecause, StringComparison.Ordinal);
        Assert.InRange(queue.Queued, 10, int.MaxValue);
        var waiting = (await host.MessagesAsync(Channel, token)).SelectMany(message => message.Destinations).Where(at => at.Status == MessageStatus.Queued).ToList();
        Assert.Equal(queue.Queued, waiting.Count);
        Assert.All(waiting, at => Assert.True(at.IsUncertain));

        // The host lives, and delivers where nothing waited.
        var proof = $"L{receiver.Count}";
        await new LedgerSender(living, seed: 9, prefix: proof).SendAsync(1, 1, token);
        await host.UntilAsync("delivering elsewhere", () => Task.FromResult(File.Exists(Path.Combine(first.Root, "files", "out", $"{proof}000000.hl7"))), token);
        Assert.Equal(delivered, receiver.Count);

        var (released, told) = await second.RunAsync(null, token, "queue", "release", "--url", host.Http.BaseAddress!.ToString());
        Assert.True(released == (int)ExitCode.Done, told);
        await host.UntilAsync("through with its queue", async () => await QueuedAsync(host, token) == 0, token);

        // Each message of the backup that waited was delivered by the first host, too: that many, and each is marked.
        var ledgers = new LedgerJoin(sender.Sent, [], receiver.Ledger, await host.MessagesAsync(Channel, token));
        var again = receiver.Ledger.Skip(delivered).Select(delivery => delivery.ControlId).ToList();
        Assert.Equal(waiting.Count, again.Count);
        var marked = (await host.MessagesAsync(Channel, token)).Where(message => message.Destinations.Any(at => at.IsReattempt)).Select(message => message.ControlId).ToHashSet();
        Assert.All(again, id => Assert.Contains(id, marked));
        Assert.Empty(ledgers.Ghosts);
        Assert.Empty(ledgers.FalseSent);
        Assert.Equal(0, await host.TerminateAsync(token));
        return $"{waiting.Count} waited, sent by itself 0, after a yes {again.Count}, unmarked DUP 0";
    }

    private static async Task<IReadOnlyList<QueueStatus>> QueuesAsync(RunningHost host, CancellationToken token) =>
        (await host.Http.GetFromJsonAsync("/api/queues", ApiJson.Default.IReadOnlyListQueueStatus, token))!;

    private static async Task<long> QueuedAsync(RunningHost host, CancellationToken token) =>
        (await QueuesAsync(host, token)).Where(queue => queue.Channel == Channel).Sum(queue => queue.Queued);
}
