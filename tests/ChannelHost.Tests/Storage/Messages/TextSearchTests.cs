using ChannelHost.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Messages;

/// <summary>The indexes of texts beside a message file.</summary>
public sealed class TextSearchTests : TextSearchContract
{
    protected override IChannelStores OpenStores() => new ChannelStores(_folder.Path, NullLoggerFactory.Instance, TimeProvider.System);

    [Fact]
    public async Task IndexThatIsDamaged_IsNoticedAndMadeAgain()
    {
        await FillAsync();
        await UntilIndexedAsync();
        await CloseAsync();
        var bytes = await File.ReadAllBytesAsync(Index, TestContext.Current.CancellationToken);
        for (var at = 30; at < bytes.Length; at += 97)
        {
            bytes[at] ^= 0x10;
        }

        await File.WriteAllBytesAsync(Index, bytes, TestContext.Current.CancellationToken);
        Assert.Contains(await new StoreVerifier(_folder.Path).VerifyAsync(TestContext.Current.CancellationToken), problem => problem.File == Index);
        var store = Open();

        Assert.Equal([4711L], store.Find(new MessageQuery { Text = "|4711|" }).Select(message => message.Id));
        await UntilIndexedAsync();
        Assert.Equal([4711L], store.Find(new MessageQuery { Text = "|4711|" }).Select(message => message.Id));
        await CloseAsync();
        Assert.Empty(await new StoreVerifier(_folder.Path).VerifyAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task SearchTurnedOff_LeavesNoIndexBehind()
    {
        await FillAsync();
        await UntilIndexedAsync();
        await CloseAsync();

        var store = Open(new StoreSettings());

        Assert.False(File.Exists(Index));
        Assert.Equal([4711L], store.Find(new MessageQuery { Text = "|4711|" }).Select(message => message.Id));
    }
}
