using ChannelHost.Connectors.FileIntake;
using ChannelHost.Connectors.Sftp;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Sftp;

/// <summary>Each file is taken once and no bytes are lost: crashes, several hosts, senders that write on.</summary>
public sealed class SftpClaimTests(SshServer server) : SftpSourceTest(server)
{
    private const string Ours = "0123abcd";
    private const string Theirs = "feedbeef";
    private const string Id = "0abcdef01234";

    [Fact]
    [Trait("Row", "F42")]
    public async Task CrashAfterStoring_FileIsKnownAndOnlyRemoved()
    {
        var path = Drop.Into(In, $".x.hl7.{Ours}{Id}.claim", "stored");
        var modified = new DateTimeOffset(File.GetLastWriteTimeUtc(path)).ToUnixTimeSeconds();
        Bench.Receiver.Take($"{In}/x.hl7|6|{modified}|{Ours}{Id}");

        await StartAsync();
        await LeftAsync();

        Assert.Empty(Bench.Receiver.Messages);
    }

    [Fact]
    [Trait("Row", "F42")]
    public async Task CrashAfterStoringWithAnErrorFolder_FileIsKeptAndTold()
    {
        var claim = $".x.hl7.{Ours}{Id}.claim";
        var path = Drop.Into(In, claim, "stored");
        Bench.Receiver.Take($"{In}/x.hl7|6|{new DateTimeOffset(File.GetLastWriteTimeUtc(path)).ToUnixTimeSeconds()}|{Ours}{Id}");
        Options = Options with { ErrorFolder = Bad };

        await StartAsync();
        await Bench.UntilAsync(() => Bench.Log.Count("belongs into errorFolder") == 1, "it is told");
        await LookedAsync();

        Assert.Equal(1, Bench.Log.Count("belongs into errorFolder"));
        Assert.Equal([claim], Drop.Left(In));
    }

    [Fact]
    [Trait("Row", "F42")]
    public async Task CrashAfterStoringAndANewFileWithItsMarker_TheMarkerIsTheNewOnes()
    {
        var path = Drop.Into(In, $".x.hl7.{Ours}{Id}.claim", "stored", TimeSpan.FromMinutes(9));
        Bench.Receiver.Take($"{In}/x.hl7|6|{new DateTimeOffset(File.GetLastWriteTimeUtc(path)).ToUnixTimeSeconds()}|{Ours}{Id}");
        Drop.Into(In, "x.hl7", "new", TimeSpan.FromMinutes(5));
        Drop.Into(In, "x.hl7.ok", "");
        Options = Options with { Marker = ".ok" };

        await StartAsync();
        await LeftAsync();

        Assert.Equal(["new"], Bench.Receiver.Texts);
    }

    [Fact]
    [Trait("Row", "F42")]
    public async Task CrashBeforeStoring_FileIsTakenUnderItsOwnName()
    {
        Drop.Into(In, $".x.hl7.{Ours}{Id}.claim", "not stored");
        Options = Options with { After = AfterFile.Move, MoveTo = Done };

        await TakeAsync(1);

        var message = Bench.Receiver.Messages[0];
        Assert.Equal("x.hl7", message.SourceMap["originalFilename"]);
        Assert.False(message.SourceMap.ContainsKey("fileTakenOver"));
        Assert.EndsWith(Ours + Id, message.OnceKey, StringComparison.Ordinal);
        await LeftAsync();
        Assert.Equal(["x.hl7"], Drop.Left(Done));
    }

    [Fact]
    [Trait("Row", "F45")]
    public async Task AnothersClaim_IsLeftAloneAndToldWhenItGetsOld()
    {
        var claim = $".x.hl7.{Theirs}{Id}.claim";
        Drop.Into(In, claim, "theirs");
        Options = Options with { AbandonedAfter = TimeSpan.FromMilliseconds(300) };

        await StartAsync();
        await Bench.UntilAsync(() => Bench.Log.Count("another host claimed it") == 1, "the old claim is told");
        await LookedAsync();

        Assert.DoesNotContain("theirs", Bench.Receiver.Texts);
        await LeftAsync(claim);
    }

    [Fact]
    [Trait("Row", "F45")]
    public async Task AnothersClaimTakenOver_IsMarkedAlsoAfterACrash()
    {
        Drop.Into(In, $".x.hl7.{Theirs}{Id}.claim", "theirs");
        Options = Options with { TakeOverAfter = TimeSpan.FromMilliseconds(200) };
        Bench.Receiver.Answer = (_, id, _) => id == 1 ? throw new OperationCanceledException() : ValueTask.FromResult(CollectingReceiver.Stored(id));

        await StartAsync();
        await Bench.Receiver.WaitForAsync(2, Token);

        Assert.Equal(["theirs", "theirs"], Bench.Receiver.Texts);
        Assert.All(Bench.Receiver.Messages, message => Assert.Equal(true, message.SourceMap["fileTakenOver"]));
        await LeftAsync();
    }

