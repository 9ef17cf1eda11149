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
    private const string Patient = "DOE^JANE^Q4711";
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
            await FillAsync(stores);

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
            await FillAsync(stores);
        }

        Assert.True(KindsFound() >= 9, $"the search finds {KindsFound()} kinds: it would not find a leak");
    }

    [Fact]
    [Trait("Row", "S37")]
    public async Task WrongKey_RefusesOnlyThatChannelAndChangesNothing()
    {
        await using (var stores = Open(Keys(_key)))
        {
            await FillAsync(stores);
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
        AssertReadable(right);
    }

    [Fact]
    [Trait("Row", "S37")]
    public async Task NewKey_EverythingIsSealedAnewAndTheOldKeyIsNotNeeded()
    {
        var next = NewKey();
        await using (var stores = Open(Keys(_key)))
        {
            await FillAsync(stores);
        }

        await using (var stores = Open(Keys($"{next},{_key}")))
        {
            await UntilOnlyFormAsync(stores, IdOf(next));
        }

        Assert.Empty(await VerifyAsync(Keys(next)));
        await using var after = Open(Keys(next));
        AssertReadable(after);
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
            await FillAsync(stores);
        }

        await using (var stores = Open(Keys(_key) with { Scope = to }))
        {
            await UntilOnlyFormAsync(stores, to == EncryptionScope.None ? null : to == EncryptionScope.All ? $"{IdOf(_key)} all" : IdOf(_key));
        }

        Assert.Empty(await VerifyAsync(Keys(_key)));
        await using (var after = Open(to == EncryptionScope.None ? EncryptionSettings.None : Keys(_key) with { Scope = to }))
        {
            AssertReadable(after);
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
            await FillAsync(stores);
            next = rotation.AddKey();
            await rotation.FinishAsync((_, _) => { }, TestContext.Current.CancellationToken);
            Assert.Equal([next], stores.FormsOf(Channel));
        }

        Assert.Equal([old], rotation.DropUnused());
        Assert.Empty(rotation.DropUnused());
        Assert.Empty(await VerifyAsync(settings));
        await using var after = Open(settings);
        AssertReadable(after);
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
            await FillAsync(stores);
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
        AssertReadable(after);
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

    private static async Task FillAsync(ChannelStores stores)
    {
        var store = stores.OpenMessages(Channel, new StoreSettings());
        var state = stores.OpenState(Channel, store, new StateSettings { KeepGlobalChannelMap = true });
        for (var number = 0; number < 120; number++)
        {
            var id = store.NextId();
            IReadOnlyList<StateChange> changes =
            [
                new(StateChangeKind.MapPut, $"mapkey-{Patient}-{number % 5}", $"mapvalue-{Patient}"),
                new(StateChangeKind.Taken, $"oncekey-{Patient}-{number}"),
            ];
            var outcome = await store.AddAsync(Some.Message(id, controlId: $"controlid-{Patient}-{number}", content: $"raw-{Patient}-{number}") with
            {
                Encoded = Encoding.UTF8.GetBytes($"encoded-{Patient}"),
                SourceMap = new Dictionary<string, object?> { ["s"] = $"sourcemap-{Patient}" },
                ChannelMap = new Dictionary<string, object?> { ["c"] = $"channelmap-{Patient}" },
                Metadata = new Dictionary<string, string> { ["mrn"] = $"metadata-{Patient}-{number}" },
                Error = $"error-{Patient}",
                StateChanges = changes,
                Attachments = [new Attachment("a", "text/plain", Encoding.UTF8.GetBytes($"attachment-{Patient}"))],
                AnswerKey = new AnswerKey($"key-{number}", "fingerprint"),
                Destinations = [new DestinationRecord { Name = "ehr", Status = MessageStatus.Queued, Content = Encoding.UTF8.GetBytes($"sent-{Patient}"), Error = $"destinationerror-{Patient}" }],
            });
            state.Apply(new RecordedStateChanges(outcome.StateSequence, id, changes));
            await store.RecordAnswerAsync(id, new SourceResponse(id, true, MessageStatus.Sent, Encoding.UTF8.GetBytes($"answer-{Patient}"), null));
        }

        state.WriteDocument("cursor", $"{{\"at\":\"document-{Patient}\"}}");
    }

    private static void AssertReadable(ChannelStores stores)
    {
        var store = stores.OpenMessages(Channel, new StoreSettings());
        var state = stores.OpenState(Channel, store, new StateSettings { KeepGlobalChannelMap = true });
        Assert.Equal(120, store.Find(new MessageQuery { Count = 1_000 }).Count);
        var message = store.Read(7)!;
        Assert.Equal($"raw-{Patient}-6", Some.Text(message.Raw!.Value));
        Assert.Equal($"encoded-{Patient}", Some.Text(message.Encoded!.Value));
        Assert.Equal($"sourcemap-{Patient}", message.SourceMap!["s"]);
        Assert.Equal($"channelmap-{Patient}", message.ChannelMap!["c"]);
        Assert.Equal($"sent-{Patient}", Some.Text(message.Sent["ehr"]));
        Assert.Equal($"error-{Patient}", message.Summary.Error);
        Assert.Equal($"destinationerror-{Patient}", message.Summary.Destinations[0].Error);
        Assert.Equal($"controlid-{Patient}-6", message.Summary.ControlId);
        Assert.Equal($"metadata-{Patient}-6", message.Summary.Metadata["mrn"]);
        Assert.Equal($"attachment-{Patient}", Some.Text(store.ReadAttachment(7, "a")!.Content));
        Assert.Equal(17 + Patient.Length - 6, store.ListAttachments(7)[0].Size);
        Assert.Equal($"answer-{Patient}", Some.Text(store.FindAnswer("key-6")!.Response!.Content!.Value));
        Assert.Equal(7, Assert.Single(store.Find(new MessageQuery { ControlId = $"controlid-{Patient}-6" })).Id);
        Assert.Equal(7, Assert.Single(store.Find(new MessageQuery { Metadata = ("mrn", $"metadata-{Patient}-6") })).Id);
        Assert.Equal($"mapvalue-{Patient}", state.GlobalChannelMap.TryGet($"mapkey-{Patient}-3", out var value) ? value : null);
        Assert.True(state.IsTaken($"oncekey-{Patient}-50"));
        Assert.Contains($"document-{Patient}", state.ReadDocument("cursor"), StringComparison.Ordinal);
        Assert.Null(state.Rebuilt);
        Assert.NotEmpty(store.ReadStateChanges(0, 1_000));
    }

    // Which kinds of text are to be found in any file of the data folder.
    private int KindsFound()
    {
        string[] kinds = ["mapkey-", "mapvalue-", "oncekey-", "controlid-", "raw-", "encoded-", "sourcemap-", "channelmap-", "metadata-", "error-", "attachment-", "sent-", "answer-", "document-"];
        var files = Directory.EnumerateFiles(_folder["data"], "*", SearchOption.AllDirectories).Select(ReadShared).ToList();
        return kinds.Count(kind => files.Any(bytes => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(kind + Patient)) >= 0));
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
