using System.Globalization;
using ChannelHost.Testing.Network;
using Npgsql;

namespace ChannelHost.Testing.Databases;

/// <summary>Debian's own PostgreSQL with an empty cluster on a loopback port; it goes with the test.</summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private const string Account = "postgres";

    private readonly string _folder;
    private readonly ServerProcess _process;

    private PostgreSqlServer(string folder, int port, ServerProcess process) => (_folder, Port, _process) = (folder, port, process);

    /// <summary>Why it cannot run here; null when it can.</summary>
    public static string? Missing => Programs is null ? "postgresql is not installed (scripts/test.sh installs it where it may)" : null;

    public const string User = "clinic";

    public const string Password = "pw-4711-clinic";

    public int Port { get; }

    /// <summary>Everything that a driver needs, the password too.</summary>
    public string ConnectionString => $"{WithoutPassword};Password={Password}";

    public string WithoutPassword => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Database=postgres;Username={User}");

    public string Jdbc => string.Create(CultureInfo.InvariantCulture, $"jdbc:postgresql://127.0.0.1:{Port}/postgres");

    public static async Task<PostgreSqlServer> StartAsync(CancellationToken cancellationToken)
    {
        var programs = Programs ?? throw new InvalidOperationException(Missing);
        var folder = await ServerProcess.FolderAsync(Account, "postgresql", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "password"), Password, cancellationToken);
        await OpenSshServer.RunAsync("chmod", "", cancellationToken, "644", Path.Combine(folder, "password"));
        await ServerProcess.RunAsync(
            Account, Path.Combine(programs, "initdb"), cancellationToken,
            "-D", Path.Combine(folder, "data"), "-U", User, "--pwfile", Path.Combine(folder, "password"), "-A", "scram-sha-256", "-E", "UTF8", "--no-sync", "--locale=C");
        var port = ServerProcess.FreePort();
        var process = new ServerProcess(
            Account, Path.Combine(programs, "postgres"),
            "-D", Path.Combine(folder, "data"), "-p", port.ToString(CultureInfo.InvariantCulture), "-c", "unix_socket_directories=", "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off");
        var server = new PostgreSqlServer(folder, port, process);
        try
        {
            await process.StartAsync(server.VisitAsync, cancellationToken);
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

    /// <summary>Tells it to stop at once, without a checkpoint (<c>pg_ctl stop -m immediate</c>), and waits until it has.</summary>
    public async Task StopAtOnceAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(_folder, "data", "postmaster.pid");
        var server = (await File.ReadAllLinesAsync(file, cancellationToken))[0].Trim();
        await OpenSshServer.RunAsync("kill", "", cancellationToken, "-QUIT", server);
        while (File.Exists(file))
        {
            await Task.Delay(20, cancellationToken);
        }
    }

    /// <summary>Starts it again on the same port.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await KillAsync();
        File.Delete(Path.Combine(_folder, "data", "postmaster.pid"));
        NpgsqlConnection.ClearAllPools();
        await _process.StartAsync(VisitAsync, cancellationToken);
    }

    /// <summary>Freezes the server with all that serves connections: they stay open, and nobody answers.</summary>
    public Task FreezeAsync(CancellationToken cancellationToken) => SignalAsync("-STOP", cancellationToken);

    /// <summary>Lets it go on.</summary>
    public Task ThawAsync(CancellationToken cancellationToken) => SignalAsync("-CONT", cancellationToken);

    /// <summary>Runs statements.</summary>
    public async Task RunAsync(string sql, CancellationToken cancellationToken) => await AskAsync(sql, cancellationToken);

    /// <summary>The first value of a query.</summary>
    public async Task<object?> AskAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>A connection that no pool keeps.</summary>
    public async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string? Programs => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    private async Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        var server = (await File.ReadAllLinesAsync(Path.Combine(_folder, "data", "postmaster.pid"), cancellationToken))[0].Trim();
        var children = await File.ReadAllTextAsync($"/proc/{server}/task/{server}/children", cancellationToken);
        await OpenSshServer.RunAsync("kill", "", cancellationToken, [signal, server, .. children.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
    }

    private Task VisitAsync(CancellationToken cancellationToken) => AskAsync("select 1", cancellationToken);
}
