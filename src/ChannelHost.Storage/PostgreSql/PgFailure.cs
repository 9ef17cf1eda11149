using Npgsql;

namespace ChannelHost.Storage.PostgreSql;

/// <summary>What an error of the server or of the way to it means.</summary>
internal static class PgFailure
{
    /// <summary>What <c>commit_group</c> raises when the channel belongs to another host.</summary>
    internal const string TakenOver = "CH001";

    /// <summary>The error belongs to the way to the database or to the database, and not to our code.</summary>
    internal static bool IsOfDatabase(Exception failure) => failure is NpgsqlException or TimeoutException or IOException;

    /// <summary>It is this entry that cannot be stored: others are not concerned.</summary>
    internal static bool ConcernsOneEntry(Exception failure) =>
        failure is PostgresException { SqlState: { Length: 5 } state } && state[..2] is "22" or "23" or "54"
        || failure is PostgresException { SqlState: "XX000", MessageText: var text } && text.Contains("invalid memory alloc", StringComparison.Ordinal);

    /// <summary>
    /// The server said that the transaction is undone. Anything else (no answer, a connection that broke, a session that was ended) leaves open
    /// whether it was committed.
    /// </summary>
    internal static bool IsSurelyUndone(Exception failure) =>
        failure is PostgresException { SqlState: var state, Severity: var severity } && severity == "ERROR" && !state.StartsWith("57", StringComparison.Ordinal) && !state.StartsWith("08", StringComparison.Ordinal);

    /// <summary>For people, without what the statement held.</summary>
    internal static string Describe(Exception failure) => failure switch
    {
        PostgresException { SqlState: "53100" } => "the disk of the database server is full. Next: free space there; work goes on by itself then",
        PostgresException { SqlState: "53300" } => "the server has no connection left. Next: raise max_connections or end other clients; work goes on by itself then",
        PostgresException { SqlState: "25006" } => "the server only lets us read (a standby?). Next: connect to the primary; work goes on by itself then",
        PostgresException { SqlState: "28P01" or "28000" } => "the server does not let this user in. Next: look at user and password in the connection string, and at pg_hba.conf",
        PostgresException { SqlState: "3D000" } => "there is no such database. Next: create it, and give the user the right to create a schema in it",
        PostgresException { SqlState: "42501" } refused => $"the user lacks a right: {refused.MessageText}. Next: grant it",
        PostgresException other => $"the server says {other.SqlState}: {other.MessageText}",
        NpgsqlException { InnerException: TimeoutException } or TimeoutException => "the server does not answer. Next: look at the server and the network; work goes on by itself then",
        _ => $"the server cannot be reached: {failure.Message}. Next: look at the server and the network; work goes on by itself then",
    };
}
