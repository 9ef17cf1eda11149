using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace ChannelHost.Testing.Network;

/// <summary>What an MLLP partner does with a message.</summary>
public abstract record PeerAct
{
    /// <summary>Answers AA for the message's own control id (MSH-10).</summary>
    public static PeerAct Accept { get; } = new AcceptAct();

    /// <summary>Reads and never answers.</summary>
    public static PeerAct Hold { get; } = new HoldAct();

    /// <summary>Reads the message, then closes without an answer.</summary>
    public static PeerAct Close { get; } = new CloseAct(ByReset: false);

    /// <summary>Reads the message, then resets the connection.</summary>
    public static PeerAct Reset { get; } = new CloseAct(ByReset: true);

    /// <summary>Answers and then closes.</summary>
    public static PeerAct AcceptAndClose { get; } = new AcceptAct(ThenClose: true);

    /// <summary>Answers with this frame's content.</summary>
    public static PeerAct Say(string content) => new BytesAct(Mllp.Frame(content));

    /// <summary>Answers with these bytes, frame or not.</summary>
    public static PeerAct Bytes(byte[] bytes, bool thenClose = false) => new BytesAct(bytes, thenClose);

    /// <summary>Answers AA once the signal is given.</summary>
    public static PeerAct AcceptAfter(Task signal) => new AcceptAct(Signal: signal);

    internal sealed record AcceptAct(bool ThenClose = false, Task? Signal = null) : PeerAct;

    internal sealed record HoldAct : PeerAct;

    internal sealed record CloseAct(bool ByReset) : PeerAct;

    internal sealed record BytesAct(byte[] Content, bool ThenClose = false) : PeerAct;
}

/// <summary>An MLLP partner on loopback that does with the messages, in order of arrival, what its table says, and keeps a ledger. After the table it accepts.</summary>
public sealed class ScriptedPeer : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<PeerAct> _acts;
    private readonly ConcurrentQueue<(int Connection, byte[] Content)> _received = new();
    private readonly ConcurrentDictionary<Socket, Task> _connections = new();
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly Task _accepting;
    private int _accepted;

    public ScriptedPeer(IEnumerable<PeerAct>? acts = null, SslServerAuthenticationOptions? tls = null, int port = 0)
    {
        _acts = new ConcurrentQueue<PeerAct>(acts ?? []);
        _tls = tls;
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(64);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>How many connections were accepted.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>The ledger: on which connection (from 1) what came.</summary>
    public IReadOnlyList<(int Connection, byte[] Content)> Received => [.. _received];

    /// <summary>The ledger as text.</summary>
    public IReadOnlyList<string> Texts => [.. _received.Select(entry => Encoding.Latin1.GetString(entry.Content))];

    /// <summary>Sends bytes on every open connection without being asked.</summary>
    public async Task BlurtAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        foreach (var socket in _connections.Keys)
        {
            await socket.SendAsync(bytes, cancellationToken);
        }
    }

    /// <summary>Closes every open connection, as a partner does that thinks them idle.</summary>
    public async Task CloseConnectionsAsync()
    {
        foreach (var (socket, serving) in _connections)
        {
            // Shutdown first: it sends the FIN at once also while the serving loop holds the socket in a read.
            socket.Shutdown(SocketShutdown.Both);
            socket.Dispose();
            await serving;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        foreach (var (socket, serving) in _connections)
        {
            socket.Dispose();
            await serving;
        }

        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stopping.Token);
                socket.NoDelay = true;
                var number = Interlocked.Increment(ref _accepted);
                _connections[socket] = ServeAsync(socket, number);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The end of the test.
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        await Task.Yield();
        try
        {
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (_tls is not null)
            {
                var secure = new SslStream(stream);
                await secure.AuthenticateAsServerAsync(_tls, _stopping.Token);
                stream = secure;
            }

            var reading = new BufferedStream(stream);
            while (await Mllp.ReadFrameAsync(reading, _stopping.Token) is { } frame)
            {
                _received.Enqueue((number, frame));
                if (!await ActAsync(socket, stream, frame))
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or AuthenticationException)
        {
            // The partner went, or the test ended.
        }
        finally
        {
            socket.Dispose();
            _connections.TryRemove(socket, out _);
        }
    }

    private async Task<bool> ActAsync(Socket socket, Stream stream, byte[] frame)
    {
        switch (_acts.TryDequeue(out var act) ? act : PeerAct.Accept)
        {
            case PeerAct.AcceptAct accept:
                await (accept.Signal ?? Task.CompletedTask).WaitAsync(_stopping.Token);
                await stream.WriteAsync(Mllp.Frame($"MSH|^~\\&|PEER\rMSA|AA|{ControlId(frame)}\r"), _stopping.Token);
                return !accept.ThenClose;
            case PeerAct.BytesAct bytes:
                await stream.WriteAsync(bytes.Content, _stopping.Token);
                return !bytes.ThenClose;
            case PeerAct.CloseAct close:
                socket.LingerState = new LingerOption(close.ByReset, 0);
                return false;
            default:
                await Task.Delay(Timeout.Infinite, _stopping.Token);
                return false;
        }
    }

    private static string ControlId(byte[] frame)
    {
        var fields = Encoding.Latin1.GetString(frame).Split('\r')[0].Split('|');
        return fields.Length > 9 ? fields[9] : "";
    }
}
