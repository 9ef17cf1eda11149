namespace ChannelHost.Connectors.Database;

/// <summary>Keeps one connection open from use to use. Used by one thread at a time.</summary>
internal sealed class HeldSession(DatabaseTarget target, TimeProvider time) : IAsyncDisposable
{
    // What was idle for longer may have been cut by a firewall or a restart, and a statement that fails on it has an unknown end. Asking costs one way there and back.
    private static readonly TimeSpan TrustedIdle = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(5);

    private static readonly SqlStatement Ask = new("select 1", [], [], IsSeveral: false);

    private DatabaseSession? _session;
    private long _usedAt;

    /// <summary>The connection, opened anew when there is none that works.</summary>
    /// <exception cref="DatabaseFaultException">None comes about.</exception>
    public async ValueTask<DatabaseSession> GetAsync(CancellationToken cancellationToken)
    {
        if (_session is { } held)
        {
            if (held.IsOpen && (time.GetElapsedTime(_usedAt) < TrustedIdle || await IsAliveAsync(held, cancellationToken)))
            {
                return held;
            }

            await CloseAsync();
        }

        _session = await DatabaseSession.OpenAsync(target, time, cancellationToken);
        Used();
        return _session;
    }

    /// <summary>It worked just now.</summary>
    public void Used() => _usedAt = time.GetTimestamp();

    /// <summary>A statement failed: the connection goes, unless the database had only turned the statement down.</summary>
    public ValueTask DropAsync(DatabaseFaultException fault)
    {
        if (fault.Kind is DatabaseFaultKind.Rejected or DatabaseFaultKind.Setup or DatabaseFaultKind.Busy && _session is { IsOpen: true })
        {
            return ValueTask.CompletedTask;
        }

        return CloseAsync();
    }

    /// <summary>Closes it; the next use opens another.</summary>
    public async ValueTask CloseAsync()
    {
        if (_session is { } held)
        {
            _session = null;
            await held.DisposeAsync();
        }
    }

    public ValueTask DisposeAsync() => CloseAsync();

    private static async ValueTask<bool> IsAliveAsync(DatabaseSession held, CancellationToken cancellationToken)
    {
        try
        {
            await held.ExecuteAsync(Ask, [], new RowSetLimits(AskTimeout, 1, 1024), RowReading.Leave, cancellationToken);
            return true;
        }
        catch (DatabaseFaultException)
        {
            // A new connection is tried next; what is wrong with the database it will say.
            return false;
        }
    }
}
