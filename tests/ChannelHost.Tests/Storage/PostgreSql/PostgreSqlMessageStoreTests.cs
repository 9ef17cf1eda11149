using ChannelHost.Tests.Storage.Messages;

namespace ChannelHost.Tests.Storage.PostgreSql;

[Collection(PostgreSqlStoreCollection.Name)]
public sealed class PostgreSqlMessageStoreTests(PostgreSqlStoreFixture fixture) : MessageStoreContract
{
    private readonly string _channel = $"clinic/registration-{Guid.NewGuid():n}";

    protected override Task<IMessageStore> OpenAsync(StoreSettings settings) => Task.FromResult(fixture.Stores.OpenMessages(_channel, settings));

    protected override async Task CloseAsync()
    {
        if (Store is not null)
        {
            await Store.DisposeAsync();
        }
    }
}
