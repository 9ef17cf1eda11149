namespace ChannelHost.Abstractions;

/// <summary>What a channel's scripts may reach outside the host: nothing that is not declared here (<c>access:</c> in <c>channel.yaml</c>). Compares by content.</summary>
public sealed record ScriptAccess
{
    /// <summary>Nothing.</summary>
    public static ScriptAccess None { get; } = new();

    /// <summary>Folders in which scripts may read, and write where that is said.</summary>
    public IReadOnlyList<FolderAccess> Folders { get; init; } = [];

    /// <summary>Hosts to which scripts may connect: <c>name</c> or <c>name:port</c>; <c>*.example.org</c> for all below.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Databases that scripts may open.</summary>
    public IReadOnlyList<DatabaseAccess> Databases { get; init; } = [];

    /// <summary>
    /// True when scripts may start, stop, deploy and undeploy channels (<c>ChannelUtil</c>) and read attachments of any channel's messages. Default false: they may
    /// only ask, and read attachments of their own channel and of the messages that theirs came from.
    /// </summary>
    public bool ControlsChannels { get; init; }

    /// <inheritdoc/>
    public bool Equals(ScriptAccess? other) =>
        other is not null && ControlsChannels == other.ControlsChannels && Folders.SequenceEqual(other.Folders)
        && Hosts.SequenceEqual(other.Hosts) && Databases.SequenceEqual(other.Databases);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ControlsChannels, Folders.Count, Hosts.Count, Databases.Count);
}

/// <summary>A folder that scripts may use.</summary>
/// <param name="Path">The folder, absolute; everything below it is included, links that lead out of it are not.</param>
/// <param name="CanWrite">True: scripts may write, too.</param>
public sealed record FolderAccess(string Path, bool CanWrite);

/// <summary>A database that scripts may open.</summary>
/// <param name="Name">How the channel calls it; scripts may open it by this name.</param>
/// <param name="Kind">Which one it is.</param>
/// <param name="ConnectionString">In the words of .NET's driver of that database; holds the password. Never shown, never logged.</param>
/// <param name="JdbcUrl">The address by which imported scripts open it (<c>jdbc:postgresql://host/db</c>); null when only its name is used.</param>
public sealed record DatabaseAccess(string Name, DatabaseKind Kind, string ConnectionString, string? JdbcUrl)
{
    /// <summary>Kind and name: the connection string may hold a password.</summary>
    public override string ToString() => $"{Kind} {Name}";
}

/// <summary>The databases that scripts and connectors can use.</summary>
public enum DatabaseKind
{
    /// <summary>SQLite.</summary>
    Sqlite,

    /// <summary>PostgreSQL.</summary>
    PostgreSql,

    /// <summary>Microsoft SQL Server.</summary>
    SqlServer,

    /// <summary>MySQL and MariaDB.</summary>
    MySql,
}
