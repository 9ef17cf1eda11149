using ChannelHost.Storage.PostgreSql.Messages;

namespace ChannelHost.Storage.PostgreSql;

/// <summary>How the stores reach PostgreSQL.</summary>
public sealed record PostgreSqlSettings
{
    /// <summary>
    /// As Npgsql reads it: <c>Host=...;Username=...;Password=...;Database=...</c>. Connect to the server itself or to a pooler in session mode: one that hands
    /// a connection on after each transaction breaks prepared statements.
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>True: a server that may lose what it said is stored (<c>fsync</c> or <c>full_page_writes</c> off) is warned of instead of refused. Default false.</summary>
    public bool AllowUnsafe { get; init; }

    /// <summary>The most connections that write, and the most that read; channels share them. 1 to 1,000, default 16.</summary>
    public int MostConnections { get; init; } = 16;

    internal PgTimes Times { get; init; } = new();
}
