using ChannelHost.Tests.Storage.Messages;

namespace ChannelHost.Tests.Storage.PostgreSql;

/// <summary>What every message store promises holds for one that is encrypted, and hides what people search by as well.</summary>
[Collection(PostgreSqlStoreCollection.Name)]
public sealed class PostgreSqlEncryptedStoreTests(PostgreSqlStoreFixture fixture) : MessageStoreContract
{
    private readonly string _channel = $"clinic/sealed-{Guid.NewGuid():n}";

    protected override Task<IMessageStore> OpenAsync(StoreSettings settings) => Task.FromResult(fixture.EncryptedStores.OpenMessages(_channel, settings));

    protected override async Task CloseAsync()
    {
        if (Store is not null)
        {
            await Store.DisposeAsync();
        }
    }
}
