using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace ChannelHost.Server.Demo.StandIns;

/// <summary>
/// An MLLP listener that acknowledges what it gets and forgets it. While it is down nobody listens on its port, as when a real system restarts. Bounded:
/// so many connections, frames of so many bytes.
/// </summary>
internal sealed class MllpStandIn : IStandIn
{
    private const int MostConnections = 32;
    private const int LongestFrame = 1024 * 1024;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly byte[] EndBlock = [0x1C, 0x0D];

    private readonly string _name;
    private readonly IPEndPoint _address;
    private readonly Moods _moods;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, bool> _open = new();
    private readonly Task _serving;
    private long _arrived;
    private long _refused;
    private volatile string? _failure;

    /// <summary>Begins to listen, as soon as it can.</summary>
    public MllpStandIn(string name, IPEndPoint address, Moods moods, TimeProvider time)
    {
        (_name, _address, _moods, _time) = (name, address, moods, time);
        _serving = Task.Run(() => ServeAsync(_stop.Token));
    }

    /// <inheritdoc/>
    public StandInView View()
    {
        var state = _failure ?? (_moods.IsDown ? "down for a while" : "up");
        return new StandInView(_name, $"mllp {_address}", Interlocked.Read(ref _arrived), Interlocked.Read(ref _refused), state, state == "up");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        CloseConnections();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                while (_moods.IsDown)
                {
                    await Task.Delay(Look, _time, cancellationToken);
                }

                await ListenAsync(cancellationToken);
                CloseConnections();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    /// <summary>Listens until the partner goes down.</summary>
    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        using var listener = new Socket(_address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(_address);
            listener.Listen();
            _failure = null;
        }
        catch (SocketException error)
        {
            _failure = error.SocketErrorCode == SocketError.AddressAlreadyInUse ? "its port is taken by another process" : PlainText.OneLine(error.Message);
            await Task.Delay(TimeSpan.FromSeconds(1), _time, cancellationToken);
            return;
        }

        using var goingDown = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var accepting = AcceptAsync(listener, goingDown.Token);
        using var timer = new PeriodicTimer(Look, _time);
        while (!_moods.IsDown && !accepting.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }

        await goingDown.CancelAsync();
        await accepting;
    }

    private async Task AcceptAsync(Socket listener, CancellationToken cancellationToken)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync(cancellationToken);
                connections.RemoveAll(connection => connection.IsCompleted);
                if (connections.Count >= MostConnections)
                {
                    socket.Dispose();
                    continue;
                }

                _open[socket] = true;
                connections.Add(TalkAsync(socket, cancellationToken));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // It goes down, or the demo ends.
        }

        CloseConnections();
        await Task.WhenAll(connections);
    }

    private async Task TalkAsync(Socket socket, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                var rest = read.Buffer;
                while (TryTakeFrame(ref rest, out var frame))
                {
                    await stream.WriteAsync(await AnswerAsync(frame.ToArray(), cancellationToken), cancellationToken);
                }

                if (read.IsCompleted || rest.Length > LongestFrame)
                {
                    return;
                }

                reader.AdvanceTo(rest.Start, rest.End);
            }
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The sender went, or we do. What it sent and we did not answer it sends again.
        }
        finally
        {
            _open.TryRemove(socket, out _);
        }
    }

    private async Task<byte[]> AnswerAsync(byte[] message, CancellationToken cancellationToken)
    {
        var mood = _moods.Next();
        if (mood == Mood.Slow)
        {
            await Task.Delay(Moods.Pause, _time, cancellationToken);
        }

        if (mood == Mood.Refusing)
        {
            Interlocked.Increment(ref _refused);
        }
        else
        {
            Interlocked.Increment(ref _arrived);
        }

        var answer = HostSetup.Hl7Codec.Acknowledge(message, new AcknowledgmentOutcome
        {
            Status = mood == Mood.Refusing ? MessageStatus.Error : MessageStatus.Sent,
            Stage = AcknowledgmentStage.Application,
            Text = mood == Mood.Refusing ? "The demo refuses this one on purpose" : null,
            Time = _time.GetUtcNow(),
            ControlId = string.Create(CultureInfo.InvariantCulture, $"STANDIN{Interlocked.Read(ref _arrived)}"),
        });
        return answer is { } content ? [0x0B, .. content.Span, .. EndBlock] : [];
    }

    private static bool TryTakeFrame(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryAdvanceTo(0x0B))
        {
            // What belongs to no frame is dropped.
            buffer = buffer.Slice(buffer.End);
            return false;
        }

        if (!reader.TryReadTo(out frame, EndBlock))
        {
            return false;
        }

        buffer = buffer.Slice(reader.Position);
        return true;
    }

    private void CloseConnections()
    {
        foreach (var socket in _open.Keys)
        {
            socket.Dispose();
        }
    }
}
