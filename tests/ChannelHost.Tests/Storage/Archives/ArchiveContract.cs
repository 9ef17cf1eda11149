using System.Text;
using ChannelHost.Storage;
using ChannelHost.Storage.Archives;
using ChannelHost.Tests.Storage.Messages;

namespace ChannelHost.Tests.Storage.Archives;

/// <summary>What is archived before it is removed comes back as it was, whatever the store. A store's tests inherit this and say how to open it.</summary>
public abstract class ArchiveContract : IAsyncDisposable
{
    private protected static readonly DateTimeOffset Now = Some.Morning.AddDays(100);
    private protected static readonly StoreSettings Settings = new() { Retention = TimeSpan.FromDays(30), Archive = true };
    private protected readonly TemporaryFolder _folder = new();
    private IChannelStores? _stores;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The channel; it belongs to this test.</summary>
    protected virtual string Channel => "clinic/registration";

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the stores of the data folder, the same ones each time.</summary>
    protected abstract IChannelStores OpenStores();

    /// <summary>What is wrong with them.</summary>
    private protected abstract Task<IReadOnlyList<StoreProblem>> VerifyAsync();

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
        Assert.Empty(await VerifyAsync());
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
        Assert.Equal(20, (await ImportAsync(archive, Channel + "-other")).Taken);
        Assert.Empty(await VerifyAsync());
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

    private protected async Task<ArchiveImportOutcome> ImportAsync(params string[] archives) => await ImportAsync(archives, null);

    private protected async Task<ArchiveImportOutcome> ImportAsync(string archive, string into) => await ImportAsync([archive], into);

    private protected async Task<ArchiveImportOutcome> ImportAsync(string[] archives, string? into)
    {
        await CloseAsync();
        await using var stores = OpenStores();
        return await new MessageArchives(TimeProvider.System).ImportAsync(stores, archives, into, Token);
    }

    private protected string[] Archives() => [.. Directory.GetFiles(ArchiveWriter.FolderOf(_folder.Path, Channel), "*" + ArchiveWriter.Extension).Order(StringComparer.Ordinal)];

    private protected static async Task<List<(long Id, StoredMessage Message, IReadOnlyList<Attachment> Attachments)>> FillAsync(IMessageStore store, int count)
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
    private protected static string Comparable(StoredMessage message) => System.Text.Json.JsonSerializer.Serialize(new
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

    private protected static (string, string, string) Comparable(Attachment attachment) => (attachment.Id, attachment.Type, Convert.ToHexString(attachment.Content.Span));

    private protected IMessageStore Open(StoreSettings? settings = null)
    {
        _stores ??= OpenStores();
        return _stores.OpenMessages(Channel, settings ?? Settings);
    }

    private protected async Task CloseAsync()
    {
        if (_stores is not null)
        {
            await _stores.DisposeAsync();
            _stores = null;
        }
    }
}
