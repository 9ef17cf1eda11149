using System.Data.Common;

namespace ChannelHost.Connectors.Database.Drivers;

/// <summary>What differs from database to database. Safe for use by many threads.</summary>
internal interface IDatabaseDriver
{
    /// <summary>How people call the database.</summary>
    string Name { get; }

    /// <summary>What its SQL has.</summary>
    SqlDialect Dialect { get; }

    /// <summary>Whether procedures are called by <c>exec name ...</c> and not by <c>call name(...)</c>.</summary>
    bool CallsByExec => false;

    /// <summary>Where a connection string leads.</summary>
    /// <exception cref="ArgumentException">It cannot be read.</exception>
    DatabasePlace PlaceOf(string connectionString);

    /// <summary>Whether a connection string holds a password.</summary>
    bool HasPassword(string connectionString);

    /// <summary>A connection, not yet opened.</summary>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    DbConnection Connect(DatabaseTarget target);

    /// <summary>Takes away what nobody may do. Called whenever a connection was opened.</summary>
    void Restrict(DbConnection connection)
    {
    }

    /// <summary>Sets what the next statements may cost, where the driver looks at no token.</summary>
    void Bound(DbConnection connection, RowSetLimits limits)
    {
    }

    /// <summary>How rows are read.</summary>
    System.Data.CommandBehavior Reading => System.Data.CommandBehavior.Default;

    /// <summary>How many bytes a value of the current row takes on its way, known before it is read; 0 where that cannot be asked.</summary>
    long LengthOf(DbDataReader reader, int column) => 0;

    /// <summary>A value for a place of a statement.</summary>
    DbParameter Parameter(string name, object? value);

    /// <summary>What kind of failure it is; null when the connection is at fault.</summary>
    DatabaseFaultKind? KindOf(DbException failure);

    /// <summary>The database's code for a failure, with the name of what it is about, without values: <c>23505, key patients_pkey</c>.</summary>
    string CodeOf(DbException failure);

    /// <summary>Ends a statement that does not look at its token.</summary>
    void Interrupt(DbConnection connection)
    {
    }

    /// <summary>The statement that also gives the keys of new rows, or the one to ask for them afterwards on the same connection.</summary>
    (SqlStatement Statement, string? Afterwards) WithKeys(SqlStatement statement);
}

/// <summary>Where a database is: what makes two addresses the same.</summary>
/// <param name="Host">Server, in lower case; empty for a file.</param>
/// <param name="Port">Its port.</param>
/// <param name="Database">The database's name, or the file's full path.</param>
internal readonly record struct DatabasePlace(string Host, int Port, string Database);
