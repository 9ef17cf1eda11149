using System.Net;
using System.Net.Sockets;
using ChannelHost.Connectors.Tls;

namespace ChannelHost.Connectors.Http;

/// <summary>The connections of a destination: one pool, made anew when certificate files change.</summary>
internal sealed class HttpTransport : IDisposable
{
    /// <summary>A connection is used no longer than this, so that a partner who moves to another address is found there within two minutes.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan ConnectionRest = TimeSpan.FromSeconds(60);
    private const int LargestHeadersKilobytes = 64;

    private readonly HttpDestinationOptions _options;
    private readonly ConnectorContext _context;
    private readonly TargetHosts _hosts;
    private readonly HashSet<string> _written;
    private readonly ClientTls _tls;
    private CertificateSet? _certificates;
    private HttpMessageInvoker? _invoker;
    private volatile string? _refusal;

    /// <summary>Reads the certificates.</summary>
    /// <exception cref="ConnectorException">They cannot be used.</exception>
    public HttpTransport(HttpDestinationOptions options, Uri? origin, ConnectorContext context)
    {
        (_options, _context) = (options, context);
        _hosts = new TargetHosts(options.AllowedHosts);
        _tls = new ClientTls(options.Tls ?? new TlsClientOptions(), context.Time, context.Logger);

        // Hosts that the author wrote may be anywhere, also on this machine.
        _written = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (origin is not null)
        {
            _written.Add(origin.IdnHost.Trim('[', ']'));
        }

        if (options.Proxy is not null)
        {
            _written.Add(new Uri(options.Proxy).IdnHost.Trim('[', ']'));
        }
    }

    /// <summary>Why the last certificate was refused; asking takes it.</summary>
    public string? TakeRefusal()
    {
        var refusal = _refusal;
        _refusal = null;
        return refusal;
    }

    /// <summary>Sends a request; gives the answer when its headers are there.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_options.Proxy is not null)
        {
            await RefuseNearBehindProxyAsync(request.RequestUri!.IdnHost.Trim('[', ']'), cancellationToken);
        }

        var certificates = _tls.Current();
        if (_invoker is null || !ReferenceEquals(certificates, _certificates))
        {
            // One message at a time: nobody uses the old one.
            _invoker?.Dispose();
            _invoker = new HttpMessageInvoker(Handler(certificates));
            _certificates = certificates;
        }

        return await _invoker.SendAsync(request, cancellationToken);
    }

    /// <summary>Closes the connections at rest; one in use when its request is given up.</summary>
    public void Dispose() => _invoker?.Dispose();

    private SocketsHttpHandler Handler(CertificateSet certificates) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = _options.ConnectTimeout,
        PooledConnectionLifetime = ConnectionLifetime,
        PooledConnectionIdleTimeout = ConnectionRest,
        MaxResponseHeadersLength = LargestHeadersKilobytes,
        UseProxy = _options.Proxy is not null,
        Proxy = _options.Proxy is null ? null : new WebProxy(_options.Proxy)
        {
            Credentials = _options.ProxyUser is null ? null : new NetworkCredential(_options.ProxyUser, _options.ProxyPassword),
        },
        SslOptions = _tls.Handshake(certificates, refusal => _refusal = refusal),
        ConnectCallback = ConnectAsync,
    };

    /// <summary>
    /// The proxy looks the name up and connects, so its addresses are looked at here as this machine sees them. A name that only the proxy knows is the proxy's to judge.
    /// </summary>
    private async ValueTask RefuseNearBehindProxyAsync(string host, CancellationToken cancellationToken)
    {
        if (_written.Contains(host))
        {
            return;
        }

        try
        {
            var addresses = IPAddress.TryParse(host, out var address) ? [address] : await Dns.GetHostAddressesAsync(host, cancellationToken).WaitAsync(cancellationToken);
            if (!Array.TrueForAll(addresses, _hosts.AllowsAddress))
            {
                // As the handler wraps what the connecting of its own throws.
                var near = Near(host);
                throw new HttpRequestException(near.Message, near);
            }
        }
        catch (SocketException)
        {
            // Not known here.
        }
    }

    private static ConnectorException Near(string host) =>
        new($"{host} is an address of this machine, its link or its cloud's services, which allowedHosts does not list as such; nothing was sent.");

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext connection, CancellationToken cancellationToken)
    {
        var (host, port) = (connection.DnsEndPoint.Host, connection.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var address) ? [address] : await Dns.GetHostAddressesAsync(host, cancellationToken).WaitAsync(cancellationToken);
        if (!_written.Contains(host.Trim('[', ']')))
        {
            // Looked at here, at the very addresses that are called: a name may point elsewhere by the time it is asked again.
            addresses = Array.FindAll(addresses, _hosts.AllowsAddress);
            if (addresses.Length == 0)
            {
                throw Near(host);
            }
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            return new CountedStream(socket, _context.Figures);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class CountedStream : NetworkStream
    {
        private IConnectorFigures? _figures;

        public CountedStream(Socket socket, IConnectorFigures figures)
            : base(socket, ownsSocket: true)
        {
            _figures = figures;
            figures.Connections(+1);
        }

        protected override void Dispose(bool disposing)
        {
            Interlocked.Exchange(ref _figures, null)?.Connections(-1);
            base.Dispose(disposing);
        }
    }
}
