using System.Net;
using System.Net.Sockets;
using System.Text;
using ChannelHost.Connectors.Http;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Http;

/// <summary>HTTP sources of one host, on ports that the system chooses, and a client for them.</summary>
internal sealed class HttpSourceFixture : IDisposable, IAsyncDisposable
{
    private readonly Bench _bench;
    private readonly SharedListeners _listeners = new();
    private readonly List<HttpSource> _sources = [];
    private int _connectionsMade;

    public HttpSourceFixture(Bench bench)
    {
        _bench = bench;
        Client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellationToken) =>
            {
                Interlocked.Increment(ref _connectionsMade);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
    }

    public HttpClient Client { get; }

    public HttpSourceOptions Options { get; } = new() { Listen = "127.0.0.1:0" };

    public int ConnectionsMade => Volatile.Read(ref _connectionsMade);

    /// <summary>True while the first source listens.</summary>
    public bool IsOpen => _sources[0].LocalEndPoint is not null;

    public int Port => _sources[0].LocalEndPoint!.Port;

    public string Url(string path) => $"http://127.0.0.1:{Port}{path}";

    /// <summary>The first source, made when first asked for; not started.</summary>
    public HttpSource Source() => _sources.Count > 0 ? _sources[0] : Source(Options);

    public HttpSource Source(HttpSourceOptions options, ConnectorContext? context = null)
    {
        var source = new HttpSource(options, _listeners, context ?? _bench.Context);
        _sources.Add(source);
        return source;
    }

    public async Task<HttpSource> StartAsync(HttpSourceOptions? options = null)
    {
        var source = Source(options ?? Options);
        await source.StartAsync(_bench.Receiver, TestContext.Current.CancellationToken);
        return source;
    }

    public HttpRequestMessage Request(HttpMethod method, string path, string body) =>
        new(method, Url(path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    public Task<HttpResponseMessage> PostAsync(byte[] content, string? coding = null)
    {
        var body = new ByteArrayContent(content);
        if (coding is not null)
        {
            body.Headers.ContentEncoding.Add(coding);
        }

        return Client.PostAsync(Url("/"), body, TestContext.Current.CancellationToken);
    }

    /// <summary>A connection on which a test writes what it likes.</summary>
    public async Task<NetworkStream> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Writes bytes and reads all that comes until the other side closes, or until <paramref name="enough"/>.</summary>
    public static async Task<string> ExchangeAsync(NetworkStream stream, string bytes, Func<string, bool>? enough = null)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes), TestContext.Current.CancellationToken);
        return await ReadAsync(stream, enough);
    }

    public static async Task<string> ReadAsync(NetworkStream stream, Func<string, bool>? enough = null)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, deadline.Token) is var read and > 0)
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
                if (enough?.Invoke(text.ToString()) == true)
                {
                    break;
                }
            }
        }
        catch (IOException)
        {
            // Reset: what came before is what there is.
        }

        return text.ToString();
    }

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public void Dispose() => Client.Dispose();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        foreach (var source in _sources)
        {
            await source.DisposeAsync();
        }
    }
}
