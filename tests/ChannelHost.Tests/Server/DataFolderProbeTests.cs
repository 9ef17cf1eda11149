using ChannelHost.Server.Hosting;
using ChannelHost.Storage.Files;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Server;

public sealed class DataFolderProbeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("channelhost-probe-").FullName;
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Trait("Row", "F06")]
    public void FolderThatTakesWrites_IsFoundToAndLeftAsItWas()
    {
        Assert.True(new DataFolderProbe(_folder, new DurableFiles(), _time).TakesWrites());
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    [Trait("Row", "F06")]
    public void FolderThatIsGone_TakesNoneAndIsLookedAtAgainASecondLater()
    {
        var place = Path.Combine(_folder, "data");
        var probe = new DataFolderProbe(place, new DurableFiles(), _time);
        Assert.False(probe.TakesWrites());

        Directory.CreateDirectory(place);

        Assert.False(probe.TakesWrites());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(probe.TakesWrites());
    }
}
