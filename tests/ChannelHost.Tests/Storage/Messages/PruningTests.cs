using System.Text;
using ChannelHost.Storage;
using ChannelHost.Storage.Messages.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Messages;

/// <summary>Pruning of the SQLite store: what goes and stays, that room comes back, and that what is gone is gone from the files.</summary>
public sealed class PruningTests : IAsyncDisposable
{
    private const string Channel = "clinic/registration";
    private static readonly DateTimeOffset Now = Some.Morning.AddDays(100);
    private readonly TemporaryFolder _folder = new();
    private ChannelStores? _stores;

    private string Database => _folder["channels", "clinic", "registration", "messages.db"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task ContentPastItsTime_GoesBeforeItsMessage()
    {
        var store = await OpenAsync(new StoreSettings { Retention = TimeSpan.FromDays(200), ContentRetention = TimeSpan.FromDays(7) });
        var old = await AddAsync(store, "C1", Some.Morning, MessageStatus.Sent);
        var young = await AddAsync(store, "C2", Now.AddDays(-1), MessageStatus.Sent);
        var dead = await AddAsync(store, "C3", Some.Morning, MessageStatus.DeadLetter);
        var waiting = await AddAsync(store, "C4", Some.Morning, MessageStatus.Queued);

        Assert.Equal(0, await store.PruneAsync(Now, Token));

        Assert.Null(store.Read(old)!.Raw);
        Assert.Empty(store.ReadAttachments(old));
        Assert.Equal("C1", store.Read(old)!.Summary.ControlId);
        Assert.All([young, dead, waiting], id => Assert.Equal(1, store.ReadAttachments(id).Count(attachment => store.Read(id)!.Raw is not null && attachment.Content.Length > 0)));
        await AssertSoundAsync();
    }

    [Fact]
    public async Task TooMany_TheOldestFinishedOnesGo()
    {
        var store = await OpenAsync(new StoreSettings { MaximumMessages = 5 });
        for (var number = 0; number < 30; number++)
        {
            await AddAsync(store, $"C{number}", Some.Morning, number % 3 == 0 ? MessageStatus.Sent : number % 3 == 1 ? MessageStatus.Queued : MessageStatus.DeadLetter);
        }

        Assert.Equal(5, await store.PruneAsync(Now, Token));

        Assert.Equal([28L, 25, 22, 19, 16], store.Find(new MessageQuery { DestinationStatus = MessageStatus.Sent }).Select(message => message.Id));
        Assert.Equal(25, store.Find(new MessageQuery { Count = 100 }).Count);
        Assert.Equal(0, await store.PruneAsync(Now, Token));
        await AssertSoundAsync();
    }

    [Fact]
    public async Task StatusesWithTimesOfTheirOwn_AreKeptThatLong()
    {
        var store = await OpenAsync(new StoreSettings
        {
            Retention = TimeSpan.FromDays(30),
            RetentionByStatus = new Dictionary<MessageStatus, TimeSpan> { [MessageStatus.Error] = TimeSpan.FromDays(300) },
        });
        await AddAsync(store, "C1", Some.Morning, MessageStatus.Sent);
        await AddAsync(store, "C2", Some.Morning, MessageStatus.Error);
        await AddAsync(store, "C3", Some.Morning, MessageStatus.DeadLetter);

        Assert.Equal(2, await store.PruneAsync(Now, Token));

        Assert.Equal([2L], store.Find(new MessageQuery()).Select(message => message.Id));
        Assert.Equal([new StatusCount("source", MessageStatus.Transformed, 1), new StatusCount("ehr", MessageStatus.Error, 1)], store.Counts());
    }

    [Fact]
    [Trait("Row", "S39")]
    public async Task WhatIsPruned_IsInNoFileAnyMore()
    {
        const string secret = "ZZTOP-4711-SENTINEL";
        var store = await OpenAsync(new StoreSettings { Retention = TimeSpan.FromDays(30), SearchText = true });
        var kept = await AddAsync(store, "C0", Now, MessageStatus.Sent, "nothing of note");
        for (var number = 1; number <= 300; number++)
        {
            await AddAsync(store, $"{secret}{number}", Some.Morning, MessageStatus.Sent, $"{secret} {number} {new string('x', number * 7)}");
        }

        Assert.True(await HitsAsync(secret) > 0, "what is looked for must be seen while it is there");
        Assert.Equal(300, await store.PruneAsync(Now, Token));

        // The store is open and goes on working: its log is there.
        Assert.Equal(0, await HitsAsync(secret));
        Assert.NotNull(store.Read(kept)!.Raw);
        await AssertSoundAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Row", "S39")]
    public async Task RunThatIsCutShort_WhatItRemovedIsInNoFileAnyMore(bool isKilled)
    {
        using var cut = new CancellationTokenSource();
        var settings = new StoreSettings { Retention = TimeSpan.FromDays(30) };
        var clock = new WatchedClock();
        var store = await OpenAsync(settings, clock);
        for (var number = 1; number <= 300; number++)
        {
            await AddAsync(store, $"ZZTOP-{number}-", Some.Morning, MessageStatus.Sent, $"ZZTOP-{number}- {new string('x', number * 7)}");
        }

        clock.TimerMade = cut.Cancel;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.PruneAsync(Now, cut.Token));
        clock.TimerMade = null;
        var removed = Enumerable.Range(1, 300).Where(id => store.Read(id) is null).Select(id => $"ZZTOP-{id}-").ToList();
        if (isKilled)
        {
            // What a kill would leave, to be opened in another place.
            using var copy = new TemporaryFolder();
            await CopyAsync(copy.Path);
            await using var stores = new ChannelStores(copy["data"], NullLoggerFactory.Instance, TimeProvider.System);
            await AssertGoneWithTrafficAsync(stores.OpenMessages(Channel, settings), removed, copy.Path);
        }
        else
        {
            await AssertGoneWithTrafficAsync(store, removed, _folder.Path);
        }
    }

    [Fact]
    [Trait("Row", "F22")]
    public async Task Room_ComesBackToTheDisk()
    {
        var store = await OpenAsync(new StoreSettings { Retention = TimeSpan.FromDays(30) });
        Task last = Task.CompletedTask;
        for (var number = 0; number < 6_000; number++)
        {
            last = AddAsync(store, $"C{number}", number < 5_000 ? Some.Morning : Now, MessageStatus.Sent, new string('x', 2_000));
        }

        await last;
        await CloseAsync();
        var before = new FileInfo(Database).Length;
        store = await OpenAsync(new StoreSettings { Retention = TimeSpan.FromDays(30) });

        Assert.Equal(5_000, await store.PruneAsync(Now, Token));
        await CloseAsync();

        var after = new FileInfo(Database).Length;
        Assert.True(after < before / 3, $"{before} bytes before, {after} after");
        await AssertSoundAsync();
    }

    [Fact]
    [Trait("Row", "F22")]
    public async Task TrafficGoesOnMeanwhile_NothingWrongGoes()
    {
        var store = await OpenAsync(new StoreSettings { Retention = TimeSpan.FromDays(30) });
        Task last = Task.CompletedTask;
        for (var number = 0; number < 4_000; number++)
        {
            last = AddAsync(store, $"C{number}", Some.Morning, number % 10 == 0 ? MessageStatus.Queued : MessageStatus.Sent);
        }

        await last;
        using var stop = new CancellationTokenSource();
        var added = new List<long>();
        var traffic = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                added.Add(await AddAsync(store, $"N{added.Count}", Now, MessageStatus.Sent));
            }
        }, Token);

        var removed = await store.PruneAsync(Now, Token);
        await stop.CancelAsync();
        await traffic;

        Assert.Equal(3_600, removed);
        Assert.NotEmpty(added);
        Assert.All(added, id => Assert.NotNull(store.Read(id)!.Raw));
        Assert.Equal(400, store.ReadQueue("ehr", 0, 1_000).Count);
        Assert.Equal(400 + added.Count, store.Counts().Where(count => count.Connector == "source").Sum(count => count.Count));
        await AssertSoundAsync();
    }

    [Fact]
    public async Task DamagedMessage_Stays()
    {
        var store = await OpenAsync(new StoreSettings { Retention = TimeSpan.FromDays(30) });
        var id = await AddAsync(store, "C1", Some.Morning, MessageStatus.Sent);
        await CloseAsync();
        using (var database = SqliteDatabase.Open(Database))
        {
            database.Execute("UPDATE messages SET control_id = 'other'");
        }

        store = await OpenAsync(new StoreSettings { Retention = TimeSpan.FromDays(30) });

        Assert.Equal(0, await store.PruneAsync(Now, Token));
        Assert.Equal([id], store.Find(new MessageQuery()).Select(message => message.Id));
    }

    private static async Task AssertGoneWithTrafficAsync(IMessageStore store, List<string> removed, string folder)
    {
        Assert.NotEmpty(removed);
        for (var number = 0; number < 4; number++)
        {
            await AddAsync(store, $"N{number}", Now, MessageStatus.Sent);
        }

        var files = await FilesAsync(folder);
        Assert.DoesNotContain(removed, text => files.Exists(bytes => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0));
        Assert.Contains(files, bytes => bytes.AsSpan().IndexOf("ZZTOP-300-"u8) >= 0);
    }

    // By a child, as below.
    private async Task CopyAsync(string to)
    {
        using var copy = System.Diagnostics.Process.Start("cp", ["-r", _folder.Path, Path.Combine(to, "data")]);
        await copy.WaitForExitAsync(Token);
        Assert.Equal(0, copy.ExitCode);
    }

    private async Task<IMessageStore> OpenAsync(StoreSettings settings, TimeProvider? time = null)
    {
        await CloseAsync();
        _stores = new ChannelStores(_folder.Path, NullLoggerFactory.Instance, time ?? TimeProvider.System);
        return _stores.OpenMessages(Channel, settings);
    }

    private async Task CloseAsync()
    {
        if (_stores is not null)
        {
            await _stores.DisposeAsync();
            _stores = null;
        }
    }

    private async Task AssertSoundAsync()
    {
        await CloseAsync();
        Assert.Empty(await new StoreVerifier(_folder.Path).VerifyAsync(Token));
    }

    private static async Task<long> AddAsync(IMessageStore store, string controlId, DateTimeOffset receivedAt, MessageStatus status, string content = "a message")
    {
        var id = store.NextId();
        await store.AddAsync(Some.Message(id, controlId: controlId, content: content, destinations: new DestinationRecord { Name = "ehr", Status = status, Content = Encoding.UTF8.GetBytes(content + " sent") }) with
        {
            ReceivedAt = receivedAt,
            Metadata = new Dictionary<string, string> { ["mrn"] = controlId },
            Attachments = [new Attachment("a", "text/plain", Encoding.UTF8.GetBytes(content + " attached"))],
        });
        return id;
    }

    private async Task<int> HitsAsync(string text) =>
        (await FilesAsync(_folder.Path)).Count(bytes => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    private static async Task<List<byte[]>> FilesAsync(string folder)
    {
        var files = new List<byte[]>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            // The store holds locks on its files, which another descriptor of this process would drop: a child reads them.
            using var cat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("cat", [file]) { RedirectStandardOutput = true })!;
            using var bytes = new MemoryStream();
            await cat.StandardOutput.BaseStream.CopyToAsync(bytes, Token);
            await cat.WaitForExitAsync(Token);
            files.Add(bytes.ToArray());
        }

        return files;
    }
}
