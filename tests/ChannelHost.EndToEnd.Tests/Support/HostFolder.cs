using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ChannelHost.EndToEnd.Tests.Support;

/// <summary>The folders of a host under test: channels, data, and one for files that come and go. Deleted afterwards.</summary>
internal sealed class HostFolder : IDisposable
{
    // Below the ports that the kernel gives out by itself, so that nobody gets one of ours while a host is down.
    private const int FirstPort = 22_000;
    private const int LastPort = 31_999;

    private static int _nextPort = FirstPort + (System.Environment.ProcessId % 5_000);

    /// <summary>The whole.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("channelhost-e2e-").FullName;

    /// <summary>The channels folder.</summary>
    public string Channels => Directory.CreateDirectory(Path.Combine(Root, "channels")).FullName;

    /// <summary>The data folder.</summary>
    public string Data => Path.Combine(Root, "data");

    /// <summary>Variables of the host and its commands, beside those of the tests. The key of the secrets is the folder's own.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>The build that runs here; null for the one beside the tests.</summary>
    public string? Program { get; init; }

    /// <summary>Where the key of the secrets is.</summary>
    public string KeyFile => Environment["CHANNELHOST_KEY_FILE"];

    /// <summary>A folder with a key file of its own, which is not there yet.</summary>
    public HostFolder() => Environment["CHANNELHOST_KEY_FILE"] = Path.Combine(Root, "keys", "key");

    /// <summary>Runs a command on this folder to its end.</summary>
    public Task<(int ExitCode, string Output)> RunAsync(string? input, CancellationToken cancellationToken, params string[] arguments) =>
        HostProgram.RunAsync(Program, Environment, input, cancellationToken, arguments);

    /// <summary>A folder for files.</summary>
    public string Files(string name) => Directory.CreateDirectory(Path.Combine(Root, "files", name)).FullName;

    /// <summary>Writes a channel: its <c>channel.yaml</c> and scripts.</summary>
    public void WriteChannel(string name, string yaml, params (string File, string Text)[] scripts)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Channels, name)).FullName;
        foreach (var (file, text) in scripts)
        {
            File.WriteAllText(Path.Combine(folder, file), text);
        }

        // Last and in one step, so that a host that watches never sees half a channel.
        var part = Path.Combine(folder, ".channel.yaml.part");
        File.WriteAllText(part, yaml);
        File.Move(part, Path.Combine(folder, "channel.yaml"), overwrite: true);
    }

    /// <summary>Writes a channel from MLLP to MLLP with a short transformer.</summary>
    public void WriteFlow(string name, int listen, int next, string queue = "always") => WriteChannel(name, $$"""
        source: { type: mllp, listen: 127.0.0.1:{{listen}} }
        transform: transform.js
        destinations:
          - { name: next, type: mllp, connect: 127.0.0.1:{{next}}, queue: { mode: {{queue}} } }

        """, ("transform.js", "channelMap.put('mrn', msg.get('PID-3.1'));\n"));

    /// <summary>Hosts of this folder keep messages and state in PostgreSQL, on a server that the tests may kill.</summary>
    public void UsePostgreSql(string connection)
    {
        Environment["CHANNELHOST_STORE"] = "postgres";
        Environment["CHANNELHOST_STORE_CONNECTION"] = connection;
        Environment["CHANNELHOST_STORE_UNSAFE"] = "1";
    }

    /// <summary>A port of loopback that nobody has.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref _nextPort);
            if (port > LastPort)
            {
                Interlocked.Exchange(ref _nextPort, FirstPort);
                continue;
            }

            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Root}");
}
