namespace ChannelHost.Connectors.Database;

/// <summary>Runs a statement for each message, on a connection that stays open. Values are parameters of the statement and never part of its text.</summary>
internal sealed class DatabaseDestination(DatabaseDestinationOptions options, ConnectorContext context) : IDestination
{
    // What the statement itself gives back is counted, not read.
    private readonly RowSetLimits _limits = new(options.Timeout, 0, 0);

    private HeldSession? _sessions;
    private SqlTemplate? _statement;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var target = DatabaseConnector.Target(options, context);
        _statement = DatabaseConnector.Read(options.Statement ?? throw new ConnectorException("There is no statement (setting: statement, or script)."), "statement", target);
        _sessions = new HeldSession(target, context.Time);
        return Task.CompletedTask;
    }

    public async ValueTask<Response> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var values = new object?[_statement!.Names.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (!MessageValues.TryFind(message, _statement.Names[i], out values[i]))
            {
                return Response.Failed($"The statement asks for ${{{_statement.Names[i]}}}, and this message has no such value.");
            }
        }

        try
        {
            var session = await _sessions!.GetAsync(cancellationToken);
            var outcome = await session.ExecuteAsync(_statement.Statement, values, _limits, RowReading.Leave, cancellationToken);
            _sessions.Used();
            return Response.Sent(outcome.GaveRows ? "the statement ran and gave rows" : outcome.Affected == 1 ? "1 row changed" : $"{outcome.Affected} rows changed");
        }
        catch (DatabaseFaultException e)
        {
            await _sessions!.DropAsync(e);
            return e.ToResponse();
        }
        catch (OperationCanceledException)
        {
            await _sessions!.CloseAsync();
            throw;
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_sessions is not null)
        {
            await _sessions.CloseAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_sessions is not null)
        {
            await _sessions.CloseAsync();
        }
    }
}
