using ChannelHost.Testing.Databases;

namespace ChannelHost.Tests.Connectors.Database;

/// <summary>One MariaDB for the tests of a class; they are skipped where it is not installed.</summary>
public sealed class MariaDbFixture : IAsyncLifetime
{
    private MariaDbServer? _server;

    public MariaDbServer Server
    {
        get
        {
            Assert.SkipWhen(MariaDbServer.Missing is not null, MariaDbServer.Missing ?? "");
            return _server!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (MariaDbServer.Missing is null)
        {
            _server = await MariaDbServer.StartAsync(TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
