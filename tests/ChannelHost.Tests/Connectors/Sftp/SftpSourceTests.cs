using System.Text;
using ChannelHost.Connectors.FileIntake;
using ChannelHost.Connectors.Sftp;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Sftp;

/// <summary>What is taken, in which order, and where it goes.</summary>
public sealed class SftpSourceTests(SshServer server) : SftpSourceTest(server)
{
    [Fact]
    public async Task SourceMap_TellsOfTheFile()
    {
        var modified = DateTime.UtcNow.AddDays(-3);
        File.SetLastWriteTimeUtc(Drop.Into(In, "a b.hl7", "one"), modified);

        await TakeAsync(1);

        var map = Bench.Receiver.Messages[0].SourceMap;
        Assert.Equal("a b.hl7", map["originalFilename"]);
        Assert.Equal(In, map["fileDirectory"]);
        Assert.Equal(3.0, map["fileSize"]);
        Assert.Equal(new DateTimeOffset(modified).ToUnixTimeSeconds() * 1000.0, map["fileLastModified"]);
        Assert.False(map.ContainsKey("fileTakenOver"));
    }

    [Theory]
    [InlineData(nameof(FileOrder.Name), "2 3 1")]
    [InlineData(nameof(FileOrder.Time), "1 2 3")]
    public async Task Order_IsByNameOrTime(string order, string expected)
    {
        Drop.Into(In, "a", "2", TimeSpan.FromMinutes(3));
        Drop.Into(In, "b", "3", TimeSpan.FromMinutes(2));
        Drop.Into(In, "c", "1", TimeSpan.FromMinutes(4));
        Options = Options with { Order = Enum.Parse<FileOrder>(order) };

        await TakeAsync(3);

        Assert.Equal(expected, string.Join(' ', Bench.Receiver.Texts));
    }

