using System.Diagnostics;
using ChannelHost.Connectors.FileOutput;
using ChannelHost.Connectors.Sftp;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Sftp;

/// <summary>Measurements, run by hand: <c>-class ChannelHost.Tests.Connectors.Sftp.SftpRateTests -explicit only</c> on a Release build.</summary>
public sealed class SftpRateTests(SshServer server) : SftpSourceTest(server)
{
    [Theory(Explicit = true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(4, true)]
    [InlineData(8, true)]
    [InlineData(4, false)]
    public async Task SmallFilesTaken(int sessions, bool claim)
    {
        const int Files = 3_000;
        var content = new byte[2_048];
        for (var i = 0; i < Files; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(In, $"{i:00000}.hl7"), content, Token);
        }

        Options = Options with { Sessions = sessions, Claim = claim, FilesPerLook = 1_000 };
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        await StartAsync();
        await Bench.Receiver.WaitForAsync(Files, Token);
        await LeftAsync();
        var used = Process.GetCurrentProcess().TotalProcessorTime - processor;

        Say($"{sessions} sessions, claim {claim}: {Files / watch.Elapsed.TotalSeconds:0} files/s of 2 KB taken and removed, {used.TotalMilliseconds / Files:0.00} ms of our processor time each");
    }

    [Theory(Explicit = true)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SmallFilesWritten(bool temporary)
    {
        const int Files = 1_000;
        await using var destination = new SftpDestination(Server.Destination(In) with { Temporary = temporary, Exists = FileExists.Fail }, Bench.Context);
        await destination.StartAsync(Token);
        var content = new byte[2_048];
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Files; i++)
        {
            var message = Bench.Outgoing(content, i, variables: new Dictionary<string, string> { ["controlId"] = $"C{i}" });
            Assert.Equal(MessageStatus.Sent, (await destination.SendAsync(message, Token)).Status);
        }

        Say($"temporary {temporary}: {Files / watch.Elapsed.TotalSeconds:0} files/s of 2 KB written, one session");
    }

    [Fact(Explicit = true)]
    public async Task LargeFiles_BesideTheSftpCommand()
    {
        const int Megabytes = 200;
        var content = new byte[Megabytes << 20];
        new Random(5).NextBytes(content);
        Directory.CreateDirectory(Done);
        var aside = Path.Combine(Done, "large");
        await File.WriteAllBytesAsync(aside, content, Token);
        Say($"sftp put {Megabytes / await CommandAsync($"put {aside} {In}/put"):0} MB/s, get {Megabytes / await CommandAsync($"get {In}/put {Done}/got"):0} MB/s");
        File.Delete(Path.Combine(In, "put"));

        await using var destination = new SftpDestination(Server.Destination(In), Bench.Context);
        await destination.StartAsync(Token);
        var watch = Stopwatch.StartNew();
        var response = await destination.SendAsync(Bench.Outgoing(content, 1, variables: new Dictionary<string, string> { ["controlId"] = "C1" }), Token);
        Say($"destination {Megabytes / watch.Elapsed.TotalSeconds:0} MB/s {response.StatusMessage}");
        Assert.Equal(MessageStatus.Sent, response.Status);

        Options = Options with { MaximumFile = ByteSize.Megabytes(1000), Sessions = 1 };
        watch.Restart();
        await StartAsync();
        await Bench.Receiver.WaitForAsync(1, Token);
        Say($"source {Megabytes / watch.Elapsed.TotalSeconds:0} MB/s, connecting included");
        Assert.True(Bench.Receiver.Messages[0].Content.Span.SequenceEqual(content));
    }

    [Fact(Explicit = true)]
    [Trait("Row", "F45")]
    public async Task HundredThousandFilesInOneFolder_AreNotHeldInMemory()
    {
        const int Files = 100_000;
        for (var i = 0; i < Files; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(In, $"{i:000000}.hl7"), "x"u8.ToArray(), Token);
        }

        using var dialer = new SftpDialer(Options, Bench.Context);
        using var session = await dialer.OpenAsync(Token);
        var pauses = new ChannelHost.Connectors.FileIntake.RemovalPauses(TimeProvider.System);
        var leftAlone = new ChannelHost.Connectors.FileIntake.LeftAloneReport();
        var listing = new SftpListing(Options, "0123abcd", Bench.Context, leftAlone, pauses, new SetAsideFiles(leftAlone));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        var (files, hasMore) = await listing.ReadAsync(session, Token);
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;

        Say($"{Files} entries looked through in {watch.Elapsed.TotalSeconds:0.0} s, {files.Count} kept, {held >> 10} KB held");
        Assert.True(hasMore);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => $"{i:000000}.hl7"), files.Select(file => file.Name));
        Assert.InRange(held, 0, 8 << 20);
    }

    private static void Say(string text) => TestContext.Current.TestOutputHelper!.WriteLine(text);

    private async Task<double> CommandAsync(string command)
    {
        var known = Bench.PathOf("known_hosts");
        await File.WriteAllTextAsync(known, Server.Server.KnownHostsLine() + "\n", Token);
        var watch = Stopwatch.StartNew();
        await OpenSshServer.RunAsync(
            "sftp", command + "\n", Token, "-q", "-b", "-", "-i", Server.Server.KeyFile, "-o", $"UserKnownHostsFile={known}", "-o", "HostKeyAlgorithms=ssh-ed25519",
            "-P", $"{Server.Server.EndPoint.Port}", $"{Server.Server.User}@127.0.0.1");
        return watch.Elapsed.TotalSeconds;
    }
}
