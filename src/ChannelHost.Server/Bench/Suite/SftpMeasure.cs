using System.Diagnostics;
using System.Globalization;
using ChannelHost.Server.Commands;
using ChannelHost.Server.Demo.StandIns;

namespace ChannelHost.Server.Bench.Suite;

/// <summary>Files of 2 KB from one folder of an SFTP server to another: OpenSSH on loopback, as the user who measures.</summary>
internal static class SftpMeasure
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Files per second after the first tenth, which warms up; and the host's processor time for 1,000 of them.</summary>
    /// <exception cref="CommandFailure">The server does not start, or files do not arrive.</exception>
    public static async Task<(double FilesPerSecond, double CpuSecondsPer1000)> RunAsync(string folder, int files, Terminal terminal, CancellationToken cancellationToken)
    {
        var port = BenchHost.FreePorts(1, 18_200)[0];
        var keys = new SshKeys(Path.Combine(folder, "keys"));
        await keys.PrepareAsync(port, cancellationToken);
        await using var server = await LoopbackSshd.StartAsync(keys.Folder, keys, port, TimeProvider.System, cancellationToken);
        var inbox = Directory.CreateDirectory(Path.Combine(folder, "inbox")).FullName;
        var outbox = Directory.CreateDirectory(Path.Combine(folder, "outbox")).FullName;
        for (var number = 0; number < files; number++)
        {
            await File.WriteAllBytesAsync(Path.Combine(inbox, string.Create(CultureInfo.InvariantCulture, $"{number:D6}.hl7")), SuiteMessages.File(number), cancellationToken);
        }

        WriteChannel(Path.Combine(folder, "channels"), keys, port, inbox, outbox);
        await using var host = await BenchHost.StartAsync(Path.Combine(folder, "channels"), Path.Combine(folder, "data"), TimeSpan.FromMinutes(1), cancellationToken);
        var warm = await UntilAsync(outbox, files / 10, cancellationToken);
        var cpu = ProcessFigures.CpuSeconds(host.ProcessId);
        var started = Stopwatch.GetTimestamp();
        await ProgressBar.RunForAsync(terminal, "SFTP to SFTP", null, files, async _ => await UntilAsync(outbox, files, cancellationToken));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return ((files - warm) / seconds, (ProcessFigures.CpuSeconds(host.ProcessId) - cpu) / (files - warm) * 1000);
    }

    private static void WriteChannel(string folder, SshKeys keys, int port, string inbox, string outbox)
    {
        var login = string.Create(
            CultureInfo.InvariantCulture,
            $"connect: \"127.0.0.1:{port}\", user: {Environment.UserName}, keys: [{{ file: {keys.ClientKey} }}], hostKeys: {{ knownHosts: [{keys.KnownHosts}] }}");
        SuiteChannels.Write(folder, "bench/sftp", SuiteMessages.AdtTransform, $$"""
            description: Files of an SFTP server, a transform, files of an SFTP server
            source: { type: sftp, dataType: hl7v2, {{login}}, folder: {{inbox}}, pattern: "*.hl7", interval: 100ms, stableFor: 0s, sessions: 4 }
            transform: transform.js
            destinations:
              - { name: next, type: sftp, {{login}}, folder: {{outbox}}, file: "${controlId}.hl7", queue: { mode: always, lanes: 4 } }

            """);
    }

    private static async Task<int> UntilAsync(string outbox, int count, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var there = Directory.EnumerateFiles(outbox, "FILE*.hl7").Count();
            if (there >= count)
            {
                return there;
            }

            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new CommandFailure(ExitCode.Problems, $"{there} of {count} files arrived within {Patience.TotalMinutes:0} min");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }
}
