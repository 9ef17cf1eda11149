using ChannelHost.Storage;
using ChannelHost.Storage.Messages.Texts;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Messages;

/// <summary>The indexes of texts: they find what looking through everything finds, and are never more than that.</summary>
public sealed class TextSearchTests : IAsyncDisposable
{
    private const string Channel = "clinic/registration";
    private const int Messages = TextIndexes.PartSize + 4_000;
    private readonly TemporaryFolder _folder = new();
    private ChannelStores? _stores;

    private string Index => _folder["channels", "clinic", "registration", "texts", "0.text"];

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task FullPartOfOneConnection_IsIndexed_AndFindsWhatAScanFinds()
    {
        var store = await FillAsync(isOneConnection: true);
        await UntilIndexedAsync();

        foreach (var text in new[] { "|4711|", "NAME^7", "ME^12", "zzzz", "é", "no such text", "Ab", "|" })
        {
            var query = new MessageQuery { Text = text, Count = 1_000 };
            var found = store.Find(query).Select(message => message.Id).ToList();
            var wanted = Enumerable.Range(1, Messages).Where(id => Content(id).Contains(text, StringComparison.Ordinal)).Select(id => (long)id).OrderDescending().Take(1_000);

            Assert.Equal(wanted, found);
        }

        Assert.Equal([77L], store.Find(new MessageQuery { Text = "reason of 77" }).Select(message => message.Id));
    }

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
    [Trait("Row", "S39")]
    public async Task ContentThatIsRemoved_TakesTheIndexAlong()
    {
        var store = await FillAsync(new StoreSettings { SearchText = true, MaximumMessages = Messages - 10 });
        await UntilIndexedAsync();

        await store.PruneAsync(Some.Morning, TestContext.Current.CancellationToken);

        Assert.False(File.Exists(Index));
        Assert.Empty(store.Find(new MessageQuery { Text = "|7|" }));
        Assert.Equal([4711L], store.Find(new MessageQuery { Text = "|4711|" }).Select(message => message.Id));
    }

    [Fact]
    [Trait("Row", "S39")]
    public async Task IndexMadeWhileItsMessagesGo_DoesNotStay()
    {
        var clock = new WatchedClock();
        var settings = new StoreSettings { SearchText = true, MaximumMessages = 200 };
        var store = (ChannelHost.Storage.Messages.MessageStore)Open(settings, clock);
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

    private static string Content(long id) => $"MSH|^~\\&|PMS|{id}|NAME^{id % 97}|{(id % 5_000 == 0 ? "é Ab" : "none")}";

    // One connection: those that could have an index made are stored as the message of a sender who waits for its answer.
    private async Task<IMessageStore> FillAsync(StoreSettings? settings = null, bool isOneConnection = false)
    {
        var store = Open(settings);
        var last = Task.CompletedTask;
        for (var number = 0; number < Messages; number++)
        {
            var id = store.NextId();
            var message = Some.Message(id, content: Content(id)) with { Error = id == 77 ? "reason of 77" : null };
            if (isOneConnection && id % 1_024 == 0)
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

    private IMessageStore Open(StoreSettings? settings = null, TimeProvider? time = null)
    {
        _stores = new ChannelStores(_folder.Path, NullLoggerFactory.Instance, time ?? TimeProvider.System);
        return _stores.OpenMessages(Channel, settings ?? new StoreSettings { SearchText = true });
    }

    private async Task CloseAsync()
    {
        if (_stores is not null)
        {
            await _stores.DisposeAsync();
            _stores = null;
        }
    }

    // It is made beside everything else, and nothing signals that.
    private async Task UntilIndexedAsync()
    {
        for (var tries = 0; tries < 1_500 && !File.Exists(Index); tries++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.True(File.Exists(Index), "no index was made");
    }
}
