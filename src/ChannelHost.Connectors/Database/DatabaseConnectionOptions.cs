namespace ChannelHost.Connectors.Database;

/// <summary>Which database it is, as it is written in <c>kind:</c>.</summary>
internal enum DatabaseWord
{
    /// <summary>SQLite.</summary>
    Sqlite,

    /// <summary>PostgreSQL.</summary>
    Postgresql,

    /// <summary>Microsoft SQL Server.</summary>
    Sqlserver,

    /// <summary>MySQL and MariaDB.</summary>
    Mysql,
}

/// <summary>How a database is reached: what both sides of the connector share.</summary>
internal abstract record DatabaseConnectionOptions
{
    /// <summary>A database that the channel declares in <c>access:</c>.</summary>
    [Option("The name of a database that stands in access.databases; this, or kind and connection.", Example = "ehr")]
    public string? Database { get; init; }

    /// <summary>Which database it is, with <see cref="Connection"/>.</summary>
    [Option("Which database it is: sqlite, postgresql, sqlserver or mysql (MariaDB, too). With connection.")]
    public DatabaseWord? Kind { get; init; }

    /// <summary>How it is reached, in the words of .NET's driver, without a password.</summary>
    [Option("How the database is reached, in the words of .NET's driver, without a password. With kind.", Example = "Host=db.example.org;Database=clinic;SSL Mode=VerifyFull")]
    public string? Connection { get; init; }

    /// <summary>The user; null for what the connection says.</summary>
    [Option("The user, when the connection does not name one.")]
    public string? User { get; init; }

    /// <summary>The password; null for what the connection says.</summary>
    [Option("The password.", IsSecret = true, Example = "${secret:ehr-database}")]
    public string? Password { get; init; }

    /// <summary>How long connecting may take; default 15 s.</summary>
    [Option("How long connecting and logging in may take.", Minimum = "1s", Maximum = "5m")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long one statement may take; default 30 s.</summary>
    [Option("How long one statement may take; then it is ended.", Minimum = "100ms", Maximum = "1h")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
