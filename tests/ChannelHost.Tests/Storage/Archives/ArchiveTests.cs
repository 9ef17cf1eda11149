using System.IO.Compression;
using System.Text;
using ChannelHost.Storage;
using ChannelHost.Storage.Archives;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Removal;
using ChannelHost.Storage.Messages.Sqlite;
using ChannelHost.Tests.Storage.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Archives;

/// <summary>Archives of message files, and what an archive itself must bear.</summary>
public sealed class ArchiveTests : ArchiveContract
{
    protected override IChannelStores OpenStores() => new ChannelStores(_folder.Path, NullLoggerFactory.Instance, TimeProvider.System);

    private protected override Task<IReadOnlyList<StoreProblem>> VerifyAsync() => new StoreVerifier(_folder.Path).VerifyAsync(Token);

    [Fact]
    [Trait("Row", "F23")]
    public async Task TornOrDamagedArchive_IsReadAsFarAsItGoesAndToldWhere()
    {
        var path = await MakeAsync(1_000);
        var whole = await File.ReadAllBytesAsync(path, Token);
        Assert.Equal((1_000, 0), Read(path));

        var random = new Random(5);
        for (var round = 0; round < 40; round++)
        {
            var isTorn = round % 2 == 0;
            var at = random.Next(whole.Length);
            var bytes = isTorn ? whole[..at] : [.. whole];
            if (!isTorn)
            {
                bytes[at] ^= (byte)(1 << random.Next(8));
            }

            await File.WriteAllBytesAsync(path, bytes, Token);
            var (messages, problems) = Read(path);

            // Of 1,000 messages a damaged place costs those of one member, a tear those behind it.
            Assert.True(isTorn || messages >= 1_000 - 256, $"byte {at}: {messages} messages");
            Assert.True(problems > 0 || messages == 1_000, $"byte {at}: {messages} messages, and nothing told");
            Assert.True(!isTorn || problems > 0, $"cut at {at}");
        }
    }

    [Fact]
    public async Task Archive_IsReadByAnyGzipReader()
    {
        var path = await MakeAsync(300);

        await using var file = File.OpenRead(path);
        await using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.UTF8);
        var lines = (await reader.ReadToEndAsync(Token)).Split('\n');

