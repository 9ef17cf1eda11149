using ChannelHost.Storage;
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

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}
