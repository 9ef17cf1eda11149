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

public sealed class ArchiveTests : IAsyncDisposable
{
    private const string Channel = "clinic/registration";
    private static readonly DateTimeOffset Now = Some.Morning.AddDays(100);
    private static readonly StoreSettings Settings = new() { Retention = TimeSpan.FromDays(30), Archive = true };
    private readonly TemporaryFolder _folder = new();
    private ChannelStores? _stores;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task PrunedMessages_ComeBackFromTheArchiveAsTheyWere()
    {
        var store = Open();
        var before = await FillAsync(store, 700);
        Assert.Equal(700, await store.PruneAsync(Now, Token));
        var archive = Assert.Single(Archives());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsLinux() ? File.GetUnixFileMode(archive) : default);

        var outcome = await ImportAsync(archive);

        Assert.Equal((700, 700, 0), (outcome.Read, outcome.Taken, outcome.Problems.Count));
        store = Open();
        foreach (var (id, message, attachments) in before)
        {
            var again = store.Find(new MessageQuery { OriginalId = id }).Single();
            var stored = store.Read(again.Id)!;
            Assert.Equal(Comparable(message), Comparable(stored));
            Assert.Equal(attachments.Select(Comparable), store.ReadAttachments(again.Id).Select(Comparable));
            Assert.Equal(message.Summary.ReplayOf, again.ReplayOf == 0 ? 0 : store.Read(again.ReplayOf)!.Summary.OriginalId);
        }

        Assert.Empty(store.ReadQueue("ehr", 0, 10));
        Assert.Empty(store.ReadUnfinished(0, 10));

