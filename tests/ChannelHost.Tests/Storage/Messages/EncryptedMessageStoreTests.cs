using System.Security.Cryptography;
using ChannelHost.Storage;
using ChannelHost.Storage.Encryption;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Messages;

/// <summary>What every message store promises holds for an encrypted one.</summary>
public sealed class EncryptedMessageStoreTests : EncryptedStoreContract
{
    protected override EncryptionScope Scope => EncryptionScope.Content;
}

/// <summary>The same where what people search by is hidden as well.</summary>
public sealed class HiddenMessageStoreTests : EncryptedStoreContract
{
    protected override EncryptionScope Scope => EncryptionScope.All;
}

/// <summary>An encrypted SQLite store.</summary>
public abstract class EncryptedStoreContract : MessageStoreContract
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private ChannelStores? _stores;

    /// <summary>What is encrypted.</summary>
    protected abstract EncryptionScope Scope { get; }

    protected override Task<IMessageStore> OpenAsync(StoreSettings settings)
    {
        _stores = new ChannelStores(_folder.Path, NullLoggerFactory.Instance, TimeProvider.System) { Encryption = new EncryptionSettings { Keys = _key, Scope = Scope } };
        return Task.FromResult(_stores.OpenMessages("clinic/registration", settings));
    }

    protected override async Task CloseAsync()
    {
        if (_stores is not null)
        {
            await _stores.DisposeAsync();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Assert.Empty(await new StoreVerifier(_folder.Path) { Encryption = new EncryptionSettings { Keys = _key } }.VerifyAsync(TestContext.Current.CancellationToken));
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
