using ChannelHost.Storage;
using ChannelHost.Storage.Messages.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Messages;

/// <summary>Files of earlier schemas are brought up when they are opened.</summary>
public sealed class UpgradeTests : IDisposable
{
    private const string Channel = "clinic/registration";
    private static readonly string[] WithoutSchema4 =
        ["DROP TABLE content_keys", "DROP INDEX messages_duplicate_of", "DROP INDEX destinations_order", "DROP INDEX destinations_dead", "ALTER TABLE destinations DROP COLUMN order_key"];

    private static readonly string[] WithoutSchema7 =
    [
        "ALTER TABLE attachments DROP COLUMN sealed_size", "ALTER TABLE state_map DROP COLUMN sealed_key", "ALTER TABLE state_map DROP COLUMN crc",
        "ALTER TABLE state_taken DROP COLUMN crc", "ALTER TABLE state_changes DROP COLUMN crc", "ALTER TABLE batches DROP COLUMN crc", "ALTER TABLE names DROP COLUMN crc",
        "DROP TABLE encryption", "ALTER TABLE progress DROP COLUMN crc",
    ];

    private static readonly string[] WithoutSchema6 =
    [
        "DROP TABLE blocks", "DROP TABLE block_places", "DROP TABLE imported", "DROP INDEX messages_reason", "DROP INDEX destinations_reason",
        "DROP INDEX destinations_again", "DROP INDEX destinations_reattempt",
    ];

    private readonly TemporaryFolder _folder = new();

    private string Database => _folder["channels", "clinic", "registration", "messages.db"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Row", "F23")]
    public async Task FileOfSchema1_IsBroughtUpWithAllThatIsInIt()
    {
        await MakeSchema1Async();
        Assert.Empty(await new StoreVerifier(_folder.Path).VerifyAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, Number("PRAGMA user_version"));

        await using (var stores = Open())
        {
            var store = stores.OpenMessages(Channel, new StoreSettings());

            Assert.Equal([2, 1], store.Find(new MessageQuery()).Select(message => message.Id));
            Assert.Equal((MessageStatus.Transformed, 0, 0), (store.Read(1)!.Summary.Status, store.Read(1)!.Summary.ReplayOf, store.Read(1)!.Summary.BatchId));
            await store.AddAsync(Some.Message(store.NextId()) with { ReplayOf = 1 });
            Assert.Single(store.Find(new MessageQuery { ReplayOf = 1 }));
        }

        Assert.Equal(8, Number("PRAGMA user_version"));
        Assert.Empty(await new StoreVerifier(_folder.Path).VerifyAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    [Trait("Row", "F23")]
    public async Task FileOfSchema2_TakesAttachments()
    {
        await MakeSchema1Async();
        await using (var stores = Open())
        {
            stores.OpenMessages(Channel, new StoreSettings());
        }

        Execute([.. WithoutSchema7, .. WithoutSchema6, .. WithoutSchema4, "DROP TABLE attachments", "ALTER TABLE messages DROP COLUMN attachments", "PRAGMA user_version=2"]);
        Assert.Empty(await new StoreVerifier(_folder.Path).VerifyAsync(TestContext.Current.CancellationToken));

        await using (var stores = Open())
        {
            var store = stores.OpenMessages(Channel, new StoreSettings());
            await store.AddAsync(Some.Message(store.NextId()) with { Attachments = [new Attachment("a", "text/plain", "x"u8.ToArray())] });

            Assert.Equal([1, 0, 0], store.Find(new MessageQuery()).Select(message => message.Attachments));
            Assert.Equal(MessageStatus.Transformed, store.Read(1)!.Summary.Status);
        }

        Assert.Equal(8, Number("PRAGMA user_version"));
        Assert.Empty(await new StoreVerifier(_folder.Path).VerifyAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    [Trait("Row", "F23")]
    public async Task FileOfSchema3_KeepsItsQueueAndTakesOrderKeys()
    {
        await MakeSchema1Async();
        await using (var stores = Open())
        {
            stores.OpenMessages(Channel, new StoreSettings());
        }

        Execute([.. WithoutSchema7, .. WithoutSchema6, .. WithoutSchema4, "PRAGMA user_version=3"]);
        Assert.Empty(await new StoreVerifier(_folder.Path).VerifyAsync(TestContext.Current.CancellationToken));

        await using (var stores = Open())
        {
            var store = stores.OpenMessages(Channel, new StoreSettings());
            await store.AddAsync(Some.Message(store.NextId(), destinations: Some.Queued() with { OrderKey = 7 }));

            Assert.Equal([0L, 7], store.ReadQueue(Some.Queued().Name, 0, 10).Select(work => work.OrderKey));
        }

        Assert.Empty(await new StoreVerifier(_folder.Path).VerifyAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    [Trait("Row", "F23")]
    public async Task UpgradeThatFails_LeavesTheFileAsItWas()
    {
        await MakeSchema1Async();
        Execute("CREATE TABLE batches(something TEXT)");

        await using (var stores = Open())
        {
            Assert.Throws<StoreException>(() => stores.OpenMessages(Channel, new StoreSettings()));
        }

        Assert.Equal(1, Number("PRAGMA user_version"));
        Assert.Equal(0, Number("SELECT COUNT(*) FROM pragma_table_info('messages') WHERE name IN ('replay_of', 'batch_id')"));
    }

    [Fact]
    public async Task FileOfANewerVersion_IsRefused()
    {
        await MakeSchema1Async();
        Execute("PRAGMA user_version=99");

        await using var stores = Open();
        var refusal = Assert.Throws<StoreException>(() => stores.OpenMessages(Channel, new StoreSettings()));

        Assert.Contains("newer version", refusal.Message, StringComparison.Ordinal);
    }

    // What schema 2 added is taken out again; the rows are as the first version wrote them.
    private async Task MakeSchema1Async()
    {
        await using (var stores = Open())
        {
            var store = stores.OpenMessages(Channel, new StoreSettings());
            await store.AddAsync(Some.Message(store.NextId(), controlId: "C1"));
            await store.AddAsync(Some.Message(store.NextId(), controlId: "C2", destinations: Some.Queued()));
        }

        Execute(
            [.. WithoutSchema7, .. WithoutSchema6, .. WithoutSchema4, "DROP TABLE attachments", "ALTER TABLE messages DROP COLUMN attachments",
            "DROP INDEX messages_replay_of", "DROP INDEX messages_batch_id", "DROP TABLE batches",
            "ALTER TABLE messages DROP COLUMN replay_of", "ALTER TABLE messages DROP COLUMN batch_id", "PRAGMA user_version=1"]);
    }

    private ChannelStores Open() => new(_folder.Path, NullLoggerFactory.Instance, TimeProvider.System);

    private void Execute(params ReadOnlySpan<string> statements)
    {
        using var database = SqliteDatabase.Open(Database);
        foreach (var statement in statements)
        {
            database.Execute(statement);
        }
    }

    private long Number(string sql)
    {
        using var database = SqliteDatabase.Open(Database);
        return database.Number(sql);
    }
}
