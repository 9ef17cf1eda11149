using ChannelHost.Storage.PostgreSql;

namespace ChannelHost.Server.Hosting;

/// <summary>Where messages and state are kept.</summary>
internal static class StoreChoice
{
    /// <summary>The variable that chooses when the command line does not.</summary>
    public const string Variable = "CHANNELHOST_STORE";

    /// <summary>SQLite and LiteDB under the data folder, the default.</summary>
    public const string Files = "files";

    /// <summary>One database for all channels.</summary>
    public const string Postgres = "postgres";

    /// <summary>What is said of a backup where the database has its own.</summary>
    public const string NoBackupOfPostgres =
        "messages and state are in PostgreSQL, which has backups of its own: pg_dump for one moment of the database, or a base backup with archived WAL (pg_basebackup) for any moment; "
        + "take a copy of the data folder (versions, audit) beside it. After putting one back start the host with 'run --hold-queues': what waits is marked as possibly sent, and goes only when somebody says so";

    /// <summary>True when messages and state are in PostgreSQL.</summary>
    /// <param name="asked">What the command line says; null for nothing.</param>
    public static bool IsPostgres(string? asked) => (asked ?? Environment.GetEnvironmentVariable(Variable)) == Postgres;

    /// <summary>For what only files have: a backup of ours.</summary>
    /// <param name="asked">What the command line says; null for nothing.</param>
    /// <exception cref="CommandFailure">Messages and state are in PostgreSQL.</exception>
    public static void RequireFiles(string? asked)
    {
        if (IsPostgres(asked))
        {
            throw new CommandFailure(ExitCode.Usage, NoBackupOfPostgres);
        }
    }

    /// <summary>How to reach PostgreSQL when it was chosen; null for files.</summary>
    /// <param name="asked">What the command line says; null for nothing.</param>
    /// <param name="dataFolder">It holds the secrets.</param>
    /// <exception cref="CommandFailure">The choice is none, or the connection string is missing.</exception>
    public static PostgreSqlSettings? Read(string? asked, string dataFolder)
    {
        var choice = asked ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : Files);
        try
        {
            return choice switch
            {
                Files => null,
                Postgres => PostgreSqlSettings.From(Environment.GetEnvironmentVariable, HostSetup.Secrets(dataFolder)),
                _ => throw new CommandFailure(ExitCode.Usage, $"{Variable}: '{PlainText.OneLine(choice)}' is no store; write {Files} or {Postgres}"),
            };
        }
        catch (StoreException error)
        {
            throw new CommandFailure(ExitCode.Usage, error.Message, error);
        }
    }
}
