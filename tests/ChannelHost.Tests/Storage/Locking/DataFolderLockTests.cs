using ChannelHost.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Locking;

public sealed class DataFolderLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Row", "F19")]
    public async Task SecondHostOnTheFolder_IsRefusedAndTheFirstGoesOn()
    {
        await using var first = Open();
        await using var store = first.OpenMessages("a/b", new StoreSettings());

        var refusal = Assert.Throws<StoreException>(Open);

        Assert.Contains($"another host (pid {Environment.ProcessId}) uses this data folder {_folder.Path}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, store.NextId());
    }

    [Fact]
    public async Task FolderGivenFree_CanBeTakenAgain()
    {
        await Open().DisposeAsync();
        await Open().DisposeAsync();
    }

    [Fact]
    public async Task FilesAndFolders_AreForThisUserAlone()
    {
        await using var stores = Open();
        await using var messages = stores.OpenMessages("group/name", new StoreSettings());
        messages.NextId();
        await using var state = stores.OpenState("group/name", messages, new StateSettings());
        state.WriteDocument("cursor", "{}");

        foreach (var entry in new DirectoryInfo(_folder.Path).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            var expected = entry is DirectoryInfo ? UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute : UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal((entry.FullName, expected), (entry.FullName, entry.UnixFileMode));
        }

        Assert.True(File.Exists(_folder["channels", "group", "name", "messages.db-wal"]));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("a/../../b")]
    [InlineData("/etc")]
    [InlineData("a//b")]
    [InlineData("")]
    [InlineData("a/.hidden")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    public async Task ChannelNameThatIsNoPath_IsRefused(string channel)
    {
        await using var stores = Open();

        Assert.Throws<StoreException>(() => stores.OpenMessages(channel, new StoreSettings()));
    }

    [Fact]
    public async Task SameChannelTwice_IsRefusedUntilItIsClosed()
    {
        await using var stores = Open();
        var store = stores.OpenMessages("a/b", new StoreSettings());

        Assert.Throws<StoreException>(() => stores.OpenMessages("a/b", new StoreSettings()));

        await store.DisposeAsync();
        await stores.OpenMessages("a/b", new StoreSettings()).DisposeAsync();
    }

    private ChannelStores Open() => new(_folder.Path, NullLoggerFactory.Instance, TimeProvider.System);
}
