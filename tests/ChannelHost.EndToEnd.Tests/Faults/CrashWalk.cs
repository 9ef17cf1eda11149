using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Testing.Network;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>One channel with one kind of source, killed at one point after the other while messages come in; each start is also the recovery from the last kill.</summary>
internal sealed class CrashWalk : IAsyncDisposable
{
    /// <summary>The exit code of a process that SIGKILL ended.</summary>
    public const int Killed = 128 + 9;

    private const string Channel = "clinic/walk";
    private const int MessagesPerPoint = 4;
    private const int Connections = 2;

    // The second hit: one message was through, others are under way.
    private const int Hit = 2;

    private readonly HostFolder _folder;
    private readonly string _source;
    private readonly MllpReceiver _receiver;
    private readonly OpenSshServer? _server;
    private readonly int _listen = HostFolder.FreePort();
    private readonly List<ISenderLedger> _senders = [];

    private CrashWalk(string program, string source, OpenSshServer? server)
    {
        _folder = new HostFolder { Program = program };
        (_source, _server) = (source, server);
        var next = HostFolder.FreePort();
        _receiver = new MllpReceiver(next);
        _folder.WriteChannel(
            Channel,
            $$"""
            source: { {{Settings()}} }
            filter: filter.js
            transform: transform.js
            destinations:
              - { name: next, type: mllp, connect: 127.0.0.1:{{next}}, queue: { mode: always, retry: { delay: 100ms, maximum: 200ms } } }

            """,
            ("filter.js", "return true;\n"),
            ("transform.js", "channelMap.put('mrn', msg['PID']['PID.3']['PID.3.1'].toString());\n"));
    }

    /// <summary>The points at which the host was seen to die.</summary>
    public List<string> Died { get; } = [];

    private string Armed => Path.Combine(_folder.Root, "armed");

    /// <summary>Prepares a walk.</summary>
    public static async Task<CrashWalk> CreateAsync(string program, string source, CancellationToken cancellationToken) =>
        new(program, source, source == "sftp" ? await OpenSshServer.StartAsync(cancellationToken: cancellationToken) : null);

    /// <summary>Walks along all points; gives the counters of the whole way.</summary>
    public async Task<Counters> RunAsync(IReadOnlyList<string> points, CancellationToken cancellationToken)
    {
        _folder.Environment["CHANNELHOST_CRASH_WHEN"] = Armed;

        // Some seventy starts: code that lives for a second need not be measured for a better one.
        _folder.Environment["DOTNET_TieredPGO"] = "0";
        var host = await StartAsync(points[0], cancellationToken);
        try
        {
            for (var at = 0; at < points.Count; at++)
            {
                await File.WriteAllTextAsync(Armed, "", cancellationToken);
                var sender = Sender(at);
                _senders.Add(sender);
                var sending = sender.SendAsync(MessagesPerPoint, Connections, cancellationToken);
                if (await DiedAsync(host, points[at], cancellationToken))
                {
                    Died.Add(points[at]);
                }

                File.Delete(Armed);
                await host.DisposeAsync();
                host = await StartAsync(at + 1 < points.Count ? points[at + 1] : "bytes-read", cancellationToken);
                await sending;
                await host.UntilAsync("through with what it has", () => IsQuietAsync(host, at + 1, cancellationToken), cancellationToken);
            }

            return new Counters(_senders, _receiver.Ledger, await host.MessagesAsync(Channel, cancellationToken));
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        foreach (var sender in _senders.OfType<IDisposable>())
        {
            sender.Dispose();
        }

        _folder.Dispose();
    }

    private Task<RunningHost> StartAsync(string point, CancellationToken cancellationToken)
    {
        _folder.Environment["CHANNELHOST_CRASH_POINT"] = $"{point}:{Hit}";
        return RunningHost.StartAsync(_folder, cancellationToken);
    }

    private static async Task<bool> DiedAsync(RunningHost host, string point, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            return await host.EndedAsync(patience.Token) == Killed;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"the host did not come to the point '{point}':\n{host.Output}");
        }
    }

    private async Task<bool> IsQuietAsync(RunningHost host, int rounds, CancellationToken cancellationToken) =>
        _receiver.Ledger.Select(delivery => delivery.ControlId).Distinct().Count() == rounds * MessagesPerPoint && await host.IsQuietAsync(Channel, cancellationToken);

    private ISenderLedger Sender(int round)
    {
        var (prefix, seed) = ($"{_source}{round:D2}-", 1_000 * round);
        return _source switch
        {
            "mllp" => new LedgerSender(_listen, seed, prefix),
            "http" => new HttpLedgerSender(new Uri($"http://127.0.0.1:{_listen}/walk"), seed, prefix),
            _ => new FileLedgerSender(_folder.Files("in"), seed, prefix),
        };
    }

    private string Settings() => _source switch
    {
        "mllp" => $"type: mllp, listen: 127.0.0.1:{_listen}",
        "http" => $"type: http, listen: 127.0.0.1:{_listen}, path: /walk, dataType: hl7v2",
        "files" => $"type: files, folder: {_folder.Files("in")}, interval: 100ms, stableFor: 0s, dataType: hl7v2",
        _ => $"type: sftp, dataType: hl7v2, connect: \"{_server!.Address}\", user: {_server.User}, keys: [{{ file: {_server.KeyFile} }}], hostKeys: {{ fingerprints: [\"{_server.Fingerprint()}\"] }}, folder: {_folder.Files("in")}, interval: 100ms, stableFor: 0s",
    };
}
