using ChannelHost.Storage.PostgreSql;
using ChannelHost.Storage.PostgreSql.Messages;
using ChannelHost.Storage.PostgreSql.Schema;
using ChannelHost.Storage.PostgreSql.Verification;
using ChannelHost.Tests.Storage.Messages;

namespace ChannelHost.Tests.Storage.PostgreSql;

[Collection(PostgreSqlStoreCollection.Name)]
public sealed class PostgreSqlPruningTests(PostgreSqlStoreFixture fixture)
{
    private readonly string _channel = $"clinic/pruning-{Guid.NewGuid():n}";

    [Fact]
    public async Task PartitionOfOldMessages_IsDroppedWholeUnlessSomethingInItWaits()
    {
        var store = Assert.IsType<PgMessageStore>(fixture.Stores.OpenMessages(_channel, new StoreSettings { Retention = TimeSpan.FromDays(1) }));
        await using (store)
        {
            await FillAsync(store, 50);
            PassPartition(store);
            await FillAsync(store, 50);
            PassPartition(store);
            var waiting = store.NextId();
            await store.AddAsync(Some.Message(waiting, destinations: Some.Queued()) with { ReceivedAt = Some.Morning });
            PassPartition(store);
            var young = store.NextId();
            await store.AddAsync(Some.Message(young) with { ReceivedAt = Some.Morning.AddDays(9) });
            var before = Partitions(store);

            var removed = await store.PruneAsync(Some.Morning.AddDays(9), TestContext.Current.CancellationToken);

            Assert.Equal(100, removed);
            Assert.Equal(before - 2, Partitions(store));
            Assert.Equal([young, waiting], store.Find(new MessageQuery()).Select(message => message.Id));
            Assert.Equal(2, store.Counts().Where(count => count.Connector == "source").Sum(count => count.Count));
            Assert.Equal(new StatusCount("ehr", MessageStatus.Queued, 1), Assert.Single(store.Counts(), count => count.Connector == "ehr"));
            var problems = await new PostgreSqlVerifier(new PostgreSqlSettings { ConnectionString = fixture.Server.ConnectionString }).VerifyAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain(problems, problem => problem.Channel == _channel);
        }
    }

    [Fact]
    public async Task ContentStatusAndNumber_ArePrunedByTheirOwnRules()
    {
        var store = fixture.Stores.OpenMessages(_channel, new StoreSettings
        {
            RetentionByStatus = new Dictionary<MessageStatus, TimeSpan> { [MessageStatus.Filtered] = TimeSpan.FromHours(1) },
            ContentRetention = TimeSpan.FromHours(2),
            MaximumMessages = 3,
        });
        await using (store)
        {
            for (var number = 0; number < 10; number++)
            {
                await store.AddAsync(Some.Message(store.NextId(), number < 5 ? MessageStatus.Filtered : MessageStatus.Error));
            }

            var removed = await store.PruneAsync(Some.Morning.AddHours(3), TestContext.Current.CancellationToken);

            Assert.Equal(7, removed);
            Assert.Equal([10, 9, 8], store.Find(new MessageQuery()).Select(message => message.Id));
            Assert.Null(store.Read(10)!.Raw);
        }
    }

    private static async Task FillAsync(PgMessageStore store, int count)
    {
        for (var number = 0; number < count; number++)
        {
            await store.AddAsync(Some.Message(store.NextId(), MessageStatus.Filtered, $"C{number}") with { ReceivedAt = Some.Morning, Metadata = new Dictionary<string, string> { ["mrn"] = "M" } });
        }
    }

    // Gives out ids until the newest partition is another one: ids that are given and never used are nothing unusual.
    private static void PassPartition(PgMessageStore store)
    {
        for (var last = store.NextId() + ChannelTables.FirstPartition * 2; store.NextId() < last;)
        {
            // Each id counts.
        }
    }

    private static long Partitions(PgMessageStore store) => store.Read(connection => store.Tables.Partitions(connection).Count);
}
