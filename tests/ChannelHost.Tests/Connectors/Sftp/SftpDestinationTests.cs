using ChannelHost.Connectors.FileOutput;
using ChannelHost.Connectors.Sftp;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Sftp;

/// <summary>What every destination promises, and what this one adds, on a real sshd.</summary>
[Collection<SshServerCollection>]
public sealed class SftpDestinationTests : DestinationConnectorContract
{
    private readonly string _out;
    private readonly SshServer _server;
    private FaultyProxy? _proxy;
    private SftpDestination? _destination;

    public SftpDestinationTests(SshServer server)
    {
        Assert.SkipWhen(OpenSshServer.Missing is not null, OpenSshServer.Missing ?? "");
        _server = server;
        _out = Bench.PathOf("out");
        Options = server.Destination(_out) with { CreateFolders = false };
    }

    private SftpDestinationOptions Options { get; set; }

    private protected override IDestination Destination => _destination ??= new SftpDestination(Options, Bench.Context);

    private protected override IReadOnlyList<byte[]> Arrived =>
        [.. Directory.EnumerateFiles(_out).OrderBy(path => path.Length).ThenBy(path => path, StringComparer.Ordinal).Select(File.ReadAllBytes)];

    // The partner is a folder that is not there yet.
    private protected override Task PartnerUpAsync()
    {
        Directory.CreateDirectory(_out);
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        TestContext.Current.TestOutputHelper?.WriteLine(Bench.Log.Everything);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task FoldersMissing_AreMade()
    {
        Options = Options with { CreateFolders = true, File = Template.Parse("ward/${controlId}/x.hl7") };
        await Destination.StartAsync(Token);

        var response = await Destination.SendAsync(Message("one", 1), Token);

        Assert.Equal(MessageStatus.Sent, response.Status);
        Assert.Equal(["ward/C1/x.hl7"], Drop.Left(_out));
    }

    [Fact]
    public async Task FileExists_FailsAndLeavesItAsItIs()
    {
        await UpAsync();
        Drop.Into(_out, "C1.hl7", "old");

        var response = await Destination.SendAsync(Message("new", 1), Token);

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Contains("exists: fail", response.StatusMessage, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(Path.Combine(_out, "C1.hl7")));
        Assert.Equal(["C1.hl7"], Drop.Left(_out));
    }

    [Theory]
    [InlineData(true, "new", MessageStatus.Sent)]
    [InlineData(true, "ne", MessageStatus.Error)]
    [InlineData(true, "old", MessageStatus.Error)]
    [InlineData(false, "new", MessageStatus.Sent)]
    [InlineData(false, "ne", MessageStatus.Sent)]
    [InlineData(false, "old", MessageStatus.Error)]
    public async Task ReattemptFindsAFile_OnlyItsOwnIsAcceptedOrFinished(bool temporary, string there, MessageStatus expected)
    {
        Options = Options with { Temporary = temporary };
        await UpAsync();
        Drop.Into(_out, "C1.hl7", there);

        var response = await Destination.SendAsync(Again("new", 1), Token);

        Assert.Equal(expected, response.Status);
        Assert.Equal(expected == MessageStatus.Sent ? "new" : there, File.ReadAllText(Path.Combine(_out, "C1.hl7")));
    }

    [Fact]
    public async Task Replace_TakesThePlaceOfTheOld()
    {
        Options = Options with { Exists = FileExists.Replace };
        await UpAsync();
        Drop.Into(_out, "C1.hl7", "a much longer old one");

        Assert.Equal(MessageStatus.Sent, (await Destination.SendAsync(Message("new", 1), Token)).Status);

        Assert.Equal("new", File.ReadAllText(Path.Combine(_out, "C1.hl7")));
        Assert.Equal(["C1.hl7"], Drop.Left(_out));
    }

    [Fact]
    public async Task Unique_GetsTheMessagesId()
    {
        Options = Options with { Exists = FileExists.Unique, File = Template.Parse("x.hl7") };
        await UpAsync();
        for (var id = 7; id < 10; id++)
        {
            Assert.Equal(MessageStatus.Sent, (await Destination.SendAsync(Message($"{id}", id), Token)).Status);
        }

        Assert.Equal(["x-8.hl7", "x-9.hl7", "x.hl7"], Drop.Left(_out));
    }

    [Fact]
    public async Task Append_AddsRecords()
    {
        Options = Options with { Exists = FileExists.Append, File = Template.Parse("all.txt"), RecordEnd = "\r\n" };
        await UpAsync();
        foreach (var id in new[] { 1, 2, 3 })
        {
            Assert.Equal(MessageStatus.Sent, (await Destination.SendAsync(Message($"record {id}", id), Token)).Status);
        }

        Assert.Equal("record 1\r\nrecord 2\r\nrecord 3\r\n", File.ReadAllText(Path.Combine(_out, "all.txt")));
    }

    [Theory]
    [InlineData("first\n", "first\nsecond\n")]
    [InlineData("first\nsec", "first\nsecond\n")]
    [InlineData("first\nsecond", "first\nsecond\n")]
    [InlineData("first\nsecond\n", "first\nsecond\nsecond\n")]
    public async Task AppendAfterACrash_HalfARecordIsFinished(string there, string expected)
    {
        Options = Options with { Exists = FileExists.Append, File = Template.Parse("all.txt") };
        await UpAsync();
        Drop.Into(_out, "all.txt", there);

        Assert.Equal(MessageStatus.Sent, (await Destination.SendAsync(Again("second", 2), Token)).Status);

        Assert.Equal(expected, File.ReadAllText(Path.Combine(_out, "all.txt")));
    }

    [Theory]
    [Trait("Row", "S28")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\x")]
    [InlineData("a\u0000b")]
    [InlineData("a\nb")]
    [InlineData("..")]
    public async Task ValueThatLeadsOutOfTheFolder_IsAnErrorAndNothingIsWritten(string value)
    {
        Options = Options with { File = Template.Parse("${controlId}") };
        await UpAsync();
        var message = Bench.Outgoing("x"u8.ToArray(), 1, variables: new Dictionary<string, string> { ["controlId"] = value });

        var response = await Destination.SendAsync(message, Token);

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.DoesNotContain("passwd", response.StatusMessage, StringComparison.Ordinal);
        Assert.Empty(Drop.Left(_out));
    }

    [Fact]
    public async Task DecodedContent_IsWhatIsWritten()
    {
        Options = Options with { Content = Template.Parse("${pdf}"), Decode = FileDecode.Base64, File = Template.Parse("x.pdf") };
        await UpAsync();

        await Destination.SendAsync(Bench.Outgoing([], 1, variables: new Dictionary<string, string> { ["pdf"] = "AAECAw==" }), Token);

        Assert.Equal([0, 1, 2, 3], Assert.Single(Arrived));
    }

    [Fact]
    public async Task SessionGoneSinceTheLastMessage_NextOneGoesThroughAllTheSame()
    {
        var proxy = Proxy();
        await UpAsync();
        Assert.Equal(MessageStatus.Sent, (await Destination.SendAsync(Message("1", 1), Token)).Status);
        proxy.CutAll(Cut.Rst);

        var response = await Destination.SendAsync(Message("2", 2), Token);

        Assert.Equal(MessageStatus.Sent, response.Status);
        Assert.Equal(2, proxy.Accepted);
    }

    [Fact]
    [Trait("Row", "F47")]
    public async Task CutAtTwentyPlaces_NothingPartialBearsTheNameAndARetryCompletesIt()
    {
        var content = new byte[400_000];
        new Random(7).NextBytes(content);
        var cut = 0L;
        var proxy = Proxy(number => (number % 2 == 1 ? new Faults { CutAfter = cut, Cut = Cut.Rst } : Faults.None, Faults.None));
        Options = Options with { KeepOpen = false };
        await UpAsync();
        for (var place = 1; place <= 20; place++)
        {
            cut = 2_000 + (place * 20_500);
            var number = place;
            OutgoingMessage Numbered(bool isReattempt) =>
                Bench.Outgoing(content, number, variables: new Dictionary<string, string> { ["controlId"] = $"C{number}" }, isReattempt: isReattempt);
            var first = await Destination.SendAsync(Numbered(isReattempt: false), Token);
            var path = Path.Combine(_out, $"C{place}.hl7");
            Assert.True(!File.Exists(path) || File.ReadAllBytes(path).AsSpan().SequenceEqual(content), "half a file bears the final name");
            if (first.Status != MessageStatus.Sent)
            {
                Assert.Equal(MessageStatus.Queued, first.Status);
                var again = await Destination.SendAsync(Numbered(first.IsUncertain), Token);
                Assert.Equal(MessageStatus.Sent, again.Status);
            }
            else
            {
                // One connection per place on average keeps odd ones those that are cut.
                Assert.Equal(MessageStatus.Sent, (await Destination.SendAsync(Message("filler", 1000 + place), Token)).Status);
            }

            Assert.Equal(content, File.ReadAllBytes(path));
        }

        Assert.True(proxy.Cuts >= 18, $"{proxy.Cuts} cuts");
        Assert.DoesNotContain(Drop.Left(_out), name => name.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Row", "F47")]
    public async Task LargeFileCutInTheMiddle_IsGoneOnWithNotBegunAgain()
    {
        var content = new byte[12 << 20];
        new Random(3).NextBytes(content);
        long forth = 0;
        var proxy = Proxy(number => (number == 1 ? new Faults { CutAfter = 9 << 20, Cut = Cut.Rst } : Faults.None, Faults.None));
        await UpAsync();
        var message = Bench.Outgoing(content, 1, variables: new Dictionary<string, string> { ["controlId"] = "C1" });

        var first = await Destination.SendAsync(message, Token);
        var half = Assert.Single(Directory.GetFiles(_out, ".*.part"));
        var written = new FileInfo(half).Length;
        forth = proxy.BytesForth;
        var second = await Destination.SendAsync(message, Token);

        Assert.Equal(MessageStatus.Queued, first.Status);
        Assert.False(first.IsUncertain);
        Assert.InRange(written, 4 << 20, 9 << 20);
        Assert.Equal(MessageStatus.Sent, second.Status);
        Assert.InRange(proxy.BytesForth - forth, 0, content.Length - written + (2 << 20));
        Assert.Equal(content, Assert.Single(Arrived));
    }

    [Fact]
    public async Task AppendCutInTheMiddle_NeitherHalfNorTwice()
    {
        var record = string.Concat(Enumerable.Repeat("0123456789", 30_000));
        Proxy(number => (number == 1 ? new Faults { CutAfter = 200_000, Cut = Cut.Rst } : Faults.None, Faults.None));
        Options = Options with { Exists = FileExists.Append, File = Template.Parse("all.txt") };
        await UpAsync();

        var first = await Destination.SendAsync(Message(record, 1), Token);
        var second = await Destination.SendAsync(Again(record, 1), Token);

        Assert.True(first.IsUncertain);
        Assert.Equal(MessageStatus.Sent, second.Status);
        Assert.Equal(record + "\n", File.ReadAllText(Path.Combine(_out, "all.txt")));
    }

    [Fact]
    public async Task AppendCutInTheMiddleAndGivenUp_TheNextMessageIsALineOfItsOwn()
    {
        var record = string.Concat(Enumerable.Repeat("0123456789", 30_000));
        Proxy(number => (number == 1 ? new Faults { CutAfter = 200_000, Cut = Cut.Rst } : Faults.None, Faults.None));
        Options = Options with { Exists = FileExists.Append, File = Template.Parse("all.txt") };
        await UpAsync();
        Drop.Into(_out, "all.txt", "before\n");

        var first = await Destination.SendAsync(Message(record, 1), Token);
        Assert.True(new FileInfo(Path.Combine(_out, "all.txt")).Length > 7, "nothing of it was written");
        var next = await Destination.SendAsync(Message("next", 2), Token);

        Assert.True(first.IsUncertain);
        Assert.Equal(MessageStatus.Sent, next.Status);
        Assert.Equal("before\nnext\n", File.ReadAllText(Path.Combine(_out, "all.txt")));
    }

    [Fact]
    public async Task UniqueReattemptFindsAnothersFileOfTheSameBytes_WritesItsOwn()
    {
        Options = Options with { Exists = FileExists.Unique, File = Template.Parse("x.hl7") };
        await UpAsync();
        Drop.Into(_out, "x.hl7", "same");

        var first = await Destination.SendAsync(Again("same", 7), Token);
        var second = await Destination.SendAsync(Again("same", 7), Token);

        Assert.Equal([MessageStatus.Sent, MessageStatus.Sent], [first.Status, second.Status]);
        Assert.Equal(["x-7.hl7", "x.hl7"], Drop.Left(_out));
    }

    [Fact]
    public async Task FailReattemptWhoseFileWasNeverRenamed_DoesNotTakeAnothersForItsOwn()
    {
        var content = new byte[4 << 20];
        new Random(5).NextBytes(content);
        Proxy(number => (number == 1 ? new Faults { CutAfter = 3 << 20, Cut = Cut.Rst } : Faults.None, Faults.None));
        await UpAsync();
        OutgoingMessage Numbered(bool isReattempt) =>
            Bench.Outgoing(content, 1, variables: new Dictionary<string, string> { ["controlId"] = "C1" }, isReattempt: isReattempt);
        await Destination.SendAsync(Numbered(isReattempt: false), Token);
        Assert.Single(Directory.GetFiles(_out, ".*.part"));
        Drop.Into(_out, "C1.hl7", content);

        var second = await Destination.SendAsync(Numbered(isReattempt: true), Token);

        Assert.Equal(MessageStatus.Error, second.Status);
        Assert.Equal(["C1.hl7"], Drop.Left(_out));
    }

    [Theory]
    [Trait("Row", "F47")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EachAnswerIsLostOnceWithoutTemporaryNames_OneWholeFileStandsThere(bool unique)
    {
        const int Places = 16;
        var cut = long.MaxValue;
        var proxy = Proxy(number => (Faults.None, new Faults { CutAfter = Volatile.Read(ref cut), Cut = Cut.Rst }));
        Options = Options with { KeepOpen = false, Temporary = false, Exists = unique ? FileExists.Unique : FileExists.Fail };
        await UpAsync();
        await Destination.SendAsync(Message("0", 0), Token);
        var whole = proxy.BytesBack;

        for (var place = 1; place <= Places; place++)
        {
            // From the end of a whole attempt towards its beginning: the answers to the writing, the opening, the looking.
            Volatile.Write(ref cut, whole - (place * 40L));
            var response = await Destination.SendAsync(Message($"{place}", place), Token);
            Volatile.Write(ref cut, long.MaxValue);
            if (response.Status == MessageStatus.Queued)
            {
                response = await Destination.SendAsync(response.IsUncertain ? Again($"{place}", place) : Message($"{place}", place), Token);
            }

            Assert.Equal(MessageStatus.Sent, response.Status);
        }

        Assert.True(proxy.Cuts > 3, $"{proxy.Cuts} cuts");
        Assert.Equal(Enumerable.Range(0, Places + 1).Select(i => $"C{i}.hl7={i}").Order(), Drop.Left(_out).Select(name => $"{name}={File.ReadAllText(Path.Combine(_out, name))}").Order());
    }

    [Fact]
    [Trait("Row", "F49")]
    public async Task ServerStalls_IsGivenUpInTimeAndTheNextAttemptWorks()
    {
        var proxy = Proxy(number => (Faults.None, number == 1 ? new Faults { CutAfter = 8_000, Cut = Cut.Stall } : Faults.None));
        Options = Options with { Timeout = TimeSpan.FromSeconds(1), ConnectTimeout = TimeSpan.FromSeconds(3) };
        await UpAsync();
        Response? response = null;
        for (var id = 1; id <= 60 && response?.Status != MessageStatus.Queued; id++)
        {
            response = await Destination.SendAsync(Message("x", id), Token);
        }

        Assert.Equal(MessageStatus.Queued, response!.Status);
        Assert.Contains("did not answer within 1 s", response.StatusMessage, StringComparison.Ordinal);
        Assert.Equal(1, proxy.Cuts);
        Assert.Equal(MessageStatus.Sent, (await Destination.SendAsync(Message("x", 100), Token)).Status);
    }

    [Fact]
    [Trait("Row", "F49")]
    public async Task DiskFull_IsTriedAgainWithTheReasonAndLeavesNothing()
    {
        Assert.SkipWhen(OpenSshServer.MissingForAccounts is not null, OpenSshServer.MissingForAccounts ?? "");
        Directory.CreateDirectory(_out);
        await OpenSshServer.RunAsync("mount", "", Token, "-t", "tmpfs", "-o", "size=256k", "tmpfs", _out);
        try
        {
            await Destination.StartAsync(Token);
            var full = await Destination.SendAsync(Message(new string('x', 600_000), 1), Token);
            var fits = await Destination.SendAsync(Message(new string('x', 60_000), 2), Token);

            Assert.Equal(MessageStatus.Queued, full.Status);
            Assert.Contains("the server has room for", full.StatusMessage, StringComparison.Ordinal);
            Assert.Equal(MessageStatus.Sent, fits.Status);
            Assert.Equal(["C2.hl7"], Drop.Left(_out));
        }
        finally
        {
            await Destination.StopAsync(Token);
            await Bench.UntilAsync(() => Bench.Figures.Open == 0, "the session is closed");
            await OpenSshServer.RunAsync("umount", "", CancellationToken.None, "--lazy", _out);
        }
    }

    private static OutgoingMessage Again(string content, long id) => Bench.Outgoing(
        System.Text.Encoding.Latin1.GetBytes(content), id, variables: new Dictionary<string, string> { ["controlId"] = $"C{id}" }, isReattempt: true);

    private async Task UpAsync()
    {
        await Destination.StartAsync(Token);
        await PartnerUpAsync();
    }

    private FaultyProxy Proxy(Func<int, (Faults Forth, Faults Back)>? plan = null)
    {
        _proxy = new FaultyProxy(_server.Server.EndPoint, plan);
        Options = Options with { Connect = _proxy.EndPoint.ToString() };
        return _proxy;
    }
}