    [Fact]
    [Trait("Row", "F45")]
    public async Task TwoHostsOnOneFolder_EachFileIsTakenOnce()
    {
        const int Files = 1_000;
        for (var i = 0; i < Files; i++)
        {
            Drop.Into(In, $"{i:0000}.hl7", $"{i:0000}");
        }

        using var other = new Bench();
        await StartAsync();
        await StartAsync(other.As("89abcdef"));
        await Bench.UntilAsync(() => Bench.Receiver.Messages.Count + other.Receiver.Messages.Count >= Files, "all files are taken");
        await LeftAsync();

        Assert.Equal(Enumerable.Range(0, Files).Select(i => $"{i:0000}"), Bench.Receiver.Texts.Concat(other.Receiver.Texts).Order());
        TestContext.Current.TestOutputHelper?.WriteLine($"{Bench.Receiver.Messages.Count} and {other.Receiver.Messages.Count}");
    }

    [Fact]
    public async Task NewFileOfTheNameWhileOneIsStored_BothAreTaken()
    {
        Bench.Receiver.Answer = (_, id, _) =>
        {
            if (id == 1)
            {
                Drop.Into(In, "x.hl7", "second");
            }

            return ValueTask.FromResult(CollectingReceiver.Stored(id));
        };
        Drop.Into(In, "x.hl7", "first.");

        await StartAsync();
        await Bench.Receiver.WaitForAsync(2, Token);
        await LeftAsync();

        Assert.Equal(["first.", "second"], Bench.Receiver.Texts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SenderWritesOnAfterItWasStored_TheRestIsNotRemovedUnseen(bool claim)
    {
        Options = Options with { Claim = claim };
        var path = Path.Combine(In, "x.hl7");
        await using var sender = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        await sender.WriteAsync("half"u8.ToArray(), Token);
        await sender.FlushAsync(Token);
        Bench.Receiver.Answer = async (_, id, cancellationToken) =>
        {
            if (id == 1)
            {
                await sender.WriteAsync(" and the rest"u8.ToArray(), cancellationToken);
                await sender.FlushAsync(cancellationToken);
            }

            return CollectingReceiver.Stored(id);
        };

        await StartAsync();
        await Bench.Receiver.WaitForAsync(2, Token);
        await LeftAsync();

        Assert.Equal(["half", "half and the rest"], Bench.Receiver.Texts);
    }

    [Fact]
    public async Task TwoFilesOfANameSizeAndSecond_BothAreTakenWithoutClaims()
    {
        Options = Options with { Claim = false };
        var modified = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        Bench.Receiver.Answer = (_, id, _) => ValueTask.FromResult(CollectingReceiver.Stored(id));
        await StartAsync();
        foreach (var content in new[] { "one", "two" })
        {
            var aside = Drop.Into(Bench.Folder, "aside", content);
            File.SetLastWriteTimeUtc(aside, modified);
            File.Move(aside, Path.Combine(In, "x.hl7"));
            await Bench.Receiver.WaitForAsync(1, Token);
            await LeftAsync();
        }

        Assert.Equal(["one", "two"], Bench.Receiver.Texts);
    }

    [Fact]
    [Trait("Row", "F40")]
    public async Task GrowingFile_IsTakenOnlyOnceQuietAndWhole()
    {
        Options = Options with { StableFor = TimeSpan.FromMilliseconds(1200) };
        await StartAsync();
        await using (var sender = new FileStream(Path.Combine(In, "x.hl7"), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            for (var piece = 0; piece < 6; piece++)
            {
                await sender.WriteAsync("0123456789"u8.ToArray(), Token);
                await sender.FlushAsync(Token);
                await Task.Delay(400, Token);
                Assert.Empty(Bench.Receiver.Messages);
            }
        }

        await Bench.Receiver.WaitForAsync(1, Token);
        Assert.Equal([string.Concat(Enumerable.Repeat("0123456789", 6))], Bench.Receiver.Texts);
        await LeftAsync();
    }

    [Fact]
    [Trait("Row", "F41")]
    public async Task TemporaryNames_AreNeverTakenAndToldWhenAbandoned()
    {
        Options = Options with { AbandonedAfter = TimeSpan.FromMinutes(1) };
        Drop.Into(In, "x.hl7.part", "half", TimeSpan.FromMinutes(5));
        Drop.Into(In, "y.TMP", "half");

        await StartAsync();
        await LookedAsync();

        Assert.DoesNotContain("half", Bench.Receiver.Texts);
        Assert.Equal(1, Bench.Log.Count("temporary name"));
        await LeftAsync("x.hl7.part", "y.TMP");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(600)]
    public async Task StoreCannotKeepIt_TheRestGetTheirNamesBackAndAllComeInOrderLater(int stableFor)
    {
        var isFull = true;
        Bench.Receiver.Answer = (_, id, _) => ValueTask.FromResult(isFull ? CollectingReceiver.NotStored() : CollectingReceiver.Stored(id));
        Options = Options with { Interval = TimeSpan.FromMilliseconds(700), StableFor = TimeSpan.FromMilliseconds(stableFor) };
        string[] names = ["a.hl7", "b.hl7", "c.hl7", "d.hl7", "e.hl7"];
        foreach (var name in names)
        {
            Drop.Into(In, name, name);
        }

        await StartAsync();
        await Bench.Receiver.WaitForAsync(1, Token);
        await Bench.UntilAsync(() => Drop.Left(In) is [['.', 'a', ..], "b.hl7", "c.hl7", "d.hl7", "e.hl7"], "all but the one that was handed over have their names back");
        isFull = false;
        await LeftAsync();

        Assert.Equal(names, Bench.Receiver.Texts.TakeLast(5));
        Assert.All(Bench.Receiver.Texts.SkipLast(5), text => Assert.Equal("a.hl7", text));
    }

    [Theory]
    [Trait("Row", "F42")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PartsOfAFileAreStored_ItIsOfferedAgainAsTheSameFile(bool throws)
    {
        // What the engine does with a batch when the channel stops, or the store fails, in mid-file.
        Bench.Receiver.Answer = (_, id, _) =>
            id > 2 ? ValueTask.FromResult(CollectingReceiver.Stored(id)) : throws ? throw new OperationCanceledException() : ValueTask.FromResult(CollectingReceiver.NotStored());
        Drop.Into(In, "x.hl7", "one");

        for (var life = 0; life < 3; life++)
        {
            var source = await StartAsync();
            await Bench.Receiver.WaitForAsync(1, Token);
            await EndAsync(source);
        }

        await LeftAsync();
        Assert.Single(Bench.Receiver.Messages.Select(message => message.OnceKey).Distinct());
    }

    [Fact]
    [Trait("Row", "F42")]
    public async Task StoppedBeforeAPartlyStoredFileIsReached_ItKeepsItsClaim()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Bench.Receiver.Answer = async (_, id, _) =>
        {
            await gate.Task;
            return CollectingReceiver.Stored(id);
        };
        var claim = $".b.hl7.{Ours}{Id}.claim";
        Drop.Into(In, claim, "partly stored");
        Drop.Into(In, "a.hl7", "first");
        Drop.Into(In, "c.hl7", "last");

        var source = await StartAsync();
        await Bench.Receiver.WaitForAsync(1, Token);
        await Bench.UntilAsync(() => Drop.Left(In).Any(name => name.StartsWith(".c.hl7", StringComparison.Ordinal)), "those after the first are read ahead");
        var stopping = source.StopAsync(Token);
        gate.SetResult();
        await stopping;

        Assert.Equal([claim, "c.hl7"], Drop.Left(In));
    }

    [Fact]
    [Trait("Row", "F42")]
    public async Task StoredButStoppedBeforeItIsSaid_IsKnownAndOnlyRemoved()
    {
        Bench.Receiver.Answer = (message, _, _) =>
        {
            Bench.Receiver.Take(message.OnceKey!);
            throw new OperationCanceledException();
        };
        Drop.Into(In, "x.hl7", "one");
        var source = await StartAsync();
        await Bench.Receiver.WaitForAsync(1, Token);
        await EndAsync(source);

        await StartAsync();
        await LeftAsync();

        Assert.Equal(["one"], Bench.Receiver.Texts);
    }

    [Fact]
    public async Task StoppedWhileReadingAhead_NothingKeepsAClaim()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Bench.Receiver.Answer = async (_, id, _) =>
        {
            await gate.Task;
            return CollectingReceiver.Stored(id);
        };
        for (var i = 0; i < 20; i++)
        {
            Drop.Into(In, $"{i:00}.hl7", $"{i:00}");
        }

        var source = await StartAsync();
        await Bench.Receiver.WaitForAsync(1, Token);
        await Bench.UntilAsync(() => Drop.Left(In).Count(name => name.EndsWith(".claim", StringComparison.Ordinal)) > 1, "more than one file is claimed");
        var stopping = source.StopAsync(Token);
        gate.SetResult();
        await stopping;

        await LeftAsync([.. Enumerable.Range(1, 19).Select(i => $"{i:00}.hl7")]);
    }

    [Theory]
    [InlineData(".x.hl7.0123abcd0abcdef01234.claim", "x.hl7")]
    [InlineData(".a.claim.0123abcd0abcdef01234.claim", "a.claim")]
    [InlineData(".x.hl7.0123abcd0abcdef0123.claim", null)]
    [InlineData(".x.hl7.0123ABCD0abcdef01234.claim", null)]
    [InlineData("..0123abcd0abcdef01234.claim", null)]
    [InlineData("x.hl7.0123abcd0abcdef01234.claim", null)]
    [InlineData(".x.hl7-0123abcd0abcdef01234.claim", null)]
    public void ClaimNames_AreReadAsTheyAreWritten(string fileName, string? expected)
    {
        var claim = ClaimName.Read(fileName, out var name);

        Assert.Equal(expected, claim is null ? null : name);
        if (claim is not null)
        {
            Assert.Equal(fileName, claim.FileName(name));
            Assert.Equal(fileName.Length, name.Length + ClaimName.Overhead);
        }
    }
}
