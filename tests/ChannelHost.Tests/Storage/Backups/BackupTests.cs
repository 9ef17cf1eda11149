using System.Formats.Tar;
using System.Text;
using ChannelHost.Engine.Destinations;
using ChannelHost.Engine.Recovery;
using ChannelHost.Storage;
using ChannelHost.Storage.Encryption;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Storage.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Backups;

/// <summary>Backups of stores that are written to, and what becomes of them elsewhere.</summary>
public sealed class BackupTests : IDisposable
{
    private const string Channel = "clinic/registration";
    private const string Patient = "ERIKA-MUSTERFRAU";
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => _folder["data"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [Trait("Row", "F24")]
    [InlineData("backup")]
    [InlineData("backup.tar")]
    [InlineData("backup.tar.gz")]
    public async Task StoreThatIsWrittenTo_IsCopiedAsOfOneMoment(string name)
    {
        await using var stores = Open(Data);
        var (store, state) = OpenBoth(stores);
        using var stop = new CancellationTokenSource();
        var confirmed = 0L;
        var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var id = await AddAsync(store, state);
                Interlocked.Exchange(ref confirmed, id);
                await store.UpdateAsync(Some.Sent(id));
            }
        })));
        await UntilAsync(() => Interlocked.Read(ref confirmed) > 100);

        var before = store.Counts().Single(count => count.Connector == "source").Count;
        var report = await new StoreBackup(Data, TimeProvider.System) { Open = stores }.WriteAsync(_folder[name], Token);
        await stop.CancelAsync();
        await writing;

        Assert.Empty(report.Problems);
        Assert.Equal([Channel], report.Channels.Select(channel => channel.Name));
        var restored = new StoreRestore(report.Path, _folder["other"]).Run(Token);
        Assert.Empty(restored.Problems);
        Assert.Empty(await new StoreVerifier(_folder["other"]).VerifyAsync(Token));

        // All that the backup holds of messages is known to the state, and nothing more.
        await using var others = Open(_folder["other"]);
        var (messages, remembered) = OpenBoth(others);
        Assert.Null(remembered.Rebuilt);
        var ids = AllOf(messages).ToHashSet();
        Assert.True(ids.Count >= before, $"{ids.Count} of at least {before} messages");
        Assert.All(ids, id => Assert.True(remembered.IsTaken($"once-{id}")));
        Assert.Equal(ids.Count, Enumerable.Range(1, (int)store.NextId()).Count(id => remembered.IsTaken($"once-{id}")));
        Assert.True(messages.NextId() > store.NextId() + 100_000, "ids that were given after the backup are given again");
    }

    [Fact]
    [Trait("Row", "F24")]
    public async Task WhatWaits_IsMarkedAndHeldOnceAndForAll()
    {
        await using (var stores = Open(Data))
        {
            var (store, _) = OpenBoth(stores);
            await store.AddAsync(Some.Message(store.NextId(), destinations: Some.Queued()));
            await store.AddAsync(Some.Message(store.NextId(), destinations: Some.Pending()));
            await store.AddAsync(Some.Message(store.NextId(), MessageStatus.Received));
            await store.AddAsync(Some.Message(store.NextId(), destinations: [Some.Queued("done"), Some.Pending("later") with { IsWaiting = true }]));
            await store.UpdateAsync(Some.Sent(4, "done"));
        }

        var backup = await new StoreBackup(Data, TimeProvider.System).WriteAsync(_folder["backup"], Token);
        new StoreRestore(backup.Path, _folder["other"]).Run(Token);

        await using (var stores = Open(_folder["other"]))
        {
            var (store, state) = OpenBoth(stores);
            Assert.Equal(backup.MadeAt, store.RestoredFrom);
            var queues = new PausedQueues(state);
            await new BackupHold(Channel, store, queues, NullLogger.Instance).TakeAsync(isAsked: false);

            Assert.Null(store.RestoredFrom);
            Assert.Contains("decide", queues.HeldBecause("ehr"), StringComparison.Ordinal);
            Assert.Null(queues.HeldBecause("done"));
            Assert.Equal([(1L, true), (2L, true)], store.ReadQueue("ehr", 0, 10).Select(work => (work.MessageId, work.IsUncertain)));
            Assert.Empty(store.ReadUnfinished(0, 10));
            Assert.Equal(MessageStatus.Error, store.Read(3)!.Summary.Status);
            Assert.Contains("replay", store.Read(3)!.Summary.Error, StringComparison.Ordinal);
            Assert.Equal([("done", MessageStatus.Sent, false), ("later", MessageStatus.Error, true)], store.Read(4)!.Summary.Destinations.Select(at => (at.Name, at.Status, at.IsUnmade)));
        }

        // The next start finds it as it was left, and somebody's yes lets it go for good.
        await using (var stores = Open(_folder["other"]))
        {
            var (store, state) = OpenBoth(stores);
            var queues = new PausedQueues(state);
            await new BackupHold(Channel, store, queues, NullLogger.Instance).TakeAsync(isAsked: false);
            Assert.NotNull(queues.HeldBecause("ehr"));
            queues.Set("ehr", isPaused: false);
            Assert.Null(queues.HeldBecause("ehr"));
        }

        Assert.Empty(await new StoreVerifier(_folder["other"]).VerifyAsync(Token));
    }

    [Fact]
    [Trait("Row", "F24")]
    public async Task NothingWaits_WarnsOnlyOfWhatEndedInError()
    {
        await using var stores = Open(Data);
        var (store, state) = OpenBoth(stores);
        await store.AddAsync(Some.Message(store.NextId(), destinations: Some.Queued()));
        await store.UpdateAsync(Some.Sent(1));
        var logger = new CollectingLogger();
        var hold = new BackupHold(Channel, store, new PausedQueues(state), logger);

        await hold.TakeAsync(isAsked: true);
        Assert.Empty(logger.Events);

        await store.AddAsync(Some.Message(store.NextId(), MessageStatus.Received));
        await hold.TakeAsync(isAsked: true);
        Assert.Equal(1, logger.Count("1 message(s) that no script had seen ended in error"));
        Assert.Equal(0, logger.Count("held"));
    }

    [Fact]
    [Trait("Row", "F24")]
    public async Task EncryptedStore_StaysSoAndIsCopiedAndPutBackWithoutItsKey()
    {
        var keys = new EncryptionSettings { Keys = Convert.ToBase64String(new byte[32]) };
        await using (var stores = Open(Data, keys))
        {
            var (store, state) = OpenBoth(stores);
            await AddAsync(store, state);
        }

        var backup = await new StoreBackup(Data, TimeProvider.System).WriteAsync(_folder["backup.tar"], Token);
        var restored = new StoreRestore(backup.Path, _folder["other"]).Run(Token);

        Assert.Empty(backup.Problems);
        Assert.Empty(restored.Problems);
        Assert.DoesNotContain(Patient, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(backup.Path, Token)), StringComparison.Ordinal);
        await using var others = Open(_folder["other"], keys);
        Assert.Contains(Patient, Some.Text(OpenBoth(others).Messages.Read(1)!.Raw!.Value), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F24")]
    public async Task Secrets_AreLeftOutUnlessAskedFor()
    {
        await MakeAsync();
        await File.WriteAllTextAsync(Path.Combine(Data, "secrets.json"), "{}", Token);

        var without = await new StoreBackup(Data, TimeProvider.System).WriteAsync(_folder["without"], Token);
        var with = await new StoreBackup(Data, TimeProvider.System) { WithSecrets = true }.WriteAsync(_folder["with"], Token);

        Assert.False(File.Exists(Path.Combine(without.Path, "secrets.json")));
        Assert.True(File.Exists(Path.Combine(with.Path, "secrets.json")));
        Assert.True(new StoreRestore(with.Path, _folder["other"]).Run(Token).HasSecrets);
    }

    [Fact]
    [Trait("Row", "F24")]
    public async Task DamagedBackup_IsRefusedAndNothingOfItStays()
    {
        await MakeAsync();
        var whole = await new StoreBackup(Data, TimeProvider.System).WriteAsync(_folder["whole.tar"], Token);
        var bytes = await File.ReadAllBytesAsync(whole.Path, Token);
        var flipped = bytes.ToArray();
        flipped[bytes.AsSpan().IndexOf("SQLite format 3"u8) + 5000] ^= 4;
        await File.WriteAllBytesAsync(_folder["flipped.tar"], flipped, Token);
        await File.WriteAllBytesAsync(_folder["cut.tar"], bytes.AsMemory(0, bytes.Length / 2), Token);
        Directory.CreateDirectory(_folder["none"]);

        foreach (var name in new[] { "flipped.tar", "cut.tar", "none" })
        {
            var refusal = Assert.Throws<StoreException>(() => new StoreRestore(_folder[name], _folder["other"]).Run(Token));
            Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
            Assert.Equal(["host.lock"], Directory.EnumerateFileSystemEntries(_folder["other"]).Select(Path.GetFileName));
        }

        Assert.Empty(new StoreRestore(whole.Path, _folder["other"]).Run(Token).Problems);
    }

    [Theory]
    [Trait("Row", "F24")]
    [InlineData("channels/../../outside")]
    [InlineData("/tmp/outside")]
    [InlineData("host.lock")]
    public async Task BackupWithANameThatDoesNotBelong_IsRefused(string name)
    {
        await using (var file = File.Create(_folder["foreign.tar"]))
        await using (var tar = new TarWriter(file))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream([1]) }, Token);
        }

        var refusal = Assert.Throws<StoreException>(() => new StoreRestore(_folder["foreign.tar"], _folder["other"]).Run(Token));

        Assert.Contains("does not belong", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F24")]
    public async Task StoreThatIsOpenedJustWhenItsCopyEnds_WaitsForThatAndNothingElse()
    {
        await using var stores = Open(Data);
        using var enough = new CancellationTokenSource();
        var copying = Task.Run(() =>
        {
            while (!enough.IsCancellationRequested)
            {
                stores.TryWhileClosed(Channel, () => { });
            }
        }, Token);

        // There is no key: that is said behind the waiting, and before anything is opened.
        var opening = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var tries = 0; tries < 3_000; tries++)
            {
                Assert.Throws<StoreException>(() => stores.OpenMessages(Channel, new StoreSettings { Encrypt = true }));
            }
        }, Token));
        try
        {
            await Task.WhenAll(opening);
        }
        finally
        {
            await enough.CancelAsync();
            await copying;
        }
    }

    [Fact]
    [Trait("Row", "F24")]
    public async Task TargetsThatMakeNoSense_AreRefused()
    {
        await MakeAsync();
        var backup = new StoreBackup(Data, TimeProvider.System);
        var made = await backup.WriteAsync(_folder["once.tar"], Token);

        await Assert.ThrowsAsync<StoreException>(() => backup.WriteAsync(_folder["once.tar"], Token));
        await Assert.ThrowsAsync<StoreException>(() => backup.WriteAsync(_folder["data", "inside"], Token));
        await Assert.ThrowsAsync<StoreException>(() => backup.WriteAsync(_folder["no", "such", "folder"], Token));
        Assert.Throws<StoreException>(() => new StoreRestore(made.Path, Data).Run(Token));
        Assert.Empty(await new StoreVerifier(Data).VerifyAsync(Token));
    }

    [Fact]
    [Trait("Row", "F24")]
    public async Task RestoreThatWasCutOff_IsNotStartedOn()
    {
        await MakeAsync();
        await File.WriteAllTextAsync(Path.Combine(Data, "restoring"), "", Token);

        var refusal = Assert.Throws<IOException>(() => Open(Data));

        Assert.Contains("restore", refusal.Message, StringComparison.Ordinal);
    }

    private async Task MakeAsync()
    {
        await using var stores = Open(Data);
        var (store, state) = OpenBoth(stores);
        await AddAsync(store, state);
    }

    private static async Task<long> AddAsync(IMessageStore store, IChannelState state)
    {
        var id = store.NextId();
        StateChange[] changes = [new(StateChangeKind.Taken, $"once-{id}"), new(StateChangeKind.MapPut, $"k{id % 9}", $"v{id}")];
        var outcome = await store.AddAsync(Some.Message(id, content: $"{Patient} {id} {new string('x', 400)}", destinations: Some.Queued()) with { StateChanges = changes });
        state.Apply(new RecordedStateChanges(outcome.StateSequence, id, changes));
        return id;
    }

    private static IEnumerable<long> AllOf(IMessageStore store)
    {
        for (var page = store.Search(new MessageQuery { Count = 1_000 }); ; page = store.Search(new MessageQuery { Count = 1_000, BeforeId = page.Before }))
        {
            foreach (var message in page.Messages)
            {
                yield return message.Id;
            }

            if (page.Before == 0)
            {
                yield break;
            }
        }
    }

    private static (IMessageStore Messages, IChannelState State) OpenBoth(ChannelStores stores)
    {
        var store = stores.OpenMessages(Channel, new StoreSettings());
        return (store, stores.OpenState(Channel, store, new StateSettings { KeepGlobalChannelMap = true }));
    }

    private static ChannelStores Open(string data, EncryptionSettings? keys = null) =>
        new(data, NullLoggerFactory.Instance, TimeProvider.System) { Encryption = keys ?? EncryptionSettings.None };

    private static async Task UntilAsync(Func<bool> holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1), "nothing is written");
            await Task.Delay(10, Token);
        }
    }
}
