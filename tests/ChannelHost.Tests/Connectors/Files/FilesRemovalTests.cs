using ChannelHost.Connectors.FileIntake;
using ChannelHost.Connectors.Files;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Files;

public sealed class FilesRemovalTests : IDisposable
{
    private readonly Bench _bench = new();

    public FilesRemovalTests()
    {
        Directory.CreateDirectory(In);
        Options = new FilesSourceOptions { Folder = In, Interval = TimeSpan.FromMilliseconds(20), StableFor = TimeSpan.Zero, After = AfterFile.Move, MoveTo = Archive };
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FilesSourceOptions Options { get; set; }

    private string In => _bench.PathOf("in");

    private string Archive => _bench.PathOf("archive");

    private string Errors => _bench.PathOf("errors");

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Row", "F44")]
    public async Task ErrorFolderCannotBeWritten_FailedFileGoesThereLaterAndIsNotDeleted(bool restarts)
    {
        Options = Options with { After = AfterFile.Delete, MoveTo = null, ErrorFolder = Errors };
        _bench.Receiver.Answer = (_, id, _) => ValueTask.FromResult(new SourceResponse(id, true, MessageStatus.Error, null, "no patient id"));
        File.WriteAllText(Errors, "a file where a folder should be");
        Drop("a.hl7", "bad");
        await using var source = await StartAsync();
        await Bench.UntilAsync(() => _bench.Log.Count("could not be removed") == 1, "removing failed");

        if (restarts)
        {
            await source.StopAsync(Token);
        }

        File.Delete(Errors);
        await using var next = restarts ? await StartAsync() : null;
        await Bench.UntilAsync(() => Directory.GetFileSystemEntries(In).Length == 0, "it is gone");

        Assert.Equal("bad", Bench.ReadText(Path.Combine(Errors, "a.hl7")));
        Assert.Single(_bench.Receiver.Messages);
    }

    [Fact]
    [Trait("Row", "F42")]
    public async Task ReplacedBetweenLookAndRemoval_OnlyWhatWasReadGoes()
    {
        var path = Drop("a.hl7", "old");
        _bench.Files.BeforeMove = () =>
        {
            _bench.Files.BeforeMove = null;
            File.WriteAllText(path + ".tmp", "new");
            File.Move(path + ".tmp", path, overwrite: true);
        };

        await using var source = await StartAsync();
        await _bench.Receiver.WaitForAsync(2, Token);
        await Bench.UntilAsync(() => Directory.GetFileSystemEntries(In).Length == 0, "both are gone");

        Assert.Equal(["old", "new"], _bench.Receiver.Texts);

        // The last one is out of the folder before it is in the archive, and locked until then.
        await source.StopAsync(Token);
        Assert.Equal(["new", "old"], Directory.GetFiles(Archive).Select(File.ReadAllText).Order());
    }

    [Fact]
    [Trait("Row", "F43")]
    public async Task MoveLeavesACopyAndFails_IsNotTakenForATakenName()
    {
        var moves = 0;
        _bench.Files.BeforeMove = () =>
        {
            File.WriteAllText(Path.Combine(Archive, moves++ == 0 ? "a.hl7" : $"a-{moves - 1}.hl7"), "one");
            throw new IOException("no right", 13);
        };
        Drop("a.hl7", "one");

        await using var source = await StartAsync();
        await Bench.UntilAsync(() => _bench.Log.Count("could not be removed") == 1, "removing failed");

        Assert.Equal(1, moves);
        Assert.Equal(1, _bench.Log.Count("Permission denied"));
    }

    [Fact]
    [Trait("Row", "F41")]
    public async Task Marker_GoesBeforeItsFileIsGone()
    {
        Options = Options with { Marker = ".done" };
        bool? markerStood = null;
        _bench.Files.BeforeMove = () => markerStood = File.Exists(Path.Combine(In, "a.hl7.done"));
        Drop("a.hl7", "one");
        Drop("a.hl7.done", "");

        await using var source = await StartAsync();
        await Bench.UntilAsync(() => Directory.GetFileSystemEntries(In).Length == 0, "both are gone");

        Assert.False(markerStood);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Row", "F41")]
    [Trait("Row", "F42")]
    public async Task SetAsideBeforeTheCrash_IsFinishedWithItsMarker_AndTakenWhenUnknown(bool isKnown)
    {
        Options = Options with { Marker = ".done" };
        var original = Drop("a.hl7", "one");
        Drop("a.hl7.done", "");
        if (isKnown)
        {
            _bench.Receiver.Take(LinuxFiles.Look(original, followLinks: false)!.Value.OnceKey(original, "one"u8));
        }

        Assert.NotNull(AsideFolder.Take(original, isError: false));

        await using var source = await StartAsync();
        await Bench.UntilAsync(() => Directory.GetFileSystemEntries(In).Length == 0, "file and marker are gone");

        Assert.Equal(isKnown ? [] : ["one"], _bench.Receiver.Texts);
        Assert.Equal("one", Bench.ReadText(Path.Combine(Archive, "a.hl7")));
    }

    [Fact]
    [Trait("Row", "F41")]
    public async Task MarkerWithoutItsFile_IsReportedOnceOld()
    {
        Options = Options with { Marker = ".done" };
        File.SetLastWriteTimeUtc(Drop("a.hl7.done", ""), DateTime.UtcNow.AddHours(-2));

        await using var source = await StartAsync();

        await Bench.UntilAsync(() => _bench.Log.Count("a marker without its file") == 1, "it is said");
    }

    private async Task<FilesSource> StartAsync()
    {
        var source = new FilesSource(Options, _bench.Context);
        await source.StartAsync(_bench.Receiver, Token);
        return source;
    }

    private string Drop(string name, string content)
    {
        var path = Path.Combine(In, name);
        File.WriteAllText(path + ".tmp", content);
        File.Move(path + ".tmp", path);
        return path;
    }
}
