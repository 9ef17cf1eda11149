using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ChannelHost.Server.Demo.StandIns;

/// <summary>
/// OpenSSH's server on loopback, as the user who runs the demo: one key may log in, and all it gets is SFTP. It runs on its own, so that Ctrl-C in the
/// terminal does not take it away before the channels are through with it; its number is kept in a file, by which the next demo ends one that was left over.
/// </summary>
internal sealed class LoopbackSshd : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd", "/opt/homebrew/sbin/sshd"];
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    // OpenSSH wants this folder when it is started by root, and the package's own service is what makes it.
    private const string SeparationFolder = "/run/sshd";

    private readonly string _folder;

    private LoopbackSshd(string folder) => _folder = folder;

    /// <summary>The program; null when it is not installed.</summary>
    public static string? Program => Array.Find(Places, File.Exists);

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="folder">Where its files are made.</param>
    /// <param name="keys">Its keys, prepared.</param>
    /// <param name="port">Its port on loopback.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="CommandFailure">It cannot be started; the text says why.</exception>
    public static async Task<LoopbackSshd> StartAsync(string folder, SshKeys keys, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        var program = Program ?? throw new CommandFailure(ExitCode.Usage, "sshd is missing: install openssh-server");
        var sshd = new LoopbackSshd(folder);
        sshd.End();
        if (await ListensAsync(port, cancellationToken))
        {
            throw new CommandFailure(ExitCode.CannotListen, $"port {port} is taken by another process");
        }

        if (Environment.IsPrivilegedProcess)
        {
            Directory.CreateDirectory(SeparationFolder);
        }

        await File.WriteAllTextAsync(sshd.Configuration, sshd.Settings(keys, port), cancellationToken);
        File.Delete(sshd.LogFile);
        using (var process = Process.Start(new ProcessStartInfo(program, ["-f", sshd.Configuration, "-E", sshd.LogFile]))!)
        {
            await process.WaitForExitAsync(cancellationToken);
        }

        await sshd.UntilListeningAsync(port, time, cancellationToken);
        return sshd;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        End();
        return ValueTask.CompletedTask;
    }

    private string Configuration => Path.Combine(_folder, "sshd_config");

    private string PidFile => Path.Combine(_folder, "sshd.pid");

    private string LogFile => Path.Combine(_folder, "sshd.log");

    private async Task UntilListeningAsync(int port, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (new FileInfo(PidFile) is { Exists: false } or { Length: 0 } || !await ListensAsync(port, cancellationToken))
        {
            if (time.GetElapsedTime(started) > StartTime || (File.Exists(LogFile) && File.ReadAllText(LogFile).Contains("fatal", StringComparison.OrdinalIgnoreCase)))
            {
                End();
                throw new CommandFailure(ExitCode.Internal, $"sshd does not start: {PlainText.OneLine(Complaint(), 300)}");
            }

            await Task.Delay(Look, time, cancellationToken);
        }
    }

    private string Complaint() => File.Exists(LogFile) && File.ReadLines(LogFile).LastOrDefault() is { Length: > 0 } line ? line : "it says nothing";

    private static async Task<bool> ListensAsync(int port, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // Only a process that was started with our very file is ours: its number may belong to somebody else by now.
    private void End()
    {
        if (File.Exists(PidFile) && int.TryParse(File.ReadAllText(PidFile), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) && IsOurs(number))
        {
            try
            {
                using var process = Process.GetProcessById(number);
                process.Kill();
                process.WaitForExit(TimeSpan.FromSeconds(2));
            }
            catch (Exception error) when (error is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It ended by itself in between.
            }
        }

        File.Delete(PidFile);
    }

    private bool IsOurs(int number)
    {
        try
        {
            return File.ReadAllText($"/proc/{number}/cmdline").Contains(Configuration, StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string Settings(SshKeys keys, int port) => $"""
        # Written by 'channelhost demo' at every start.
        ListenAddress 127.0.0.1:{port}
        HostKey "{keys.HostKey}"
        PidFile "{PidFile}"
        AuthorizedKeysFile "{keys.AuthorizedKeys}"
        AllowUsers {Environment.UserName}
        PermitRootLogin prohibit-password
        AuthenticationMethods publickey
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        UsePAM no
        StrictModes no
        Subsystem sftp internal-sftp
        ForceCommand internal-sftp
        DisableForwarding yes
        PermitTTY no
        PrintMotd no

        """;
}
