using System.Runtime.Versioning;
using ChannelHost.Storage;
using ChannelHost.Storage.Encryption;
using ChannelHost.Testing.Network;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Storage.Encryption;

/// <summary>A key file that changes while the host runs.</summary>
[SupportedOSPlatform("linux")]
public sealed class KeyFileWatchTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Row", "S37")]
    public async Task RefusedFile_IsTakenUpWhenItsModeIsMended()
    {
        var path = _folder["keys", "store.key"];
        var first = StoreKeyRotation.MakeKeyFile(path);
        var settings = new EncryptionSettings { KeyFile = path };
        var keys = new EncryptionKeys(settings);
        Assert.Equal(first, keys.Ring!.Present.Id);
        var log = new CollectingLogger();
        var changed = new TaskCompletionSource();
        await using var watch = new KeyFileWatch(path, keys, changed.SetResult, _time, log);
        var next = new StoreKeyRotation(_folder["data"], settings, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance).AddKey();
        File.SetUnixFileMode(path, Owner | UnixFileMode.OtherRead);

        await LookUntilAsync(() => log.Count("key file") > 0);
        Assert.Equal(first, keys.Ring!.Present.Id);
        File.SetUnixFileMode(path, Owner);
        await LookUntilAsync(() => changed.Task.IsCompleted);

        Assert.Equal(next, keys.Ring!.Present.Id);
    }

    // Each look is made by another thread, and nothing signals one that finds nothing.
    private async Task LookUntilAsync(Func<bool> holds)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(1));
        while (!holds())
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            await Task.Delay(5, deadline.Token);
        }
    }
}
