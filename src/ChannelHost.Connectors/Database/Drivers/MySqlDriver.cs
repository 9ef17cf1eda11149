using System.Data.Common;
using System.Globalization;
using MySqlConnector;

namespace ChannelHost.Connectors.Database.Drivers;

/// <summary>MySQL and MariaDB.</summary>
internal sealed class MySqlDriver : IDatabaseDriver
{
    public string Name => "MySQL";

    public SqlDialect Dialect => SqlDialect.BackslashInStrings | SqlDialect.HashComments | SqlDialect.BacktickNames;

    public DatabasePlace PlaceOf(string connectionString)
    {
        var settings = new MySqlConnectionStringBuilder(connectionString);
        return settings.Server.Length == 0
            ? throw new ArgumentException("it names no Server")
            : new DatabasePlace(JdbcAddress.SameHost(settings.Server), (int)settings.Port, settings.Database);
    }

    public bool HasPassword(string connectionString) => new MySqlConnectionStringBuilder(connectionString).Password.Length > 0;

    public DbConnection Connect(DatabaseTarget target)
    {
        var settings = new MySqlConnectionStringBuilder(target.ConnectionString)
        {
            ConnectionTimeout = (uint)DatabaseTarget.Seconds(target.ConnectTimeout),

            // @name in a script's statement is the database's own variable; our places have names that nobody else uses.
            AllowUserVariables = true,

            // A server could ask for any file of this machine.
            AllowLoadLocalInfile = false,
        };
        (settings.UserID, settings.Password) = (target.User ?? settings.UserID, target.Password ?? settings.Password);
        return new MySqlConnection(settings.ConnectionString);
    }

    public DbParameter Parameter(string name, object? value) => value switch
    {
        null => new MySqlParameter(name, DBNull.Value),
        DateTime { Kind: DateTimeKind.Utc } time => new MySqlParameter(name, time.ToLocalTime()),
        double number when SqliteDriver.IsWhole(number) => new MySqlParameter(name, (long)number),
        _ => new MySqlParameter(name, value),
    };

    public DatabaseFaultKind? KindOf(DbException failure)
    {
        var refusal = (MySqlException)failure;
        return refusal.ErrorCode switch
        {
            // Too many connections, going down, killed, deadlock, lock timeout, no room, read-only.
            MySqlErrorCode.ConnectionCountError or MySqlErrorCode.ServerShutdown or MySqlErrorCode.LockDeadlock or MySqlErrorCode.LockWaitTimeout
                or MySqlErrorCode.DiskFull or MySqlErrorCode.OutOfResources or MySqlErrorCode.OptionPreventsStatement or MySqlErrorCode.QueryInterrupted => DatabaseFaultKind.Busy,
            MySqlErrorCode.UnableToConnectToHost or MySqlErrorCode.None => null,
            MySqlErrorCode.DataTooLong or MySqlErrorCode.TruncatedWrongValue or MySqlErrorCode.TruncatedWrongValueForField or MySqlErrorCode.NoDefaultForField => DatabaseFaultKind.Rejected,
            _ => refusal.SqlState?[..2] switch
            {
                "22" or "23" or "45" => DatabaseFaultKind.Rejected,
                "40" => DatabaseFaultKind.Busy,
                "08" => null,
                _ => DatabaseFaultKind.Setup,
            },
        };
    }

    public string CodeOf(DbException failure) => string.Create(CultureInfo.InvariantCulture, $"error {(int)((MySqlException)failure).ErrorCode}, SQLSTATE {((MySqlException)failure).SqlState}");

    public (SqlStatement Statement, string? Afterwards) WithKeys(SqlStatement statement) => (statement, "select last_insert_id() as GENERATED_KEY");
}
