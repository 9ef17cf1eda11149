using System.Text;
using ChannelHost.Storage;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;
using ChannelHost.Storage.Secrets;
using ChannelHost.Tests.Storage.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Encryption;

/// <summary>What lies on the disk of an encrypted channel.</summary>
public sealed class EncryptedFilesTests : EncryptionContract
{
    private const string Patient = SealedChannel.Patient;

    private string Database => _folder["data", "channels", "clinic", "registration", "messages.db"];

    [Theory]
    [Trait("Row", "S38")]
    [InlineData(EncryptionScope.Content)]
    [InlineData(EncryptionScope.All)]
    public async Task EncryptedChannel_LeavesNoContentOnTheDisk(EncryptionScope scope)
    {
        await using (var stores = Open(Keys(_key) with { Scope = scope }))
        {
            await SealedChannel.FillAsync(stores, Channel);

            // While everything is open: the log counts as well.
            await AssertFoundAsync(scope);
        }

        await AssertFoundAsync(scope);
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
            OpenBoth(stores);
            await UntilOnlyFormAsync(IdOf(next));
        }

        Assert.Empty(await ProblemsAsync(Keys(next)));
        await using var after = Open(Keys(next));
        SealedChannel.AssertReadable(after, Channel);
        await AssertFoundAsync(EncryptionScope.Content);
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

        var rotation = Rotation(settings);
        Assert.Throws<SecretException>(() => StoreKeyRotation.MakeKeyFile(file));
        var next = rotation.AddKey();
        Assert.Throws<SecretException>(() => Rotation(Keys(_key)).AddKey());
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
        await AssertFoundAsync(EncryptionScope.All);
        Assert.Throws<StoreException>(() => MessageArchives.Read(archive, EncryptionSettings.None, _ => { }));
        var sizes = new List<int>();
        var content = MessageArchives.Read(archive, Keys(_key), message => sizes.Add(message.Size));
        Assert.Empty(content.Problems);
        Assert.Equal(["raw-".Length + Patient.Length], sizes);
    }

    [Theory]
    [Trait("Row", "S38")]
    [InlineData("map entry")]
    [InlineData("document")]
    public async Task FlippedByteInTheStateFile_IsFoundByVerifyWithAndWithoutKeys(string kind)
    {
        await using (var stores = Open(Keys(_key)))
        {
            var store = stores.OpenMessages(Channel, new StoreSettings());
            var state = stores.OpenState(Channel, store, new StateSettings { KeepGlobalChannelMap = true });
            if (kind == "document")
            {
                state.WriteDocument("cursor", "{}");
            }
            else
            {
                IReadOnlyList<StateChange> changes = [new(StateChangeKind.MapPut, "key", "value")];
                var id = store.NextId();
                var outcome = await store.AddAsync(Some.Message(id) with { StateChanges = changes });
                state.Apply(new RecordedStateChanges(outcome.StateSequence, id, changes));
            }
        }

        foreach (var keys in KeysThatVerify())
        {
            Assert.Empty(await ProblemsAsync(keys));
        }

        FlipLastByteOfPieces(_folder["data", "channels", "clinic", "registration", "state.db"]);
        foreach (var keys in KeysThatVerify())
        {
            Assert.Equal(["the file cannot be read: an entry's checksum does not fit; it is rebuilt from the messages when the channel starts"], await ProblemsAsync(keys));
        }
    }

    // In each piece that the file holds, the last byte of its tag.
    private void FlipLastByteOfPieces(string path)
    {
        var bytes = File.ReadAllBytes(path);
        byte[] beginning = [SealedPiece.Whole, .. Convert.FromHexString(IdOf(_key))];
        var flipped = 0;
        for (var at = bytes.AsSpan().IndexOf(beginning); at >= 0; flipped++)
        {
            bytes[at + SealedPiece.Overhead - 1] ^= 1;
            var next = bytes.AsSpan(at + 1).IndexOf(beginning);
            at = next < 0 ? -1 : at + 1 + next;
        }

        Assert.NotEqual(0, flipped);
        File.WriteAllBytes(path, bytes);
    }

    // Which kinds of text are to be found in any file of the data folder.
    protected override Task<int> KindsFoundAsync()
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

    protected override Task MoveContentAsync()
    {
        using var database = SqliteDatabase.Open(Database);
        using var find = database.Prepare("SELECT data FROM contents WHERE key = 2 << 16");
        find.Step();
        var moved = find.Bytes(0).ToArray();
        var check = new RowCheck();
        check.Add(1L << 16);
        check.Add(1L);
        check.Add(moved);
        using var update = database.Prepare("UPDATE contents SET data = ?1, crc = ?2 WHERE key = 1 << 16");
        update.Bind(1, moved).Bind(2, check.Value).Run();
        return Task.CompletedTask;
    }

    // The command's own waiting, too.
    protected override Task UntilTakenUpAsync(StoreKeyRotation rotation, string key) => rotation.FinishAsync((_, _) => { }, Token);

    protected override async Task<List<string>> ProblemsAsync(EncryptionSettings keys) =>
        [.. (await new StoreVerifier(_folder["data"]) { Encryption = keys }.VerifyAsync(Token)).Select(problem => problem.What)];

    protected override ChannelStores Open(EncryptionSettings encryption) => new(_folder["data"], NullLoggerFactory.Instance, TimeProvider.System) { Encryption = encryption };

    protected override StoreKeyRotation Rotation(EncryptionSettings settings) => new(_folder["data"], settings, NullLoggerFactory.Instance);
}
