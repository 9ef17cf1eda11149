using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using ChannelHost.Connectors.Network;
using ChannelHost.Connectors.Text;
using ChannelHost.Connectors.Tls;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Connectors.Mllp;

/// <summary>
/// One MLLP connection that we open: send a message, read its answer, one at a time. After any failure it is of no use any more: an answer that comes
/// late must never be taken for the next message's. Not safe for use by two threads, but for <see cref="Abort"/>.
/// </summary>
public sealed class MllpClient : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly HostPort _peer;
    private readonly TimeSpan _answerTimeout;
    private readonly int _maximumFrame;
    private readonly ITimer _timer;
    private readonly MllpFrameReader _reader = new();
    private Task? _discarding;
    private bool _isSpent;

    // A TLS stream that filled our buffer to the brim may keep decrypted bytes of its own, which the socket does not show.
    private bool _mayHoldMore;
    private volatile bool _timedOut;

    private MllpClient(Socket socket, Stream stream, HostPort peer, MllpClientOptions options)
    {
        (_socket, _stream, _peer, _answerTimeout) = (socket, stream, peer, options.AnswerTimeout);
        _maximumFrame = (int)Math.Min(options.MaximumFrame.Bytes, Array.MaxLength - 16);
        _timer = options.Time.CreateTimer(static client => ((MllpClient)client!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Opens a connection.</summary>
    /// <exception cref="MllpException">It cannot be opened; the text says why.</exception>
    /// <exception cref="ConnectorException">The certificate files of <paramref name="options"/> cannot be used.</exception>
    public static Task<MllpClient> ConnectAsync(string host, int port, MllpClientOptions options, CancellationToken cancellationToken) =>
        ConnectAsync(new HostPort(host, port), options, options.Tls is null ? null : new ClientTls(options.Tls, options.Time, NullLogger.Instance), cancellationToken);

    internal static async Task<MllpClient> ConnectAsync(HostPort peer, MllpClientOptions options, ClientTls? tls, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // The outer wait: a name lookup that hangs in the system's resolver cannot be cancelled, only left behind.
            await socket.ConnectAsync(peer.Host, peer.Port, either.Token).AsTask().WaitAsync(either.Token);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (tls is not null)
            {
                stream = await tls.AuthenticateAsync(stream, peer.Host, either.Token);
            }

            return new MllpClient(socket, stream, peer, options);
        }
        catch (Exception e)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw new MllpException(ConnectFailure.Text(peer, e, timeout.IsCancellationRequested, options.ConnectTimeout), mayHaveArrived: false, e);
        }
    }

    /// <summary>Sends one message and reads its answer.</summary>
    /// <exception cref="MllpException">It failed; this client is of no use any more.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOnlyMemory<byte>> ExchangeAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Begin();
        using var registration = cancellationToken.UnsafeRegister(static client => ((MllpClient)client!).Abort(), this);
        var sent = false;
        try
        {
            await MllpFrame.WriteAsync(_stream, content, CancellationToken.None);
            sent = true;
            CrashPoints.Pass("sent");
            var answer = await ReadAnswerAsync();
            Complete();
            return answer;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            throw Failure(e, sent, cancellationToken);
        }
    }

    /// <summary>Sends one message to a partner that never answers. What it sends all the same is read and dropped; <see cref="ExchangeAsync"/> cannot be used after it.</summary>
    /// <exception cref="MllpException">It failed; this client is of no use any more.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        _discarding ??= DiscardAsync();
        return SendUnansweredAsync(content, cancellationToken);
    }

    /// <summary>
    /// Sends one message that its receiver is not to answer. A partner that answers it all the same leaves bytes waiting: <see cref="IsReusable"/> sees them,
    /// so that they are not taken for the answer to the next message.
    /// </summary>
    /// <exception cref="MllpException">It failed; this client is of no use any more.</exception>
    public async ValueTask SendUnansweredAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Begin();
        using var registration = cancellationToken.UnsafeRegister(static client => ((MllpClient)client!).Abort(), this);
        try
        {
            await MllpFrame.WriteAsync(_stream, content, CancellationToken.None);
            Complete();
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            throw Failure(e, sent: false, cancellationToken);
        }
    }

    /// <summary>
    /// True when the next message may use this connection: the last exchange went well, the partner has not closed, and no byte waits
    /// that nobody asked for. Ask before every message but the first.
    /// </summary>
    public bool IsReusable()
    {
        if (_isSpent || _timedOut)
        {
            return false;
        }

        if (_discarding is not null)
        {
            return !_discarding.IsCompleted;
        }

        try
        {
            // Readable now means: closed by the partner, or bytes that answer nothing. (With TLS session tickets were read along with the first answer.)
            return !_socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Closes the connection, whatever it is doing. May be called by any thread.</summary>
    public void Abort()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }

        _socket.Dispose();
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _isSpent = true;
        await _timer.DisposeAsync();
        Abort();
        if (_discarding is not null)
        {
            await _discarding;
        }

        await _stream.DisposeAsync();
        _reader.Dispose();
    }

    private void Begin()
    {
        ObjectDisposedException.ThrowIf(_isSpent, this);
        _isSpent = true;
        _timer.Change(_answerTimeout, Timeout.InfiniteTimeSpan);
    }

    private void Complete()
    {
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _isSpent = _mayHoldMore || (_reader.Unread > 0 && !OnlyLineEndsLeft());
    }

    // Many partners add CR LF after a frame. Anything else after an answer is an answer to nothing.
    private bool OnlyLineEndsLeft() =>
        _reader.Next(_maximumFrame, startIsContent: true, out _) == MllpStep.NeedMore && !_reader.IsInsideFrame && !_reader.HasStrangeJunk;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadOnlyMemory<byte>> ReadAnswerAsync()
    {
        while (true)
        {
            switch (_reader.Next(_maximumFrame, startIsContent: false, out var answer))
            {
                case MllpStep.Frame when !_reader.HasStrangeJunk:
                    return answer;
                case MllpStep.TooLarge:
                    throw Failed($"{_peer} answered with more than {new ByteSize(_maximumFrame)} (maximumFrame)");
                case MllpStep.StartInsideFrame:
                    throw Failed($"{_peer} began a second answer inside the first, whose end block (0x1C 0x0D) was missing");
            }

            if (_reader.HasStrangeJunk)
            {
                throw Failed($"{_peer} answered with bytes that are no MLLP frame: is it an MLLP listener?");
            }

            var space = _reader.Space();
            var read = await _stream.ReadAsync(space, CancellationToken.None);
            _mayHoldMore = _stream is SslStream && read == space.Length;
            if (read == 0)
            {
                throw new IOException(_reader.IsInsideFrame ? "closed inside its answer" : "closed before it answered");
            }

            _reader.Added(read);
        }
    }

    private static MllpException Failed(string reason) =>
        new($"{reason}. The connection is closed; whether the message was taken is not known.", mayHaveArrived: true);

    private Exception Failure(Exception e, bool sent, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return new OperationCanceledException("The exchange was given up; whether the message was taken is not known.", e, cancellationToken);
        }

        if (_timedOut)
        {
            var limit = string.Create(CultureInfo.InvariantCulture, $"{_answerTimeout.TotalSeconds:0.###} s");
            return Failed(sent ? $"{_peer} did not answer within {limit}" : $"{_peer} did not take the message within {limit}");
        }

        // With TLS 1.3 a partner that does not like our certificate says so only now.
        var detail = _stream is SslStream ? $" ({SafeText.From(e.GetBaseException().Message)})" : "";
        return Failed(sent
            ? $"{_peer} cut the connection after the message was sent and before its answer was whole{detail}"
            : $"{_peer} cut the connection while the message was being sent{detail}");
    }

    private async Task DiscardAsync()
    {
        var discarded = new byte[1024];
        try
        {
            while (await _stream.ReadAsync(discarded) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The connection is over; the end of this task says so.
        }
    }

    private void Expire()
    {
        _timedOut = true;
        Abort();
    }
}
