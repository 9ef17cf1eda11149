using System.Text;
using ChannelHost.Storage;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Sqlite;
using ChannelHost.Tests.Storage.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Encryption;

/// <summary>Changes of keys that meet each other, damage, or stores that nobody has open: nothing may become unreadable, and nothing may look sound that is not.</summary>
public sealed class ResealingTests : IDisposable
{
    private const string Channel = "clinic/registration";
    private const int Messages = 160;
    private readonly TemporaryFolder _folder = new();
    private readonly EncryptionSettings _settings;
    private readonly string _first;

    public ResealingTests()
    {
        _settings = new EncryptionSettings { KeyFile = _folder["keys", "store.key"] };
        _first = StoreKeyRotation.MakeKeyFile(_settings.KeyFile);
    }

    private string Database => _folder["data", "channels", "clinic", "registration", "messages.db"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Row", "S37")]
    public async Task SecondKeyWhileAPassIsUnderWay_EndsThePassWithoutStrikingOutAKey()
    {
        await using var stores = Open();
        var store = (MessageStore)stores.OpenMessages(Channel, new StoreSettings());
        await FillAsync(store);
        var second = NextKey(stores);
        store.UseKeys();
        var pass = await store.RunAsync(tables => new ResealingPass(tables.Codec));
        Assert.True(await store.RunAsync(pass.Rewrite));

        var third = NextKey(stores);
        store.UseKeys();

        Assert.False(await store.RunAsync(pass.Rewrite));
        Assert.Equal(ResealingEnd.Overtaken, await store.RunAsync(tables => pass.Finish(tables, isStateThrough: true)));
        Assert.Equal(new[] { _first, second, third }.Order(), store.Forms.Order());

        store.BeginResealing(() => store.Codec.PresentForm);
        Assert.Null(await store.ResealedAsync(Token));
        Assert.Equal([third], store.Forms);
        await AssertReadableWithAsync(stores, store);
    }

    [Fact]
    [Trait("Row", "S37")]
    public async Task KeysOneAfterTheOther_AllIsSealedWithTheLast()
    {
        await using var stores = Open();
        var store = (MessageStore)stores.OpenMessages(Channel, new StoreSettings());
        _ = stores.OpenState(Channel, store, new StateSettings());
        await FillAsync(store);
        var last = "";
        for (var change = 0; change < 4; change++)
        {
            last = NextKey(stores);
            stores.UseKeys();
        }

        Assert.Null(await store.ResealedAsync(Token));
        Assert.Equal([last], store.Forms);
        await AssertReadableWithAsync(stores, store);
    }

    [Fact]
    [Trait("Row", "S37")]
    public async Task KeyThatComesBetweenMessagesAndState_IsTakenForBoth()
    {
        await using var stores = Open();
        var store = (MessageStore)stores.OpenMessages(Channel, new StoreSettings());
        await FillAsync(store);
        var next = NextKey(stores);
        stores.UseKeys();
        Assert.Equal([_first], store.Forms);

        _ = stores.OpenState(Channel, store, new StateSettings());

        Assert.Null(await store.ResealedAsync(Token));
        Assert.Equal([next], store.Forms);
    }

    [Fact]
    [Trait("Row", "S37")]
    public async Task StateFileThatIsNotThrough_KeepsTheOldKey()
    {
        await using var stores = Open();
        var store = (MessageStore)stores.OpenMessages(Channel, new StoreSettings());
        await FillAsync(store);
        var next = NextKey(stores);
        store.UseKeys();

        store.BeginResealing(() => null);

        Assert.NotNull(await store.ResealedAsync(Token));
        Assert.Equal(new[] { _first, next }.Order(), store.Forms.Order());
    }

    [Fact]
    [Trait("Row", "S38")]
    public async Task KeyThatTheStoreDoesNotName_IsFoundByVerify()
    {
        await using (var stores = Open())
        {
            await FillAsync((MessageStore)stores.OpenMessages(Channel, new StoreSettings()));
        }

        Assert.Empty(await VerifyAsync());
        Execute($"UPDATE encryption SET name = 'form {new string('0', 16)}' WHERE name = 'form {_first}'");

        Assert.Contains(await VerifyAsync(), problem => problem.What.Contains(_first, StringComparison.Ordinal) && problem.What.Contains("does not name", StringComparison.Ordinal));
    }

    [Theory]
    [Trait("Row", "S38")]
    [InlineData("UPDATE state_changes SET changes = x'7B7D' WHERE sequence = 100")]
    [InlineData("UPDATE state_changes SET message_id = message_id + 1 WHERE sequence = 100")]
    [InlineData("UPDATE state_map SET crc = crc + 1")]
    [InlineData("UPDATE state_taken SET crc = crc + 1 WHERE id = 7")]
    [InlineData("UPDATE messages SET crc = crc + 1 WHERE id = 7")]
    [InlineData("UPDATE contents SET crc = crc + 1 WHERE key = 7 << 16")]
    [InlineData("UPDATE attachments SET crc = crc + 1 WHERE message_id = 7")]
    public async Task DamagedRow_StaysDamagedAndKeepsItsKeyWhileTheRestIsSealedAnew(string damage)
    {
        await using (var stores = Open())
        {
            await FillAsync((MessageStore)stores.OpenMessages(Channel, new StoreSettings()));
        }

        Execute(damage);
        var damaged = Assert.Single(await VerifyChecksumsAsync());
        var rotation = Rotation();
        var next = rotation.AddKey();
        await using (var stores = Open())
        {
            // As a host that has no state for this channel: reading damaged state changes is another matter.
            var store = (MessageStore)stores.OpenMessages(Channel, new StoreSettings());
            store.BeginResealing(() => store.Codec.PresentForm);
            Assert.Null(await store.ResealedAsync(Token));
            Assert.Contains(next, store.Forms);
        }

        Assert.Equal(damaged, Assert.Single(await VerifyChecksumsAsync()));
        var left = await rotation.FinishAsync((_, _) => { }, Token);
        if (damage.Contains("x'7B7D'", StringComparison.Ordinal))
        {
            Assert.Contains("plain", Assert.Single(left).What, StringComparison.Ordinal);
            return;
        }

        Assert.Contains(_first, Assert.Single(left).What, StringComparison.Ordinal);
        Assert.Empty(rotation.DropUnused());
    }

    [Fact]
    [Trait("Row", "S38")]
    public async Task ContentThatDoesNotOpen_DoesNotHoldUpTheOthers()
    {
        await using (var stores = Open())
        {
            await FillAsync((MessageStore)stores.OpenMessages(Channel, new StoreSettings()));
        }

        ExchangeContents(7, 8);
        var rotation = Rotation();
        var next = rotation.AddKey();
        var left = Assert.Single(await rotation.FinishAsync((_, _) => { }, Token));

        Assert.Contains("2 damaged piece(s)", left.What, StringComparison.Ordinal);
        Assert.Equal(new[] { _first, next }.Order(), rotation.Forms()[Channel].Order());
        await using var after = Open();
        var store = after.OpenMessages(Channel, new StoreSettings());
        Assert.Throws<StoreException>(() => store.Read(7));
        Assert.Equal("content 9", Some.Text(store.Read(9)!.Raw!.Value));
    }

    [Fact]
    [Trait("Row", "S37")]
    public async Task ChannelThatTheHostHasNotOpen_IsNamedAndHoldsUpNobody()
    {
        await using var stores = Open();
        await stores.OpenMessages("clinic/closed", new StoreSettings()).DisposeAsync();
        var store = (MessageStore)stores.OpenMessages(Channel, new StoreSettings());
        _ = stores.OpenState(Channel, store, new StateSettings());
        await FillAsync(store);
        var rotation = new StoreKeyRotation(_folder["data"], _settings, NullLoggerFactory.Instance) { Patience = TimeSpan.Zero };
        var next = rotation.AddKey();
        ((IEncryptedStores)stores).Keys.Reload();
        stores.UseKeys();
        await store.ResealedAsync(Token);

        var left = Assert.Single(await rotation.FinishAsync((_, _) => { }, Token));

        Assert.Equal("clinic/closed", left.Channel);
        Assert.Contains("nobody has it open", left.What, StringComparison.Ordinal);
        Assert.Equal([next], rotation.Forms()[Channel]);
        Assert.Empty(rotation.DropUnused());
    }

    [Fact]
    [Trait("Row", "S37")]
    public async Task StoreThatCannotBeOpened_DoesNotKeepTheOthersFromTheirKey()
    {
        await using (var stores = Open())
        {
            await FillAsync((MessageStore)stores.OpenMessages(Channel, new StoreSettings()));
            await stores.OpenMessages("clinic/broken", new StoreSettings()).DisposeAsync();
        }

        Execute($"UPDATE encryption SET name = 'form {new string('0', 16)}' WHERE name LIKE 'form %'", _folder["data", "channels", "clinic", "broken", "messages.db"]);
        var rotation = Rotation();
        var next = rotation.AddKey();

        var left = Assert.Single(await rotation.FinishAsync((_, _) => { }, Token));

        Assert.Equal("clinic/broken", left.Channel);
        Assert.Contains("encrypted with the key", left.What, StringComparison.Ordinal);
        Assert.Equal([next], rotation.Forms()[Channel]);
    }

    [Theory]
    [InlineData(EncryptionScope.None, EncryptionScope.All)]
    [InlineData(EncryptionScope.Content, EncryptionScope.All)]
    [InlineData(EncryptionScope.All, EncryptionScope.Content)]
    [InlineData(EncryptionScope.All, EncryptionScope.None)]
    public async Task BetweenTwoForms_CopiesAreKnownAndSearchesFind(EncryptionScope from, EncryptionScope to)
    {
        await using (var stores = Open(from))
        {
            await FillAsync((MessageStore)stores.OpenMessages(Channel, new StoreSettings()));
        }

        // Without its state nothing is brought to the other form yet: the moment in between stays.
        await using var between = Open(to);
        var store = between.OpenMessages(Channel, new StoreSettings());
        var copy = await store.AddAsync(Message(store.NextId(), 7));

        Assert.Equal(7, copy.DuplicateOf);
        Assert.Equal(7, store.FindEarlier(new EarlierQuery("control 7", default, DateTimeOffset.MinValue, BeforeId: 8)));
        Assert.Equal([161, 7], store.Find(new MessageQuery { ControlId = "control 7" }).Select(message => message.Id));
        Assert.Equal([161, 7], store.Find(new MessageQuery { Metadata = ("mrn", "number 7") }).Select(message => message.Id));
        Assert.Equal([161, 7], store.Find(new MessageQuery { ControlId = "control 7", Metadata = ("mrn", "number 7"), Status = MessageStatus.Transformed }).Select(message => message.Id));
        Assert.Empty(store.Find(new MessageQuery { ControlId = "control 7", Metadata = ("mrn", "number 8") }));
    }

    [Theory]
    [Trait("Row", "S38")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ArchiveThatIsReadBack_IsKeptAsTheChannelIs(bool isSettingGiven)
    {
        var all = new StoreSettings { Encrypt = true, EncryptAll = true };
        await using (var stores = Open())
        {
            var store = (MessageStore)stores.OpenMessages(Channel, all with { Retention = TimeSpan.FromDays(1), Archive = true });
            await FillAsync(store);
            Assert.Equal(Messages, await store.PruneAsync(Some.Morning.AddDays(9), Token));
        }

        var archive = Assert.Single(MessageArchives.List(_folder["data"])).Path;
        var into = isSettingGiven ? "clinic/other" : Channel;
        await using (var stores = Open())
        {
            var archives = isSettingGiven ? new MessageArchives(TimeProvider.System) { SettingsOf = _ => all } : new MessageArchives(TimeProvider.System);
            Assert.Equal(Messages, (await archives.ImportAsync(stores, [archive], into, Token)).Taken);
        }

        Assert.Equal([$"{_first} all"], Rotation().Forms()[into]);
        Assert.Empty(await VerifyAsync());
    }

    [Fact]
    [Trait("Row", "S38")]
    public async Task FilesInTheClearFromBefore_AreNamed()
    {
        await using (var stores = Open(EncryptionScope.None))
        {
            var store = (MessageStore)stores.OpenMessages(Channel, new StoreSettings { Retention = TimeSpan.FromDays(1), Archive = true });
            await FillAsync(store);
            await store.PruneAsync(Some.Morning.AddDays(9), Token);
            await FillAsync(store);
        }

        var aside = Path.Combine(Path.GetDirectoryName(Database)!, "state.db.damaged-20260301080000");
        await File.WriteAllTextAsync(aside, "what it held", Token);
        await using (var stores = Open())
        {
            var store = (MessageStore)stores.OpenMessages(Channel, new StoreSettings());
            _ = stores.OpenState(Channel, store, new StateSettings());
            await store.ResealedAsync(Token);
        }

        var left = await Rotation().FinishAsync((_, _) => { }, Token);

        Assert.Contains(left, entry => entry.What.Contains(MessageArchives.List(_folder["data"])[0].Path, StringComparison.Ordinal));
        Assert.Contains(left, entry => entry.What.Contains(aside, StringComparison.Ordinal));
        Assert.Equal(2, left.Count);
    }

    [Fact]
    [Trait("Row", "S39")]
    public async Task DamagedStateFile_GoesWithTheRetention()
    {
        await using var stores = Open();
        var store = stores.OpenMessages(Channel, new StoreSettings { Retention = TimeSpan.FromDays(2) });
        string[] names = ["state.db.damaged-20260301080000", "state.db.damaged-20260301080000-log", "state.db.damaged-20260309080000", "state.db"];
        foreach (var name in names)
        {
            await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(Database)!, name), "what it held", Token);
        }

        await store.PruneAsync(Some.Morning.AddDays(9), Token);

        Assert.Equal(names[2..].Order(), Directory.EnumerateFiles(Path.GetDirectoryName(Database)!, "state.db*").Select(Path.GetFileName).Order());
    }

