using System.Security.Cryptography;
using System.Text;
using ChannelHost.Storage;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;
using ChannelHost.Storage.Secrets;
using ChannelHost.Tests.Storage.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Encryption;

/// <summary>What lies on the disk of an encrypted channel, with which keys, and how it changes when they do.</summary>
public sealed class EncryptedFilesTests : IDisposable
{
    private const string Channel = "clinic/registration";
    private const string Patient = SealedChannel.Patient;
    private readonly TemporaryFolder _folder = new();
    private readonly string _key = NewKey();

    private string Database => _folder["data", "channels", "clinic", "registration", "messages.db"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [Trait("Row", "S38")]
    [InlineData(EncryptionScope.Content, 2)]
    [InlineData(EncryptionScope.All, 0)]
    public async Task EncryptedChannel_LeavesNoContentOnTheDisk(EncryptionScope scope, int expectedKinds)
    {
        await using (var stores = Open(Keys(_key) with { Scope = scope }))
        {
            await SealedChannel.FillAsync(stores, Channel);

            // While everything is open: the log counts as well.
            Assert.Equal(expectedKinds, KindsFound());
        }

        Assert.Equal(expectedKinds, KindsFound());
    }

    [Fact]
    public async Task ChannelInTheClear_IsFoundByTheSameSearch()
    {
        await using (var stores = Open(EncryptionSettings.None))
        {
            await SealedChannel.FillAsync(stores, Channel);
        }

        Assert.True(KindsFound() >= 9, $"the search finds {KindsFound()} kinds: it would not find a leak");
    }

    [Fact]
    [Trait("Row", "S37")]
    public async Task WrongKey_RefusesOnlyThatChannelAndChangesNothing()
    {
        await using (var stores = Open(Keys(_key)))
        {
            await SealedChannel.FillAsync(stores, Channel);
        }

        await using (var stores = Open(Keys(NewKey())))
        {
            var refusal = Assert.Throws<StoreException>(() => stores.OpenMessages(Channel, new StoreSettings()));
            Assert.Contains("encrypted with the key", refusal.Message, StringComparison.Ordinal);
            Assert.Contains(EncryptionSettings.KeyFileVariable, refusal.Message, StringComparison.Ordinal);
            await stores.OpenMessages("clinic/other", new StoreSettings()).DisposeAsync();
        }

        await using (var stores = Open(EncryptionSettings.None))
        {
            Assert.Throws<StoreException>(() => stores.OpenMessages(Channel, new StoreSettings()));
        }

        await using var right = Open(Keys(_key));
        SealedChannel.AssertReadable(right, Channel);
    }

    [Fact]
    [Trait("Row", "S37")]
    public async Task NewKey_EverythingIsSealedAnewAndTheOldKeyIsNotNeeded()
    {
        var next = NewKey();
        await using (var stores = Open(Keys(_key)))
        {
            await SealedChannel.FillAsync(stores, Channel);
        }

        await using (var stores = Open(Keys($"{next},{_key}")))
        {
            await UntilOnlyFormAsync(stores, IdOf(next));
        }

        Assert.Empty(await VerifyAsync(Keys(next)));
        await using var after = Open(Keys(next));
        SealedChannel.AssertReadable(after, Channel);
        Assert.Equal(0, KindsFound() - 2);
    }

    [Theory]
    [InlineData(EncryptionScope.None, EncryptionScope.Content)]
    [InlineData(EncryptionScope.None, EncryptionScope.All)]
    [InlineData(EncryptionScope.Content, EncryptionScope.All)]
    [InlineData(EncryptionScope.All, EncryptionScope.Content)]
    [InlineData(EncryptionScope.All, EncryptionScope.None)]
    public async Task OtherScope_WhatWasStoredFollows(EncryptionScope from, EncryptionScope to)
    {
        await using (var stores = Open(Keys(_key) with { Scope = from }))
        {
            await SealedChannel.FillAsync(stores, Channel);
        }

        await using (var stores = Open(Keys(_key) with { Scope = to }))
        {
            await UntilOnlyFormAsync(stores, to == EncryptionScope.None ? null : to == EncryptionScope.All ? $"{IdOf(_key)} all" : IdOf(_key));
        }

        Assert.Empty(await VerifyAsync(Keys(_key)));
        await using (var after = Open(to == EncryptionScope.None ? EncryptionSettings.None : Keys(_key) with { Scope = to }))
        {
            SealedChannel.AssertReadable(after, Channel);
        }

        var found = KindsFound();
        Assert.True(to switch { EncryptionScope.None => found >= 9, EncryptionScope.Content => found == 2, _ => found == 0 }, $"{found} kinds found");
    }

    [Fact]
    public async Task PieceOfAnotherMessage_IsFoundEvenWithAFittingChecksum()
    {
        await using (var stores = Open(Keys(_key)))
        {
            var store = stores.OpenMessages(Channel, new StoreSettings());
            await store.AddAsync(Some.Message(store.NextId(), content: "first"));
            await store.AddAsync(Some.Message(store.NextId(), content: "other"));
        }

        SwapContents();

        Assert.Contains(await VerifyAsync(Keys(_key)), problem => problem.What.Contains("belongs elsewhere", StringComparison.Ordinal));
        await using var after = Open(Keys(_key));
        Assert.Throws<StoreException>(() => after.OpenMessages(Channel, new StoreSettings()).Read(1));
    }

    [Fact]
    [Trait("Row", "S37")]
    public async Task RotationWhileTheHostRuns_IsTakenUpAndTheOldKeyCanGo()
    {
        var file = _folder["keys", "store.key"];
        var old = StoreKeyRotation.MakeKeyFile(file);
        var settings = new EncryptionSettings { KeyFile = file };
        var rotation = new StoreKeyRotation(_folder["data"], settings, NullLoggerFactory.Instance);
        string next;
        await using (var stores = Open(settings))
        {
            await SealedChannel.FillAsync(stores, Channel);
            next = rotation.AddKey();
            await rotation.FinishAsync((_, _) => { }, TestContext.Current.CancellationToken);
            Assert.Equal([next], stores.FormsOf(Channel));
        }

        Assert.Equal([old], rotation.DropUnused());
        Assert.Empty(rotation.DropUnused());
        Assert.Empty(await VerifyAsync(settings));
        await using var after = Open(settings);
        SealedChannel.AssertReadable(after, Channel);
    }

    [Fact]
    [Trait("Row", "S37")]
    public async Task RotationWithoutAHost_LeavesChannelsInTheClearAlone()
    {
        var file = _folder["keys", "store.key"];
        StoreKeyRotation.MakeKeyFile(file);
        var settings = new EncryptionSettings { KeyFile = file };
        await using (var stores = Open(settings))
        {
            await SealedChannel.FillAsync(stores, Channel);
            await stores.OpenMessages("clinic/clear", new StoreSettings { Encrypt = false }).DisposeAsync();
        }

        var rotation = new StoreKeyRotation(_folder["data"], settings, NullLoggerFactory.Instance);
        Assert.Throws<SecretException>(() => StoreKeyRotation.MakeKeyFile(file));
        var next = rotation.AddKey();
        Assert.Throws<SecretException>(() => new StoreKeyRotation(_folder["data"], Keys(_key), NullLoggerFactory.Instance).AddKey());
        await rotation.FinishAsync((_, _) => { }, TestContext.Current.CancellationToken);

        Assert.Equal([next], rotation.Forms()[Channel]);
        Assert.Empty(rotation.Forms()["clinic/clear"]);
        Assert.Single(rotation.DropUnused());
        await using var after = Open(settings);
        SealedChannel.AssertReadable(after, Channel);
    }

    [Fact]
    [Trait("Row", "S38")]
    public async Task ArchiveOfAnEncryptedChannel_IsSealedAndReadBack()
    {
        await using (var stores = Open(Keys(_key)))
        {
            var store = stores.OpenMessages(Channel, new StoreSettings { Retention = TimeSpan.FromDays(1), Archive = true });
            await store.AddAsync(Some.Message(store.NextId(), content: $"raw-{Patient}"));
            Assert.Equal(1, await store.PruneAsync(Some.Morning.AddDays(9), TestContext.Current.CancellationToken));
        }

        var archive = Assert.Single(MessageArchives.List(_folder["data"])).Path;
        Assert.Equal(0, KindsFound());
        Assert.Throws<StoreException>(() => MessageArchives.Read(archive, EncryptionSettings.None, _ => { }));
        var sizes = new List<int>();
        var content = MessageArchives.Read(archive, Keys(_key), message => sizes.Add(message.Size));
        Assert.Empty(content.Problems);
        Assert.Equal(["raw-".Length + Patient.Length], sizes);
    }

    // Which kinds of text are to be found in any file of the data folder.
    private int KindsFound()
    {
        var files = Directory.EnumerateFiles(_folder["data"], "*", SearchOption.AllDirectories).Select(ReadShared).ToList();
        return SealedChannel.Kinds.Count(kind => files.Any(bytes => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(kind + Patient)) >= 0));
    }

