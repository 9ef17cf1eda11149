using ChannelHost.Storage.PostgreSql;
using ChannelHost.Tests.Storage.State;

namespace ChannelHost.Tests.Storage.PostgreSql;

/// <summary>What a channel remembers, in PostgreSQL.</summary>
[Collection(PostgreSqlStoreCollection.Name)]
public sealed class PostgreSqlStateTests(PostgreSqlStoreFixture fixture) : ChannelStateContract
{
    private readonly TemporaryFolder _other = new();
    private PostgreSqlStores? _otherHost;

    protected override string Channel { get; } = $"clinic/state-{Guid.NewGuid():n}";

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_otherHost is not null)
        {
            await _otherHost.DisposeAsync();
        }

        _other.Dispose();
    }

    protected override IChannelStores OpenStores() => fixture.Stores;

    protected override async Task CloseAsync()
    {
        await State.DisposeAsync();
        await Messages.DisposeAsync();
    }

    // A host that is gone says nothing any more: another one takes the channel over from it, whether it still runs or not.
    protected override async Task<IChannelStores> KillAsync()
    {
        var (messages, state) = (Messages, State);
        _otherHost = fixture.Open(_other.Path);
        await _otherHost.OpenMessages(Channel, new StoreSettings()).DisposeAsync();
        await state.DisposeAsync();
        await messages.DisposeAsync();
        return _otherHost;
    }
}