    private static async Task FillAsync(MessageStore store)
    {
        // One commit for many.
        var added = new List<Task<StoredOutcome>>();
        for (var number = 1; number <= Messages; number++)
        {
            added.Add(store.AddAsync(Message(store.NextId(), number)).AsTask());
        }

        long last = 0;
        foreach (var outcome in added)
        {
            last = (await outcome).StateSequence;
        }

        // Most of it folded, the newest not.
        store.ForgetStateChanges(last - 70);
    }

    private static MessageRecord Message(long id, int number) => Some.Message(id, controlId: $"control {number}", content: $"content {number}") with
    {
        Metadata = new Dictionary<string, string> { ["mrn"] = $"number {number}" },
        Error = "an error",
        Attachments = [new Attachment("a", "text/plain", Encoding.UTF8.GetBytes($"attachment {number}"))],
        StateChanges = [new(StateChangeKind.MapPut, "key", $"value {number}"), new(StateChangeKind.Taken, $"taken {number}")],
    };

    // The store holds up without all keys but the last.
    private async Task AssertReadableWithAsync(ChannelStores stores, MessageStore store)
    {
        Assert.Equal(Messages, Enumerable.Range(1, Messages).Count(id => Some.Text(store.Read(id)!.Raw!.Value) == $"content {id}"));
        await stores.DisposeAsync();
        Assert.NotEmpty(Rotation().DropUnused());
        Assert.Empty(await VerifyAsync());
        await using var after = Open();
        var again = after.OpenMessages(Channel, new StoreSettings());
        Assert.Equal(Messages, Enumerable.Range(1, Messages).Count(id => Some.Text(again.Read(id)!.Raw!.Value) == $"content {id}"));
        Assert.NotEmpty(again.ReadStateChanges(0, 1_000));
    }

