using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChannelHost.Testing.Network;

/// <summary>A proxy on loopback that clients ask to lead them somewhere: HTTP CONNECT (RFC 9110, 9.3.6) or SOCKS version 5 (RFC 1928, 1929). Keeps what was asked.</summary>
public sealed class ForwardProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentBag<Task> _running = [];
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly bool _isSocks;
    private readonly string? _user;
    private readonly string? _password;
    private readonly Task _accepting;

    public ForwardProxy(bool isSocks, string? user = null, string? password = null)
    {
        (_isSocks, _user, _password) = (isSocks, user, password);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Where clients were led.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    public async ValueTask DisposeAsync()
    {
        if (_accepting.IsCompleted)
        {
            return;
        }

        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_running);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _running.Add(ServeAsync(await _listener.AcceptAsync(_stopping.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The end of the test.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        await using var near = new NetworkStream(client, ownsSocket: true);
        try
        {
            if (await (_isSocks ? SocksAsync(near) : HttpAsync(near)) is not { } target)
            {
                return;
            }

            _asked.Enqueue(target.ToString());
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(target, _stopping.Token);
            await using var far = new NetworkStream(socket, ownsSocket: false);
            await near.WriteAsync(_isSocks ? [5, 0, 0, 1, 127, 0, 0, 1, 0, 0] : "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), _stopping.Token);
            await Task.WhenAny(near.CopyToAsync(far, _stopping.Token), far.CopyToAsync(near, _stopping.Token));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side went, or the end of the test.
        }
    }

    private async Task<IPEndPoint?> HttpAsync(Stream near)
    {
        var request = new StringBuilder();
        var one = new byte[1];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await near.ReadExactlyAsync(one, _stopping.Token);
            request.Append((char)one[0]);
        }

        var wanted = _user is null ? "" : "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{_user}:{_password}"));
        if (request.ToString().Contains(wanted, StringComparison.Ordinal))
        {
            return IPEndPoint.Parse(request.ToString().Split(' ')[1]);
        }

        await near.WriteAsync("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _stopping.Token);
        return null;
    }

    private async Task<IPEndPoint?> SocksAsync(Stream near)
    {
        var greeting = new byte[2];
        await near.ReadExactlyAsync(greeting, _stopping.Token);
        await near.ReadExactlyAsync(new byte[greeting[1]], _stopping.Token);
        await near.WriteAsync(new byte[] { 5, (byte)(_user is null ? 0 : 2) }, _stopping.Token);
        if (_user is not null)
        {
            await near.ReadExactlyAsync(new byte[1], _stopping.Token);
            var (user, password) = (await TextAsync(near), await TextAsync(near));
            var isRight = user == _user && password == _password;
            await near.WriteAsync(new byte[] { 1, (byte)(isRight ? 0 : 1) }, _stopping.Token);
            if (!isRight)
            {
                return null;
            }
        }

        var request = new byte[4];
        await near.ReadExactlyAsync(request, _stopping.Token);
        var host = request[3] == 3 ? await TextAsync(near) : await AddressAsync(near);
        var port = new byte[2];
        await near.ReadExactlyAsync(port, _stopping.Token);
        return new IPEndPoint(IPAddress.Parse(host), (port[0] << 8) | port[1]);
    }

    private async Task<string> AddressAsync(Stream near)
    {
        var address = new byte[4];
        await near.ReadExactlyAsync(address, _stopping.Token);
        return new IPAddress(address).ToString();
    }

    private async Task<string> TextAsync(Stream near)
    {
        var length = new byte[1];
        await near.ReadExactlyAsync(length, _stopping.Token);
        var text = new byte[length[0]];
        await near.ReadExactlyAsync(text, _stopping.Token);
        return Encoding.ASCII.GetString(text);
    }
}
