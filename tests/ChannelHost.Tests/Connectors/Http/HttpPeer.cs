using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ChannelHost.Tests.Connectors.Http;

/// <summary>A partner on a real socket that answers with the bytes a test gives it, so that it can lie, cut and dawdle as no server would.</summary>
internal sealed class HttpPeer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<PeerRequest> _requests = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;
    private int _accepted;

    public HttpPeer(Func<PeerRequest, NetworkAnswer> answer, int port = 0, X509Certificate2? certificate = null, IPAddress? address = null)
    {
        Answer = answer;
        _certificate = certificate;
        _listener = new TcpListener(address ?? IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>What is answered to each request.</summary>
    public Func<PeerRequest, NetworkAnswer> Answer { get; set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>The requests whose body came whole, in order.</summary>
    public IReadOnlyList<PeerRequest> Requests => [.. _requests];

    public static NetworkAnswer Ok(string body = "ok") => Status(200, "OK", body);

    public static NetworkAnswer Status(int status, string reason, string body = "", params string[] headers) =>
        new(Encoding.Latin1.GetBytes($"HTTP/1.1 {status} {reason}\r\nContent-Length: {body.Length}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n{body}"), KeepOpen: true);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                Interlocked.Increment(ref _accepted);
                _connections.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                if (_certificate is not null)
                {
                    var secure = new SslStream(stream);
                    await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stopping.Token);
                    stream = secure;
                }

                while (await ReadAsync(stream) is { } request)
                {
                    _requests.Enqueue(request);
                    var answer = Answer(request);
                    if (answer.Gate is not null)
                    {
                        await answer.Gate.WaitAsync(_stopping.Token);
                    }

                    await stream.WriteAsync(answer.Bytes, _stopping.Token);
                    for (var more = answer.Repeat; more > 0; more--)
                    {
                        await stream.WriteAsync(answer.Bytes.AsMemory(answer.Bytes.Length - answer.RepeatLast), _stopping.Token);
                    }

                    if (!answer.KeepOpen)
                    {
                        return;
                    }
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // The other side left, or the test is over.
            }
        }
    }

    private async Task<PeerRequest?> ReadAsync(Stream stream)
    {
        var head = new MemoryStream();
        var one = new byte[1];
        while (!head.GetBuffer().AsSpan(0, (int)head.Length).EndsWith("\r\n\r\n"u8))
        {
            if (await stream.ReadAsync(one, _stopping.Token) == 0)
            {
                return null;
            }

            head.WriteByte(one[0]);
        }

        var lines = Encoding.Latin1.GetString(head.ToArray()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
        await stream.ReadExactlyAsync(body, _stopping.Token);
        var start = lines[0].Split(' ');
        return new PeerRequest(start[0], start[1], headers, body);
    }
}

internal sealed record PeerRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.Latin1.GetString(Body);
}

/// <param name="Bytes">What is written.</param>
/// <param name="KeepOpen">False: closed after it.</param>
/// <param name="Gate">Waited for before it.</param>
/// <param name="Repeat">How often the last bytes are written again.</param>
/// <param name="RepeatLast">How many those are.</param>
internal sealed record NetworkAnswer(byte[] Bytes, bool KeepOpen = false, Task? Gate = null, int Repeat = 0, int RepeatLast = 0);
