using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ChannelHost.Connectors.Database.Drivers;

/// <summary>SQLite: a file on this machine.</summary>
internal sealed class SqliteDriver : IDatabaseDriver
{
    private const int AttachedDatabases = 7;
    private const int LongestValue = 0;

    // Statements and their own values are bounded by the same limit: they need some room where few rows may be read.
    private const int LeastLength = 16 << 20;
    private const int MostLength = 1_000_000_000;

    public string Name => "SQLite";

    public SqlDialect Dialect => SqlDialect.BracketNames | SqlDialect.BacktickNames;

    public DatabasePlace PlaceOf(string connectionString)
    {
        var file = new SqliteConnectionStringBuilder(connectionString).DataSource;
        return Path.IsPathRooted(file)
            ? new DatabasePlace("", 0, Path.GetFullPath(file))
            : throw new ArgumentException("Data Source is no absolute path");
    }

    public bool HasPassword(string connectionString) => new SqliteConnectionStringBuilder(connectionString).Password.Length > 0;

    public DbConnection Connect(DatabaseTarget target)
    {
        PlaceOf(target.ConnectionString);
        var settings = new SqliteConnectionStringBuilder(target.ConnectionString)
        {
            // A pool would keep the file open when nobody needs it any more.
            Pooling = false,
            DefaultTimeout = DatabaseTarget.Seconds(target.ConnectTimeout),
        };
        if (target.Password is { } password)
        {
            settings.Password = password;
        }

        return new SqliteConnection(settings.ConnectionString);
    }

    /// <summary>Only the declared file: ATTACH and VACUUM INTO would reach others, and some pragmas the whole process.</summary>
    public void Restrict(DbConnection connection)
    {
        var handle = ((SqliteConnection)connection).Handle!;
        raw.sqlite3_limit(handle, AttachedDatabases, 0);
        SqliteAllowance.Install(handle);
    }

    /// <summary>A value longer than a result may be ends in an error before it is made; waiting for the file's lock ends with the statement's time.</summary>
    public void Bound(DbConnection connection, RowSetLimits limits)
    {
        var sqlite = (SqliteConnection)connection;
        sqlite.DefaultTimeout = DatabaseTarget.Seconds(limits.Time);
        if (sqlite.Handle is { IsInvalid: false } handle)
        {
            raw.sqlite3_limit(handle, LongestValue, (int)Math.Clamp(limits.Bytes, LeastLength, MostLength));
        }
    }

    public DbParameter Parameter(string name, object? value) => value switch
    {
        null => new SqliteParameter(name, DBNull.Value),
        DateTime time => new SqliteParameter(name, DatabaseTarget.TextOf(time)),
        decimal number when number == decimal.Truncate(number) && Math.Abs(number) <= long.MaxValue => new SqliteParameter(name, (long)number),
        double number when IsWhole(number) => new SqliteParameter(name, (long)number),
        _ => new SqliteParameter(name, value),
    };

    public DatabaseFaultKind? KindOf(DbException failure) => ((SqliteException)failure).SqliteErrorCode switch
    {
        raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_TOOBIG or raw.SQLITE_RANGE => DatabaseFaultKind.Rejected,
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_NOMEM or raw.SQLITE_INTERRUPT or raw.SQLITE_PROTOCOL => DatabaseFaultKind.Busy,
        raw.SQLITE_CANTOPEN => DatabaseFaultKind.Unreachable,
        _ => DatabaseFaultKind.Setup,
    };

    public string CodeOf(DbException failure) => $"SQLite code {((SqliteException)failure).SqliteExtendedErrorCode}";

    // Its asynchronous calls are none, and look at their token only before they begin.
    public void Interrupt(DbConnection connection)
    {
        if (((SqliteConnection)connection).Handle is { IsInvalid: false } handle)
        {
            raw.sqlite3_interrupt(handle);
        }
    }

    public (SqlStatement Statement, string? Afterwards) WithKeys(SqlStatement statement) =>
        (statement, "select last_insert_rowid() as \"last_insert_rowid()\"");

    // JavaScript has one kind of number: 5 is meant as an integer.
    internal static bool IsWhole(double number) => Math.Floor(number) == number && Math.Abs(number) <= 1L << 53;
}
