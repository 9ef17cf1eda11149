using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ChannelHost.Connectors.Network;
using ChannelHost.Connectors.Text;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.Mllp;

/// <summary>Listens for senders. Each connection is one loop: read a frame, hand it over, write the answer, read on. What a sender has sent meanwhile waits in its socket.</summary>
internal sealed partial class MllpSource(MllpSourceOptions options, ConnectorContext context) : ISource
{
    private const int Backlog = 512;
    private static readonly TimeSpan DeadlineInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<MllpConnection, bool> _connections = new();
    private readonly EventThrottle _refusals = new(context.Time, TimeSpan.FromSeconds(10));
    private readonly DescriptorReserve _descriptors = new(context.Time);
    private readonly EventThrottle _acceptFailures = new(context.Time, TimeSpan.FromSeconds(10));
    private readonly CancellationTokenSource _closing = new();
    private MllpListenerSettings? _settings;
    private IMessageReceiver? _receiver;
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private ITimer? _deadlines;
    private int _open;
    private volatile bool _stopping;

    /// <summary>Where it listens; tells the port that the system chose.</summary>
    public IPEndPoint? LocalEndPoint => _listener?.LocalEndPoint as IPEndPoint;

    /// <summary>What connections go by at this moment.</summary>
    public MllpListenerSettings Settings => Volatile.Read(ref _settings)!;

    /// <summary>True once no more messages are taken.</summary>
    public bool IsStopping => _stopping;

    public async Task StartAsync(IMessageReceiver receiver, CancellationToken cancellationToken)
    {
        _receiver = receiver;
        _settings = MllpListenerSettings.From(options, context);
        var listener = await ListenAddress.OpenAsync(options.Listen, Backlog, cancellationToken);
        _listener = listener;
        _deadlines = context.Time.CreateTimer(_ => CheckDeadlines(), null, DeadlineInterval, DeadlineInterval);
        _accepting = AcceptAsync(listener);
        Log.Listening(context.Logger, LocalEndPoint!, _settings.Tls is null ? "plain text" : "TLS");
    }

    public ValueTask<bool> TryChangeOptionsAsync(object options, CancellationToken cancellationToken)
    {
        var before = Settings.Options;
        if (options is not MllpSourceOptions changed || changed.Listen != before.Listen || changed.Tls is null != before.Tls is null || _stopping)
        {
            return ValueTask.FromResult(false);
        }

        // Certificates that cannot be read throw here, before anything has changed. Equal TLS settings keep what is loaded.
        var settings = changed.Tls == before.Tls ? new MllpListenerSettings(changed, Settings.Tls) : MllpListenerSettings.From(changed, context);
        Volatile.Write(ref _settings, settings);
        return ValueTask.FromResult(true);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        _listener?.Dispose();
        await _accepting;
        foreach (var connection in _connections.Keys)
        {
            connection.CloseWhenIdle();
        }

        try
        {
            await Task.WhenAll(_connections.Keys.Select(connection => connection.Completion)).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Log.StoppedWithAnswersOpen(context.Logger, _connections.Count);
        }

        await _closing.CancelAsync();
        foreach (var connection in _connections.Keys)
        {
            connection.Abort();
        }

        if (_deadlines is not null)
        {
            await _deadlines.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await StopAsync(atOnce.Token);
    }

    /// <summary>A connection's loop has ended.</summary>
    public void Closed(MllpConnection connection)
    {
        if (_connections.TryRemove(connection, out _))
        {
            Interlocked.Decrement(ref _open);
            context.Figures.Connections(-1);
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stopping)
        {
            try
            {
                Take(await listener.AcceptAsync());
            }
            catch (Exception e)
            {
                if (_stopping)
                {
                    return;
                }

                await AfterAcceptFailureAsync(e);
            }
        }
    }

    private async Task AfterAcceptFailureAsync(Exception e)
    {
        // Out of descriptors, or a sender that gave up between its handshake and our accept: the listener itself is fine.
        if (_acceptFailures.Allows(out var held))
        {
            Log.AcceptFailed(context.Logger, e.Message, held);
        }

        try
        {
            await Task.Delay(AcceptPause, context.Time, _closing.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopping: the loop's condition ends it.
        }
    }

    private void Take(Socket socket)
    {
        var limit = Settings.Options.Connections;
        if (_open >= limit || _stopping)
        {
            Refuse(socket, limit);
            return;
        }

        if (_descriptors.IsTouched(out var descriptors))
        {
            RefuseForDescriptors(socket, descriptors);
            return;
        }

        Interlocked.Increment(ref _open);
        context.Figures.Connections(+1);
        var connection = new MllpConnection(this, socket, _receiver!, context, _closing.Token);
        _connections[connection] = true;
        connection.Start();
    }

    private void Refuse(Socket socket, int limit)
    {
        context.Figures.LimitHit("connections");
        if (_refusals.Allows(out var held))
        {
            var peer = MllpPeer.Of(socket);
            Log.ConnectionRefused(context.Logger, peer.Name, limit, held);
        }

        socket.Dispose();
    }

    /// <summary>The sender hears at once that it cannot be served and comes again; kept, it would cost others their messages, or the host its life.</summary>
    private void RefuseForDescriptors(Socket socket, int limit)
    {
        context.Figures.LimitHit("descriptors");
        if (_refusals.Allows(out var held))
        {
            Log.NoDescriptorFor(context.Logger, MllpPeer.Of(socket).Name, limit, DescriptorReserve.Of(limit), _open, held);
        }

        socket.Dispose();
    }

    private void CheckDeadlines()
    {
        var now = context.Time.GetTimestamp();
        foreach (var (connection, _) in _connections)
        {
            connection.CheckDeadline(now);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Listening on {EndPoint}, {Transport}.")]
        public static partial void Listening(ILogger logger, IPEndPoint endPoint, string transport);

        [LoggerMessage(Level = LogLevel.Warning,
            Message = "{Peer} was turned away: {Limit} senders are connected, as many as `connections` allows ({Held} more were turned away since the last such line).")]
        public static partial void ConnectionRefused(ILogger logger, string peer, int limit, long held);

        [LoggerMessage(Level = LogLevel.Error,
            Message = "{Peer} was turned away: of the {Limit} files and sockets that this process may have open, no more than the {Reserve} that are kept for stores and destinations are left; {Open} senders are connected here. Raise the limit (ulimit -n, LimitNOFILE) or lower `connections` ({Held} more were turned away since the last such line).")]
        public static partial void NoDescriptorFor(ILogger logger, string peer, int limit, int reserve, int open, long held);

        [LoggerMessage(Level = LogLevel.Error, Message = "A connection could not be accepted: {Reason} Trying on ({Held} more since the last such line).")]
        public static partial void AcceptFailed(ILogger logger, string reason, long held);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Stopped with {Count} connections whose answer was not written: their senders will send again.")]
        public static partial void StoppedWithAnswersOpen(ILogger logger, int count);
    }
}
