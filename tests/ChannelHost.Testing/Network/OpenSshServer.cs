using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace ChannelHost.Testing.Network;

/// <summary>How the server is set up.</summary>
public sealed record OpenSshSettings
{
    /// <summary>The port; 0 for a free one. To put a second server in the place of a first.</summary>
    public int Port { get; init; }

    /// <summary>Types of host keys that are made.</summary>
    public IReadOnlyList<string> HostKeys { get; init; } = ["ed25519"];

    /// <summary>Makes an account of its own, with a password. Needs root.</summary>
    public bool WithPassword { get; init; }

    /// <summary>Asks for the password by keyboard-interactive only. Needs root and PAM.</summary>
    public bool KeyboardInteractive { get; init; }

    /// <summary>What serves SFTP.</summary>
    public string Subsystem { get; init; } = "internal-sftp";

    /// <summary>More lines for sshd_config.</summary>
    public IReadOnlyList<string> MoreLines { get; init; } = [];
}

/// <summary>Debian's own sshd on a loopback port, with host keys, an authorised key and, where asked for, an account that are made for it and go with it.</summary>
public sealed class OpenSshServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/sshd";

    private readonly string _folder;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly string? _account;
    private Process _process;

    private OpenSshServer(string folder, string user, string? account, string? password, int port, Process process)
    {
        (_folder, User, _account, Password, _process) = (folder, user, account, password, process);
        EndPoint = new IPEndPoint(IPAddress.Loopback, port);
    }

    /// <summary>Why it cannot run here; null when it can.</summary>
    public static string? Missing => File.Exists(Program) && File.Exists("/usr/bin/ssh-keygen") ? null : "openssh-server is not installed (scripts/test.sh installs it where it may)";

    /// <summary>The same, for what needs an account that is made for the test.</summary>
    public static string? MissingForAccounts => Missing ?? (Environment.UserName == "root" ? null : "only root may make an account for the test");

    public IPEndPoint EndPoint { get; }

    /// <summary><c>127.0.0.1:port</c>.</summary>
    public string Address => EndPoint.ToString();

    /// <summary>The account to log in with.</summary>
    public string User { get; }

    /// <summary>Its password; null when it has none.</summary>
    public string? Password { get; }

    /// <summary>A private key that the account lets in.</summary>
    public string KeyFile => Path.Combine(_folder, "client");

    /// <summary>Where authorised keys stand, one a line.</summary>
    public string AuthorizedKeysFile => Path.Combine(_folder, "authorized_keys");

    /// <summary>What the server said so far.</summary>
    public string Log => string.Join('\n', _log);

    /// <summary>The line of known_hosts for one of its keys.</summary>
    public string KnownHostsLine(string type = "ed25519") => $"[127.0.0.1]:{EndPoint.Port} {string.Join(' ', PublicKey(type).Split(' ')[..2])}";

    /// <summary>The fingerprint of one of its keys, as ssh-keygen shows it.</summary>
    public string Fingerprint(string type = "ed25519") =>
        "SHA256:" + Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(PublicKey(type).Split(' ')[1]))).TrimEnd('=');

    public static async Task<OpenSshServer> StartAsync(OpenSshSettings? settings = null, CancellationToken cancellationToken = default)
    {
        settings ??= new OpenSshSettings();
        var folder = Directory.CreateTempSubdirectory("channelhost-sshd-").FullName;
        foreach (var type in settings.HostKeys)
        {
            await RunAsync("ssh-keygen", "", cancellationToken, "-q", "-t", type, "-N", "", "-f", Path.Combine(folder, "host_" + type));
        }

        await RunAsync("ssh-keygen", "", cancellationToken, "-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(folder, "client"));
        File.Copy(Path.Combine(folder, "client.pub"), Path.Combine(folder, "authorized_keys"));
        var (account, password) = settings.WithPassword || settings.KeyboardInteractive ? await MakeAccountAsync(cancellationToken) : (null, null);
        if (account is not null)
        {
            // The account reads its authorised keys itself.
            await RunAsync("chmod", "", cancellationToken, "755", folder);
        }

        for (var attempt = 0; ; attempt++)
        {
            var port = settings.Port > 0 ? settings.Port : FreePort();
            await File.WriteAllTextAsync(Path.Combine(folder, "config"), Config(settings, folder, port), cancellationToken);
            var server = new OpenSshServer(folder, account ?? Environment.UserName, account, password, port, Launch(folder));
            server.Listen();
            if (await server.IsUpAsync(cancellationToken))
            {
                return server;
            }

            if (attempt == 3)
            {
                throw new InvalidOperationException($"sshd did not start: {server.Log}");
            }
        }
    }

    /// <summary>Ends the server and every session on it.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
    }

    /// <summary>Starts it again on the same port.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await StopAsync();
        _process = Launch(_folder);
        Listen();
        if (!await IsUpAsync(cancellationToken))
        {
            throw new InvalidOperationException($"sshd did not start again: {Log}");
        }
    }

    /// <summary>Runs a program to its end and gives what it printed.</summary>
    public static async Task<string> RunAsync(string program, string input, CancellationToken cancellationToken, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var printed = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var complained = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? await printed : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await complained}");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        if (_account is not null)
        {
            await RunAsync("userdel", "", CancellationToken.None, "--force", _account);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<(string Account, string Password)> MakeAccountAsync(CancellationToken cancellationToken)
    {
        var account = "chtest" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        await RunAsync("useradd", "", cancellationToken, "--no-create-home", "--home-dir", "/tmp", "--shell", "/bin/sh", account);
        await RunAsync("chpasswd", $"{account}:{password}\n", cancellationToken);
        return (account, password);
    }

    private static string Config(OpenSshSettings settings, string folder, int port)
    {
        if (Environment.UserName == "root")
        {
            // Where sshd locks its unprivileged part up; a package's start script would make it.
            Directory.CreateDirectory("/run/sshd");
        }

        return string.Join('\n',
        [
            $"Port {port}",
            "ListenAddress 127.0.0.1",
            .. settings.HostKeys.Select(type => $"HostKey {folder}/host_{type}"),
            $"AuthorizedKeysFile {folder}/authorized_keys",
            "StrictModes no",
            "PidFile none",
            "PermitRootLogin yes",
            $"UsePAM {(settings.KeyboardInteractive ? "yes" : "no")}",
            $"PasswordAuthentication {(settings.WithPassword && !settings.KeyboardInteractive ? "yes" : "no")}",
            $"KbdInteractiveAuthentication {(settings.KeyboardInteractive ? "yes" : "no")}",
            "MaxStartups 200",
            "LogLevel DEBUG1",
            $"Subsystem sftp {settings.Subsystem}",
            .. settings.MoreLines,
            "",
        ]);
    }

    private static Process Launch(string folder) =>
        Process.Start(new ProcessStartInfo(Program, ["-D", "-e", "-f", Path.Combine(folder, "config")]) { RedirectStandardError = true })!;

    private void Listen()
    {
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
            {
                _log.Enqueue(line.Data);
            }
        };
        _process.BeginErrorReadLine();
    }

    private async Task<bool> IsUpAsync(CancellationToken cancellationToken)
    {
        var deadline = Environment.TickCount64 + 10_000;
        while (!_process.HasExited && Environment.TickCount64 < deadline)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(EndPoint, cancellationToken);
                return true;
            }
            catch (SocketException)
            {
                await Task.Delay(10, cancellationToken);
            }
        }

        return false;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private string PublicKey(string type) => File.ReadAllText(Path.Combine(_folder, $"host_{type}.pub"));
}