    private string NextKey(ChannelStores stores)
    {
        var id = Rotation().AddKey();
        ((IEncryptedStores)stores).Keys.Reload();
        return id;
    }

    private void ExchangeContents(long one, long other)
    {
        using var database = SqliteDatabase.Open(Database);
        var pieces = new[] { one, other }.Select(id =>
        {
            using var find = database.Prepare("SELECT data FROM contents WHERE key = ?1 << 16");
            find.Bind(1, id).Step();
            return find.Bytes(0).ToArray();
        }).ToArray();
        using var update = database.Prepare("UPDATE contents SET data = ?2, crc = ?3 WHERE key = ?1");
        foreach (var (id, piece) in new[] { (one, pieces[1]), (other, pieces[0]) })
        {
            var check = new RowCheck();
            check.Add(id << 16);
            check.Add(1L);
            check.Add(piece);
            update.Bind(1, id << 16).Bind(2, piece).Bind(3, check.Value).Run();
        }
    }

    private void Execute(string sql, string? path = null)
    {
        using var database = SqliteDatabase.Open(path ?? Database);
        database.Execute(sql);
    }

    private async Task<IEnumerable<string>> VerifyChecksumsAsync() =>
        (await VerifyAsync()).Select(problem => problem.What).Where(what => what.Contains("checksum", StringComparison.Ordinal));

    private Task<IReadOnlyList<StoreProblem>> VerifyAsync() => new StoreVerifier(_folder["data"]) { Encryption = _settings }.VerifyAsync(Token);

    private StoreKeyRotation Rotation() => new(_folder["data"], _settings, NullLoggerFactory.Instance);

    // The clock stands still, so that the key file is looked at only when a test says so.
    private ChannelStores Open(EncryptionScope? scope = null) =>
        new(_folder["data"], NullLoggerFactory.Instance, new Microsoft.Extensions.Time.Testing.FakeTimeProvider()) { Encryption = _settings with { Scope = scope } };
}
