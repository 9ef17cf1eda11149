using System.Security.Cryptography;
using ChannelHost.Storage;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Keys;
using ChannelHost.Tests.Storage.Messages;

namespace ChannelHost.Tests.Storage.Encryption;

/// <summary>What every kind of store promises of an encrypted channel: it follows its keys and its scope, and who has not the keys gets nothing of it. A store's tests inherit this.</summary>
public abstract class EncryptionContract : IAsyncDisposable
{
    private protected readonly TemporaryFolder _folder = new();
    private protected readonly string _key = NewKey();

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The channel; it belongs to this test.</summary>
    private protected abstract string Channel { get; }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

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
            await UntilOnlyFormAsync(stores, to == EncryptionScope.None ? null : to == EncryptionScope.All ? $"{IdOf(_key)} all" : IdOf(_key));
        }

        Assert.Empty(await ProblemsAsync(Keys(_key)));
        if (IsCheckedWithoutKeys)
        {
            Assert.Empty(await ProblemsAsync(EncryptionSettings.None));
        }

        await AssertFoundAsync(to);
        await using var after = Open(to == EncryptionScope.None ? EncryptionSettings.None : Keys(_key) with { Scope = to });
        SealedChannel.AssertReadable(after, Channel);
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

        Assert.Empty(await ProblemsAsync(Keys(next)));
        await using var after = Open(Keys(next));
        SealedChannel.AssertReadable(after, Channel);
        await AssertFoundAsync(EncryptionScope.Content);
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

    /// <summary>Opens the stores.</summary>
    private protected abstract IChannelStores Open(EncryptionSettings encryption);

    /// <summary>The forms that contents of the open channel may have.</summary>
    private protected abstract IReadOnlyList<string> FormsOf(IChannelStores stores);

    /// <summary>What is wrong with the closed channel.</summary>
    private protected abstract Task<IReadOnlyList<string>> ProblemsAsync(EncryptionSettings keys);

    /// <summary>True when it can be checked where its keys are not.</summary>
    private protected abstract bool IsCheckedWithoutKeys { get; }

    /// <summary>How many of <see cref="SealedChannel.Kinds"/> are to be found where the channel is stored.</summary>
    private protected abstract Task<int> KindsFoundAsync();

    /// <summary>How many of them are found at least where nothing is sealed.</summary>
    private protected abstract int FoundInTheClear { get; }

    /// <summary>Puts the content of message 2 in the place of that of message 1, with a checksum that fits there.</summary>
    private protected abstract Task MoveContentAsync();

    private protected static EncryptionSettings Keys(string keys) => new() { Keys = keys };

    private protected static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private protected static string IdOf(string key) => SecretKey.Parse(key)!.Id;

    /// <summary>Opens the channel, and waits until all of it is in one form; null for the clear.</summary>
    private async Task UntilOnlyFormAsync(IChannelStores stores, string? form)
    {
        var store = stores.OpenMessages(Channel, new StoreSettings());
        _ = stores.OpenState(Channel, store, new StateSettings { KeepGlobalChannelMap = true });
        await UntilFormsAsync(stores, form is null ? [] : [form]);
    }

    /// <summary>Waits until the open channel has these forms.</summary>
    private protected async Task UntilFormsAsync(IChannelStores stores, string[] forms)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromMinutes(2));
        while (!FormsOf(stores).SequenceEqual(forms))
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    private async Task AssertFoundAsync(EncryptionScope scope)
    {
        var found = await KindsFoundAsync();
        Assert.True(scope switch { EncryptionScope.None => found >= FoundInTheClear, EncryptionScope.Content => found == 2, _ => found == 0 }, $"{found} kinds found of a channel that seals {scope}");
    }
}
