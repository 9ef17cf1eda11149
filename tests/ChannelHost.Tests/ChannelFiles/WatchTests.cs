using ChannelHost.Storage.ChannelFiles;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.ChannelFiles;

[Trait("Row", "F67")]
public sealed class WatchTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Folders _folders;
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private ChannelFolder _folder;
    private IAsyncEnumerator<IReadOnlyCollection<string>>? _watch;
    private Task<bool>? _next;

    public WatchTests()
    {
        _folders = new Folders { Time = _time };
        _folder = _folders.Open();
        Channel("a", 1);
        Channel("b", 2);
    }

    [Fact]
    public async Task ChangeBetweenReadingAndWatching_IsTold()
    {
        _folder.ReadAll();
        Channel("b", 3);

        Assert.Equal(["b"], await NextAsync());
    }

    [Fact]
    public async Task UnchangedFolder_TellsNothing()
    {
        _folder.ReadAll();

        await AssertQuietAsync();
    }

    [Fact]
    public async Task ChangeWhileWatching_IsToldByNotice()
    {
        _folder.ReadAll();
        await AssertQuietAsync();

        Channel("a", 9);

        // Less than a scan's interval passes: only a notice can have told.
        Assert.Equal(["a"], await NextAsync(TimeSpan.FromSeconds(4)));
    }

    [Fact]
    public async Task NewDeletedAndRenamedFolders_AreTold()
    {
        _folder.ReadAll();
        await AssertQuietAsync();

        Channel("group/c", 3);
        Assert.Equal(["group/c"], await NextAndReadAsync());
        Directory.Move(_folders.PathOf("group"), _folders.PathOf("other"));
        Assert.Equal(["group/c", "other/c"], await NextAndReadAsync());
        Directory.Delete(_folders.PathOf("other"), recursive: true);
        Assert.Equal(["other/c"], await NextAndReadAsync());
        Assert.Null(_folder.Read("other/c"));
    }

    [Fact]
    public async Task EditorThatSavesByRename_IsTold()
    {
        _folder.ReadAll();
        await AssertQuietAsync();
        var file = _folders.PathOf("a/channel.yaml");

        await File.WriteAllTextAsync(file + ".tmp", (await File.ReadAllTextAsync(file, _stop.Token)).Replace(":1 ", ":7 ", StringComparison.Ordinal), _stop.Token);
        File.Move(file + ".tmp", file, overwrite: true);

        Assert.Equal(["a"], await NextAsync());
    }

    [Fact]
    public async Task WholeFolderExchanged_IsTold()
    {
        _folder.ReadAll();
        await AssertQuietAsync();

        // As a checkout of another branch does it: the watched folder goes, another takes its name.
        Directory.Move(_folders.Root, _folders.Root + "-old");
        Channel("a", 5);
        Channel("c", 6);

        Assert.Equal(["a", "b", "c"], await NextAndReadAsync());
        Channel("c", 7);
        Assert.Equal(["c"], await NextAsync());
        Directory.Delete(_folders.Root + "-old", recursive: true);
    }

    [Fact]
    public async Task ChangeBelowLib_NamesEveryChannel()
    {
        _folders.Write("lib/dates.js", "one");
        _folder.ReadAll();
        await AssertQuietAsync();

        _folders.Write("lib/hl7/names.js", "two");
        Assert.Equal(["a", "b"], await NextAndReadAsync());
        File.Delete(_folders.PathOf("lib/dates.js"));
        Assert.Equal(["a", "b"], await NextAndReadAsync());
        await AssertQuietAsync();
    }

    [Fact]
    public async Task ScriptOutsideTheFolder_CountsWhereItIsNamed()
    {
        _folders.Write("shared/x.js", "one");
        Channel("a", 1, "filter: ../shared/x.js\ntransform: ../shared/missing.js\n");
        _folder.ReadAll();
        await AssertQuietAsync();

        _folders.Write("shared/x.js", "another");
        Assert.Equal(["a"], await NextAndReadAsync());
        _folders.Write("shared/missing.js", "there now");
        Assert.Equal(["a"], await NextAndReadAsync());
        await AssertQuietAsync();
    }

    [Fact]
    public async Task DataInAChannelsFolder_IsNoChange()
    {
        _folder.ReadAll();
        await AssertQuietAsync();

        _folders.Write("a/in/0001.hl7", "MSH|");
        _folders.Write("a/0002.hl7", "MSH|");
        _folders.Write("a/cases/one.expected/ehr.json", "{}");
        _folders.Write(".git/index.js", "x");

        await AssertQuietAsync();
    }

    [Fact]
    public async Task ChangeThatNobodyReads_IsToldOnce()
    {
        _folder.ReadAll();
        Channel("a", 5);

        Assert.Equal(["a"], await NextAsync());
        await AssertQuietAsync();
        Channel("a", 50);
        Assert.Equal(["a"], await NextAsync());
    }

    [Fact]
    public async Task ChannelReadMeanwhile_IsNoNews()
    {
        _folder.ReadAll();
        await AssertQuietAsync();

        Channel("a", 5);
        _folder.Read("a");

        await AssertQuietAsync();
    }

    [Fact]
    public async Task WithoutNotices_ChangesAreFoundByLooking()
    {
        // The file system gives no notice of what happens behind a link.
        using var elsewhere = new Folders();
        elsewhere.Write("channel.yaml", "source: { type: sample, listen: 127.0.0.1:8 }\n");
        Directory.CreateSymbolicLink(_folders.PathOf("linked"), elsewhere.Root);
        _folder.ReadAll();
        await AssertQuietAsync();

        elsewhere.Write("channel.yaml", "source: { type: sample, listen: 127.0.0.1:88 }\n");

        Assert.Equal(["linked"], await NextAsync());
    }

    [Fact]
    public async Task MountedConfigurationMap_IsSeenWhenItIsExchanged()
    {
        // The files are links into a hidden folder, which is itself a link that is exchanged.
        _folders.Write("mounted/..one/channel.yaml", "source: { type: sample, listen: 127.0.0.1:7 }\n");
        _folders.Write("mounted/..two/channel.yaml", "source: { type: sample, listen: 127.0.0.1:77 }\n");
        Directory.CreateSymbolicLink(_folders.PathOf("mounted/..data"), "..one");
        File.CreateSymbolicLink(_folders.PathOf("mounted/channel.yaml"), "..data/channel.yaml");
        Folders.Good(_folder.ReadAll().Single(reading => reading.Name == "mounted"));
        await AssertQuietAsync();

        File.Delete(_folders.PathOf("mounted/..data"));
        Directory.CreateSymbolicLink(_folders.PathOf("mounted/..data"), "..two");

        Assert.Equal(["mounted"], await NextAsync());
    }

    [Fact]
    public async Task FailingNotices_AreSaidOnceAndMadeUpFor()
    {
        var logger = new CollectingLogger();
        _folder = _folders.Open(logger);
        Directory.Delete(_folders.Root, recursive: true);
        await AssertQuietAsync();
        await AssertQuietAsync();
        Assert.Equal(1, logger.Warnings);

        Channel("late", 1);

        Assert.Equal(["late"], await NextAsync());
        Assert.Equal(1, logger.Warnings);
    }

    [Fact]
    [Trait("Row", "F68")]
    public async Task RefusedChannel_IsToldWhenTheHolderChanges()
    {
        Channel("c", 1);
        var refused = _folder.ReadAll().Single(reading => reading.Name == "c");
        await AssertQuietAsync();
        Assert.Null(refused.Definition);

        Channel("a", 9);

        Assert.Equal(["a", "c"], await NextAsync());
        Folders.Good(_folder.Read("c")!);
    }

    [Fact]
    public async Task Cancelled_Ends()
    {
        _folder.ReadAll();
        await AssertQuietAsync();

        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _next!);
        _next = null;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_next is not null)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _next);
        }

        await (_watch?.DisposeAsync() ?? ValueTask.CompletedTask);
        _stop.Dispose();
        _folders.Dispose();
    }

    private void Channel(string name, int port, string more = "") => _folders.Write($"{name}/channel.yaml", $"source: {{ type: sample, listen: 127.0.0.1:{port} }}\n{more}");

    private async Task<IReadOnlyCollection<string>> NextAndReadAsync()
    {
        var names = await NextAsync();
        foreach (var name in names)
        {
            _folder.Read(name);
        }

        return names;
    }

    /// <summary>Lets time pass until names are told. The file system's notices come in real time, so the clock is advanced in small steps.</summary>
    private async Task<IReadOnlyCollection<string>> NextAsync(TimeSpan? within = null)
    {
        await PassAsync(within ?? TimeSpan.FromSeconds(60));
        Assert.True(_next!.IsCompleted, "nothing was told");
        Assert.True(await _next);
        _next = null;
        return _watch!.Current;
    }

    /// <summary>Lets more time pass than two looks at the folder take.</summary>
    private async Task AssertQuietAsync()
    {
        await PassAsync(TimeSpan.FromSeconds(12));
        Assert.False(_next!.IsCompleted, _next.IsCompletedSuccessfully ? string.Join(", ", _watch!.Current) : "ended");
    }

    private async Task PassAsync(TimeSpan time)
    {
        _watch ??= _folder.WatchAsync(_stop.Token).GetAsyncEnumerator(CancellationToken.None);
        _next ??= _watch.MoveNextAsync().AsTask();
        var step = TimeSpan.FromMilliseconds(200);
        for (var passed = TimeSpan.Zero; passed < time && !_next.IsCompleted; passed += step)
        {
            await Task.WhenAny(_next, Task.Delay(TimeSpan.FromMilliseconds(15), TestContext.Current.CancellationToken));
            _time.Advance(step);
        }
    }

    private sealed class CollectingLogger : ILogger<ChannelFolder>
    {
        private int _warnings;

        public int Warnings => _warnings;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Interlocked.Add(ref _warnings, logLevel == LogLevel.Warning ? 1 : 0);
    }
}
