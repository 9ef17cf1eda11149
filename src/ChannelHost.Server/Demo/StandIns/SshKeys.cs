using System.Diagnostics;
using ChannelHost.Server.Hosting;

namespace ChannelHost.Server.Demo.StandIns;

/// <summary>The keys of the demo's SFTP server and of the one client it knows, made once and kept in a folder that only its owner reads.</summary>
/// <param name="Folder">Where they are.</param>
internal sealed record SshKeys(string Folder)
{
    /// <summary>The server's private key.</summary>
    public string HostKey => Path.Combine(Folder, "host_key");

    /// <summary>The client's private key.</summary>
    public string ClientKey => Path.Combine(Folder, "client_key");

    /// <summary>The public keys that may log in.</summary>
    public string AuthorizedKeys => $"{ClientKey}.pub";

    /// <summary>What the client knows of the server.</summary>
    public string KnownHosts => Path.Combine(Folder, "known_hosts");

    /// <summary>Makes what is not there yet; the file of known hosts is written for this port.</summary>
    /// <exception cref="CommandFailure">The keys cannot be made.</exception>
    public async Task PrepareAsync(int port, CancellationToken cancellationToken)
    {
        DataFolder.Prepare(Folder);
        foreach (var key in new[] { HostKey, ClientKey })
        {
            if (!File.Exists(key) || !File.Exists($"{key}.pub"))
            {
                File.Delete(key);
                await GenerateAsync(key, cancellationToken);
            }
        }

        var parts = (await File.ReadAllTextAsync($"{HostKey}.pub", cancellationToken)).Split(' ');
        await File.WriteAllTextAsync(KnownHosts, $"[127.0.0.1]:{port} {parts[0]} {parts[1].Trim()}\n", cancellationToken);
    }

    private static async Task GenerateAsync(string path, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "channelhost-demo", "-f", path]) { RedirectStandardError = true, RedirectStandardOutput = true };
        try
        {
            using var process = Process.Start(start)!;
            var complaint = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new CommandFailure(ExitCode.Internal, $"ssh-keygen failed: {PlainText.OneLine(complaint)}");
            }
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new CommandFailure(ExitCode.Internal, "ssh-keygen is missing: install openssh-server", error);
        }
    }
}
