namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary><c>access:</c></summary>
internal sealed record AccessKeys
{
    [Option("Folders in which scripts may read.")]
    public IReadOnlyList<FolderKeys> Folders { get; init; } = [];

    [Option("Hosts to which scripts may connect: a name, a name and a port, or all names below one.", Example = "[api.example.org, \"*.example.net:443\"]")]
    public IReadOnlyList<string> Hosts { get; init; } = [];

    [Option("Databases that scripts may open.")]
    public IReadOnlyList<DatabaseKeys> Databases { get; init; } = [];

    [Option("True: scripts may start, stop, deploy and undeploy channels.")]
    public bool Channels { get; init; }
}

/// <summary>One of <c>access.folders</c>.</summary>
internal sealed record FolderKeys
{
    [Option("The folder; everything below it is included.", Required = true, IsPath = true)]
    public string Path { get; init; } = "";

    [Option("True: scripts may write there, too.")]
    public bool Write { get; init; }
}

/// <summary>One of <c>access.databases</c>.</summary>
internal sealed record DatabaseKeys
{
    [Option("How scripts call it.", Required = true)]
    public string Name { get; init; } = "";

    [Option("Which database it is.", Required = true)]
    public DatabaseWord Kind { get; init; }

    // Not shown, yet it may stand in the file, because most of it is no secret; a password in it may not (AccessReader).
    [Option("How it is reached, in the words of .NET's driver. A password in it is a reference: Password=${secret:NAME}. Never shown.", Required = true, IsSecret = true, IsHash = true)]
    public string Connection { get; init; } = "";

    [Option("The address by which imported scripts open it.", Example = "jdbc:postgresql://db.example.org/clinic")]
    public string? Jdbc { get; init; }
}

/// <summary>What <c>kind</c> may be.</summary>
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
