using System.Globalization;
using System.Text;
using ChannelHost.EndToEnd.Tests.Support;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>Files as large as the settings allow, and larger: a file is held in memory once and whole, so maximumFile says what it may cost.</summary>
public sealed class LargeFileTests
{
    private const string Channel = "clinic/large";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    [Trait("Row", "F46")]
    public async Task GigabyteIsTakenAndTwoAreRefused_MemoryHoldsTheFileOnceAndNoMore()
    {
        const int Parts = 15_000;
        using var folder = new HostFolder();
        var (inbox, errors) = (folder.Files("in"), folder.Files("errors"));
        folder.WriteChannel(
            Channel,
            $$"""
            source: { type: files, folder: {{inbox}}, errorFolder: {{errors}}, stableFor: 0s, interval: 100ms, maximumFile: 1GB, batch: {} }

            """);
        await using var host = await RunningHost.StartAsync(folder, Token);
        Write(folder, inbox, "warm", 500);
        await host.UntilAsync("through with the first file", () => Task.FromResult(!File.Exists(Path.Combine(inbox, "warm"))), Token);
        var quiet = ProcessReading.Of(host.ProcessId);

        using (var refused = File.Create(Path.Combine(folder.Root, "refused")))
        {
            refused.SetLength(2L << 30);
        }

        File.Move(Path.Combine(folder.Root, "refused"), Path.Combine(inbox, "a-refused"));
        Write(folder, inbox, "b-large", Parts);
        var bytes = new FileInfo(Path.Combine(inbox, "b-large")).Length;
        await host.UntilAsync("through with the large file", () => Task.FromResult(!File.Exists(Path.Combine(inbox, "b-large"))), Token, TimeSpan.FromMinutes(10));

        var after = ProcessReading.Of(host.ProcessId);
        var stored = (await host.ChannelAsync(Channel, Token)).Counts.Where(count => count.Connector == "source").Sum(count => count.Count);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{bytes >> 20} MB in {Parts} parts taken, 2 GB refused; peak {quiet.PeakMegabytes:0} MB before, {after.PeakMegabytes:0} MB after"));
        Assert.Equal(Parts + 500, stored);
        Assert.Equal("a-refused", Path.GetFileName(Assert.Single(Directory.EnumerateFiles(errors))));
        Assert.True(after.PeakMegabytes <= quiet.PeakMegabytes + (bytes >> 20) + 64, $"memory grew from {quiet.PeakMegabytes:0} to {after.PeakMegabytes:0} MB with a file of {bytes >> 20} MB");
    }

    /// <summary>Messages of 64 KB, one behind the other.</summary>
    private static void Write(HostFolder folder, string inbox, string name, int parts)
    {
        var part = Path.Combine(folder.Root, name);
        var note = $"NTE|1||{new string('x', 65_000)}\r";
        using (var file = new StreamWriter(part, append: false, Encoding.ASCII))
        {
            for (var number = 1; number <= parts; number++)
            {
                file.Write(Encoding.ASCII.GetString(Some.Adt(string.Create(CultureInfo.InvariantCulture, $"{name}{number}"), number)));
                file.Write(note);
            }
        }

        File.Move(part, Path.Combine(inbox, name));
    }
}
