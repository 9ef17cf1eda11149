using System.Net;
using System.Net.Sockets;
using System.Text;
using ChannelHost.Server.Sending;

namespace ChannelHost.Server.Bench;

/// <summary>The partner of the load test's destination: answers every message AA at once and counts it.</summary>
internal sealed class LoadReceiver : IDisposable
{
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _open = [];
    private readonly Lock _gate = new();
    private int _received;

    /// <summary>Listens on a free port of loopback.</summary>
    public LoadReceiver()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        new Thread(Accept) { IsBackground = true, Name = "bench receiver" }.Start();
    }

    /// <summary>The port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Messages so far.</summary>
    public int Received => Volatile.Read(ref _received);

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        lock (_gate)
        {
            _open.ForEach(socket => socket.Dispose());
        }
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var socket = _listener.Accept();
                socket.NoDelay = true;
                lock (_gate)
                {
                    _open.Add(socket);
                }

                new Thread(() => Serve(socket)) { IsBackground = true, Name = "bench receiver connection" }.Start();
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Disposed: nobody is to be served any more.
        }
    }

    private void Serve(Socket socket)
    {
        var buffer = new byte[1 << 20];
        var length = 0;
        try
        {
            while (true)
            {
                var read = socket.Receive(buffer, length, buffer.Length - length, SocketFlags.None);
                if (read == 0)
                {
                    return;
                }

                length += read;
                if (buffer.AsSpan(0, length).EndsWith("\u001C\r"u8))
                {
                    socket.Send(Answer(buffer.AsSpan(1, length - 3)));
                    Interlocked.Increment(ref _received);
                    length = 0;
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The host closed the connection, or the measurement is over.
        }
    }

    private static byte[] Answer(ReadOnlySpan<byte> message) =>
        Encoding.ASCII.GetBytes($"\u000BMSH|^~\\&|NEXT|N|EHR|M|20260102030405||ACK|1|P|2.5.1\rMSA|AA|{Er7Text.Field(message, "MSH"u8, 10)}\r\u001C\r");
}
