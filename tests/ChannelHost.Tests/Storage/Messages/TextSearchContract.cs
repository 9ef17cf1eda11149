using ChannelHost.Storage.Messages.Texts;

namespace ChannelHost.Tests.Storage.Messages;

/// <summary>The indexes of texts: they find what looking through everything finds, and are never more than that. A store's tests inherit this and say how to open it.</summary>
public abstract class TextSearchContract : IAsyncDisposable
{
    private protected const int Messages = TextIndexes.PartSize + 4_000;
    private protected readonly TemporaryFolder _folder = new();
    private IChannelStores? _stores;

    /// <summary>The channel; it belongs to this test.</summary>
    protected virtual string Channel => "clinic/registration";

    private protected string Index => Path.Combine([_folder.Path, "channels", .. Channel.Split('/'), "texts", "0.text"]);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the stores of the data folder, the same ones each time.</summary>
    protected abstract IChannelStores OpenStores();

    [Fact]
    public async Task FullPart_IsIndexed_AndFindsWhatAScanFinds()
    {
        var store = await FillAsync();
        await UntilIndexedAsync();

        AssertFindsWhatAScanFinds(store);
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

    private protected static void AssertFindsWhatAScanFinds(IMessageStore store)
    {
        foreach (var text in new[] { "|4711|", "NAME^7", "ME^12", "zzzz", "é", "no such text", "Ab", "|" })
        {
            var query = new MessageQuery { Text = text, Count = 1_000 };
            var found = store.Find(query).Select(message => message.Id).ToList();
            var wanted = Enumerable.Range(1, Messages).Where(id => Content(id).Contains(text, StringComparison.Ordinal)).Select(id => (long)id).OrderDescending().Take(1_000);

            Assert.Equal(wanted, found);
        }

        Assert.Equal([77L], store.Find(new MessageQuery { Text = "reason of 77" }).Select(message => message.Id));
    }

    private protected static string Content(long id) => $"MSH|^~\\&|PMS|{id}|NAME^{id % 97}|{(id % 5_000 == 0 ? "é Ab" : "none")}";

    private protected async Task<IMessageStore> FillAsync(StoreSettings? settings = null)
    {
        var store = Open(settings);
        var last = Task.CompletedTask;
        for (var number = 0; number < Messages; number++)
        {
            var id = store.NextId();
            last = store.AddAsync(Some.Message(id, content: Content(id)) with { Error = id == 77 ? "reason of 77" : null }).AsTask();
        }

        await last;
        return store;
    }

    private protected async Task CloseAsync()
    {
        if (_stores is not null)
        {
            await _stores.DisposeAsync();
            _stores = null;
        }
    }

    // It is made beside everything else, and nothing signals that.
    private protected async Task UntilIndexedAsync()
    {
        for (var tries = 0; tries < 1_500 && !File.Exists(Index); tries++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.True(File.Exists(Index), "no index was made");
    }

    private protected IMessageStore Open(StoreSettings? settings = null)
    {
        _stores = OpenStores();
        return _stores.OpenMessages(Channel, settings ?? new StoreSettings { SearchText = true });
    }
}
