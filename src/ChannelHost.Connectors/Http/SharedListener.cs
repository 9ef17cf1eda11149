using System.Net;
using System.Net.Sockets;
using ChannelHost.Connectors.Network;
using ChannelHost.Connectors.Text;
using ChannelHost.Connectors.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.Http;

/// <summary>One Kestrel server on one address, without a web host around it, and the routes of the sources that share it.</summary>
internal sealed partial class SharedListener : IHttpApplication<DefaultHttpContext>
{
    private const int Backlog = 512;
    private const int MostHeaders = 100;
    private static readonly object HandshakeDone = new();
    private static readonly object HandshakeRefusal = new();

    private readonly ConnectorContext _context;
    private readonly EventThrottle _refusals;
    private readonly DescriptorReserve _descriptors;
    private readonly Lock _gate = new();
    private volatile RouteTable _routes;
    private volatile ServerTls? _tls;
    private WebApplication? _house;
    private IServer? _server;
    private int _connections;

    private SharedListener(string address, ListenerSettings settings, HttpRoute route, ConnectorContext context)
    {
        Address = address;
        Settings = settings;
        _context = context;
        _refusals = new EventThrottle(context.Time, TimeSpan.FromSeconds(10));
        _descriptors = new DescriptorReserve(context.Time);
        _routes = RouteTable.Empty.With(route);
        _tls = TlsOf(settings);
    }

    /// <summary>By what it is known.</summary>
    public string Address { get; }

    /// <summary>What it is made of.</summary>
    public ListenerSettings Settings { get; private set; }

    /// <summary>Where it listens; tells the port that the system chose.</summary>
    public IPEndPoint? LocalEndPoint { get; private set; }

