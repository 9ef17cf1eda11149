using System.Security.Cryptography;
using ChannelHost.Storage;
using ChannelHost.Storage.Encryption;
using ChannelHost.Tests.Storage.Messages;

namespace ChannelHost.Tests.Storage.Encryption;

/// <summary>What lies in the store of an encrypted channel, with which keys, and how it changes when they do. Each kind of store inherits this and says how to look at it.</summary>
public abstract class EncryptionContract : IDisposable
{
    private protected readonly TemporaryFolder _folder = new();
    private protected readonly string _key = NewKey();

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The channel; it belongs to this test.</summary>
    protected virtual string Channel => "clinic/registration";

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the stores, the same ones each time.</summary>
    protected abstract IChannelStores Open(EncryptionSettings encryption);

    protected abstract StoreKeyRotation Rotation(EncryptionSettings settings);

    /// <summary>How many kinds of text are to be found anywhere.</summary>
    protected abstract Task<int> KindsFoundAsync();

    protected abstract Task<List<string>> ProblemsAsync(EncryptionSettings keys);

    /// <summary>Puts the content of message 2 in the place of that of message 1, with a checksum that fits. Nobody has the store open.</summary>
    protected abstract Task MoveContentAsync();

    /// <summary>Waits until the running host has brought everything to a new key.</summary>
    protected virtual Task UntilTakenUpAsync(StoreKeyRotation rotation, string key) => UntilOnlyFormAsync(key);

    [Theory]
    [Trait("Row", "S38")]
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

        await AssertFoundAsync(from);
        await using (var stores = Open(Keys(_key) with { Scope = to }))
        {
            OpenBoth(stores);
            await UntilOnlyFormAsync(to switch { EncryptionScope.None => null, EncryptionScope.All => $"{IdOf(_key)} all", _ => IdOf(_key) });
        }

        foreach (var keys in KeysThatVerify())
        {
            Assert.Empty(await ProblemsAsync(keys));
        }

        await using (var after = Open(to == EncryptionScope.None ? EncryptionSettings.None : Keys(_key) with { Scope = to }))
        {
            SealedChannel.AssertReadable(after, Channel);
        }

        await AssertFoundAsync(to);
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
            await stores.OpenMessages(Channel + "-other", new StoreSettings()).DisposeAsync();
        }

        await using (var stores = Open(EncryptionSettings.None))
        {
            Assert.Throws<StoreException>(() => stores.OpenMessages(Channel, new StoreSettings()));
            Assert.Contains("there is no key", Assert.Throws<StoreException>(() => stores.OpenMessages(Channel + "-new", new StoreSettings { Encrypt = true })).Message, StringComparison.Ordinal);
        }

        await using var right = Open(Keys(_key));
        SealedChannel.AssertReadable(right, Channel);
    }

    [Fact]
    [Trait("Row", "S37")]
    public async Task RotationWhileTheHostRuns_IsTakenUpAndTheOldKeyCanGo()
    {
        var file = _folder["keys", "store.key"];
        var old = StoreKeyRotation.MakeKeyFile(file);
        var settings = new EncryptionSettings { KeyFile = file };
        var rotation = Rotation(settings);
        string next;
        await using (var stores = Open(settings))
        {
            await SealedChannel.FillAsync(stores, Channel);
            next = rotation.AddKey();
            await UntilTakenUpAsync(rotation, next);
            Assert.Equal([next], rotation.Forms()[Channel]);
        }

        Assert.Equal([old], rotation.DropUnused());
        Assert.Empty(rotation.DropUnused());
        Assert.Empty(await ProblemsAsync(settings));
        await using var after = Open(settings);
        SealedChannel.AssertReadable(after, Channel);
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

        await MoveContentAsync();

        Assert.Contains(await ProblemsAsync(Keys(_key)), problem => problem.Contains("belongs elsewhere", StringComparison.Ordinal));
        await using var after = Open(Keys(_key));
        Assert.Throws<StoreException>(() => after.OpenMessages(Channel, new StoreSettings()).Read(1));
    }

    private protected async Task AssertFoundAsync(EncryptionScope scope)
    {
        // In the clear the bytes of an answer stand in base64; what is searched by is sealed only where all is.
        Assert.Equal(scope switch { EncryptionScope.None => SealedChannel.Kinds.Length - 1, EncryptionScope.Content => 2, _ => 0 }, await KindsFoundAsync());
    }

    /// <summary>Waits until all of the channel, which is open, is in one form; null for in the clear.</summary>
    private protected async Task UntilOnlyFormAsync(string? form)
    {
        var rotation = Rotation(EncryptionSettings.None);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromMinutes(2));
        while (!rotation.Forms()[Channel].SequenceEqual(form is null ? [] : [form]))
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    private protected void OpenBoth(IChannelStores stores) =>
        _ = stores.OpenState(Channel, stores.OpenMessages(Channel, new StoreSettings()), new StateSettings { KeepGlobalChannelMap = true });

    // With each of these a sound store has no problem, and damage is found.
    private protected EncryptionSettings[] KeysThatVerify() => [Keys(_key), Keys(NewKey()), EncryptionSettings.None];

    private protected static EncryptionSettings Keys(string keys) => new() { Keys = keys };

    private protected static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private protected static string IdOf(string key) => ChannelHost.Storage.Keys.SecretKey.Parse(key)!.Id;
}
