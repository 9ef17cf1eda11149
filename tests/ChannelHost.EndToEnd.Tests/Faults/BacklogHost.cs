using System.Diagnostics;
using System.Net.Sockets;
using ChannelHost.EndToEnd.Tests.Support;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>
/// A host with one channel from MLLP to a partner that comes and goes, with nothing between them: for queues that are long. What the partner got is one
/// ledger, however often it came.
/// </summary>
internal sealed class BacklogHost : IAsyncDisposable
{
    /// <summary>The channel.</summary>
    public const string Channel = "clinic/backlog";

    private readonly int _partnerPort = HostFolder.FreePort();
    private readonly List<MllpReceiver> _partners = [];
    private RunningHost? _host;

    /// <summary>Its folders.</summary>
    public HostFolder Folder { get; } = new();

    /// <summary>Where senders connect.</summary>
    public int Listen { get; } = HostFolder.FreePort();

    /// <summary>The host that runs now.</summary>
    public RunningHost Host => _host ?? throw new InvalidOperationException("not started");

    /// <summary>All that its partner got, in order.</summary>
    public IReadOnlyList<Delivery> Ledger => [.. _partners.SelectMany(partner => partner.Ledger)];

    /// <summary>How many deliveries its partner got.</summary>
    public int Delivered => _partners.Sum(partner => partner.Count);

    /// <summary>Writes the channel.</summary>
    /// <param name="transform">The source's transformer.</param>
    /// <param name="attempts">After so many a message is given up; 0 for never.</param>
    /// <param name="store">What is kept for how long: the inside of <c>store:</c>.</param>
    public void Write(string transform = "", int attempts = 0, string store = "") => Folder.WriteChannel(
        Channel,
        $$"""
        source: { type: mllp, listen: 127.0.0.1:{{Listen}} }
        transform: transform.js
        destinations:
          - name: next
            type: mllp
            connect: 127.0.0.1:{{_partnerPort}}
            dataType: { type: hl7v2, onError: retry }
            queue: { mode: always, retry: { {{(attempts > 0 ? $"attempts: {attempts}, " : "")}}delay: 500ms, maximum: 1s } }
        store: { {{store}} }
        """,
        ("transform.js", $"{transform}\nchannelMap.put('mrn', msg['PID']['PID.3']['PID.3.1'].toString());\n"));

    /// <summary>The partner is there from now on.</summary>
    /// <param name="rejects">Which control ids it answers with AE.</param>
    public void OpenPartner(Func<string, bool>? rejects = null) => _partners.Add(new MllpReceiver(_partnerPort) { Rejects = rejects ?? (_ => false) });

    /// <summary>The partner is gone: connecting is refused.</summary>
    public ValueTask ClosePartnerAsync() => _partners[^1].DisposeAsync();

    /// <summary>Starts it and waits until it is ready.</summary>
    public async Task StartAsync(CancellationToken cancellationToken) => _host = await RunningHost.StartAsync(Folder, cancellationToken);

    /// <summary>Starts it. Gives how long it took until a sender could connect.</summary>
    public async Task<TimeSpan> StartToListenAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        _host = RunningHost.Begin(Folder);
        await _host.UntilAsync("listening", () => CanConnectAsync(cancellationToken), cancellationToken, TimeSpan.FromMinutes(5));
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>SIGTERM. Gives how long it took to end.</summary>
    public async Task<TimeSpan> StopAsync(CancellationToken cancellationToken)
    {
        var asked = Stopwatch.GetTimestamp();
        Assert.Equal(0, await Host.TerminateAsync(cancellationToken));
        var took = Stopwatch.GetElapsedTime(asked);
        await EndAsync();
        return took;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        await Host.KillAsync(cancellationToken);
        await EndAsync();
    }

    /// <summary>Waits until its partner got so much. Gives how long that took.</summary>
    public async Task<TimeSpan> UntilDeliveredAsync(int deliveries, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await Host.UntilAsync($"through with {deliveries} deliveries", () => Task.FromResult(Delivered >= deliveries), cancellationToken, patience);
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>How many messages have a status at the partner's destination.</summary>
    public async Task<long> CountAsync(MessageStatus status, CancellationToken cancellationToken) =>
        (await Host.ChannelAsync(Channel, cancellationToken)).Counts.Where(count => count.Connector == "next" && count.Status == status).Sum(count => count.Count);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        foreach (var partner in _partners)
        {
            await partner.DisposeAsync();
        }

        Folder.Dispose();
    }

    private async ValueTask EndAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
            _host = null;
        }
    }

    private async Task<bool> CanConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var sender = new TcpClient();
            await sender.ConnectAsync("127.0.0.1", Listen, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
