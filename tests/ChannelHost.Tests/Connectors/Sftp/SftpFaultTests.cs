using System.Security.Cryptography;
using ChannelHost.Connectors.FileIntake;
using ChannelHost.Connectors.Sftp;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Sftp;

/// <summary>A source whose server breaks: nothing is lost, nothing comes twice, nothing is left open.</summary>
public sealed class SftpFaultTests(SshServer server) : SftpSourceTest(server)
{
    [Fact]
    [Trait("Row", "F47")]
    public async Task CutAtTwentyPlaces_EachFileIsTakenOnceAndWhole()
    {
        const int Files = 20;
        var random = new Random(11);
        var sent = new List<string>();
        for (var i = 0; i < Files; i++)
        {
            var content = new byte[40_000];
            random.NextBytes(content);
            Drop.Into(In, $"{i:00}.hl7", content);
            sent.Add(Convert.ToHexString(SHA256.HashData(content)));
        }

        // The first 20 connections break, each a little later than the one before, by whatever is sent back; the rest go through.
        await using var proxy = new FaultyProxy(
            Server.Server.EndPoint, number => (Faults.None, number <= 20 ? new Faults { CutAfter = number * 6_500, Cut = number % 2 == 0 ? Cut.Fin : Cut.Rst } : Faults.None));
        Options = Options with { Connect = proxy.EndPoint.ToString(), Sessions = 1, Interval = TimeSpan.FromMilliseconds(100) };

        await StartAsync();
        await Bench.Receiver.WaitForAsync(Files, Token);
        await LeftAsync();

        Assert.Equal(sent, Bench.Receiver.Messages.Select(message => Convert.ToHexString(SHA256.HashData(message.Content.Span))));
        TestContext.Current.TestOutputHelper?.WriteLine($"{proxy.Cuts} cuts, {proxy.Accepted} connections");
        Assert.InRange(proxy.Cuts, 5, 20);
    }

    [Fact]
    [Trait("Row", "F47")]
    public async Task EveryRequestIsDroppedOnce_AllIsTakenOnceInTheEnd()
    {
        const int Files = 3;
        for (var i = 0; i < Files; i++)
        {
            Drop.Into(In, $"{i}.hl7", $"{i}");
        }

        // Each connection lives a few packets longer than the last: so each request in turn is the one whose answer never comes.
        var start = await BytesBeforeFirstRequestAsync();
        await using var proxy = new FaultyProxy(
            Server.Server.EndPoint, number => (Faults.None, new Faults { CutAfter = start + (number * 70L), Cut = Cut.Rst }));
        Options = Options with { Connect = proxy.EndPoint.ToString(), Sessions = 1, Interval = TimeSpan.FromMilliseconds(100) };

        await StartAsync();
        await Bench.Receiver.WaitForAsync(Files, Token);
        await LeftAsync();

        Assert.Equal(["0", "1", "2"], Bench.Receiver.Texts);
        Assert.True(proxy.Cuts > 10, $"{proxy.Cuts} cuts");
    }

