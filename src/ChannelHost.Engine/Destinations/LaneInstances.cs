using System.Collections.Concurrent;

namespace ChannelHost.Engine.Destinations;

/// <summary>
/// A destination for each lane, so that each of them is called by one delivery at a time and has its own connection. The one that was used last is used next: with
/// little traffic few connections are open.
/// </summary>
/// <param name="instances">As many as deliveries are made at once.</param>
internal sealed class LaneInstances(IReadOnlyList<IDestination> instances) : IDestination
{
    private readonly ConcurrentStack<IDestination> _free = new(instances.Reverse());

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var instance in instances)
        {
            await instance.StartAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask<Response> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        // The turns let no more deliveries through than there are instances.
        if (!_free.TryPop(out var instance))
        {
            throw new InvalidOperationException("More deliveries at once than lanes.");
        }

        try
        {
            return await instance.SendAsync(message, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _free.Push(instance);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(instances.Select(instance => instance.StopAsync(cancellationToken)));

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in instances)
        {
            await instance.DisposeAsync().ConfigureAwait(false);
        }
    }
}