    [Fact]
    public async Task ManySessions_HandOverInOrderAndNeverTwoAtOnce()
    {
        var open = 0;
        var most = 0;
        Bench.Receiver.Answer = async (_, id, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref open));
            await Task.Yield();
            Interlocked.Decrement(ref open);
            return CollectingReceiver.Stored(id);
        };
        for (var i = 0; i < 300; i++)
        {
            Drop.Into(In, $"{i:000}.hl7", $"{i:000}");
        }

        Options = Options with { Sessions = 4 };
        await TakeAsync(300);

        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i:000}"), Bench.Receiver.Texts);
        Assert.Equal(1, most);
        await LeftAsync();
        Assert.Equal(4, Bench.Figures.Opened);
    }

    [Fact]
    public async Task PatternAndExpression_OthersStay()
    {
        Drop.Into(In, "123.txt", "no");
        Drop.Into(In, "1234.hl7", "no");
        Drop.Into(In, "123.hl7", "yes");
        Options = Options with { Pattern = "*.hl7", Expression = "^[0-9~a-f]{3}[.~]|^~" };

        await StartAsync();
        await Bench.Receiver.WaitForAsync(1, Token);
        await LookedAsync();

        Assert.DoesNotContain("no", Bench.Receiver.Texts);
        await LeftAsync("123.txt", "1234.hl7");
    }

    [Fact]
    public async Task Recurse_TakesFoldersBelowButNotItsOwnNorHiddenOnesNorLinks()
    {
        Options = Options with { Recurse = true, After = AfterFile.Move, MoveTo = Path.Combine(In, "done") };
        Drop.Into(In, "ward/x.hl7", "below");
        Drop.Into(In, ".hidden/x.hl7", "hidden");
        Drop.Into(Bench.PathOf("elsewhere"), "x.hl7", "elsewhere");
        Directory.CreateSymbolicLink(Path.Combine(In, "link"), Bench.PathOf("elsewhere"));
        Drop.Into(In, "y.hl7", "top");

        await StartAsync();
        await Bench.Receiver.WaitForAsync(2, Token);
        Drop.Into(In, "z.hl7", "last");
        await Bench.Receiver.WaitForAsync(1, Token);

        Assert.Equal(["below", "last", "top"], Bench.Receiver.Texts.Order());
        Assert.Equal(Path.Combine(In, "ward"), Bench.Receiver.Messages.First(message => message.SourceMap["originalFilename"] is "x.hl7").SourceMap["fileDirectory"]);
        await LeftAsync(".hidden/x.hl7", "done/x.hl7", "done/y.hl7", "done/z.hl7", "link/x.hl7");
    }

    [Fact]
    [Trait("Row", "F44")]
    public async Task MoveAndErrorFolder_NothingIsEverOverwritten()
    {
        Bench.Receiver.Answer = (message, id, _) => ValueTask.FromResult(
            CollectingReceiver.Stored(id) with { Status = message.Content.Span[0] == 'b' ? MessageStatus.Error : MessageStatus.Sent });
        Options = Options with { After = AfterFile.Move, MoveTo = Done, ErrorFolder = Bad };
        Drop.Into(Done, "x.hl7", "old");
        var source = await StartAsync();
        foreach (var content in new[] { "good 1", "bad 1", "good 2", "bad 2" })
        {
            Drop.Into(In, "x.hl7", content);
            await Bench.Receiver.WaitForAsync(1, Token);
        }

        await source.StopAsync(Token);

        Assert.Equal(["x-1.hl7=good 1", "x-2.hl7=good 2", "x.hl7=old"], Contents(Done));
        Assert.Equal(["x-1.hl7=bad 2", "x.hl7=bad 1"], Contents(Bad));
        await LeftAsync();
    }

    [Fact]
    public async Task Marker_FileIsTakenOnceItStandsThereAndBothGo()
    {
        Options = Options with { Marker = ".ok", Pattern = "*.hl7" };
        Drop.Into(In, "a.hl7", "complete");
        Drop.Into(In, "a.hl7.ok", "");
        Drop.Into(In, "b.hl7", "not yet");
        await StartAsync();
        await Bench.Receiver.WaitForAsync(1, Token);
        await LeftAsync("b.hl7");

        Drop.Into(In, "b.hl7.ok", "");
        await Bench.Receiver.WaitForAsync(1, Token);
        await LeftAsync();

        Assert.Equal(["complete", "not yet"], Bench.Receiver.Texts);
        Assert.Equal("b.hl7", Bench.Receiver.Messages[1].SourceMap["originalFilename"]);
    }

    [Fact]
    [Trait("Row", "F41")]
    public async Task MarkedFileCannotBeMoved_ItsMarkerIsGoneBeforeIt()
    {
        Options = Options with { Marker = ".ok", Pattern = "*.hl7", After = AfterFile.Move, MoveTo = Done };
        File.WriteAllText(Done, "in the way");
        Drop.Into(In, "x.hl7", "one");
        Drop.Into(In, "x.hl7.ok", "");

        await StartAsync();
        await Bench.UntilAsync(() => Bench.Log.Count("could not be removed") == 1, "it is told");
        Assert.EndsWith(".claim", Assert.Single(Drop.Left(In)), StringComparison.Ordinal);
        File.Delete(Done);

        await LeftAsync();
        Assert.Equal(["x.hl7"], Drop.Left(Done));
        Assert.Equal(["one"], Bench.Receiver.Texts);
    }

    [Fact]
    [Trait("Row", "F41")]
    public async Task MarkerWithoutAFile_IsToldOnceItIsOld()
    {
        Options = Options with { Marker = ".ok", AbandonedAfter = TimeSpan.FromMinutes(1) };
        Drop.Into(In, "old.hl7.ok", "", TimeSpan.FromMinutes(5));
        Drop.Into(In, "young.hl7.ok", "");

        await StartAsync();
        await Bench.UntilAsync(() => Bench.Log.Count("its file is not there") == 1, "the old marker is told");

        Assert.Equal(1, Bench.Log.Count("1 entries"));
        await LeftAsync("old.hl7.ok", "young.hl7.ok");
    }

    [Fact]
    public async Task MarkedFilesRemovalFailsWithoutClaims_IsTriedWithPauses()
    {
        Options = Options with { Marker = ".ok", Pattern = "*.hl7", Claim = false, After = AfterFile.Move, MoveTo = Done };
        File.WriteAllText(Done, "in the way");
        Drop.Into(In, "x.hl7", "one");
        Drop.Into(In, "x.hl7.ok", "");

        await StartAsync();
        await Bench.UntilAsync(() => Bench.Log.Count("could not be removed") == 1, "it is told");
        await Task.Delay(Options.Interval!.Value * 15, Token);

        Assert.Equal(1, Bench.Log.Count("could not be removed"));
        Assert.Equal(["one"], Bench.Receiver.Texts);
        File.Delete(Done);
        await LeftAsync();
    }

    [Fact]
    public async Task LargeMarkedFiles_NoMoreAreReadAheadThanWithoutMarkers()
    {
        var most = 0;
        Bench.Receiver.Answer = async (_, id, cancellationToken) =>
        {
            if (id == 1)
            {
                await Bench.UntilAsync(() => Claims() >= 3, "those that fit are read ahead");
                await Task.Delay(Options.Interval!.Value * 5, cancellationToken);
                most = Claims();
            }

            return CollectingReceiver.Stored(id);
        };
        for (var i = 0; i < 7; i++)
        {
            using (var large = File.Create(Path.Combine(In, $"{i}.hl7")))
            {
                large.SetLength(20 << 20);
            }

            Drop.Into(In, $"{i}.hl7.ok", "");
        }

        Options = Options with { Marker = ".ok", Sessions = 4 };
        await TakeAsync(7);

        Assert.Equal(3, most);

        int Claims() => Drop.Left(In).Count(name => name.EndsWith(".claim", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ErrorFolderCannotBeUsed_TheFailedFileGoesThereLaterAndIsNotDeleted(bool claim)
    {
        Bench.Receiver.Answer = (_, id, _) => ValueTask.FromResult(CollectingReceiver.Stored(id) with { Status = MessageStatus.Error });
        Options = Options with { Claim = claim, ErrorFolder = Bad };
        File.WriteAllText(Bad, "in the way");
        Drop.Into(In, "x.hl7", "bad");

        await StartAsync();
        await Bench.UntilAsync(() => Bench.Log.Count("could not be removed") == 1, "it is told");
        File.Delete(Bad);

        await LeftAsync();
        Assert.Equal(["x.hl7=bad"], Contents(Bad));
        Assert.Equal(["bad"], Bench.Receiver.Texts);
    }

    [Fact]
    public async Task FilesPerLook_TheRestComesAtOnce()
    {
        Options = Options with { FilesPerLook = 2, Interval = TimeSpan.FromMinutes(5) };
        for (var i = 0; i < 7; i++)
        {
            Drop.Into(In, $"{i}.hl7", $"{i}");
        }

        await TakeAsync(7);

        Assert.Equal("0123456", string.Concat(Bench.Receiver.Texts));
    }

    [Fact]
    public async Task TooLarge_GoesToErrorFolderUnread()
    {
        Options = Options with { MaximumFile = new ByteSize(1024), ErrorFolder = Bad };
        Drop.Into(In, "large.hl7", new string('x', 1025));
        Drop.Into(In, "right.hl7", new string('y', 1024));

        await TakeAsync(1);

        Assert.Equal([new string('y', 1024)], Bench.Receiver.Texts);
        Assert.Equal(["large.hl7"], Drop.Left(Bad));
        Assert.Equal(1, Bench.Figures.Limit("file-size"));
    }

    [Fact]
    public async Task TooLargeWithoutErrorFolder_StaysAndIsToldOnce()
    {
        Options = Options with { MaximumFile = new ByteSize(1024) };
        Drop.Into(In, "large.hl7", new string('x', 1025));

        await StartAsync();
        await LookedAsync();

        Assert.Equal(["large.hl7"], Drop.Left(In));
        Assert.Equal(1, Bench.Log.Count("maximumFile"));
        Assert.Equal(1, Bench.Figures.Limit("file-size"));
    }

    [Fact]
    [Trait("Row", "F46")]
    [Trait("Row", "S28")]
    public async Task OddEntries_EachHasItsOutcomeAndTheRestGoesOn()
    {
        var outside = Drop.Into(Bench.PathOf("outside"), "secret.hl7", "secret");
        Drop.Into(In, "empty.hl7", "");
        Directory.CreateDirectory(Path.Combine(In, "folder.hl7"));
        File.CreateSymbolicLink(Path.Combine(In, "link.hl7"), outside);
        await OpenSshServer.RunAsync("mkfifo", "", Token, Path.Combine(In, "pipe.hl7"));
        var longest = new string('n', 251) + ".hl7";
        var longestTaken = new string('m', 255 - 28 - 4) + ".hl7";
        Drop.Into(In, longest, "longest");
        Drop.Into(In, longestTaken, "long");
        Drop.Into(In, "with\nnewline.hl7", "newline");
        Drop.Into(In, "a\\..\\b c'\"$(x).hl7", "quotes");
        Drop.Into(In, "CON.hl7", "device");
        await OpenSshServer.RunAsync("sh", "", Token, "-c", $"printf x > \"{In}/$(printf 'caf\\351').hl7\"");

        await StartAsync();
        await Bench.Receiver.WaitForAsync(4, Token);
        await LookedAsync();

        Assert.Equal(["device", "long", "looked", "looked", "newline", "quotes"], Bench.Receiver.Texts.Order());
        Assert.Contains(Bench.Receiver.Messages, message => message.SourceMap["originalFilename"] is "with\nnewline.hl7");
        Assert.True(File.Exists(outside));
        foreach (var reason in new[] { "it is empty", "it is a symbolic link", "it is a pipe", "too long to be renamed", "not valid UTF-8" })
        {
            Assert.Equal(1, Bench.Log.Count(reason));
        }
    }

    [Fact]
    [Trait("Row", "F46")]
    public async Task Latin1Names_AreTakenWhenTheChannelSaysSo()
    {
        await OpenSshServer.RunAsync("sh", "", Token, "-c", $"printf x > \"{In}/$(printf 'caf\\351').hl7\"");
        Options = Options with { FileNames = FileNameCharset.Latin1, After = AfterFile.Move, MoveTo = Done };

        await TakeAsync(1);

        Assert.Equal("café.hl7", Bench.Receiver.Messages[0].SourceMap["originalFilename"]);
        Assert.Equal("caf\\351.hl7\n", await OpenSshServer.RunAsync("ls", "", Token, "--quoting-style=escape", Done));
    }

    [Fact]
    public async Task FolderMissing_IsToldOnceAndTakenWhenItComes()
    {
        Directory.Delete(In);
        await StartAsync();
        await Bench.UntilAsync(() => Bench.Log.Count("no such file or folder") == 1, "the missing folder is told");

        Drop.Into(In, "x.hl7", "one");
        await Bench.Receiver.WaitForAsync(1, Token);

        await Bench.UntilAsync(() => Bench.Log.Events.Any(entry => entry.Text.Contains("can be worked on again", StringComparison.Ordinal)), "it is told that the folder is back");
        Assert.Equal(1, Bench.Log.Count("no such file or folder"));
    }

    [Fact]
    public async Task NoFileName_IsEverLogged()
    {
        Options = Options with { MaximumFile = new ByteSize(1024), ErrorFolder = Bad };
        Drop.Into(In, "DOE-JANE.hl7", new string('x', 2000));
        Drop.Into(In, "DOE-JANE-2.hl7", "");
        Drop.Into(In, "DOE-JANE-3.hl7", "x");

        await TakeAsync(1);

        Assert.DoesNotContain("DOE", Bench.Log.Everything, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Contents(string folder) =>
        Drop.Left(folder).Select(name => $"{name}={File.ReadAllText(Path.Combine(folder, name), Encoding.Latin1)}");
}
