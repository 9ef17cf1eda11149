using System.Data.Common;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace ChannelHost.Connectors.Database.Drivers;

/// <summary>PostgreSQL.</summary>
internal sealed class PostgreSqlDriver : IDatabaseDriver
{
    private const int MostSecondsToConnect = 1024;

    public string Name => "PostgreSQL";

    public SqlDialect Dialect => SqlDialect.PostgreSql | SqlDialect.NestedComments;

    public DatabasePlace PlaceOf(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        return string.IsNullOrEmpty(settings.Host)
            ? throw new ArgumentException("it names no Host")
            : new DatabasePlace(JdbcAddress.SameHost(settings.Host), settings.Port, settings.Database ?? settings.Username ?? "");
    }

    public bool HasPassword(string connectionString) => !string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(connectionString).Password);

    public DbConnection Connect(DatabaseTarget target)
    {
        var settings = new NpgsqlConnectionStringBuilder(target.ConnectionString) { Timeout = Math.Min(DatabaseTarget.Seconds(target.ConnectTimeout), MostSecondsToConnect) };
        settings.ApplicationName ??= "ChannelHost";
        (settings.Username, settings.Password) = (target.User ?? settings.Username, target.Password ?? settings.Password);
        return new NpgsqlConnection(settings.ConnectionString);
    }

    // As text without a type: the server reads it as what the place wants, so that "5" fits an integer and "2024-01-31" a date.
    // Else a whole row is in memory before anybody can ask how large it is.
    public System.Data.CommandBehavior Reading => System.Data.CommandBehavior.SequentialAccess;

    public long LengthOf(DbDataReader reader, int column) => reader.IsDBNull(column) ? 0 : reader.GetBytes(column, 0, null, 0, 0);

    public DbParameter Parameter(string name, object? value) => value switch
    {
        null => Untyped(name, DBNull.Value),
        string text => Untyped(name, text),
        DateTime time => Untyped(name, DatabaseTarget.TextOf(time)),
        double number when SqliteDriver.IsWhole(number) => Whole(name, (long)number),
        double number => new NpgsqlParameter<double>(name, number),
        long number => Whole(name, number),
        _ => new NpgsqlParameter(name, value),
    };

    public DatabaseFaultKind? KindOf(DbException failure) => failure is not PostgresException { SqlState: { Length: 5 } state }
        ? null
        : state[..2] switch
        {
            "22" or "23" or "44" or "P0" => DatabaseFaultKind.Rejected,
            "40" or "53" or "55" or "57" or "58" => DatabaseFaultKind.Busy,
            "08" => DatabaseFaultKind.Lost,
            _ => DatabaseFaultKind.Setup,
        };

    public string CodeOf(DbException failure) => failure is PostgresException refusal
        ? $"SQLSTATE {refusal.SqlState}{About("table", refusal.TableName)}{About("column", refusal.ColumnName)}{About("constraint", refusal.ConstraintName)}"
        : "connection";

    public (SqlStatement Statement, string? Afterwards) WithKeys(SqlStatement statement) => (SqlKeys.Returning(statement, Dialect), null);

    // The smaller type fits more functions, and widens by itself.
    private static NpgsqlParameter Whole(string name, long number) =>
        number is >= int.MinValue and <= int.MaxValue ? new NpgsqlParameter<int>(name, (int)number) : new NpgsqlParameter<long>(name, number);

    private static NpgsqlParameter Untyped(string name, object value) => new(name, NpgsqlDbType.Unknown) { Value = value };

    private static string About(string what, string? name) => string.IsNullOrEmpty(name) ? "" : string.Create(CultureInfo.InvariantCulture, $", {what} {name}");
}
