using System.Diagnostics;
using System.Text;
using ChannelHost.Connectors.FileIntake;
using ChannelHost.Connectors.Files;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Files;

public sealed class FilesSourceTests : SourceConnectorContract
{
    private FilesSource? _source;
    private string? _last;

    public FilesSourceTests()
    {
        Directory.CreateDirectory(In);
        Options = new FilesSourceOptions { Folder = In, Interval = TimeSpan.FromMilliseconds(20), StableFor = TimeSpan.Zero };
    }

    private FilesSourceOptions Options { get; set; }

    private string In => Bench.PathOf("in");

    private string Archive => Bench.PathOf("archive");

    private string Errors => Bench.PathOf("errors");

    private protected override ISource Source => _source ??= new FilesSource(Options, Bench.Context);

    private protected override Task DeliverAsync(string content)
    {
        _last = Drop($"{Guid.NewGuid():N}.hl7", content);
        return Task.CompletedTask;
    }

    private protected override async Task<bool> WasConfirmedAsync()
    {
        // A file goes soon after its message is stored, or it does not go: two more looks at the folder tell.
        var deadline = Environment.TickCount64 + 200;
        while (File.Exists(_last) && Environment.TickCount64 < deadline)
        {
            await Task.Delay(5, Token);
        }

        return !File.Exists(_last);
    }

    [Fact]
    public async Task SourceMap_TellsOfTheFile()
    {
        var path = Drop("a b.hl7", "one");
        var modified = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, modified);

        await TakeAsync(1);

