using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ChannelHost.Testing.Network;

namespace ChannelHost.Testing.Databases;

/// <summary>A server's process, under an account of its own where we are root (database servers refuse to run as root), and what it said.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly ConcurrentQueue<string> _log = new();
    private readonly string _program;
    private readonly string[] _arguments;
    private readonly string _account;
    private Process? _process;

    public ServerProcess(string account, string program, params string[] arguments) => (_account, _program, _arguments) = (account, program, arguments);

    private static bool IsRoot => Environment.UserName == "root";

    /// <summary>What it said last.</summary>
    public string Log => string.Join('\n', _log.TakeLast(20));

    /// <summary>Runs a program to its end under the account.</summary>
    public static Task<string> RunAsync(string account, string program, CancellationToken cancellationToken, params string[] arguments) => IsRoot
        ? OpenSshServer.RunAsync("runuser", "", cancellationToken, ["-u", account, "--", program, .. arguments])
        : OpenSshServer.RunAsync(program, "", cancellationToken, arguments);

    /// <summary>An empty folder that belongs to the account.</summary>
    public static async Task<string> FolderAsync(string account, string name, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory($"channelhost-{name}-").FullName;
        if (IsRoot)
        {
            await OpenSshServer.RunAsync("chown", "", cancellationToken, account, folder);
        }

        return folder;
    }

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Starts it and waits until somebody gets in.</summary>
    public async Task StartAsync(Func<CancellationToken, Task> visit, CancellationToken cancellationToken)
    {
        var start = IsRoot
            ? new ProcessStartInfo("runuser", ["-u", _account, "--", _program, .. _arguments])
            : new ProcessStartInfo(_program, _arguments);
        start.RedirectStandardError = start.RedirectStandardOutput = true;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += Note;
        _process.OutputDataReceived += Note;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        var deadline = Environment.TickCount64 + 30_000;
        while (true)
        {
            try
            {
                await visit(cancellationToken);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException && !_process.HasExited && Environment.TickCount64 < deadline)
            {
                await Task.Delay(20, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new InvalidOperationException($"{_program} did not start: {Log}", e);
            }
        }
    }

    /// <summary>Ends it without a word, with all that it started: a power cut.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
    }

    public void Dispose() => _process?.Dispose();

    private void Note(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text)
        {
            _log.Enqueue(text);
        }
    }
}
