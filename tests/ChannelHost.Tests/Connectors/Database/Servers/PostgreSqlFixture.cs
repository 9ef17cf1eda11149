using ChannelHost.Testing.Databases;

namespace ChannelHost.Tests.Connectors.Database.Servers;

/// <summary>One PostgreSQL for the tests of a class; they are skipped where it is not installed.</summary>
public sealed class PostgreSqlFixture : IAsyncLifetime
{
    private PostgreSqlServer? _server;

    public PostgreSqlServer Server
    {
        get
        {
            Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
            return _server!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (PostgreSqlServer.Missing is null)
        {
            _server = await PostgreSqlServer.StartAsync(TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
