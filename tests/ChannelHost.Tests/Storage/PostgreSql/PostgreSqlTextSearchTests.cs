using ChannelHost.Tests.Storage.Messages;

namespace ChannelHost.Tests.Storage.PostgreSql;

/// <summary>The indexes of texts beside a database.</summary>
[Collection(PostgreSqlStoreCollection.Name)]
public sealed class PostgreSqlTextSearchTests(PostgreSqlStoreFixture fixture) : TextSearchContract
{
    protected override string Channel { get; } = $"clinic/texts-{Guid.NewGuid():n}";

    protected override IChannelStores OpenStores() => fixture.Open(_folder.Path);
}
