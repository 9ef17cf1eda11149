using ChannelHost.Storage.PostgreSql;
using ChannelHost.Storage.PostgreSql.Messages;
using ChannelHost.Tests.Storage.Messages;
using Npgsql;

namespace ChannelHost.Tests.Storage.PostgreSql;

/// <summary>A database that ends before what was acknowledged is noticed by a host that starts.</summary>
[Collection(PostgreSqlStoreCollection.Name)]
public sealed class PostgreSqlCommitMarkTests(PostgreSqlStoreFixture fixture) : IDisposable
{
    private const string Channel = "clinic/marked";
    private readonly TemporaryFolder _folder = new();
    private readonly string _database = $"marked_{Guid.NewGuid():n}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Row", "F74")]
    public async Task DatabasePutBackFromABackup_IsRefusedUntilTheMarkIsDeleted()
    {
        await RunAsync($"CREATE DATABASE {_database}");
        await AddAsync(3);
        await RunAsync($"CREATE DATABASE {_database}_backup TEMPLATE {_database}");
        await AddAsync(2);
        await RunAsync($"DROP DATABASE {_database}");
        await RunAsync($"ALTER DATABASE {_database}_backup RENAME TO {_database}");
        var mark = Path.Combine(_folder.Path, "channels", "clinic", "marked", "postgresql.mark");

        // As often as it is tried: the refusal changes nothing.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await using var stores = Open();
            var refusal = Assert.Throws<StoreException>(() => stores.OpenMessages(Channel, new StoreSettings()));
            Assert.Contains("commits that were acknowledged are missing", refusal.Message, StringComparison.Ordinal);
            Assert.Contains($"delete {mark}", refusal.Message, StringComparison.Ordinal);
        }

        File.Delete(mark);
        await AddAsync(1);
        await AddAsync(1);

        await using var reopened = Open();
        Assert.Equal(5, reopened.OpenMessages(Channel, new StoreSettings()).Find(new MessageQuery()).Count);
    }

    [Fact]
    [Trait("Row", "F74")]
    public async Task EmptyDatabaseInPlaceOfTheOneThatWasUsed_IsRefusedAndStaysEmpty()
    {
        await RunAsync($"CREATE DATABASE {_database}");
        await AddAsync(1);
        await RunAsync($"DROP DATABASE {_database}");
        await RunAsync($"CREATE DATABASE {_database}");

        await using (var stores = Open())
        {
            Assert.Throws<StoreException>(() => stores.OpenMessages(Channel, new StoreSettings()));
        }

        using var database = new PgDatabase(fixture.Settings with { ConnectionString = Connection });
        using var connection = database.OpenReader();
        Assert.Equal(0, connection.Number("SELECT count(*) FROM channelhost.channels"));
    }

    private string Connection => new NpgsqlConnectionStringBuilder(fixture.Server.ConnectionString) { Database = _database }.ConnectionString;

    private PostgreSqlStores Open() => fixture.Open(_folder.Path, Connection);

    private async Task AddAsync(int count)
    {
        await using var stores = Open();
        var store = Assert.IsType<PgMessageStore>(stores.OpenMessages(Channel, new StoreSettings()));
        for (var number = 0; number < count; number++)
        {
            await store.AddAsync(Some.Message(store.NextId()));
        }
    }

    private Task RunAsync(string sql) => fixture.Server.RunAsync(sql, TestContext.Current.CancellationToken);
}
