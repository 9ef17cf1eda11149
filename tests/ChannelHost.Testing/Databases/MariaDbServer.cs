using System.Globalization;
using MySqlConnector;

namespace ChannelHost.Testing.Databases;

/// <summary>Debian's own MariaDB, in place of MySQL, with an empty data folder on a loopback port; it goes with the test.</summary>
public sealed class MariaDbServer : IAsyncDisposable
{
    private const string Account = "mysql";
    private const string Program = "/usr/sbin/mariadbd";

    private readonly string _folder;
    private readonly ServerProcess _process;

    private MariaDbServer(string folder, int port, ServerProcess process) => (_folder, Port, _process) = (folder, port, process);

    /// <summary>Why it cannot run here; null when it can.</summary>
    public static string? Missing => File.Exists(Program) ? null : "mariadb-server is not installed (scripts/test.sh installs it where it may)";

    public const string User = "clinic";

    public const string Password = "pw-4711-clinic";

    public int Port { get; }

    /// <summary>Everything that a driver needs, the password too.</summary>
    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Server=127.0.0.1;Port={Port};Database=clinic;User ID={User};Password={Password}");

    public string Jdbc => string.Create(CultureInfo.InvariantCulture, $"jdbc:mariadb://127.0.0.1:{Port}/clinic");

    public static async Task<MariaDbServer> StartAsync(CancellationToken cancellationToken)
    {
        var folder = await ServerProcess.FolderAsync(Account, "mariadb", cancellationToken);
        var data = Path.Combine(folder, "data");
        await ServerProcess.RunAsync(
            Account, "/usr/bin/mariadb-install-db", cancellationToken,
            "--no-defaults", $"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db");

        // Read at the first start, by the server itself: nobody but it can log in before.
        var first = Path.Combine(folder, "first.sql");
        await File.WriteAllLinesAsync(
            first,
            ["create database if not exists clinic;", $"create user if not exists {User}@'127.0.0.1' identified by '{Password}';", $"grant all on *.* to {User}@'127.0.0.1';"],
            cancellationToken);
        await Network.OpenSshServer.RunAsync("chmod", "", cancellationToken, "644", first);
        var port = ServerProcess.FreePort();
        var process = new ServerProcess(
            Account, Program,
            "--no-defaults", $"--datadir={data}", "--bind-address=127.0.0.1", string.Create(CultureInfo.InvariantCulture, $"--port={port}"),
            $"--socket={Path.Combine(folder, "socket")}", $"--pid-file={Path.Combine(folder, "pid")}", $"--init-file={first}", "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0");
        var server = new MariaDbServer(folder, port, process);
        try
        {
            await process.StartAsync(token => server.AskAsync("select 1", token), cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the server and every connection on it, as a power cut does.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>The first value of a query.</summary>
    public async Task<object?> AskAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new MySqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new MySqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
