using System.Text;
using ChannelHost.Storage;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;
using ChannelHost.Storage.Secrets;
using ChannelHost.Tests.Storage.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Encryption;

/// <summary>What lies on the disk of an encrypted channel, with which keys, and how it changes when they do.</summary>
public sealed class EncryptedFilesTests : EncryptionContract
{
    private const string Patient = SealedChannel.Patient;

    private protected override string Channel => "clinic/registration";

    // What is compressed is not found.
    private protected override int FoundInTheClear => 9;

    // The state file as a whole is sealed.
    private protected override bool IsCheckedWithoutKeys => false;

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
            Assert.Equal(expectedKinds, await KindsFoundAsync());
        }

        Assert.Equal(expectedKinds, await KindsFoundAsync());
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
            await rotation.FinishAsync((_, _) => { }, Token);
            Assert.Equal([next], FormsOf(stores));
        }

        Assert.Equal([old], rotation.DropUnused());
        Assert.Empty(rotation.DropUnused());
        Assert.Empty(await ProblemsAsync(settings));
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
        await rotation.FinishAsync((_, _) => { }, Token);

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
            Assert.Equal(1, await store.PruneAsync(Some.Morning.AddDays(9), Token));
        }

        var archive = Assert.Single(MessageArchives.List(_folder["data"])).Path;
        Assert.Equal(0, await KindsFoundAsync());
        Assert.Throws<StoreException>(() => MessageArchives.Read(archive, EncryptionSettings.None, _ => { }));
        var sizes = new List<int>();
        var content = MessageArchives.Read(archive, Keys(_key), message => sizes.Add(message.Size));
        Assert.Empty(content.Problems);
        Assert.Equal(["raw-".Length + Patient.Length], sizes);
    }

    // Which kinds of text are to be found in any file of the data folder.
    private protected override Task<int> KindsFoundAsync()
    {
        var files = Directory.EnumerateFiles(_folder["data"], "*", SearchOption.AllDirectories).Select(ReadShared).ToList();
        return Task.FromResult(SealedChannel.Kinds.Count(kind => files.Any(bytes => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(kind + Patient)) >= 0)));
    }

    // Read by a copy made by another process: opening the database here would drop SQLite's locks on it.
    private byte[] ReadShared(string path)
    {
        var copy = _folder["copy"];
        using var process = System.Diagnostics.Process.Start("cp", [path, copy]);
        process.WaitForExit();
        return File.ReadAllBytes(copy);
    }

    private protected override Task MoveContentAsync()
    {
        using var database = SqliteDatabase.Open(_folder["data", "channels", "clinic", "registration", "messages.db"]);
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

        return Task.CompletedTask;
    }

    private protected override async Task<IReadOnlyList<string>> ProblemsAsync(EncryptionSettings keys) =>
        [.. (await new StoreVerifier(_folder["data"]) { Encryption = keys }.VerifyAsync(Token)).Select(problem => problem.What)];

    private protected override IReadOnlyList<string> FormsOf(IChannelStores stores) => ((ChannelStores)stores).FormsOf(Channel);

    private protected override IChannelStores Open(EncryptionSettings encryption) => new ChannelStores(_folder["data"], NullLoggerFactory.Instance, TimeProvider.System) { Encryption = encryption };
}
