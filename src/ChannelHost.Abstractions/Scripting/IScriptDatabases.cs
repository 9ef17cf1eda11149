namespace ChannelHost.Abstractions;

/// <summary>Opens databases for scripts. Safe for use by many threads; what it opens belongs to one run and is closed when the run ends.</summary>
public interface IScriptDatabases
{
    /// <summary>Opens a database that is declared (<see cref="ScriptAccess.Databases"/>), by its declared name or the JDBC address of an imported script.</summary>
    /// <param name="access">What the channel declares.</param>
    /// <param name="address">A declared name, or <c>jdbc:...</c>.</param>
    /// <param name="user">The user the script names; null for the declared one.</param>
    /// <param name="password">Its password.</param>
    /// <param name="timeout">How long connecting may take.</param>
    /// <exception cref="ScriptDatabaseException">It is not declared, or cannot be opened; the message names what to declare and carries no password.</exception>
    IScriptDatabase Open(ScriptAccess access, string address, string? user, string? password, TimeSpan timeout);

    /// <summary>As <see cref="Open(ScriptAccess, string, string?, string?, TimeSpan)"/>; the token, the run's own, ends the wait.</summary>
    IScriptDatabase Open(ScriptAccess access, string address, string? user, string? password, TimeSpan timeout, CancellationToken cancellationToken) =>
        Open(access, address, user, password, timeout);
}

/// <summary>An open database. Not safe for use by two threads at once. Scripts run to their end on one thread, so nothing here is asynchronous.</summary>
public interface IScriptDatabase : IDisposable
{
    /// <summary>Whether each statement is committed by itself; default true.</summary>
    bool AutoCommit { get; set; }

    /// <summary>The address it was opened by, without a password.</summary>
    string Address { get; }

    /// <summary>Runs a query and reads all rows.</summary>
    /// <param name="sql">The statement; <c>?</c> stands for a parameter.</param>
    /// <param name="parameters">In order: string, double, long, bool, decimal, byte[], DateTime or null.</param>
    /// <param name="limits">What it may cost.</param>
    /// <exception cref="ScriptDatabaseException">The database refused it, it is no query, or a limit is reached.</exception>
    RowSet Query(string sql, IReadOnlyList<object?> parameters, RowSetLimits limits);

    /// <summary>Runs a statement and gives the number of rows it changed; -1 when it gave rows.</summary>
    /// <exception cref="ScriptDatabaseException">As of <see cref="Query"/>.</exception>
    int Update(string sql, IReadOnlyList<object?> parameters, RowSetLimits limits);

    /// <summary>Runs a statement and gives the keys that the database made for new rows.</summary>
    /// <exception cref="ScriptDatabaseException">As of <see cref="Query"/>.</exception>
    RowSet UpdateAndReadKeys(string sql, IReadOnlyList<object?> parameters, RowSetLimits limits);

    /// <summary>Commits what was done since the last commit.</summary>
    void Commit();

    /// <summary>As <see cref="Commit()"/>, for no longer than the limits say.</summary>
    void Commit(RowSetLimits limits) => Commit();

    /// <summary>Takes back what was done since the last commit.</summary>
    void Rollback();

    /// <summary>As <see cref="Rollback()"/>, for no longer than the limits say.</summary>
    void Rollback(RowSetLimits limits) => Rollback();
}

/// <summary>All rows of a query.</summary>
/// <param name="Columns">In order: the label (alias) and the database's type name.</param>
/// <param name="Rows">Each with a value per column: string, long, double, decimal, bool, byte[], DateTime, TimeSpan, Guid or null.</param>
public sealed record RowSet(IReadOnlyList<(string Label, string TypeName)> Columns, IReadOnlyList<object?[]> Rows);

/// <summary>What one statement may cost.</summary>
/// <param name="Time">How long it may take.</param>
/// <param name="Rows">The most rows.</param>
/// <param name="Bytes">The most bytes in all values together.</param>
public sealed record RowSetLimits(TimeSpan Time, int Rows, long Bytes)
{
    /// <summary>The run's own token: a statement under way ends with the run.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>What a database refused. The message is the database's own and may quote values: it is for the message's record, not for logs.</summary>
public sealed class ScriptDatabaseException(string message, Exception? inner = null) : Exception(message, inner);
