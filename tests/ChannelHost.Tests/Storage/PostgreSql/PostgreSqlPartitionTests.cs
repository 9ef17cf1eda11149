using ChannelHost.Storage.PostgreSql;
using ChannelHost.Storage.PostgreSql.Messages;
using ChannelHost.Storage.PostgreSql.Schema;
using ChannelHost.Storage.PostgreSql.Verification;
using ChannelHost.Tests.Storage.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ChannelHost.Tests.Storage.PostgreSql;

/// <summary>Partitions are made and removed beside whoever reads the tables for long: a dump, or a check.</summary>
[Collection(PostgreSqlStoreCollection.Name)]
public sealed class PostgreSqlPartitionTests(PostgreSqlStoreFixture fixture) : IDisposable
{
    private const long First = ChannelTables.FirstPartition;
    private readonly TemporaryFolder _folder = new();
    private readonly string _channel = $"clinic/partitions-{Guid.NewGuid():n}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task NextPartition_IsMadeWhileADumpRuns()
    {
        await using var stores = Open(new PgTimes { Lock = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(1) });
        var store = OpenStore(stores);
        await using var dump = await ReadAsync([.. store.Tables.All]);

        GiveIds(store, First + 1);
        await store.AddAsync(Some.Message(store.NextId()));

        Assert.Null(store.Fault);
        Assert.Equal(2, Partitions(store));
        Assert.Equal(0, await CountAsync(dump, store.Tables.Messages));
    }

    [Fact]
    public async Task PartitionThatCannotBeMade_IsAnErrorOnlyWhenThePresentOneIsFull()
    {
        await using var stores = Open(new PgTimes
        {
            Lock = TimeSpan.FromMilliseconds(100), Patience = TimeSpan.FromMilliseconds(200), RetryAfter = TimeSpan.FromMilliseconds(50), PartitionAgain = TimeSpan.FromHours(1),
        });
        var store = OpenStore(stores);
        await using (var holder = await fixture.Server.ConnectAsync(TestContext.Current.CancellationToken))
        {
            await RunAsync(holder, $"BEGIN; LOCK TABLE {store.Tables.Destinations} IN SHARE UPDATE EXCLUSIVE MODE");
            GiveIds(store, First - 30_000);
            await store.AddAsync(Some.Message(store.NextId()));
            Assert.Null(store.Fault);
            Assert.Equal(1, Partitions(store));

            var full = Assert.Throws<StoreException>(() => GiveIds(store, First + 1));
            Assert.Contains("lock timeout", full.Message, StringComparison.Ordinal);
        }

        GiveIds(store, First + 1);
        await store.AddAsync(Some.Message(store.NextId()));
        Assert.Equal(2, Partitions(store));
    }

    [Fact]
    public async Task PartitionRemovedWhileADumpRuns_IsGoneForAllButTheDumpAndDroppedAfterIt()
    {
        await using var stores = Open(new PgTimes { Readers = TimeSpan.FromMilliseconds(300) });
        var store = OpenStore(stores);
        await FillAsync(store, 20);
        GiveIds(store, First + 120_000);
        var young = store.NextId();
        await store.AddAsync(Some.Message(young) with { ReceivedAt = Some.Morning.AddDays(9) });
        await using var dump = await ReadAsync(store.Tables.Messages, store.Tables.Contents);

        Assert.Equal(20, await store.PruneAsync(Some.Morning.AddDays(9), TestContext.Current.CancellationToken));

        Assert.Equal([young], store.Find(new MessageQuery()).Select(message => message.Id));
        Assert.Equal(1, store.Counts().Where(count => count.Connector == "source").Sum(count => count.Count));
        Assert.Equal(21, await CountAsync(dump, store.Tables.Messages));
        await AssertSoundAsync();
        Assert.True(Left(store) > 0);

        // Another run, and another process, find nothing new to remove; what comes late for a message that went is refused.
        Assert.Equal(0, await store.PruneAsync(Some.Morning.AddDays(9), TestContext.Current.CancellationToken));
        await store.DisposeAsync();
        store = OpenStore(stores);
        var late = await Assert.ThrowsAsync<StoreException>(() => store.AddAsync(Some.Message(5)).AsTask());
        Assert.Contains("are removed", late.Message, StringComparison.Ordinal);
        await dump.DisposeAsync();
        Assert.Equal(0, await store.PruneAsync(Some.Morning.AddDays(9), TestContext.Current.CancellationToken));
        Assert.Equal(0, Left(store));
        await AssertSoundAsync();
    }

    [Fact]
    public async Task NewestTimeOfAClosedPartition_IsLookedUpOnce()
    {
        await using var stores = Open(new PgTimes());
        var store = OpenStore(stores);
        await FillAsync(store, 3);
        GiveIds(store, First + 120_000);

        Assert.Equal(0, await store.PruneAsync(Some.Morning.AddHours(1), TestContext.Current.CancellationToken));

        Assert.Equal(Some.Morning.UtcTicks, store.Read(connection => connection.Number(
            "SELECT received_to FROM channelhost.partitions WHERE channel = $1 AND number = 1", store.Tables.Channel)));
    }

    [Fact]
    public async Task OldMessageBehindAWindowOfYoungOnes_IsRemoved()
    {
        await using var stores = Open(new PgTimes());
        var store = OpenStore(stores);
        await Task.WhenAll(Enumerable.Range(0, PgPruning.Window + 1).Select(_ =>
            store.AddAsync(Some.Message(store.NextId(), MessageStatus.Filtered) with { ReceivedAt = Some.Morning.AddDays(9) }).AsTask()));
        var old = store.NextId();
        await store.AddAsync(Some.Message(old, MessageStatus.Filtered) with { ReceivedAt = Some.Morning });

        Assert.Equal(1, await store.PruneAsync(Some.Morning.AddDays(9), TestContext.Current.CancellationToken));

        Assert.Null(store.Read(old));
    }

    private PostgreSqlStores Open(PgTimes times) => new(_folder.Path, fixture.Settings with { Times = times }, NullLoggerFactory.Instance);

    private PgMessageStore OpenStore(PostgreSqlStores stores) =>
        Assert.IsType<PgMessageStore>(stores.OpenMessages(_channel, new StoreSettings { Retention = TimeSpan.FromDays(1) }));

    private static async Task FillAsync(PgMessageStore store, int count)
    {
        for (var number = 0; number < count; number++)
        {
            await store.AddAsync(Some.Message(store.NextId(), MessageStatus.Filtered, $"C{number}") with { ReceivedAt = Some.Morning });
        }
    }

    // Ids that are given and never used are nothing unusual.
    private static void GiveIds(PgMessageStore store, long upTo)
    {
        while (store.NextId() < upTo)
        {
            // Each id counts.
        }
    }

    private static long Partitions(PgMessageStore store) => store.Read(connection => store.Tables.Partitions(connection).Count);

    private static int Left(PgMessageStore store) => store.Read(connection => LeftTable.All(connection, store.Tables).Count);

    private async Task AssertSoundAsync() => Assert.DoesNotContain(
        await new PostgreSqlVerifier(fixture.Settings).VerifyAsync(TestContext.Current.CancellationToken), problem => problem.Channel == _channel);

    // As pg_dump does: one transaction that has looked at each table.
    private async Task<NpgsqlConnection> ReadAsync(params string[] tables)
    {
        var connection = await fixture.Server.ConnectAsync(TestContext.Current.CancellationToken);
        await RunAsync(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        foreach (var table in tables)
        {
            await CountAsync(connection, table);
        }

        return connection;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, string table)
    {
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM {table}", connection);
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
