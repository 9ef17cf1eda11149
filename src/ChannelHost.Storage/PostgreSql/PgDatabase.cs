using System.Globalization;
using ChannelHost.Storage.PostgreSql.Messages;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql;

/// <summary>The ways to one database: a pool of connections that write and a pool of those that read, shared by all channels.</summary>
internal sealed class PgDatabase : IDisposable
{
    // Each of our statements looks rows up by their key. What the planner makes of it must not depend on when a table was analyzed last: a plan that
    // reads a whole table, kept since the table was small, would be the end of the throughput.
    private const string Writing =
        "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off -c plan_cache_mode=force_generic_plan";

    // One snapshot for all statements that are sent together.
    private const string Reading = @"-c default_transaction_isolation=repeatable\ read -c default_transaction_read_only=on -c jit=off";

    private const int PreparedStatements = 200;

    private readonly NpgsqlDataSource _writers;
    private readonly NpgsqlDataSource _readers;

    internal PgDatabase(PostgreSqlSettings settings)
    {
        Times = settings.Times;
        var given = new NpgsqlConnectionStringBuilder(settings.ConnectionString);
        Place = string.Create(CultureInfo.InvariantCulture, $"PostgreSQL {given.Host}:{given.Port}/{given.Database ?? given.Username}");
        _writers = Source(given, settings, Writing);
        _readers = Source(given, settings, Reading);
    }

    internal PgTimes Times { get; }

    /// <summary>Tells our connections from those of other hosts.</summary>
    internal string Name { get; } = $"channelhost {Guid.NewGuid():n}";

    /// <summary>Host, port and database, for texts.</summary>
    internal string Place { get; }

    /// <summary>A connection that writes. Dispose gives it back.</summary>
    internal NpgsqlConnection OpenWriter() => _writers.OpenConnection();

    /// <summary>A connection that reads; all that is sent in one batch sees one state of the database.</summary>
    internal NpgsqlConnection OpenReader() => _readers.OpenConnection();

    /// <summary>Closes connections that lie idle, after the server was found gone: each of them would fail once.</summary>
    internal void DropIdle()
    {
        _writers.Clear();
        _readers.Clear();
    }

    /// <summary>Sets how long a connection waits for locks; it stays so when the connection goes back.</summary>
    internal static void SetLockTimeout(NpgsqlConnection connection, TimeSpan time) => connection.RunAll($"SET lock_timeout = {(int)time.TotalMilliseconds}");

    public void Dispose()
    {
        _writers.Dispose();
        _readers.Dispose();
    }

    private NpgsqlDataSource Source(NpgsqlConnectionStringBuilder given, PostgreSqlSettings settings, string options)
    {
        var builder = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(given.ConnectionString)
        {
            ApplicationName = Name,
            MaxPoolSize = settings.MostConnections,
            MinPoolSize = 0,
            Timeout = (int)Math.Ceiling(settings.Times.Connect.TotalSeconds),
            CommandTimeout = (int)Math.Ceiling(settings.Times.Answer.TotalSeconds),
            CancellationTimeout = 1_000,
            TcpKeepAlive = true,
            NoResetOnClose = true,
            MaxAutoPrepare = PreparedStatements,
            AutoPrepareMinUsages = 2,
            IncludeErrorDetail = false,
            Options = string.Join(' ', new[] { given.Options, options }.Where(part => !string.IsNullOrEmpty(part))),
        }.ConnectionString);

        // A commit that is answered stands on the disk, whatever the server's or the role's default is; a stronger setting (a standby that has it too) stays.
        builder.UsePhysicalConnectionInitializer(
            connection => Initialize(connection),
            connection =>
            {
                Initialize(connection);
                return Task.CompletedTask;
            });
        return builder.Build();
    }

    private void Initialize(NpgsqlConnection connection)
    {
        using var set = new NpgsqlCommand(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'", connection);
        set.ExecuteNonQuery();
        SetLockTimeout(connection, Times.Lock);
    }
}
