using ChannelHost.Connectors.Database.Drivers;

namespace ChannelHost.Connectors.Database;

/// <summary>
/// An open database as scripts use it. A script owns its thread until it ends, so this waits; the drivers' asynchronous calls stand behind it because only those
/// end at a deadline and with a token.
/// </summary>
internal sealed class ScriptDatabase(DatabaseSession session, IDatabaseDriver driver, string address) : IScriptDatabase
{
    private bool _isClosed;

    public string Address => address;

    public bool AutoCommit
    {
        get => session.AutoCommit;
        set
        {
            if (value && !session.AutoCommit)
            {
                // As JDBC has it: what is open is committed.
                Commit();
            }

            session.AutoCommit = value;
        }
    }

    public RowSet Query(string sql, IReadOnlyList<object?> parameters, RowSetLimits limits)
    {
        var outcome = Execute(Read(sql, parameters), parameters, limits, RowReading.All);
        return outcome.Rows ?? throw new ScriptDatabaseException($"The statement gave no rows: it is no query. Use executeUpdate for it ({address}).");
    }

    public int Update(string sql, IReadOnlyList<object?> parameters, RowSetLimits limits)
    {
        var outcome = Execute(Read(sql, parameters), parameters, limits, RowReading.Leave);
        return outcome.GaveRows ? -1 : outcome.Affected;
    }

    public RowSet UpdateAndReadKeys(string sql, IReadOnlyList<object?> parameters, RowSetLimits limits)
    {
        var (statement, afterwards) = driver.WithKeys(Read(sql, parameters));
        var outcome = Execute(statement, parameters, limits, RowReading.All);
        if (afterwards is not null && outcome.Affected > 0)
        {
            outcome = Execute(SqlStatement.Plain(afterwards, driver.Dialect), [], limits, RowReading.All);
        }

        return outcome.Rows ?? new RowSet([], []);
    }

    public void Commit() => Wait(session.CommitAsync(CancellationToken.None));

    public void Rollback() => Wait(session.RollbackAsync(CancellationToken.None));

    public void Commit(RowSetLimits limits) => Wait(session.WithinAsync(limits, session.CommitAsync));

    public void Rollback(RowSetLimits limits) => Wait(session.WithinAsync(limits, session.RollbackAsync));

    public void Dispose()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        session.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Waits on the script's own thread; a fault becomes the script's.</summary>
    public static T Wait<T>(Task<T> task)
    {
        try
        {
            return task.GetAwaiter().GetResult();
        }
        catch (DatabaseFaultException e)
        {
            throw new ScriptDatabaseException(e.Message, e);
        }
    }

    private static void Wait(Task task)
    {
        try
        {
            task.GetAwaiter().GetResult();
        }
        catch (DatabaseFaultException e)
        {
            throw new ScriptDatabaseException(e.Message, e);
        }
    }

    private StatementOutcome Execute(SqlStatement statement, IReadOnlyList<object?> values, RowSetLimits limits, RowReading reading)
    {
        if (_isClosed)
        {
            throw new ScriptDatabaseException($"The connection to {address} is closed.");
        }

        return Wait(session.ExecuteAsync(statement, values, limits, reading, limits.Cancellation));
    }

    private SqlStatement Read(string sql, IReadOnlyList<object?> parameters)
    {
        // Without values nothing is looked for: a question mark may be an operator.
        if (parameters.Count == 0)
        {
            return SqlStatement.Plain(CallEscape.Remove(sql, driver.CallsByExec), driver.Dialect);
        }

        var statement = SqlStatement.Read(CallEscape.Remove(sql, driver.CallsByExec), SqlStatement.QuestionMark, driver.Dialect);
        return statement.Places.Count == parameters.Count
            ? statement
            : throw new ScriptDatabaseException($"The statement has {statement.Places.Count} places for values (?), and {parameters.Count} values were given.");
    }
}