    // Read by a copy made by another process: opening the database here would drop SQLite's locks on it.
    private byte[] ReadShared(string path)
    {
        var copy = _folder["copy"];
        using var process = System.Diagnostics.Process.Start("cp", [path, copy]);
        process.WaitForExit();
        return File.ReadAllBytes(copy);
    }

    private static async Task UntilOnlyFormAsync(ChannelStores stores, string? form)
    {
        var store = stores.OpenMessages(Channel, new StoreSettings());
        _ = stores.OpenState(Channel, store, new StateSettings { KeepGlobalChannelMap = true });
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(2));
        while (!stores.FormsOf(Channel).SequenceEqual(form is null ? [] : [form]))
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    private void SwapContents()
    {
        using var database = SqliteDatabase.Open(Database);
        List<(long Key, byte[] Data)> rows = [];
        using (var find = database.Prepare("SELECT key, data FROM contents WHERE key IN (1 << 16, 2 << 16)"))
        {
            while (find.Step())
            {
                rows.Add((find.Integer(0), find.Bytes(1).ToArray()));
            }
        }

        using var update = database.Prepare("UPDATE contents SET data = ?2, crc = ?3 WHERE key = ?1");
        for (var row = 0; row < 2; row++)
        {
            var check = new RowCheck();
            check.Add(rows[row].Key);
            check.Add(1L);
            check.Add(rows[1 - row].Data);
            update.Bind(1, rows[row].Key).Bind(2, rows[1 - row].Data).Bind(3, check.Value).Run();
        }
    }

    private Task<IReadOnlyList<StoreProblem>> VerifyAsync(EncryptionSettings keys) =>
        new StoreVerifier(_folder["data"]) { Encryption = keys }.VerifyAsync(TestContext.Current.CancellationToken);

    private ChannelStores Open(EncryptionSettings encryption) => new(_folder["data"], NullLoggerFactory.Instance, TimeProvider.System) { Encryption = encryption };

    private static EncryptionSettings Keys(string keys) => new() { Keys = keys };

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static string IdOf(string key) => ChannelHost.Storage.Keys.SecretKey.Parse(key)!.Id;
}
