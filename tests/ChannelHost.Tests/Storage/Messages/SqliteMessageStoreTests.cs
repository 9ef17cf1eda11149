using ChannelHost.Storage;
using ChannelHost.Storage.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Messages;

public sealed class SqliteMessageStoreTests : MessageStoreContract
{
    private readonly TemporaryFolder _folder = new();
    private ChannelStores? _stores;

    protected override Task<IMessageStore> OpenAsync(StoreSettings settings)
    {
        _stores = new ChannelStores(_folder.Path, NullLoggerFactory.Instance, TimeProvider.System);
        return Task.FromResult(_stores.OpenMessages("clinic/registration", settings));
    }

    protected override async Task CloseAsync()
    {
        if (_stores is not null)
        {
            await _stores.DisposeAsync();
        }
    }

    [Fact]
    public async Task TwoSearchesUnderWay_AThirdIsPutOffAndTheEngineReads()
    {
        var store = (MessageStore)Store;
        store.SearchPatience = TimeSpan.Zero;
        await store.AddAsync(Some.Message(store.NextId(), controlId: "C1", destinations: Some.Queued()));
        Assert.Single(store.Search(new MessageQuery()).Messages);
        Assert.True(store.Readers.TryBeginSearch(TimeSpan.Zero));
        Assert.True(store.Readers.TryBeginSearch(TimeSpan.Zero));

        var failure = Assert.Throws<StoreException>(() => store.Search(new MessageQuery()));

        Assert.Contains("ask again", failure.Message, StringComparison.Ordinal);
        Assert.Single(store.ReadQueue("ehr", 0, 10));
        Assert.Equal(1, store.FindEarlier(new EarlierQuery("C1", default, default)));
        Assert.Single(store.Find(new MessageQuery { ControlId = "C1" }));
        store.Readers.EndSearch();
        Assert.Single(store.Search(new MessageQuery()).Messages);
    }

    [Fact]
    public async Task SizesOfAMessage_AreToldWithoutReadingIt()
    {
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id));
        await ((MessageStore)Store).RunAsync(tables =>
        {
            tables.Database.Execute("UPDATE contents SET crc = crc + 1");
            return 0;
        });

        Assert.Throws<StoreException>(() => Store.Read(id));
        Assert.True(Store.ReadSizes(id)!.IsContentKept);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}