        Assert.Contains("\"format\":\"channelhost-archive\"", lines[0], StringComparison.Ordinal);
        Assert.Equal(300, lines.Count(line => line.StartsWith("{\"id\":", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task UnfinishedArchiveOfACrash_GoesWithTheNext()
    {
        var folder = ArchiveWriter.FolderOf(_folder.Path, Channel);
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, ".building-1"), "half", Token);

        await MakeAsync(1);

        Assert.DoesNotContain(Directory.GetFiles(folder), file => file.Contains(".building", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MessageThatIsNotFinished_IsRefused()
    {
        var folder = ArchiveWriter.FolderOf(_folder.Path, Channel);
        string path;
        using (var writer = new ArchiveWriter(folder, Channel, Now, ContentCodec.Plain(Channel)))
        {
            writer.TryAdd(new ArchivedMessage
            {
                Id = 1, ReceivedAt = Now, Status = MessageStatus.Transformed, DataType = "hl7v2",
                Destinations = [new ArchivedDestination { Name = "ehr", Status = MessageStatus.Queued }],
            });
            path = writer.Finish(1);
        }

        var outcome = await ImportAsync(path);

        Assert.Equal((1, 0), (outcome.Read, outcome.Taken));
        Assert.Contains("not finished", Assert.Single(outcome.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MapsThatNestAsDeepAsTheStoreAllows_ComeBack()
    {
        var store = Open();
        var id = store.NextId();
        var map = new Dictionary<string, object?> { ["deep"] = Nested(99) };
        await store.AddAsync(Some.Message(id, destinations: new DestinationRecord { Name = "ehr", Status = MessageStatus.Error, ConnectorMap = map, ChannelMap = map }) with { SourceMap = map, ChannelMap = map });
        var before = store.Read(id)!;

        Assert.Equal(1, await store.PruneAsync(Now, Token));
        var outcome = await ImportAsync(Assert.Single(Archives()));

        Assert.Equal((1, 1, 0), (outcome.Read, outcome.Taken, outcome.Problems.Count));
        store = Open();
        var again = store.Read(store.Find(new MessageQuery { OriginalId = id }).Single().Id)!;
        Assert.Equal(Deep(before.ChannelMap), Deep(again.ChannelMap));
        Assert.Equal(Deep(before.SourceMap), Deep(again.SourceMap));
        Assert.Equal(Deep(before.ConnectorMaps["ehr"]), Deep(again.ConnectorMaps["ehr"]));
        Assert.Equal(Deep(before.ChannelMaps["ehr"]), Deep(again.ChannelMaps["ehr"]));
    }

    [Fact]
    public async Task MessageThatAnArchiveCannotHold_StaysInTheStoreAndTheOthersGo()
    {
        var store = Open();
        await FillAsync(store, 5);
        await CloseAsync();
        var database = _folder["channels", "clinic", "registration", "messages.db"];
        using (var sqlite = SqliteDatabase.Open(database))
        {
            // Sound, and yet nothing that this version would have written.
            using var replace = sqlite.Prepare("INSERT OR REPLACE INTO contents(key, form, crc, data) VALUES (?1, ?2, ?3, ?4)");
            var map = $"{{\"deep\":{new string('[', 400)}{new string(']', 400)}}}";
            StoredContent.Write(replace, ContentCodec.Plain(Channel), ContentSlot.Key(3, ContentSlot.ChannelMap), Encoding.UTF8.GetBytes(map));
        }

        store = Open();

        Assert.Equal(4, await store.PruneAsync(Now, Token));
        Assert.Equal(0, await store.PruneAsync(Now, Token));

        Assert.Equal([3L], store.Find(new MessageQuery()).Select(message => message.Id));
        Assert.Equal((4, 0), Read(Assert.Single(Archives())));
    }

    [Fact]
    public async Task FolderOfArchivesIsNotOurs_NothingIsRemovedAndItIsSaid()
    {
        // Nobody may make a folder there, whoever runs the test.
        Assert.SkipUnless(Directory.Exists("/dev/pts"), "needs /dev/pts");
        var store = Open();
        await FillAsync(store, 3);
        Directory.CreateSymbolicLink(_folder["archive"], "/dev/pts");

        var failure = await Assert.ThrowsAsync<StoreException>(() => store.PruneAsync(Now, Token));

        Assert.Contains("permissions", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, store.Find(new MessageQuery()).Count);
    }

    [Fact]
    public async Task LargeMessages_AreNotReadAllAtOnce()
    {
        var store = Open();
        var items = new List<PruneItem>();
        for (var number = 0; number < 6; number++)
        {
            var id = store.NextId();
            await store.AddAsync(Some.Message(id) with { Raw = new byte[3 << 20] });
            items.Add(new PruneItem(id, ChannelHost.Storage.Pruning.PruningVerdict.Goes, await StampAsync(store, id)));
        }

        var pages = new List<int>();
        for (var at = 0; at < items.Count;)
        {
            (var messages, at) = ((MessageStore)store).Read(reader => MessageArchiving.Page(reader, items, at));
            pages.Add(messages.Count);
        }

        Assert.Equal([3, 3], pages);
    }

    private static async Task<long> StampAsync(IMessageStore store, long id) => await ((MessageStore)store).RunAsync(tables => tables.StampOf(id));

    private static List<object?> Nested(int depth)
    {
        var outer = new List<object?>();
        for (var (level, inner) = (1, outer); level < depth; level++)
        {
            var next = new List<object?>();
            inner.Add(next);
            inner = next;
        }

        return outer;
    }

    private static string Deep(IReadOnlyDictionary<string, object?>? map) => Encoding.UTF8.GetString(PlainJson.WriteMap(map)!);

    private async Task<string> MakeAsync(int messages)
    {
        var store = Open();
        await FillAsync(store, messages);
        await store.PruneAsync(Now, Token);
        await CloseAsync();
        return Assert.Single(Archives());
    }

    private static (int Messages, int Problems) Read(string path)
    {
        var reader = new ArchiveReader(path, ChannelHost.Storage.Encryption.EncryptionKeys.None);
        return (reader.Read().Count(), reader.Problems.Count);
    }
}
