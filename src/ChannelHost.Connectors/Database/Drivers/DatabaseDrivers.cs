namespace ChannelHost.Connectors.Database.Drivers;

/// <summary>The drivers there are.</summary>
internal static class DatabaseDrivers
{
    private static readonly IDatabaseDriver Sqlite = new SqliteDriver();
    private static readonly IDatabaseDriver PostgreSql = new PostgreSqlDriver();
    private static readonly IDatabaseDriver SqlServer = new SqlServerDriver();
    private static readonly IDatabaseDriver MySql = new MySqlDriver();

    /// <summary>The driver of a database.</summary>
    public static IDatabaseDriver Of(DatabaseKind kind) => kind switch
    {
        DatabaseKind.Sqlite => Sqlite,
        DatabaseKind.PostgreSql => PostgreSql,
        DatabaseKind.SqlServer => SqlServer,
        DatabaseKind.MySql => MySql,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no driver for it."),
    };
}