    [Fact]
    [Trait("Row", "F49")]
    public async Task ServerStalls_SessionIsGivenUpAndTheRestIsTaken()
    {
        for (var i = 0; i < 30; i++)
        {
            Drop.Into(In, $"{i:00}.hl7", $"{i:00}");
        }

        await using var proxy = new FaultyProxy(
            Server.Server.EndPoint, number => (Faults.None, number == 1 ? new Faults { CutAfter = 12_000, Cut = Cut.Stall } : Faults.None));
        Options = Options with { Connect = proxy.EndPoint.ToString(), Timeout = TimeSpan.FromSeconds(1) };

        await StartAsync();
        await Bench.Receiver.WaitForAsync(30, Token);
        await LeftAsync();

        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"{i:00}"), Bench.Receiver.Texts);
        Assert.Equal(1, proxy.Cuts);
        Assert.Equal(1, Bench.Log.Count("did not answer within 1 s"));
    }

    [Fact]
    [Trait("Row", "F49")]
    public Task DropsInARow_PollerLivesAndNothingStaysOpen() => DropsInARowAsync(30);

    [Fact(Explicit = true)]
    [Trait("Row", "F49")]
    public Task ThousandDropsInARow_PollerLivesAndNothingStaysOpen() => DropsInARowAsync(1_000);

    private async Task DropsInARowAsync(int drops)
    {
        var isUp = false;
        await using var proxy = new FaultyProxy(
            Server.Server.EndPoint, number => (Faults.None, Volatile.Read(ref isUp) ? Faults.None : new Faults { CutAfter = 900 + (number % 40 * 90), Cut = Cut.Rst }));
        Options = Options with { Connect = proxy.EndPoint.ToString(), Interval = TimeSpan.FromMilliseconds(100) };
        await DropsAsync(proxy, 10);

        await DropsAsync(proxy, drops);
        await Bench.UntilAsync(() => SocketsTo(proxy) == 0, "no socket to the server is open");
        Assert.Equal(0, Bench.Figures.Open);

        Volatile.Write(ref isUp, true);
        Drop.Into(In, "x.hl7", "still alive");
        await TakeAsync(1);
        Assert.Equal(["still alive"], Bench.Receiver.Texts);
    }

    [Fact]
    public async Task ServerAllowsOneSessionOnly_GoesOnWithThat()
    {
        // The second connection is closed before it is one.
        await using var proxy = new FaultyProxy(
            Server.Server.EndPoint, number => (Faults.None, number == 1 ? Faults.None : new Faults { CutAfter = 0, Cut = Cut.Fin }));
        Options = Options with { Connect = proxy.EndPoint.ToString(), Sessions = 3 };
        for (var i = 0; i < 20; i++)
        {
            Drop.Into(In, $"{i:00}.hl7", $"{i:00}");
        }

        await TakeAsync(20);

        Assert.Equal(1, Bench.Log.Count("allows 1 sessions of the 3 wanted"));
    }

    [Fact]
    [Trait("Row", "F49")]
    public async Task WrongLogin_IsToldOnceAndNotTriedAtEachLook()
    {
        await using var proxy = new FaultyProxy(Server.Server.EndPoint);
        Options = Options with { Connect = proxy.EndPoint.ToString(), User = "nobody-of-that-name" };

        await StartAsync();
        await Bench.UntilAsync(() => Bench.Log.Count("does not let nobody-of-that-name in") == 1, "the refusal is told");
        await Task.Delay(Options.Interval!.Value * 8, Token);

        Assert.Equal(1, proxy.Accepted);
        Assert.Equal(0, Bench.Figures.Open);
    }

    [Fact]
    [Trait("Row", "F48")]
    public async Task ChangedHostKey_IsToldAndOtherServersGoOn()
    {
        await using var impostor = await OpenSshServer.StartAsync(cancellationToken: Token);
        var honest = Options;
        Options = Options with { Connect = impostor.Address };
        await StartAsync();
        await Bench.UntilAsync(() => Bench.Log.Count(impostor.Fingerprint()) == 1, "the changed key is told");
        using var other = new Bench();
        Options = honest;
        Drop.Into(In, "x.hl7", "one");

        await StartAsync(other.As("89abcdef"));
        await other.Receiver.WaitForAsync(1, Token);
    }

    [Theory]
    [Trait("Row", "F43")]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task FolderThatMayNotBeWritten_OneMessageAtMostAndOneError(bool claim, int messages)
    {
        Assert.SkipWhen(OpenSshServer.MissingForAccounts is not null, OpenSshServer.MissingForAccounts ?? "");
        await using var server = await OpenSshServer.StartAsync(new OpenSshSettings { WithPassword = true }, Token);
        await OpenSshServer.RunAsync("chmod", "", Token, "755", Bench.Folder);
        Drop.Into(In, "x.hl7", "one");
        Options = Options with
        {
            Connect = server.Address,
            User = server.User,
            Keys = [],
            Password = server.Password,
            HostKeys = new SftpHostKeyOptions { Fingerprints = [server.Fingerprint()] },
            Claim = claim,
        };

        await StartAsync();
        var told = claim ? "it cannot be renamed, which claims it" : "could not be removed";
        await Bench.UntilAsync(() => Bench.Log.Count(told) > 0, "it is told");
        await Task.Delay(Options.Interval!.Value * 15, Token);

        Assert.Equal(messages, Bench.Receiver.Messages.Count);
        Assert.Equal(1, Bench.Log.Count("could not be removed") + (claim ? 1 : 0));
        await LeftAsync("x.hl7");
    }

    [Fact]
    [Trait("Row", "F46")]
    public async Task UnreadableFile_IsToldKeepsItsNameAndTheRestIsTaken()
    {
        Assert.SkipWhen(OpenSshServer.MissingForAccounts is not null, OpenSshServer.MissingForAccounts ?? "");
        await using var server = await OpenSshServer.StartAsync(new OpenSshSettings { WithPassword = true }, Token);
        await OpenSshServer.RunAsync("chmod", "", Token, "755", Bench.Folder);
        await OpenSshServer.RunAsync("chmod", "", Token, "777", In);
        await OpenSshServer.RunAsync("chmod", "", Token, "600", Drop.Into(In, "a.hl7", "secret"));
        await OpenSshServer.RunAsync("chmod", "", Token, "644", Drop.Into(In, "b.hl7", "open"));
        Options = Options with
        {
            Connect = server.Address,
            User = server.User,
            Keys = [],
            Password = server.Password,
            HostKeys = new SftpHostKeyOptions { Fingerprints = [server.Fingerprint()] },
            After = AfterFile.Move,
            MoveTo = Path.Combine(In, ".done"),
        };

        await StartAsync();
        await Bench.Receiver.WaitForAsync(1, Token);
        await LeftAsync(".done/b.hl7", "a.hl7");
        await Bench.UntilAsync(() => Bench.Log.Count("it cannot be read") > 0, "it is told");

        // Over its first pause and into the second.
        await Task.Delay(TimeSpan.FromSeconds(2), Token);
        Assert.Equal(["open"], Bench.Receiver.Texts);
        Assert.Equal(1, Bench.Log.Count("it cannot be read"));
    }

    [Theory]
    [Trait("Row", "F46")]
    [InlineData("777", "600")]
    [InlineData("1777", "644")]
    public async Task ManyFilesThatMayNotBeReadOrClaimed_DoNotHoldBackTheRest(string folder, string file)
    {
        Assert.SkipWhen(OpenSshServer.MissingForAccounts is not null, OpenSshServer.MissingForAccounts ?? "");
        await using var server = await OpenSshServer.StartAsync(new OpenSshSettings { WithPassword = true }, Token);
        await OpenSshServer.RunAsync("chmod", "", Token, "755", Bench.Folder);
        await OpenSshServer.RunAsync("chmod", "", Token, folder, In);
        for (var i = 0; i < 25; i++)
        {
            await OpenSshServer.RunAsync("chmod", "", Token, file, Drop.Into(In, $"a{i:00}.hl7", "secret"));
        }

        var open = Drop.Into(In, "b.hl7", "open");
        await OpenSshServer.RunAsync("chmod", "", Token, "644", open);
        await OpenSshServer.RunAsync("chown", "", Token, server.User, open);
        Options = Options with
        {
            Connect = server.Address,
            User = server.User,
            Keys = [],
            Password = server.Password,
            HostKeys = new SftpHostKeyOptions { Fingerprints = [server.Fingerprint()] },
        };

        await StartAsync();
        await Bench.Receiver.WaitForAsync(1, Token);

        Assert.Equal(["open"], Bench.Receiver.Texts);
        Assert.Equal(folder == "777" ? 0 : 1, Bench.Log.Count("files in a row failed"));
    }

    // Of this process, but of no other test that runs at the same time: a line's third field is the far end, its tenth the inode, 0 once closed by its owner.
    private static int SocketsTo(FaultyProxy proxy)
    {
        var port = $":{proxy.EndPoint.Port:X4}";
        return File.ReadLines("/proc/self/net/tcp")
            .Concat(File.ReadLines("/proc/self/net/tcp6"))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(fields => fields.Length > 9 && fields[2].EndsWith(port, StringComparison.Ordinal) && fields[9] != "0");
    }

    private async Task DropsAsync(FaultyProxy proxy, int count)
    {
        var until = proxy.Cuts + count;
        while (proxy.Cuts < until)
        {
            // Each source tries at once; what pauses it is only that it was refused before.
            var seen = proxy.Cuts;
            var source = await StartAsync();
            await Bench.UntilAsync(() => proxy.Cuts > seen, "a cut");
            await EndAsync(source);
        }
    }

    /// <summary>How many bytes a server sends until the first look at a folder begins.</summary>
    private async Task<long> BytesBeforeFirstRequestAsync()
    {
        await using var proxy = new FaultyProxy(Server.Server.EndPoint);
        using var bench = new Bench();
        using var dialer = new SftpDialer(Options with { Connect = proxy.EndPoint.ToString() }, bench.Context);
        using var session = await dialer.OpenAsync(Token);
        return proxy.BytesBack;
    }
}
