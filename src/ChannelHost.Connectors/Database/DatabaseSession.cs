using System.Data.Common;
using ChannelHost.Connectors.Database.Drivers;
using ChannelHost.Connectors.Text;

namespace ChannelHost.Connectors.Database;

/// <summary>An open connection. Used by one thread at a time. Whatever fails is a <see cref="DatabaseFaultException"/>, unless somebody cancelled.</summary>
internal sealed class DatabaseSession : IAsyncDisposable
{
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(3);

    private readonly DatabaseTarget _target;
    private readonly DbConnection _connection;
    private readonly TimeProvider _time;
    private DbTransaction? _transaction;

    private DatabaseSession(DatabaseTarget target, DbConnection connection, TimeProvider time) => (_target, _connection, _time) = (target, connection, time);

    /// <summary>Whether each statement is committed by itself. What is open when it becomes true must be committed before.</summary>
    public bool AutoCommit { get; set; } = true;

    /// <summary>False when the connection is known to be broken.</summary>
    public bool IsOpen => _connection.State == System.Data.ConnectionState.Open;

    private IDatabaseDriver Driver => _target.Driver;

    /// <summary>Connects and logs in.</summary>
    public static async Task<DatabaseSession> OpenAsync(DatabaseTarget target, TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new StatementDeadline(target.ConnectTimeout, time, cancellationToken);
        DbConnection? connection = null;
        try
        {
            connection = target.Driver.Connect(target);
            await connection.OpenAsync(deadline.Token);
            target.Driver.Restrict(connection);
            return new DatabaseSession(target, connection, time);
        }
        catch (Exception e)
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw OpeningFault(target, e, deadline.IsOver);
        }
    }

    /// <summary>Runs a statement to its end: all its result sets are read, because errors may stand behind the first.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="values">A value for each of its places.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="reading">What becomes of rows.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<StatementOutcome> ExecuteAsync(
        SqlStatement statement, IReadOnlyList<object?> values, RowSetLimits limits, RowReading reading, CancellationToken cancellationToken)
    {
        using var deadline = new StatementDeadline(limits.Time, _time, cancellationToken, limits.Cancellation);
        try
        {
            Driver.Bound(_connection, limits);
            await BeginAsync(statement, deadline.Token);
            StatementOutcome outcome;
            using (deadline.Token.Register(() => Driver.Interrupt(_connection)))
            {
                outcome = await RunAsync(statement, values, limits, reading, deadline.Token);
            }

            if (AutoCommit)
            {
                await CommitAsync(deadline.Token);
            }

            return outcome;
        }
        catch (Exception e)
        {
            var isLost = !IsOpen;
            if (AutoCommit)
            {
                await EndAsync();
            }

            deadline.ThrowIfCancelled();
            throw e is DatabaseFaultException ? e : RunningFault(e, deadline.IsOver, isLost);
        }
    }

    /// <summary>Commits what is open.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (_transaction is not { } open)
        {
            return;
        }

        _transaction = null;
        await using (open)
        {
            try
            {
                await open.CommitAsync(cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw RunningFault(e, isOver: false, !IsOpen);
            }
        }
    }

    /// <summary>Takes back what is open.</summary>
    public async Task RollbackAsync(CancellationToken cancellationToken)
    {
        if (_transaction is not { } open)
        {
            return;
        }

        _transaction = null;
        await using (open)
        {
            try
            {
                await open.RollbackAsync(cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw RunningFault(e, isOver: false, !IsOpen);
            }
        }
    }

    /// <summary>Commits or takes back within limits.</summary>
    public async Task WithinAsync(RowSetLimits limits, Func<CancellationToken, Task> work)
    {
        using var deadline = new StatementDeadline(limits.Time, _time, limits.Cancellation);
        try
        {
            Driver.Bound(_connection, limits);
            await work(deadline.Token);
        }
        catch (OperationCanceledException e)
        {
            deadline.ThrowIfCancelled();
            throw RunningFault(e, deadline.IsOver, !IsOpen);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await _connection.DisposeAsync();
    }

    // Several statements in one text are one piece of work: all or nothing.
    private async ValueTask BeginAsync(SqlStatement statement, CancellationToken cancellationToken)
    {
        if (_transaction is null && (!AutoCommit || statement.IsSeveral))
        {
            _transaction = await _connection.BeginTransactionAsync(cancellationToken);
        }
    }

    private async Task<StatementOutcome> RunAsync(SqlStatement statement, IReadOnlyList<object?> values, RowSetLimits limits, RowReading reading, CancellationToken cancellationToken)
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = statement.Text;
        command.Transaction = _transaction;

        // The token ends it in time; this is for what does not look at tokens.
        command.CommandTimeout = DatabaseTarget.Seconds(limits.Time);
        for (var place = 0; place < values.Count; place++)
        {
            command.Parameters.Add(Driver.Parameter(SqlStatement.NameOf(place), values[place]));
        }

        await using var reader = await command.ExecuteReaderAsync(Driver.Reading, cancellationToken);
        RowSet? rows = null;
        var (gaveRows, isCut) = (false, false);
        do
        {
            if (reader.FieldCount > 0)
            {
                gaveRows = true;
                if (rows is null && reading != RowReading.Leave)
                {
                    (rows, isCut) = await new RowReader(reader, limits, reading, _time.LocalTimeZone, _target).ReadAsync(cancellationToken);
                }
            }
        }
        while (!isCut && await reader.NextResultAsync(cancellationToken));

        await reader.CloseAsync();
        return new StatementOutcome(rows, gaveRows, Math.Max(reader.RecordsAffected, 0), isCut);
    }

    /// <summary>Gives up what is open, when the database still listens.</summary>
    private async ValueTask EndAsync()
    {
        if (_transaction is not { } open)
        {
            return;
        }

        _transaction = null;
        try
        {
            // There is nothing to say about it that the failure before does not say; a database that does not listen takes back when the connection goes.
            using var deadline = new StatementDeadline(EndTime, _time, CancellationToken.None);
            await using (open)
            {
                await open.RollbackAsync(deadline.Token);
            }
        }
        catch (Exception e) when (e is DbException or IOException or InvalidOperationException or OperationCanceledException)
        {
            await _connection.CloseAsync();
        }
    }

    private static DatabaseFaultException OpeningFault(DatabaseTarget target, Exception e, bool isOver)
    {
        if (isOver || e is TimeoutException || e.InnerException is TimeoutException)
        {
            var late = $"Cannot connect to {target.Where}: no connection within {target.ConnectTimeout.TotalSeconds:0.###} s. Is the server up, and does a firewall let us through?";
            return new DatabaseFaultException(DatabaseFaultKind.Unreachable, late, late, e);
        }

        if (e is ArgumentException or FormatException)
        {
            var wrong = $"The connection of {target.Where} cannot be used: {target.Driver.Name}'s driver does not understand its settings.";
            return new DatabaseFaultException(DatabaseFaultKind.Setup, wrong, $"{wrong} {target.Hide(e.Message)}", e);
        }

        var code = e is DbException failure && target.Driver.KindOf(failure) is not null ? $" ({target.Driver.CodeOf(failure)})" : "";
        var told = $"Cannot connect to {target.Where}{code}.";
        return new DatabaseFaultException(DatabaseFaultKind.Unreachable, told, $"{told} {SafeText.From(target.Hide(e.Message))}", e);
    }

    private DatabaseFaultException RunningFault(Exception e, bool isOver, bool isLost)
    {
        if (isOver || e is TimeoutException || e.InnerException is TimeoutException)
        {
            var late = $"The statement on {_target.Where} took longer than it may (timeout); what became of it is not known.";
            return new DatabaseFaultException(DatabaseFaultKind.TimedOut, late, late, e);
        }

        var kind = e switch
        {
            DbException failure => Driver.KindOf(failure) ?? DatabaseFaultKind.Lost,
            InvalidCastException or OverflowException or FormatException or ArgumentException or NotSupportedException => DatabaseFaultKind.Rejected,
            _ => isLost ? DatabaseFaultKind.Lost : DatabaseFaultKind.Setup,
        };
        var told = $"{Words(kind)} {_target.Where}{(e is DbException known && kind != DatabaseFaultKind.Lost ? $" ({Driver.CodeOf(known)})" : "")}.";
        return new DatabaseFaultException(kind, told, $"{told} {_target.Hide(e.Message)}", e);
    }

    private static string Words(DatabaseFaultKind kind) => kind switch
    {
        DatabaseFaultKind.Lost => "The connection broke while a statement was under way on",
        DatabaseFaultKind.Busy => "For now the statement was turned down by",
        DatabaseFaultKind.Rejected => "The values were turned down by",
        _ => "The statement does not fit, or is not allowed on,",
    };
}
