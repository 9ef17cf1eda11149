using ChannelHost.Connectors.JavaScript;

namespace ChannelHost.Connectors.Database;

/// <summary>Reads the rows of a look and marks those that were taken, by statements or by scripts. Used by one thread at a time.</summary>
internal sealed class RowSource : IAsyncDisposable
{
    private readonly DatabaseSourceOptions _options;
    private readonly ConnectorContext _context;
    private readonly HeldSession _sessions;
    private readonly SqlTemplate? _select;
    private readonly SqlTemplate? _update;
    private readonly SourceScript? _selectScript;
    private readonly SourceScript? _updateScript;

    /// <exception cref="ConnectorException">The settings cannot be used.</exception>
    public RowSource(DatabaseSourceOptions options, ConnectorContext context, UnrecordedChanges unrecorded)
    {
        (_options, _context) = (options, context);
        var target = DatabaseConnector.Target(options, context);
        Where = target.Where;
        _sessions = new HeldSession(target, context.Time);
        _select = options.Select is { } select ? DatabaseConnector.Read(select, "select", target) : null;
        _update = options.Update is { } update ? DatabaseConnector.Read(update, "update", target) : null;
        _selectScript = options.SelectScript is { } reader ? new SourceScript(reader, context, unrecorded) : null;
        _updateScript = options.UpdateScript is { } writer ? new SourceScript(writer, context, unrecorded) : null;
        if (_select is null && _selectScript is null)
        {
            throw new ConnectorException("Nothing says what to read (setting: select, or selectScript).");
        }
    }

    /// <summary>How errors call the database.</summary>
    public string Where { get; }

    /// <summary>The rows of one look, and whether there are more.</summary>
    /// <exception cref="DatabaseFaultException">The database could not.</exception>
    /// <exception cref="FormatException">A script failed, or returned no rows; or a value is missing.</exception>
    public async Task<(IReadOnlyList<TakenRow> Rows, bool IsCut)> ReadAsync(CancellationToken cancellationToken)
    {
        if (_selectScript is not null)
        {
            return (ScriptRows.Read(_selectScript.Run(null, cancellationToken)), false);
        }

        // What is left for the next look must be gone from its result by then: only marking after each row sees to that.
        var reading = _options is { Mode: RowMarking.AfterEach, Aggregate: false } ? RowReading.AsManyAsAllowed : RowReading.All;
        var limits = new RowSetLimits(_options.Timeout, _options.MaximumRows, _options.MaximumBytes.Bytes);
        var outcome = await ExecuteAsync(_select!, null, limits, reading, cancellationToken);
        var rows = outcome.Rows ?? throw new FormatException("the select gives no rows: it is no query");
        return ([.. rows.Rows.Select(row => new TakenRow(rows.Columns, row))], outcome.IsCut);
    }

    /// <summary>Marks what was taken: one row, or all of a look when <paramref name="row"/> is null.</summary>
    /// <exception cref="DatabaseFaultException">The database could not.</exception>
    /// <exception cref="FormatException">The script failed, or a value is missing.</exception>
    public async Task MarkAsync(TakenRow? row, IReadOnlyList<TakenRow> all, CancellationToken cancellationToken)
    {
        if (_updateScript is not null)
        {
            var variables = row is null
                ? new Dictionary<string, object?> { ["results"] = all.Select(taken => (object?)taken.ToMap()).ToList() }
                : new Dictionary<string, object?> { ["resultMap"] = row.ToMap() };
            _updateScript.Run(variables, cancellationToken);
        }
        else if (_update is not null)
        {
            await ExecuteAsync(_update, row, new RowSetLimits(_options.Timeout, 0, 0), RowReading.Leave, cancellationToken);
        }
    }

    /// <summary>Closes the connection until it is needed again.</summary>
    public ValueTask CloseAsync() => _sessions.CloseAsync();

    public ValueTask DisposeAsync() => CloseAsync();

    private async Task<StatementOutcome> ExecuteAsync(SqlTemplate statement, TakenRow? row, RowSetLimits limits, RowReading reading, CancellationToken cancellationToken)
    {
        var values = SharedValues.Find(statement, row, _context.ScriptEnvironment);
        try
        {
            var session = await _sessions.GetAsync(cancellationToken);
            var outcome = await session.ExecuteAsync(statement.Statement, values, limits, reading, cancellationToken);
            _sessions.Used();
            return outcome;
        }
        catch (DatabaseFaultException e)
        {
            await _sessions.DropAsync(e);
            throw;
        }
        catch (OperationCanceledException)
        {
            await _sessions.CloseAsync();
            throw;
        }
    }
}
