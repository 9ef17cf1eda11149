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

    [Fact]
    public async Task FullPartOfOneConnection_IsIndexed_AndFindsWhatAScanFinds()
    {
        var store = await FillOfOneConnectionAsync();
        await UntilIndexedAsync();

        AssertFindsWhatAScanFinds(store);
    }

    [Fact]
    [Trait("Row", "S39")]
    public async Task IndexMadeWhileItsMessagesGo_DoesNotStay()
    {
        var clock = new WatchedClock();
        var settings = new StoreSettings { SearchText = true, MaximumMessages = 200 };
        await using var stores = new ChannelStores(_folder.Path, NullLoggerFactory.Instance, clock);
        var store = (ChannelHost.Storage.Messages.MessageStore)stores.OpenMessages(Channel, settings);
        Task last = Task.CompletedTask;
        for (var number = 0; number < 600; number++)
        {
            last = store.AddAsync(Some.Message(store.NextId(), content: Content(number + 1))).AsTask();
        }

        await last;
        var wasMade = false;
        clock.TimerMade = () =>
        {
            // A removal that takes hours, on a disk that hardly moves.
            clock.TimerMade = null;
            clock.Forward(TimeSpan.FromHours(2));
            store.Texts!.Build(0);
            wasMade = File.Exists(Index);
        };

        await store.PruneAsync(Some.Morning, TestContext.Current.CancellationToken);

        Assert.True(wasMade);
        Assert.False(File.Exists(Index));
    }

    [Fact]
    [Trait("Row", "S39")]
    public async Task PartThatIsBeingRemovedFrom_GetsNoIndex()
    {
        var store = (ChannelHost.Storage.Messages.MessageStore)Open();
        Task last = Task.CompletedTask;
        for (var number = 0; number < 600; number++)
        {
            last = store.AddAsync(Some.Message(store.NextId(), content: Content(number + 1))).AsTask();
        }

        await last;

        store.Texts!.ForgetForGood([7]);
        store.Texts.Build(0);

        Assert.False(File.Exists(Index));
    }

    // Those that could have an index made are stored as the message of a sender who waits for its answer.
    private async Task<IMessageStore> FillOfOneConnectionAsync()
    {
        var store = Open();
        var last = Task.CompletedTask;
        for (var number = 0; number < Messages; number++)
        {
            var id = store.NextId();
            var message = Some.Message(id, content: Content(id)) with { Error = id == 77 ? "reason of 77" : null };
            if (id % 1_024 == 0)
            {
                last = store.AddToCommitHereAsync(message).AsTask();
                store.CommitHere();
            }
            else
            {
                last = store.AddAsync(message).AsTask();
            }
        }

        await last;
        return store;
    }
}
