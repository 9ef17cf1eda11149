namespace ChannelHost.Connectors.Channels;

/// <summary>Gets what other channels send: the engine's router gives it to the channel by name, so there is nothing to open here.</summary>
internal sealed class ChannelSource : ISource
{
    public Task StartAsync(IMessageReceiver receiver, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask<bool> TryChangeOptionsAsync(object options, CancellationToken cancellationToken) => ValueTask.FromResult(options is ChannelSourceOptions);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
