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
    private PostgreSqlStores? _stores;

    internal PostgreSqlServer Server => _server.Server;

    /// <summary>Opened once: what is tested is what they open.</summary>
    internal PostgreSqlStores Stores => _stores ??= Open(_folder.Path);

    /// <summary>The stores of another host.</summary>
    internal PostgreSqlStores Open(string folder, string? connection = null) => new(
        folder, new PostgreSqlSettings { ConnectionString = connection ?? Server.ConnectionString, AllowUnsafe = true }, NullLoggerFactory.Instance);

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        if (_stores is not null)
        {
            await _stores.DisposeAsync();
        }

        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
