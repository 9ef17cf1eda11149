using System.Net;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Testing.Network;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>
/// A host with one channel from MLLP to MLLP, its data on a small disk where one can be mounted, and what can be done to it from outside: the process, the
/// lines on both sides, the partner, the disk, its settings.
/// </summary>
internal sealed class FaultyHost : IAsyncDisposable
{
    /// <summary>The channel.</summary>
    public const string Channel = "clinic/flow";

    private readonly HostFolder _folder = new();
    private readonly MllpReceiver _receiver;
    private readonly FaultyProxy _toPartner;
    private readonly FaultyProxy _toHost;
    private readonly SmallDisk? _disk;
    private readonly int _listen = HostFolder.FreePort();
    private readonly string _retention;
    private RunningHost? _host;
    private int _settings;

    /// <summary>Prepares it; <see cref="StartAsync"/> starts it.</summary>
    /// <param name="diskMegabytes">The size of the disk; 0 for the machine's own.</param>
    /// <param name="retention">How long finished messages are kept; null for ever.</param>
    /// <param name="environment">Variables of the host.</param>
    public FaultyHost(int diskMegabytes = 0, string? retention = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            _folder.Environment[name] = value;
        }

        _retention = retention is null ? "" : $"store: {{ retention: {retention} }}\n";
        _disk = diskMegabytes > 0 ? SmallDisk.TryMount(_folder.Data, diskMegabytes) : null;
        var next = HostFolder.FreePort();
        _receiver = new MllpReceiver(next);
        _toPartner = new FaultyProxy(new IPEndPoint(IPAddress.Loopback, next));
        _toHost = new FaultyProxy(new IPEndPoint(IPAddress.Loopback, _listen));
        WriteChannel();
    }

    /// <summary>The host that runs now.</summary>
    public RunningHost Host => _host ?? throw new InvalidOperationException("not started");

    /// <summary>Its partner.</summary>
    public MllpReceiver Receiver => _receiver;

    /// <summary>Where senders connect: through a line that can be cut.</summary>
    public int SenderPort => _toHost.EndPoint.Port;

    /// <summary>Null where no small disk can be mounted.</summary>
    public SmallDisk? Disk => _disk;

    /// <summary>How many bytes the data folder has.</summary>
    public long DataBytes => Directory.EnumerateFiles(_folder.Data, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file) is { Exists: true, Name: not "filler" } data ? data.Length : 0);

    /// <summary>Starts it, or starts it again.</summary>
    public async Task StartAsync(CancellationToken cancellationToken) => _host = await RunningHost.StartAsync(_folder, cancellationToken);

    /// <summary>kill -9, and the next start.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        await Host.KillAsync(cancellationToken);
        await Host.DisposeAsync();
        await StartAsync(cancellationToken);
    }

    /// <summary>SIGTERM, and the next start. Gives how long the stop took.</summary>
    public async Task<TimeSpan> RestartAsync(CancellationToken cancellationToken)
    {
        var asked = System.Diagnostics.Stopwatch.GetTimestamp();
        Assert.Equal(0, await Host.TerminateAsync(cancellationToken));
        var took = System.Diagnostics.Stopwatch.GetElapsedTime(asked);
        await Host.DisposeAsync();
        await StartAsync(cancellationToken);
        return took;
    }

    /// <summary>Cuts what goes on between the host and its partner.</summary>
    public void CutPartner(Cut cut) => _toPartner.CutAll(cut);

    /// <summary>Cuts what goes on between the senders and the host.</summary>
    public void CutSenders(Cut cut) => _toHost.CutAll(cut);

    /// <summary>How many connections were cut so far.</summary>
    public int Cuts => _toPartner.Cuts + _toHost.Cuts;

    /// <summary>Changes the channel's file, so that a new version is deployed; ends when it runs.</summary>
    public async Task RedeployAsync(CancellationToken cancellationToken)
    {
        var before = (await Host.ChannelAsync(Channel, cancellationToken)).Version;
        _settings++;
        WriteChannel();
        await Host.UntilAsync("on the new version", async () => (await Host.ChannelAsync(Channel, cancellationToken)) is { } now && now.Version != before && now.Condition == Engine.Deployment.ChannelCondition.Running, cancellationToken);
    }

    /// <summary>Waits until nothing waits any more.</summary>
    public Task QuietAsync(CancellationToken cancellationToken, TimeSpan? patience = null) =>
        Host.UntilAsync("through with what it has", () => Host.IsQuietAsync(Channel, cancellationToken), cancellationToken, patience ?? TimeSpan.FromSeconds(120));

    /// <summary>What the host has of some senders' messages, joined with their ledgers.</summary>
    public Task<Counters> CountAsync(IReadOnlyCollection<ISenderLedger> senders, CancellationToken cancellationToken, DateTimeOffset? since = null) =>
        Counters.OfAsync(senders, _receiver.Ledger, Host, Channel, cancellationToken, since);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        await _toHost.DisposeAsync();
        await _toPartner.DisposeAsync();
        await _receiver.DisposeAsync();
        _disk?.Dispose();
        _folder.Dispose();
    }

    private void WriteChannel() => _folder.WriteChannel(
        Channel,
        $$"""
        description: Settings {{_settings}}
        source: { type: mllp, listen: 127.0.0.1:{{_listen}} }
        transform: transform.js
        destinations:
          - { name: next, type: mllp, connect: "{{_toPartner.EndPoint}}", answerTimeout: 3s, queue: { mode: always, retry: { delay: 100ms, maximum: 1s } } }
        {{_retention}}
        """,
        ("transform.js", $"// {_settings}\nchannelMap.put('mrn', msg['PID']['PID.3']['PID.3.1'].toString());\n"));
}
