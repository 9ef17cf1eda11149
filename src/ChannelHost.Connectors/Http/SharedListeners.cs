using System.Diagnostics.CodeAnalysis;

namespace ChannelHost.Connectors.Http;

/// <summary>The listeners of one host by their address: sources with the same <c>listen</c> share one.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore holds no handle.")]
internal sealed class SharedListeners
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, SharedListener> _open = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The memory for bodies, one for the whole host: a channel more does not make the machine larger.</summary>
    public BodyRoom Bodies { get; } = new();

    /// <summary>Adds a route to the listener of an address; opens it when it is the first.</summary>
    /// <exception cref="ConnectorException">It cannot be opened or not be shared, with the reason.</exception>
    public async Task<SharedListener> JoinAsync(ListenerSettings settings, HttpRoute route, ConnectorContext context, CancellationToken cancellationToken)
    {
        // A port that the system chooses is nobody else's.
        var address = settings.Listen.Port == 0 ? Guid.NewGuid().ToString() : settings.Listen.ToString();
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_open.TryGetValue(address, out var listener))
            {
                listener.Join(settings, route);
                return listener;
            }

            listener = await SharedListener.OpenAsync(address, settings, route, context, cancellationToken);
            _open.Add(address, listener);
            return listener;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Takes a route out; closes the listener when it was the last. When the token is cancelled its connections are cut.</summary>
    public async Task LeaveAsync(SharedListener listener, HttpRoute route, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(CancellationToken.None);
        bool isLast;
        try
        {
            isLast = listener.Leave(route);
            if (isLast)
            {
                _open.Remove(listener.Address);
            }
        }
        finally
        {
            _gate.Release();
        }

        if (isLast)
        {
            await listener.CloseAsync(cancellationToken);
        }
    }
}
