using ChannelHost.Connectors.Channels;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Channels;

public sealed class ChannelSourceTests
{
    [Fact]
    public async Task StartedAndStopped_OpensNothingAndTakesNothing()
    {
        using var bench = new Bench();
        var token = TestContext.Current.CancellationToken;
        IConnector connector = new ChannelConnector();
        await using var source = connector.CreateSource(new ChannelSourceOptions(), bench.Context);

        await source.StartAsync(bench.Receiver, token);

        Assert.True(await source.TryChangeOptionsAsync(new ChannelSourceOptions(), token));
        await source.StopAsync(token);
        Assert.Empty(bench.Receiver.Messages);
        Assert.Empty(connector.ExclusiveResources(new ChannelSourceOptions()));
    }
}
