using System.Diagnostics;
using ChannelHost.EndToEnd.Tests.Support;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>The data folder on a disk of its own that is filled while messages come in.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const string Channel = "clinic/intake";

    private readonly HostFolder _folder = new();
    private readonly int _listen = HostFolder.FreePort();
    private bool _isMounted;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (_isMounted)
        {
            Run("umount", "--lazy", _folder.Data);
        }

        _folder.Dispose();
    }

    [Fact]
    [Trait("Row", "F06")]
    public async Task DiskFull_SendersAreRefusedAndWorkGoesOnWhenThereIsRoom()
    {
        Directory.CreateDirectory(_folder.Data);
        _isMounted = Run("mount", "-t", "tmpfs", "-o", "size=48m,mode=700", "tmpfs", _folder.Data) == 0;
        Assert.SkipUnless(_isMounted, "A small disk cannot be mounted here (not root).");
        _folder.WriteChannel(Channel, $"source: {{ type: mllp, listen: 127.0.0.1:{_listen} }}\n");
        await using var host = await RunningHost.StartAsync(_folder, Token);
        var before = new LedgerSender(_listen, seed: 1, prefix: "B");
        await before.SendAsync(messages: 300, connections: 4, Token);

        var filler = Path.Combine(_folder.Data, "filler");
        FillDisk(filler);
        var during = new LedgerSender(_listen, seed: 2, prefix: "D");
        await during.SendAsync(messages: 6_000, connections: 8, Token);
        var whileFull = await host.ChannelAsync(Channel, Token);
        var notReady = await host.TryReadyAsync(Token);

        File.Delete(filler);
        var freed = Stopwatch.GetTimestamp();
        var after = new LedgerSender(_listen, seed: 3, prefix: "A");
        for (var round = 0; after.ConfirmedCount == 0; round++)
        {
            Assert.True(Stopwatch.GetElapsedTime(freed) < TimeSpan.FromSeconds(30), "work did not go on within 30 s");
            await after.SendAsync(messages: 1, connections: 1, Token);
        }

        Assert.Equal(300, before.ConfirmedCount);
        Assert.Empty(before.Refused);
        Assert.NotEmpty(during.Refused);
        Assert.Equal(6_000, during.ConfirmedCount + during.Refused.Count);
        Assert.All(during.Refused, answer => Assert.DoesNotContain("MSA|AA", answer, StringComparison.Ordinal));
        Assert.NotNull(whileFull.Reason);
        Assert.Equal("not-ready", notReady!.Status);
        Assert.Contains("takes no writes", Assert.Single(notReady.Reasons), StringComparison.Ordinal);
        Assert.Equal(Channel, Assert.Single(notReady.Channels).Name);
        Assert.Equal("ready", (await host.TryReadyAsync(Token))!.Status);
        var kept = (await host.MessagesAsync(Channel, Token)).Select(message => message.ControlId).ToHashSet();
        Assert.Superset(before.Confirmed.Concat(during.Confirmed).Concat(after.Confirmed).ToHashSet(), kept!);
    }

    private static void FillDisk(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[64 * 1024];
        try
        {
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // Full: that is what it is for.
        }
    }

    private static int Run(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
