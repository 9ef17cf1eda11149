namespace ChannelHost.Connectors.Http;

internal sealed class HttpDestination(HttpDestinationOptions options, ConnectorContext context) : IDestination
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public ValueTask<Response> SendAsync(OutgoingMessage message, CancellationToken cancellationToken) => throw new NotSupportedException(options + context.Channel);
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public ValueTask DisposeAsync() => default;
}
