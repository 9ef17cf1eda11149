using ChannelHost.Storage.PostgreSql.Messages;
using ChannelHost.Storage.Secrets;

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

    /// <summary>The variable that holds the connection string.</summary>
    public const string ConnectionVariable = "CHANNELHOST_STORE_CONNECTION";

    /// <summary>The secret that holds it where the variable is not set.</summary>
    public const string ConnectionSecret = "store-connection";

    /// <summary>The variable that lets an unsafe server be used, with 1.</summary>
    public const string UnsafeVariable = "CHANNELHOST_STORE_UNSAFE";

    /// <summary>Reads them from the environment and the secrets.</summary>
    /// <exception cref="StoreException">There is no connection string.</exception>
    public static PostgreSqlSettings From(Func<string, string?> variable, SecretSources secrets)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(secrets);
        try
        {
            return new PostgreSqlSettings
            {
                ConnectionString = variable(ConnectionVariable) is { Length: > 0 } given ? given : secrets.Find(ConnectionSecret),
                AllowUnsafe = variable(UnsafeVariable) == "1",
            };
        }
        catch (SecretException error)
        {
            throw new StoreException($"the store on PostgreSQL needs a connection string. Next: set {ConnectionVariable}, or run `channelhost secret set {ConnectionSecret}`", error);
        }
    }

    internal PgTimes Times { get; init; } = new();
}