        // They came in today: their time begins anew.
        Assert.Equal(0, await store.PruneAsync(DateTimeOffset.UtcNow.AddDays(29), Token));
        Assert.Equal(700, await store.PruneAsync(DateTimeOffset.UtcNow.AddDays(31), Token));
        await CloseAsync();
        Assert.Empty(await new StoreVerifier(_folder.Path).VerifyAsync(Token));
    }

    [Fact]
    public async Task ImportedTwice_NothingIsThereTwice()
    {
        var store = Open();
        await FillAsync(store, 20);
        await store.PruneAsync(Now, Token);
        var archive = Assert.Single(Archives());

        Assert.Equal(20, (await ImportAsync(archive)).Taken);
        Assert.Equal(0, (await ImportAsync(archive)).Taken);

        // Into another channel they go as well: that one has none of them.
        Assert.Equal(20, (await ImportAsync(archive, "clinic/other")).Taken);
        Assert.Empty(await new StoreVerifier(_folder.Path).VerifyAsync(Token));
    }

    [Fact]
    public async Task ContentFirstAndMessageLater_TheArchivesTogetherHaveAll()
    {
        var settings = Settings with { Retention = TimeSpan.FromDays(200), ContentRetention = TimeSpan.FromDays(30) };
        var store = Open(settings);
        await FillAsync(store, 10);
        Assert.Equal(0, await store.PruneAsync(Now, Token));
        Assert.Equal(10, await store.PruneAsync(Now.AddDays(200), Token));
        Assert.Equal(2, Archives().Length);

        var outcome = await ImportAsync(Archives());

        Assert.Equal((20, 10), (outcome.Read, outcome.Taken));
        store = Open();
        Assert.All(store.Find(new MessageQuery()), message => Assert.NotNull(store.Read(message.Id)!.Raw));
    }

    [Fact]
    public async Task ArchiveCannotBeWritten_NothingIsRemoved()
    {
        var store = Open();
        await FillAsync(store, 10);
        await File.WriteAllTextAsync(_folder["archive"], "in the way", Token);

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => store.PruneAsync(Now, Token));

        Assert.IsType<StoreException>(failure);
        Assert.Equal(10, store.Find(new MessageQuery()).Count);
    }

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

    private async Task<ArchiveImportOutcome> ImportAsync(params string[] archives) => await ImportAsync(archives, null);

    private async Task<ArchiveImportOutcome> ImportAsync(string archive, string into) => await ImportAsync([archive], into);

    private async Task<ArchiveImportOutcome> ImportAsync(string[] archives, string? into)
    {
        await CloseAsync();
        await using var stores = new ChannelStores(_folder.Path, NullLoggerFactory.Instance, TimeProvider.System);
        return await new MessageArchives(TimeProvider.System).ImportAsync(stores, archives, into, Token);
    }

    private string[] Archives() => [.. Directory.GetFiles(ArchiveWriter.FolderOf(_folder.Path, Channel), "*" + ArchiveWriter.Extension).Order(StringComparer.Ordinal)];

    private static async Task<List<(long Id, StoredMessage Message, IReadOnlyList<Attachment> Attachments)>> FillAsync(IMessageStore store, int count)
    {
        var last = Task.CompletedTask;
        for (var number = 1; number <= count; number++)
        {
            var id = store.NextId();
            _ = store.AddAsync(Some.Message(id, controlId: $"C{number}", content: $"MSH|^~\\&|\rPID|{number}|Ä \"quoted\" <tag>", destinations: [Some.Queued() with
            {
                Content = number % 3 == 0 ? new byte[] { 0xff, 0, 0x80, (byte)number } : "for the ehr"u8.ToArray(),
                ConnectorMap = new Dictionary<string, object?> { ["n"] = (double)number },
                ChannelMap = new Dictionary<string, object?> { ["$odd"] = null },
            }, new DestinationRecord { Name = "copy", Status = MessageStatus.Filtered, Error = "not wanted" }]) with
            {
                Encoded = number % 2 == 0 ? Encoding.UTF8.GetBytes($"encoded {number}") : default(ReadOnlyMemory<byte>?),
                SourceMap = new Dictionary<string, object?> { ["list"] = new List<object?> { "a", 1.0 }, ["bytes"] = new byte[] { 1, 2 } },
                ChannelMap = new Dictionary<string, object?> { ["key"] = "väl\nue" },
                Metadata = new Dictionary<string, string> { ["mrn"] = $"M{number}" },
                ReplayOf = number % 10 == 0 ? id - 1 : 0,
                Error = number % 50 == 0 ? "a reason" : null,
                Attachments = [new Attachment("pdf", "application/pdf", new byte[] { 0x25, 0xff, (byte)number }), new Attachment("txt", "text/plain", "plain"u8.ToArray())],
            }).AsTask();
            last = store.UpdateAsync(Some.Sent(id, attempts: 2) with { Response = "MSA|AA"u8.ToArray(), IsReattempt = number % 7 == 0 }).AsTask();
        }

        await last;

        return [.. Enumerable.Range(1, count).Select(number => ((long)number, store.Read(number)!, store.ReadAttachments(number)))];
    }

    // All that must be the same; ids and links are new.
    private static string Comparable(StoredMessage message) => System.Text.Json.JsonSerializer.Serialize(new
    {
        Summary = message.Summary with { Id = 0, ReplayOf = 0, OriginalId = 0, Attachments = 0 },
        Raw = message.Raw?.ToArray(),
        Encoded = message.Encoded?.ToArray(),
        message.SourceMap,
        message.ChannelMap,
        message.ChannelMaps,
        Sent = message.Sent.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()),
        Responses = message.Responses.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()),
    });

    private static (string, string, string) Comparable(Attachment attachment) => (attachment.Id, attachment.Type, Convert.ToHexString(attachment.Content.Span));

    private IMessageStore Open(StoreSettings? settings = null)
    {
        _stores ??= new ChannelStores(_folder.Path, NullLoggerFactory.Instance, TimeProvider.System);
        return _stores.OpenMessages(Channel, settings ?? Settings);
    }

    private async Task CloseAsync()
    {
        if (_stores is not null)
        {
            await _stores.DisposeAsync();
            _stores = null;
        }
    }
}