    /// <summary>Opens the port.</summary>
    /// <exception cref="ConnectorException">It cannot be opened, with the reason.</exception>
    public static async Task<SharedListener> OpenAsync(string address, ListenerSettings settings, HttpRoute route, ConnectorContext context, CancellationToken cancellationToken)
    {
        var listener = new SharedListener(address, settings, route, context);
        var socket = await ListenAddress.OpenAsync(settings.Listen.ToString(), Backlog, cancellationToken);
        try
        {
            await listener.StartAsync(socket, cancellationToken);
            return listener;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Adds a route.</summary>
    /// <exception cref="ConnectorException">Another channel has it, or wants the listener to be made of something else.</exception>
    public void Join(ListenerSettings settings, HttpRoute route)
    {
        lock (_gate)
        {
            if (Settings.DifferenceTo(settings) is { } difference)
            {
                throw new ConnectorException(
                    $"Cannot share the listener on {Settings.Listen}: `{difference}` differs from what the channels on it have. "
                    + "Channels on one address must agree on tls, connections, idleTimeout, headerTimeout and maximumHeaders.");
            }

            RefuseRival(route, null);
            _routes = _routes.With(route);
        }
    }

    /// <summary>Puts a route in another's place in one step. False when the listener cannot stay for it.</summary>
    /// <exception cref="ConnectorException">Another channel has the new route, or its certificates cannot be used. The old one stays in force.</exception>
    public bool TryReplace(HttpRoute old, ListenerSettings settings, HttpRoute next)
    {
        lock (_gate)
        {
            var difference = Settings.DifferenceTo(settings);
            var isTlsRenewed = difference == "tls" && Settings.Tls is not null && settings.Tls is not null && (Settings with { Tls = settings.Tls }).DifferenceTo(settings) is null;
            if (settings.Listen != Settings.Listen || (difference is not null && !(isTlsRenewed && _routes.LiveCount == 1)))
            {
                return false;
            }

            RefuseRival(next, old);
            if (isTlsRenewed)
            {
                _tls = TlsOf(settings);
                Settings = settings;
            }

            _routes = _routes.With(next, old);
            return true;
        }
    }

    /// <summary>Stops a route; true when it was the last.</summary>
    public bool Leave(HttpRoute route)
    {
        lock (_gate)
        {
            _routes = _routes.Close(route);
            return _routes.LiveCount == 0;
        }
    }

    /// <summary>Closes the port, lets requests under way finish until the token is cancelled, then cuts what is left.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        await _server!.StopAsync(cancellationToken);
        await _house!.DisposeAsync();
    }

    DefaultHttpContext IHttpApplication<DefaultHttpContext>.CreateContext(IFeatureCollection contextFeatures) => new(contextFeatures);

    void IHttpApplication<DefaultHttpContext>.DisposeContext(DefaultHttpContext context, Exception? exception)
    {
        // It holds nothing.
    }

    Task IHttpApplication<DefaultHttpContext>.ProcessRequestAsync(DefaultHttpContext context)
    {
        var values = new RouteValueDictionary();
        var route = _routes.Find(context.Request, values, out var allowed);
        if (route is { Intake: { } intake })
        {
            return intake.HandleAsync(context, values);
        }

        if (route is not null)
        {
            return HttpAnswer.UnavailableAsync(context);
        }

        if (allowed is not null)
        {
            context.Response.Headers.Allow = allowed;
            return HttpAnswer.ProblemAsync(context, StatusCodes.Status405MethodNotAllowed, "This path does not take that method.");
        }

        return HttpAnswer.ProblemAsync(context, StatusCodes.Status404NotFound, "There is nothing at this path.");
    }

    private ServerTls? TlsOf(ListenerSettings settings) => settings.Tls is null ? null : new ServerTls(settings.Tls, _context.Time, _context.Logger);

    private void RefuseRival(HttpRoute route, HttpRoute? replaced)
    {
        if (_routes.Rival(route, replaced) is { } rival)
        {
            throw new ConnectorException(
                $"Cannot take {string.Join(", ", route.Methods)} {route.Path.Shape} on {Settings.Listen}: the channel {rival.Channel} takes it. Give one of them another path.");
        }
    }

    private async Task StartAsync(Socket socket, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(Configure);
        builder.Services.Configure<SocketTransportOptions>(options => (options.CreateBoundListenSocket, options.Backlog) = (_ => socket, Backlog));
        builder.Logging.AddProvider(new ServerLogProvider(_context.Logger));

        // Only the server is taken out of it: nothing of the house is started, so it listens to no signal and owns no lifetime.
        _house = builder.Build();
        _server = _house.Services.GetRequiredService<IServer>();
        _house.Services.GetRequiredService<System.Diagnostics.DiagnosticListener>().Subscribe(new RefusedRequests(_context.Figures));
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        await _server.StartAsync(this, cancellationToken);
        Log.Listening(_context.Logger, LocalEndPoint, _tls is null ? "plain text" : "TLS");
    }

    private void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.Limits.KeepAliveTimeout = Settings.IdleTimeout;
        options.Limits.RequestHeadersTimeout = Settings.HeaderTimeout;
        options.Limits.MaxRequestHeadersTotalSize = (int)Settings.MaximumHeaders.Bytes;
        options.Limits.MaxRequestHeaderCount = MostHeaders;
        options.Limits.MaxRequestBodySize = null;

        // The address is the socket's, which is bound already.
        options.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection => CountAsync(next, connection));
            if (Settings.Tls is { } tls)
            {
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    HandshakeTimeout = tls.HandshakeTimeout,
                    OnConnection = handshake => ValueTask.FromResult(_tls!.Handshake(refusal => handshake.Connection.Items[HandshakeRefusal] = refusal)),
                });
                listen.Use(next => connection =>
                {
                    connection.Items[HandshakeDone] = true;
                    return next(connection);
                });
            }
        });
    }

    private async Task CountAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        var open = Interlocked.Increment(ref _connections);
        _context.Figures.Connections(+1);
        try
        {
            if (open > Settings.Connections)
            {
                _context.Figures.LimitHit("connections");
                Refused(connection, $"{Settings.Connections} senders are connected, as many as `connections` allows");
                connection.Abort(new ConnectionAbortedException("too many connections"));
                return;
            }

            if (_descriptors.IsTouched(out var descriptors))
            {
                _context.Figures.LimitHit("descriptors");
                Refused(
                    connection,
                    $"of the {descriptors} files and sockets that this process may have open, no more than the {DescriptorReserve.Of(descriptors)} that are kept for stores and destinations are left (raise ulimit -n or LimitNOFILE, or lower `connections`)");
                connection.Abort(new ConnectionAbortedException("no descriptors to spare"));
                return;
            }

            await next(connection);
            if (Settings.Tls is not null && !connection.Items.ContainsKey(HandshakeDone))
            {
                _context.Figures.LimitHit("handshake");
                Refused(connection, $"no TLS connection came about: {connection.Items[HandshakeRefusal] ?? "it does not speak TLS 1.2 or 1.3, does not trust our certificate, or left"}");
            }
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
            _context.Figures.Connections(-1);
        }
    }

    private void Refused(ConnectionContext connection, string reason)
    {
        if (_refusals.Allows(out var held))
        {
            Log.Refused(_context.Logger, connection.RemoteEndPoint, reason, held);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Listening on {EndPoint}, HTTP over {Transport}.")]
        public static partial void Listening(ILogger logger, IPEndPoint endPoint, string transport);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Peer} was turned away: {Reason} ({Held} more were turned away since the last such line).")]
        public static partial void Refused(ILogger logger, EndPoint? peer, string reason, long held);
    }
}
