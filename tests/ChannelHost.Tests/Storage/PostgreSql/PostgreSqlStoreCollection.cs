using System.Security.Cryptography;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.PostgreSql;
using ChannelHost.Testing.Databases;
using ChannelHost.Tests.Connectors.Database.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.PostgreSql;

/// <summary>The tests that share one server and its connections, each with channels of its own.</summary>
[CollectionDefinition(Name)]
public sealed class PostgreSqlStoreCollection : ICollectionFixture<PostgreSqlStoreFixture>
{
    internal const string Name = "stores on PostgreSQL";
}

public sealed class PostgreSqlStoreFixture : IAsyncLifetime
{
    private readonly PostgreSqlFixture _server = new();
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _encryptedFolder = new();
    private PostgreSqlStores? _stores;
    private PostgreSqlStores? _encrypted;

    internal PostgreSqlServer Server => _server.Server;

    /// <summary>Opened once: what is tested is what they open.</summary>
    internal PostgreSqlStores Stores => _stores ??= Open(_folder.Path);

    /// <summary>Those of a host that encrypts all of every channel.</summary>
    internal PostgreSqlStores EncryptedStores => _encrypted ??= Open(
        _encryptedFolder.Path, encryption: new EncryptionSettings { Keys = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), Scope = EncryptionScope.All });

    /// <summary>The stores of another host.</summary>
    internal PostgreSqlStores Open(string folder, string? connection = null, EncryptionSettings? encryption = null) => new(
        folder, connection is null ? Settings : Settings with { ConnectionString = connection }, NullLoggerFactory.Instance) { Encryption = encryption ?? EncryptionSettings.None };

    /// <summary>The way to the server.</summary>
    internal PostgreSqlSettings Settings => new() { ConnectionString = Server.ConnectionString, AllowUnsafe = true };

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        if (_stores is not null)
        {
            await _stores.DisposeAsync();
        }

        if (_encrypted is not null)
        {
            await _encrypted.DisposeAsync();
        }

        await _server.DisposeAsync();
        _folder.Dispose();
        _encryptedFolder.Dispose();
    }
}