        var map = Bench.Receiver.Messages[0].SourceMap;
        Assert.Equal("a b.hl7", map["originalFilename"]);
        Assert.Equal(In, map["fileDirectory"]);
        Assert.Equal(3.0, map["fileSize"]);
        Assert.Equal((double)new DateTimeOffset(modified).ToUnixTimeMilliseconds(), map["fileLastModified"]);
    }

    [Fact]
    public async Task OrderByName_AndByTime()
    {
        Drop("b", "second", age: TimeSpan.FromMinutes(3));
        Drop("a", "first", age: TimeSpan.FromMinutes(2));
        Drop("c", "third", age: TimeSpan.FromMinutes(4));
        await TakeAsync(3);
        Assert.Equal(["first", "second", "third"], Bench.Receiver.Texts);

        await Source.StopAsync(Token);
        Drop("b", "2", age: TimeSpan.FromMinutes(3));
        Drop("a", "3", age: TimeSpan.FromMinutes(2));
        Drop("c", "1", age: TimeSpan.FromMinutes(4));
        await using var byTime = new FilesSource(Options with { Order = FileOrder.Time }, Bench.Context);
        await byTime.StartAsync(Bench.Receiver, Token);
        await Bench.Receiver.WaitForAsync(3, Token);
        await byTime.StopAsync(Token);
        Assert.Equal(["1", "2", "3"], Bench.Receiver.Texts.Skip(3));
    }

    [Fact]
    public async Task Pattern_OthersStay()
    {
        Options = Options with { Pattern = "*.hl7" };
        var other = Drop("x.txt", "no");
        Drop("x.hl7", "yes");

        await TakeAsync(1);

        Assert.Equal(["yes"], Bench.Receiver.Texts);
        Assert.True(File.Exists(other));
    }

    [Fact]
    public async Task Expression_OthersStay()
    {
        Options = Options with { Pattern = "*.hl7", Expression = "^[0-9]{3}[.]" };
        var other = Drop("1234.hl7", "no");
        Drop("123.hl7", "yes");

        await TakeAsync(1);

        Assert.Equal(["yes"], Bench.Receiver.Texts);
        Assert.True(File.Exists(other));
    }

    [Theory]
    [InlineData("(", true)]
    [InlineData("(?=a)b", true)]
    [InlineData("^a+$", false)]
    public void ExpressionThatCannotWork_IsAProblem(string expression, bool isProblem)
    {
        var problems = new FilesConnector().Validate(Options with { Expression = expression });

        Assert.Equal(isProblem ? ["expression"] : [], problems.Select(problem => problem.Option));
    }

    [Fact]
    public async Task Recurse_TakesFoldersBelowButNotItsOwn()
    {
        Options = Options with { Recurse = true, After = AfterFile.Move, MoveTo = Path.Combine(In, "done"), ErrorFolder = Path.Combine(In, "bad") };
        Directory.CreateDirectory(Path.Combine(In, "ward"));
        Directory.CreateDirectory(Path.Combine(In, ".hidden"));
        Drop("ward/x.hl7", "below");
        Drop(".hidden/x.hl7", "hidden");
        Drop("y.hl7", "top");

        await TakeAsync(2);
        await PollsAsync(5);

        Assert.Equal(["below", "top"], Bench.Receiver.Texts.Order());
    }

    [Theory]
    [InlineData("done/")]
    [InlineData("./done//")]
    [InlineData("../other-name/done")]
    public async Task Recurse_OwnArchiveHoweverItIsWritten_IsNotTakenAgain(string moveTo)
    {
        File.CreateSymbolicLink(Bench.PathOf("other-name"), In);
        Options = Options with { Recurse = true, After = AfterFile.Move, MoveTo = In + "/" + moveTo };
        Drop("y.hl7", "once");

        await TakeAsync(1);
        await PollsAsync(10);

        Assert.Equal(["once"], Bench.Receiver.Texts);
    }

    [Fact]
    public async Task FolderBelowThatCannotBeRead_IsReportedWithoutItsName()
    {
        // A ring of links: the system refuses it, also to root.
        Options = Options with { FollowLinks = true };
        File.CreateSymbolicLink(Path.Combine(In, "DOE-JANE"), Path.Combine(In, "DOE-JANE"));

        await Source.StartAsync(Bench.Receiver, Token);
        await Bench.UntilAsync(() => Bench.Log.Count("the system says") == 1, "it is said");

        Assert.DoesNotContain("DOE", Bench.Log.Everything, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F40")]
    public async Task GrowingFile_IsTakenOnlyOnceQuietAndWhole()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        using var bench = new Bench(time);
        var path = Drop("growing.hl7", "a");
        await using var source = new FilesSource(Options with { StableFor = TimeSpan.FromSeconds(10), Interval = TimeSpan.FromSeconds(1) }, bench.Context);
        await source.StartAsync(bench.Receiver, Token);

        for (var i = 0; i < 30; i++)
        {
            await PollAsync(time, TimeSpan.FromSeconds(1));
            if (i % 3 == 0)
            {
                File.AppendAllText(path, "b");
            }
        }

        Assert.Empty(bench.Receiver.Messages);
        for (var i = 0; i < 15 && bench.Receiver.Messages.Count == 0; i++)
        {
            await PollAsync(time, TimeSpan.FromSeconds(1));
        }

        await bench.Receiver.WaitForAsync(1, Token);
        Assert.Equal(["abbbbbbbbbb"], bench.Receiver.Texts);
        await source.StopAsync(Token);
    }

    [Fact]
    [Trait("Row", "F40")]
    public async Task WriterHoldsTheFileLocked_IsLeftUntilItLetsGo()
    {
        var path = Path.Combine(In, "locked.hl7");
        await using (var writer = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            writer.Write("half"u8);
            await writer.FlushAsync(Token);
            await Source.StartAsync(Bench.Receiver, Token);
            await PollsAsync(5);
            Assert.Empty(Bench.Receiver.Messages);
            writer.Write(" whole"u8);
        }

        await Bench.Receiver.WaitForAsync(1, Token);
        Assert.Equal(["half whole"], Bench.Receiver.Texts);
    }

    [Fact]
    [Trait("Row", "F41")]
    public async Task TemporaryNames_AreNeverTaken_AndReportedWhenAbandoned()
    {
        foreach (var name in new[] { "a.tmp", ".b.hl7", "c.part", "d.filepart", "E.TMP" })
        {
            Drop(name, "half", age: name[0] == 'a' ? TimeSpan.FromHours(2) : TimeSpan.Zero);
        }

        Drop("f.hl7.tmp", "whole");
        await Source.StartAsync(Bench.Receiver, Token);
        await PollsAsync(5);
        File.Move(Path.Combine(In, "f.hl7.tmp"), Path.Combine(In, "f.hl7"));
        await Bench.Receiver.WaitForAsync(1, Token);

        Assert.Equal(["whole"], Bench.Receiver.Texts);
        Assert.Equal(1, Bench.Log.Count("its sender may have died"));
    }

    [Fact]
    [Trait("Row", "F41")]
    public async Task Marker_FileWaitsForItAndBothGo()
    {
        Options = Options with { Marker = ".done" };
        Drop("a.hl7", "one");
        await Source.StartAsync(Bench.Receiver, Token);
        await PollsAsync(5);
        Assert.Empty(Bench.Receiver.Messages);

        Drop("a.hl7.done", "");
        await Bench.Receiver.WaitForAsync(1, Token);

        await Bench.UntilAsync(() => Directory.GetFiles(In).Length == 0, "file and marker are gone");
        Assert.Equal(["one"], Bench.Receiver.Texts);
    }

    [Fact]
    [Trait("Row", "F42")]
    public async Task KnownFromBeforeTheCrash_IsOnlyRemoved()
    {
        var path = Drop("a.hl7", "one");
        Bench.Receiver.Take(LinuxFiles.Look(path, followLinks: false)!.Value.OnceKey(path, "one"u8));

        await Source.StartAsync(Bench.Receiver, Token);

        await Bench.UntilAsync(() => !File.Exists(path), "the file is gone");
        Assert.Empty(Bench.Receiver.Messages);
    }

    [Fact]
    [Trait("Row", "F42")]
    public async Task OtherBytesUnderTheSameNameSizeTimeAndInode_AreAnotherMessage()
    {
        // What a copy that keeps times and an inode that is used again look like: all but the bytes is the same.
        var modified = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        var path = Path.Combine(In, "a.hl7");
        Bench.Receiver.Answer = async (_, id, _) =>
        {
            if (id > 1)
            {
                return CollectingReceiver.NotStored();
            }

            // Not by .NET, which respects our lock; other writers do not.
            await ShellAsync("printf two > a.hl7");
            File.SetLastWriteTimeUtc(path, modified);
            return CollectingReceiver.Stored(id);
        };
        Bench.Files.NextFailure = new IOException("not now", 5);
        Options = Options with { After = AfterFile.Move, MoveTo = Archive };
        File.WriteAllText(path, "one");
        File.SetLastWriteTimeUtc(path, modified);

        await TakeAsync(2);

        Assert.Equal(["one", "two"], Bench.Receiver.Texts);
    }

    [Fact]
    [Trait("Row", "F42")]
    public async Task SameNameAndContentDroppedAgain_IsAnotherMessage()
    {
        Drop("a.hl7", "one");
        await TakeAsync(1);
        await Bench.UntilAsync(() => Directory.GetFiles(In).Length == 0, "the first is gone");

        Drop("a.hl7", "one");
        await Bench.Receiver.WaitForAsync(1, Token);

        Assert.Equal(2, Bench.Receiver.Messages.Select(message => message.OnceKey).Distinct().Count());
    }

    [Fact]
    [Trait("Row", "F43")]
    public async Task RemovingKeepsFailing_OneMessageOneErrorAndGrowingPauses()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        using var bench = new Bench(time);
        File.WriteAllText(Archive, "a file where a folder should be");
        Drop("DOE-JANE.hl7", "one");
        await using var source = new FilesSource(Options with { After = AfterFile.Move, MoveTo = Archive, Interval = TimeSpan.FromSeconds(1) }, bench.Context);
        await source.StartAsync(bench.Receiver, Token);
        await bench.Receiver.WaitForAsync(1, Token);

        for (var i = 0; i < 60; i++)
        {
            await PollAsync(time, TimeSpan.FromSeconds(1));
        }

        Assert.Single(bench.Receiver.Messages);
        Assert.Equal(1, bench.Log.Count("could not be removed"));
        Assert.DoesNotContain("DOE", bench.Log.Everything, StringComparison.Ordinal);
        File.Delete(Archive);
        for (var i = 0; i < 700 && Directory.EnumerateFiles(In, "*", SearchOption.AllDirectories).Any(); i++)
        {
            await PollAsync(time, TimeSpan.FromSeconds(1));
        }

        Assert.Equal("one", Bench.ReadText(Path.Combine(Archive, "DOE-JANE.hl7")));
        Assert.Empty(Directory.GetFileSystemEntries(In));
        Assert.Single(bench.Receiver.Messages);
        await source.StopAsync(Token);
    }

    [Fact]
    [Trait("Row", "F44")]
    public async Task ArchiveHasTheName_NothingIsOverwritten()
    {
        Options = Options with { After = AfterFile.Move, MoveTo = Archive };
        await Source.StartAsync(Bench.Receiver, Token);

        for (var i = 0; i < 5; i++)
        {
            Drop("a.hl7", $"version {i}");
            await Bench.Receiver.WaitForAsync(1, Token);
            await Bench.UntilAsync(() => Directory.GetFiles(In).Length == 0, "it is moved");
        }

        // The last one is out of the folder before it is in the archive, and locked until then.
        await Source.StopAsync(Token);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"version {i}"), Directory.GetFiles(Archive).Select(File.ReadAllText).Order());
    }

    [Fact]
    [Trait("Row", "F44")]
    public async Task MessageEndsInError_FileGoesToTheErrorFolder()
    {
        Options = Options with { ErrorFolder = Errors };
        Bench.Receiver.Answer = (_, id, _) => ValueTask.FromResult(new SourceResponse(id, true, MessageStatus.Error, null, "no patient id"));
        Drop("a.hl7", "bad");

        await TakeAsync(1);

        await Bench.UntilAsync(() => Directory.Exists(Errors) && Directory.GetFiles(Errors).Length == 1, "it is moved");
        Assert.Empty(Directory.GetFiles(In));
    }

    [Fact]
    [Trait("Row", "F45")]
    public async Task TwoPollersOnOneFolder_EachFileIsTakenOnce()
    {
        // Two processes have two ledgers: only the lock on the file keeps them apart.
        const int Files = 2000;
        using var other = new Bench();
        await using var second = new FilesSource(Options, other.Context);
        for (var i = 0; i < Files; i++)
        {
            Drop($"{i:00000}.hl7", $"{i}");
        }

        await Task.WhenAll(Source.StartAsync(Bench.Receiver, Token), second.StartAsync(other.Receiver, Token));
        await Bench.UntilAsync(() => !Directory.EnumerateFiles(In).Any(), "all are taken");
        await Task.WhenAll(Source.StopAsync(Token), second.StopAsync(Token));

        Assert.Equal(Enumerable.Range(0, Files).Select(i => $"{i}").Order(), Bench.Receiver.Texts.Concat(other.Receiver.Texts).Order());
    }

    [Fact]
    [Trait("Row", "F46")]
    public async Task OddEntries_EachHasAStatedOutcomeAndTheRestIsTaken()
    {
        Options = Options with { MaximumFile = new ByteSize(1024), ErrorFolder = Errors };
        Drop("empty.hl7", "");
        using (var large = File.Create(Path.Combine(In, "large.hl7")))
        {
            large.SetLength(2L * 1024 * 1024 * 1024);
        }

        Directory.CreateDirectory(Path.Combine(In, "folder.hl7"));
        File.CreateSymbolicLink(Path.Combine(In, "link.hl7"), "/etc/hostname");
        await ShellAsync("mkfifo pipe.hl7 && echo x > \"$(printf 'bad\\377.hl7')\"");
        Drop("with space.hl7", "space");
        Drop("new\nline.hl7", "newline");
        Drop(new string('n', 255), "longest");

        await TakeAsync(3);
        await PollsAsync(5);

        Assert.Equal(["longest", "newline", "space"], Bench.Receiver.Texts.Order());
        Assert.Equal(1, Bench.Log.Count("it is empty"));
        Assert.Equal(1, Bench.Log.Count("more than 1024 (maximumFile)"));
        Assert.Equal(1, Bench.Log.Count("symbolic link"));
        Assert.Equal(1, Bench.Log.Count("a pipe"));
        Assert.Equal(1, Bench.Log.Count("not valid UTF-8"));
        Assert.Single(Directory.GetFiles(Errors));
        Assert.Equal(1, Bench.Figures.Limit("file-size"));
        await Source.StopAsync(Token);
        await ShellAsync("rm -f bad*");
    }

    [Fact]
    [Trait("Row", "F46")]
    public async Task TooLargeWithoutErrorFolder_StaysAndIsReportedOnce()
    {
        Options = Options with { MaximumFile = new ByteSize(1024) };
        var path = Drop("large.hl7", new string('x', 2000));
        Drop("small.hl7", "small");

        await TakeAsync(1);
        await PollsAsync(5);

        Assert.True(File.Exists(path));
        Assert.Equal(1, Bench.Log.Count("larger than 1KB"));
        Assert.Equal(1, Bench.Figures.Limit("file-size"));
    }

    [Fact]
    [Trait("Row", "F46")]
    public async Task LinkFollowedWhenSaid_OnlyTheLinkGoes()
    {
        Options = Options with { FollowLinks = true };
        var target = Bench.PathOf("target.hl7");
        File.WriteAllText(target, "linked");
        File.CreateSymbolicLink(Path.Combine(In, "link.hl7"), target);

        await TakeAsync(1);

        await Bench.UntilAsync(() => Directory.GetFileSystemEntries(In).Length == 0, "the link is gone");
        Assert.Equal("linked", Bench.ReadText(target));
    }

    [Fact]
    public async Task ReplacedWhileProcessed_NewVersionIsKeptAndTaken()
    {
        var path = Drop("a.hl7", "old");
        Bench.Receiver.Answer = (message, id, _) =>
        {
            if (id == 1)
            {
                File.WriteAllText(path + ".tmp", "new");
                File.Move(path + ".tmp", path, overwrite: true);
            }

            return ValueTask.FromResult(CollectingReceiver.Stored(id));
        };

        await TakeAsync(2);

        Assert.Equal(["old", "new"], Bench.Receiver.Texts);
    }

    [Fact]
    public async Task FolderMissing_IsSaidOnceAndTakenUpWhenItComes()
    {
        Directory.Delete(In);
        await Source.StartAsync(Bench.Receiver, Token);
        await Bench.UntilAsync(() => Bench.Log.Count("cannot be read") == 1, "it is said");
        await PollsAsync(5);

        Directory.CreateDirectory(In);
        Drop("a.hl7", "one");
        await Bench.Receiver.WaitForAsync(1, Token);

        Assert.Equal(1, Bench.Log.Count("cannot be read"));
    }

    [Fact]
    public async Task StoreInTrouble_FileStaysAndIsTakenLater()
    {
        Bench.Receiver.Answer = (_, id, _) => ValueTask.FromResult(id < 3 ? CollectingReceiver.NotStored() : CollectingReceiver.Stored(id));
        var path = Drop("a.hl7", "one");

        await TakeAsync(3);

        await Bench.UntilAsync(() => !File.Exists(path), "it is taken in the end");
    }

    [Fact]
    public async Task Batch_TheRestComesAtOnce()
    {
        Options = Options with { FilesPerLook = 2, Interval = TimeSpan.FromMinutes(5) };
        for (var i = 0; i < 7; i++)
        {
            Drop($"{i}.hl7", $"{i}");
        }

        await TakeAsync(7);

        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"{i}"), Bench.Receiver.Texts);
    }

    [Fact]
    public async Task MinimumAge_YoungFilesWait()
    {
        Options = Options with { MinimumAge = TimeSpan.FromHours(1) };
        Drop("young.hl7", "young");
        Drop("old.hl7", "old", age: TimeSpan.FromHours(2));

        await TakeAsync(1);
        await PollsAsync(5);

        Assert.Equal(["old"], Bench.Receiver.Texts);
    }

    private async Task TakeAsync(int count)
    {
        await Source.StartAsync(Bench.Receiver, Token);
        await Bench.Receiver.WaitForAsync(count, Token);
    }

    // Some looks at the folder pass; a file that is taken proves it without counting on the clock.
    private async Task PollsAsync(int looks) => await Task.Delay(Options.Interval!.Value * looks * 2, Token);

    private static async Task PollAsync(Microsoft.Extensions.Time.Testing.FakeTimeProvider time, TimeSpan step)
    {
        time.Advance(step);
        await Task.Delay(2, Token);
    }

    private string Drop(string name, string content, TimeSpan age = default)
    {
        var path = Path.Combine(In, name);
        var temporary = Bench.PathOf($"{Guid.NewGuid():N}.writing");
        File.WriteAllText(temporary, content, Encoding.Latin1);
        File.SetLastWriteTimeUtc(temporary, DateTime.UtcNow - age);
        File.Move(temporary, path);
        return path;
    }

    // What .NET cannot make: a pipe, and a name that is no UTF-8.
    private async Task ShellAsync(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { WorkingDirectory = In })!;
        await shell.WaitForExitAsync(Token);
        Assert.Equal(0, shell.ExitCode);
    }
}
