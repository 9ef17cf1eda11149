using ChannelHost.Storage;
using ChannelHost.Storage.Messages.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Messages;

/// <summary>Files that were changed behind the store's back. Nothing wrong may be read as right, and one bad record must not stop the others.</summary>
public sealed class DamageTests : IDisposable
{
    private const string Channel = "clinic/registration";
    private readonly TemporaryFolder _folder = new();

    private string Database => _folder["data", "channels", "clinic", "registration", "messages.db"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [Trait("Row", "F17")]
    [InlineData("UPDATE contents SET data = X'00' WHERE key = (7 << 16) + 4 * (SELECT id FROM names WHERE name = 'ehr')")]
    [InlineData("DELETE FROM contents WHERE key >= 7 << 16 AND key < 8 << 16")]
    [InlineData("UPDATE destinations SET attempts = 9 WHERE message_id = 7")]
    [InlineData("UPDATE messages SET control_id = 'other' WHERE id = 7")]
    [InlineData("UPDATE contents SET form = 9 WHERE key = (7 << 16) + 4 * (SELECT id FROM names WHERE name = 'ehr')")]
    public async Task OneDamagedRecord_TurnsToErrorAndTheOthersGoOn(string damage)
    {
        await MakeStoreAsync(20);
        Execute(damage);

        await using var stores = Open();
        var store = stores.OpenMessages(Channel, new StoreSettings());
        var work = store.ReadQueue("ehr", 0, 100);

        Assert.Equal(Enumerable.Range(1, 20).Where(id => id != 7).Select(id => (long)id), work.Select(item => item.MessageId));
        var failed = Assert.Single(store.Find(new MessageQuery { Destination = "ehr", Status = MessageStatus.Error }));
        Assert.Equal(7, failed.Id);
        Assert.Contains("message 7", failed.Destinations[0].Error, StringComparison.Ordinal);
        Assert.Equal(19, store.Counts().Single(count => count is { Connector: "ehr", Status: MessageStatus.Queued }).Count);
        await store.AddAsync(Some.Message(store.NextId()));
    }

    [Theory]
    [Trait("Row", "F18")]
    [InlineData("UPDATE attachments SET data = X'00'", "checksum of an attachment")]
    [InlineData("UPDATE attachments SET id = 'other'", "checksum of an attachment")]
    [InlineData("DELETE FROM attachments", "another number of attachments")]
    [InlineData("DELETE FROM contents; DELETE FROM messages WHERE id = 1", "attachments without their message")]
    public async Task DamagedAttachment_IsFound(string damage, string told)
    {
        await using (var stores = Open())
        {
            var store = stores.OpenMessages(Channel, new StoreSettings());
            await store.AddAsync(Some.Message(store.NextId()) with { Attachments = [new Attachment("a", "text/plain", "x"u8.ToArray())] });
        }

        Assert.Empty(await new StoreVerifier(_folder["data"]).VerifyAsync(TestContext.Current.CancellationToken));
        foreach (var statement in damage.Split(';'))
        {
            Execute(statement);
        }

        var problems = await new StoreVerifier(_folder["data"]).VerifyAsync(TestContext.Current.CancellationToken);
        Assert.Contains(problems, problem => problem.ToString()!.Contains(told, StringComparison.Ordinal));
        if (told.Contains("checksum", StringComparison.Ordinal))
        {
            await using var stores = Open();
            var store = stores.OpenMessages(Channel, new StoreSettings());
            Assert.Throws<StoreException>(() => store.ReadAttachments(1));
        }
    }

    [Fact]
    [Trait("Row", "F17")]
    public async Task AWholePageOfDamagedRecords_DoesNotLookLikeTheEndOfTheQueue()
    {
        await MakeStoreAsync(20);
        Execute("UPDATE contents SET data = X'00' WHERE key >> 16 <= 10");

        await using var stores = Open();
        var store = stores.OpenMessages(Channel, new StoreSettings());

        Assert.Equal([11L, 12, 13], store.ReadQueue("ehr", 0, 3).Select(item => item.MessageId));
    }

    [Fact]
    [Trait("Row", "F17")]
    public async Task DamagedUnfinishedMessages_TurnToErrorAndTheOthersAreRecovered()
    {
        await using (var stores = Open())
        {
            var store = stores.OpenMessages(Channel, new StoreSettings());
            for (var number = 0; number < 6; number++)
            {
                await store.AddAsync(Some.Message(store.NextId(), number < 3 ? MessageStatus.Received : MessageStatus.Transformed, destinations: number < 3 ? [] : [Some.Pending()]));
            }
        }

        Execute("UPDATE contents SET data = X'00' WHERE key >> 16 IN (2, 5)");

        await using var reopened = Open();
        var again = reopened.OpenMessages(Channel, new StoreSettings());
        Assert.Equal([1L, 3, 4, 6], again.ReadUnfinished(0, 100).Select(message => message.Message.Summary.Id));
        Assert.Equal(MessageStatus.Error, again.Find(new MessageQuery { BeforeId = 3, Count = 1 })[0].Status);
        Assert.Equal(5, Assert.Single(again.Find(new MessageQuery { Destination = "ehr", Status = MessageStatus.Error })).Id);
        Assert.Equal(4, again.ReadUnfinished(0, 100).Count);
    }

    [Theory]
    [Trait("Row", "F18")]
    [InlineData("empty")]
    [InlineData("missing")]
    [InlineData("header")]
    [InlineData("truncated")]
    [InlineData("other")]
    public async Task BrokenFile_IsRefusedWithWhatToDo(string how)
    {
        await MakeStoreAsync(20);
        var bytes = await File.ReadAllBytesAsync(Database, TestContext.Current.CancellationToken);
        switch (how)
        {
            case "missing":
                File.Delete(Database);
                break;
            case "empty":
                await File.WriteAllBytesAsync(Database, [], TestContext.Current.CancellationToken);
                break;
            case "header":
                bytes.AsSpan(0, 16).Clear();
                await File.WriteAllBytesAsync(Database, bytes, TestContext.Current.CancellationToken);
                break;
            case "truncated":
                await File.WriteAllBytesAsync(Database, bytes[..(bytes.Length / 2)], TestContext.Current.CancellationToken);
                break;
            default:
                File.Delete(Database);
                await File.WriteAllTextAsync(Database, new string('x', 10_000), TestContext.Current.CancellationToken);
                break;
        }

        await using var stores = Open();
        var refusal = Assert.Throws<StoreException>(() => stores.OpenMessages(Channel, new StoreSettings()));

        Assert.Contains(Channel, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Database, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("restore the folder from a backup", refusal.Message, StringComparison.Ordinal);
        await stores.OpenMessages("clinic/other", new StoreSettings()).DisposeAsync();
    }

    [Theory]
    [Trait("Row", "F18")]
    [InlineData("removed")]
    [InlineData("emptied")]
    [InlineData("cut")]
    [InlineData("flipped")]
    public async Task DamagedLog_IsFoundAtOpenAndByVerification(string how)
    {
        await WriteAndKillAsync();
        var log = Database + "-wal";
        var bytes = await File.ReadAllBytesAsync(log, TestContext.Current.CancellationToken);
        Assert.True(bytes.Length > 100_000);
        switch (how)
        {
            case "removed":
                File.Delete(log);
                break;
            case "emptied":
                await File.WriteAllBytesAsync(log, [], TestContext.Current.CancellationToken);
                break;
            case "cut":
                await File.WriteAllBytesAsync(log, bytes[..50_000], TestContext.Current.CancellationToken);
                break;
            default:
                bytes[60_000] ^= 4;
                await File.WriteAllBytesAsync(log, bytes, TestContext.Current.CancellationToken);
                break;
        }

        var problems = await VerifyAsync();
        Assert.Contains(problems, problem => problem.Channel == Channel && problem.File == Database);
        await using var stores = Open();
        var refusal = Assert.Throws<StoreException>(() => stores.OpenMessages(Channel, new StoreSettings()));
        Assert.Contains("acknowledged are missing", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F18")]
    public async Task FlippedBytesAnywhere_AreNeverReadAsTheTruth()
    {
        await MakeStoreAsync(200);
        var expected = await ReadAllAsync();
        var original = await File.ReadAllBytesAsync(Database, TestContext.Current.CancellationToken);
        var random = new Random(18);
        var found = 0;
        for (var round = 0; round < 100; round++)
        {
            var bytes = original.ToArray();
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(Database, bytes, TestContext.Current.CancellationToken);

            var problems = await VerifyAsync();
            if (problems.Count > 0)
            {
                found++;
                continue;
            }

            // Verification saw nothing, so what is read must be what was written.
            Assert.Equal(expected, await ReadAllAsync());
        }

        Assert.InRange(found, 1, 100);
        TestContext.Current.TestOutputHelper?.WriteLine($"{found} of 100 flips were found, the others changed nothing that is read");
    }

    [Fact]
    [Trait("Row", "F25")]
    public async Task WrongCount_IsFoundByVerification()
    {
        await MakeStoreAsync(20);
        Execute("UPDATE counts SET n = n + 1 WHERE status = 4");

        var problem = Assert.Single(await VerifyAsync());

        Assert.Contains("Queued", problem.What, StringComparison.Ordinal);
        Assert.Contains("is 21, a recount gives 20", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SoundStore_HasNoProblemsAndVerifyingChangesNothing()
    {
        await WriteAndKillAsync();
        var before = Files();

        Assert.Empty(await VerifyAsync());

        Assert.Equal(before, Files());

        Dictionary<string, string> Files() => Directory.GetFiles(Path.GetDirectoryName(Database)!)
            .Where(file => !file.EndsWith("-shm", StringComparison.Ordinal))
            .ToDictionary(file => file, file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));
    }

    [Fact]
    public async Task NewerSchema_IsRefusedByName()
    {
        await MakeStoreAsync(1);
        Execute("PRAGMA user_version=99");

        await using var stores = Open();
        var refusal = Assert.Throws<StoreException>(() => stores.OpenMessages(Channel, new StoreSettings()));

        Assert.Contains("newer version of ChannelHost", refusal.Message, StringComparison.Ordinal);
    }

    private async Task MakeStoreAsync(int messages)
    {
        await using var stores = Open();
        var store = stores.OpenMessages(Channel, new StoreSettings());
        for (var number = 0; number < messages; number++)
        {
            await store.AddAsync(Some.Message(store.NextId(), controlId: $"C{number}", destinations: Some.Queued() with { Content = "to be sent"u8.ToArray() }) with
            {
                SourceMap = new Dictionary<string, object?> { ["file"] = $"{number}.hl7" },
                Metadata = new Dictionary<string, string> { ["mrn"] = $"M{number}" },
            });
        }
    }

    private async Task WriteAndKillAsync()
    {
        using var child = ChildProcess.Start("write", _folder["data"]);
        for (var line = 0; line < 100; line++)
        {
            Assert.NotNull(await child.ReadLineAsync(TestContext.Current.CancellationToken));
        }

        child.Kill();
        await child.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private async Task<string> ReadAllAsync()
    {
        await using var stores = Open();
        var store = stores.OpenMessages(Channel, new StoreSettings());
        var all = store.Find(new MessageQuery { Count = 1_000 }).Select(summary =>
        {
            var message = store.Read(summary.Id)!;
            return $"{summary.Id} {summary.ReceivedAt:O} {summary.Status} {summary.ControlId} {summary.Metadata["mrn"]} {summary.Destinations[0].Status} "
                + $"{Some.Text(message.Raw!.Value)} {Some.Text(message.Sent["ehr"])} {message.SourceMap!["file"]}";
        });
        var queue = store.ReadQueue("ehr", 0, 1_000).Select(work => $"{work.MessageId} {Some.Text(work.Content)}");
        return string.Join('\n', [.. all, .. queue, .. store.Counts().Select(count => count.ToString())]);
    }

    private Task<IReadOnlyList<StoreProblem>> VerifyAsync() => new StoreVerifier(_folder["data"]).VerifyAsync(TestContext.Current.CancellationToken);

    private void Execute(string sql)
    {
        using var database = SqliteDatabase.Open(Database);
        database.Execute(sql);
    }

    private ChannelStores Open() => new(_folder["data"], NullLoggerFactory.Instance, TimeProvider.System);
}
