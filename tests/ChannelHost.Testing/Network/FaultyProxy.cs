using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ChannelHost.Testing.Network;

/// <summary>How a connection through the proxy is cut.</summary>
public enum Cut
{
    /// <summary>Both sides get a FIN.</summary>
    Fin,

    /// <summary>Both sides get a RST.</summary>
    Rst,

    /// <summary>Nothing goes through any more, and nobody is told.</summary>
    Stall,
}

/// <summary>What the proxy does to one direction of one connection.</summary>
public sealed record Faults
{
    /// <summary>Nothing.</summary>
    public static Faults None { get; } = new();

    /// <summary>Each piece that arrives waits so long.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Forwards at most so many bytes at a time, each in a packet of its own; 0 for as they come.</summary>
    public int SliceBytes { get; init; }

    /// <summary>Cuts after so many bytes of this direction, when the next one comes; -1 for never.</summary>
    public long CutAfter { get; init; } = -1;

    /// <summary>How it is cut.</summary>
    public Cut Cut { get; init; }
}

/// <summary>A TCP proxy on loopback that breaks things: what a network does between us and a partner.</summary>
public sealed class FaultyProxy : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly IPEndPoint _target;
    private readonly Func<int, (Faults Forth, Faults Back)> _plan;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<int, (Socket Near, Socket Far)> _connections = new();
    private readonly ConcurrentBag<Task> _running = [];
    private readonly Task _accepting;
    private int _accepted;
    private int _cuts;
    private long _bytesForth;
    private long _bytesBack;

    /// <param name="target">Where connections lead.</param>
    /// <param name="plan">For each connection (from 1) what happens to bytes forth (to the target) and back.</param>
    public FaultyProxy(IPEndPoint target, Func<int, (Faults Forth, Faults Back)>? plan = null)
    {
        _target = target;
        _plan = plan ?? (_ => (Faults.None, Faults.None));
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(128);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>How many connections came.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>How many connections were cut: that the fault happened at all.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>How many bytes went to the target, over all connections.</summary>
    public long BytesForth => Interlocked.Read(ref _bytesForth);

    /// <summary>How many bytes came back from the target, over all connections.</summary>
    public long BytesBack => Interlocked.Read(ref _bytesBack);

    /// <summary>Cuts every open connection now.</summary>
    public void CutAll(Cut cut)
    {
        foreach (var (near, far) in _connections.Values)
        {
            Interlocked.Increment(ref _cuts);
            End(near, far, cut);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        foreach (var (near, far) in _connections.Values)
        {
            near.Dispose();
            far.Dispose();
        }

        await Task.WhenAll(_running);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await _listener.AcceptAsync(_stopping.Token);
                var number = Interlocked.Increment(ref _accepted);
                _running.Add(ConnectAsync(near, number));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The end of the test.
        }
    }

    private async Task ConnectAsync(Socket near, int number)
    {
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        try
        {
            await far.ConnectAsync(_target, _stopping.Token);
            _connections[number] = (near, far);
            var (forth, back) = _plan(number);
            await Task.WhenAll(PumpAsync(near, far, forth, read => Interlocked.Add(ref _bytesForth, read)), PumpAsync(far, near, back, read => Interlocked.Add(ref _bytesBack, read)));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Cut, or the end of the test.
        }
        finally
        {
            near.Dispose();
            far.Dispose();
            _connections.TryRemove(number, out _);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Faults faults, Action<int> passed)
    {
        var buffer = new byte[16 * 1024];
        long forwarded = 0;
        while (true)
        {
            if (faults.CutAfter >= 0 && forwarded >= faults.CutAfter)
            {
                // Not before there is something to lose: a cut after 0 bytes of an answer must not fall into the connecting.
                await from.ReceiveAsync(buffer.AsMemory(0, 1), SocketFlags.Peek, _stopping.Token);
                Interlocked.Increment(ref _cuts);
                if (faults.Cut == Cut.Stall)
                {
                    await Task.Delay(Timeout.Infinite, _stopping.Token);
                }

                End(from, to, faults.Cut);
                return;
            }

            var most = faults.CutAfter < 0 ? buffer.Length : (int)Math.Min(buffer.Length, faults.CutAfter - forwarded);
            most = faults.SliceBytes > 0 ? Math.Min(most, faults.SliceBytes) : most;
            var read = await from.ReceiveAsync(buffer.AsMemory(0, most), _stopping.Token);
            if (read == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }

            if (faults.Delay > TimeSpan.Zero)
            {
                await Task.Delay(faults.Delay, _stopping.Token);
            }

            await to.SendAsync(buffer.AsMemory(0, read), _stopping.Token);
            forwarded += read;
            passed(read);
        }
    }

    private static void End(Socket near, Socket far, Cut cut)
    {
        foreach (var socket in new[] { near, far })
        {
            try
            {
                if (cut == Cut.Rst)
                {
                    socket.LingerState = new LingerOption(true, 0);
                }
                else
                {
                    socket.Shutdown(SocketShutdown.Both);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // That side went first.
            }

            socket.Dispose();
        }
    }
}
