using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.SqlClient;

namespace ChannelHost.Connectors.Database.Drivers;

/// <summary>Microsoft SQL Server.</summary>
internal sealed class SqlServerDriver : IDatabaseDriver
{
    private const int DefaultPort = 1433;

    public string Name => "SQL Server";

    public SqlDialect Dialect => SqlDialect.BracketNames | SqlDialect.NestedComments;

    public bool CallsByExec => true;

    public DatabasePlace PlaceOf(string connectionString)
    {
        var settings = new SqlConnectionStringBuilder(connectionString);
        var source = settings.DataSource.StartsWith("tcp:", StringComparison.OrdinalIgnoreCase) ? settings.DataSource[4..] : settings.DataSource;
        if (source.Length == 0)
        {
            throw new ArgumentException("it names no Data Source");
        }

        // A server's instance has a port that only its browser service knows: the instance's name stands for it.
        var comma = source.LastIndexOf(',');
        var port = comma < 0 ? DefaultPort : int.TryParse(source.AsSpan(comma + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given
            : throw new ArgumentException("the port in Data Source is no number");
        return new DatabasePlace(JdbcAddress.SameHost(comma < 0 ? source : source[..comma]), port, settings.InitialCatalog.ToLowerInvariant());
    }

    public bool HasPassword(string connectionString) => new SqlConnectionStringBuilder(connectionString).Password.Length > 0;

    public DbConnection Connect(DatabaseTarget target)
    {
        var settings = new SqlConnectionStringBuilder(target.ConnectionString) { ConnectTimeout = DatabaseTarget.Seconds(target.ConnectTimeout) };
        if (target.User is { } user)
        {
            (settings.UserID, settings.IntegratedSecurity) = (user, false);
        }

        settings.Password = target.Password ?? settings.Password;
        return new SqlConnection(settings.ConnectionString);
    }

    public DbParameter Parameter(string name, object? value) => value switch
    {
        null => new SqlParameter(name, SqlDbType.NVarChar, 1) { Value = DBNull.Value },
        DateTime time => new SqlParameter(name, SqlDbType.DateTime2) { Value = time.Kind == DateTimeKind.Utc ? time.ToLocalTime() : time },
        double number when SqliteDriver.IsWhole(number) => new SqlParameter(name, SqlDbType.BigInt) { Value = (long)number },
        _ => new SqlParameter(name, value),
    };

    public DatabaseFaultKind? KindOf(DbException failure) => KindOf(((SqlException)failure).Number, ((SqlException)failure).Class);

    public string CodeOf(DbException failure) => string.Create(CultureInfo.InvariantCulture, $"error {((SqlException)failure).Number}");

    public (SqlStatement Statement, string? Afterwards) WithKeys(SqlStatement statement) =>
        (statement with { Text = statement.Text.TrimEnd().TrimEnd(';') + "; select scope_identity() as GENERATED_KEYS" }, null);

    /// <summary>By number and severity: below 17 the statement is at fault, from 20 on the connection is gone.</summary>
    internal static DatabaseFaultKind? KindOf(int number, int severity) => number switch
    {
        // Null, duplicates, foreign keys and checks; text too long; conversions, overflow, dates out of range; raised by a trigger or procedure.
        515 or 547 or 2601 or 2627 or 2628 or 8152 or 220 or 232 or 241 or 242 or 245 or 248 or 295 or 8114 or 8115 or >= 50000 => DatabaseFaultKind.Rejected,

        // Deadlock, lock timeout, no memory, no room, no threads, going down, resource limits.
        1204 or 1205 or 1222 or 701 or 802 or 845 or 1101 or 1105 or 9002 or 3960 or 3961 or 6005 or 8645 or 10928 or 10929 or 40501 or 40613 => DatabaseFaultKind.Busy,
        _ when severity >= 20 || number <= 0 => null,
        _ => DatabaseFaultKind.Setup,
    };
}
