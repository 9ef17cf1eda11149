using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using ChannelHost.Connectors.Text;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.Mllp;

/// <summary>
/// One sender's connection. Its loop is the only one that reads, writes and parses; others may only look at its deadline and close its socket.
/// Deadlines are a number that a timer of the source compares now and then: a timer per read would cost more than reading.
/// What ends a read or write before its time is the closing of the socket, so they take no token.
/// </summary>
internal sealed partial class MllpConnection : IDisposable
{
    private const string ReceiveTimeout = "receive-timeout";
    private const int KeptForRefusal = 4 * 1024;
    private const int Waiting = 0;
    private const int Working = 1;
    private const int Ending = 2;
    private const long LeastLingerBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(2);

    private readonly MllpSource _source;
    private readonly Socket _socket;
    private readonly IMessageReceiver _receiver;
    private readonly ConnectorContext _context;
    private readonly CancellationToken _closing;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MllpFrameReader _reader = new();
    private MllpPeer _peer;
    private Stream? _stream;
    private long _junkReported;
    private bool _junkLogged;

    // Shared with the source's timer and StopAsync.
    private int _phase;
    private readonly ConnectionDeadline _deadline;
    private volatile bool _aborted;
    private volatile bool _answering;

    public MllpConnection(MllpSource source, Socket socket, IMessageReceiver receiver, ConnectorContext context, CancellationToken closing)
    {
        (_source, _socket, _receiver, _context, _closing) = (source, socket, receiver, context, closing);
        _deadline = new ConnectionDeadline(context.Time);
        _peer = MllpPeer.Of(socket);
    }

    /// <summary>Ends when the loop has ended and the socket is closed. Never faults.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Starts the loop on a thread of its own turn: the accepting loop must not run a channel's scripts.</summary>
    public void Start() => ThreadPool.UnsafeQueueUserWorkItem(static connection => _ = connection.RunAsync(), this, preferLocal: false);

    /// <summary>Closes the connection when its time is up.</summary>
    public void CheckDeadline(long now)
    {
        if (!_deadline.IsOver(now))
        {
            return;
        }

        // A message that became whole at the last moment is processed: closing now would lose its answer, not the message.
        if (_answering || Interlocked.CompareExchange(ref _phase, Ending, Waiting) != Working)
        {
            _context.Figures.LimitHit(_deadline.Limit);
            Log.LimitReached(_context.Logger, _peer.Name, _deadline.Reason);
            Abort();
        }
    }

    /// <summary>The source stops: closes now when no message is being processed, else the loop ends after its answer.</summary>
    public void CloseWhenIdle()
    {
        if (Interlocked.CompareExchange(ref _phase, Ending, Waiting) == Waiting)
        {
            Abort();
        }
    }

    /// <summary>Closes the socket, whatever it is doing.</summary>
    public void Abort()
    {
        _aborted = true;
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

    /// <summary>Gives its buffers back. Called by the loop when it ends, by nobody else.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        _reader.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            _stream = await OpenStreamAsync();
            await ServeAsync();
        }
        catch (AuthenticationException e)
        {
            Log.HandshakeRefused(_context.Logger, _peer.Name, SafeText.From(e.Message));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Log.ConnectionLost(_context.Logger, _peer.Name, e);
        }
        catch (Exception e)
        {
            Log.ConnectionFailed(_context.Logger, _peer.Name, e);
        }
        finally
        {
            try
            {
                await CloseAsync();
            }
            finally
            {
                // Whatever happens on the way, the source must not wait for a connection that is no more.
                Dispose();
                _source.Closed(this);
                _completion.SetResult();
            }
        }
    }

    private async Task<Stream> OpenStreamAsync()
    {
        _socket.NoDelay = true;
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        _socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        _socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 15);
        var plain = new NetworkStream(_socket, ownsSocket: true);
        if (_source.Settings.Tls is not { } tls)
        {
            return plain;
        }

        _deadline.Set(tls.HandshakeTimeout, "handshake", "the TLS handshake was not complete in time (tls.handshakeTimeout)");
        var secure = await tls.AuthenticateAsync(plain, _closing);
        if (secure.RemoteCertificate is { } certificate)
        {
            _peer = _peer.WithSubject(certificate.Subject);
        }

        return secure;
    }

    private async Task ServeAsync()
    {
        WaitForFrame();
        while (true)
        {
            var settings = _source.Settings;
            switch (_reader.Next(settings.MaximumFrame, settings.StartIsContent, out var frame))
            {
                case MllpStep.Frame:
                    if (!await AnswerAsync(frame, settings))
                    {
                        return;
                    }

                    WaitForFrame();
                    break;
                case MllpStep.TooLarge:
                    await RefuseAsync(settings);
                    return;
                case MllpStep.StartInsideFrame:
                    if (!RestartFrame(settings))
                    {
                        return;
                    }

                    break;
                default:
                    if (!await ReadMoreAsync(settings))
                    {
                        return;
                    }

                    break;
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReadMoreAsync(MllpListenerSettings settings)
    {
        ReportJunk();
        if (_reader.IsInsideFrame && _deadline.Limit != ReceiveTimeout)
        {
            _deadline.Set(settings.Options.ReceiveTimeout, ReceiveTimeout, "a message was begun and its end block (0x1C 0x0D) did not come in time (receiveTimeout)");
        }

        var read = await _stream!.ReadAsync(_reader.Space(), CancellationToken.None);
        if (read > 0)
        {
            _reader.Added(read);
            return true;
        }

        if (_reader.IsInsideFrame && !_aborted)
        {
            Log.EndedInsideFrame(_context.Logger, _peer.Name, _reader.FrameLength);
        }

        return false;
    }

    /// <summary>Hands a frame over and writes its answer. False: the connection ends.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> AnswerAsync(byte[] frame, MllpListenerSettings settings)
    {
        if (frame.Length == 0)
        {
            // Some senders keep a line alive with empty frames. An answer would be taken for the next message's.
            Junk(3);
            return true;
        }

        _deadline.Clear();
        if (Interlocked.CompareExchange(ref _phase, Working, Waiting) != Waiting)
        {
            return false;
        }

        CrashPoints.Pass("bytes-read");
        var response = await _receiver.ReceiveAsync(new IncomingMessage { Content = frame, SourceMap = _peer.SourceMap }, _closing);
        if (response.Content is { } answer)
        {
            _answering = true;
            _deadline.Set(settings.Options.ReceiveTimeout, ReceiveTimeout, "the sender did not take its answer in time (receiveTimeout)");
            CrashPoints.Pass("answering");
            await MllpFrame.WriteAsync(_stream!, answer, CancellationToken.None);
            CrashPoints.Pass("answer-written");
            _answering = false;
        }
        else if (!response.IsStored)
        {
            // Silence on an open connection could pass for success where no answer is expected. A closed one cannot.
            Log.NotStored(_context.Logger, _peer.Name);
            return false;
        }

        Volatile.Write(ref _phase, Waiting);
        return !_source.IsStopping;
    }

    private async Task RefuseAsync(MllpListenerSettings settings)
    {
        var reason = $"the message is larger than {settings.Options.MaximumFrame}";
        _context.Figures.LimitHit("frame-size");
        Log.FrameTooLarge(_context.Logger, _peer.Name, settings.Options.MaximumFrame.ToString());
        var answer = _receiver.Refuse(_reader.FramePrefix(KeptForRefusal), reason);
        if (answer is null)
        {
            return;
        }

        _deadline.Set(LingerTime, "linger", "a sender whose message was too large went on sending");
        await MllpFrame.WriteAsync(_stream!, answer.Value, CancellationToken.None);
        await LingerAsync(Math.Max(settings.MaximumFrame, LeastLingerBytes));
    }

    /// <summary>
    /// Reads on for a moment: closing a socket with unread bytes resets the connection, and the answer would be lost with it. A frame without end is read
    /// no further than that: a fast line carries gigabytes within the moment.
    /// </summary>
    private async Task LingerAsync(long most)
    {
        _socket.Shutdown(SocketShutdown.Send);
        var discarded = new byte[16 * 1024];
        for (int read; most > 0 && (read = await _socket.ReceiveAsync(discarded)) > 0; most -= read)
        {
        }
    }

    private bool RestartFrame(MllpListenerSettings settings)
    {
        Log.StartInsideFrame(_context.Logger, _peer.Name, _reader.FrameLength, settings.Options.StartInsideFrame);
        if (settings.Options.StartInsideFrame != StartInsideFrame.NewFrame)
        {
            return false;
        }

        _reader.RestartFrame();
        return true;
    }

    private void WaitForFrame() =>
        _deadline.Set(_source.Settings.Options.IdleTimeout, "idle", "no message came for as long as idleTimeout allows");

    private void ReportJunk()
    {
        if (_reader.Junk > _junkReported)
        {
            Junk(_reader.Junk - _junkReported);
            _junkReported = _reader.Junk;
        }
    }

    private void Junk(long bytes)
    {
        _context.Figures.Junk(bytes);
        if (_reader.HasStrangeJunk && !_junkLogged)
        {
            _junkLogged = true;
            Log.JunkReceived(_context.Logger, _peer.Name, bytes);
        }
    }

    private async Task CloseAsync()
    {
        Volatile.Write(ref _phase, Ending);
        _deadline.Clear();
        _reader.AbandonFrame();
        ReportJunk();
        try
        {
            if (_stream is SslStream secure && !_aborted && _socket.Connected)
            {
                _deadline.Set(LingerTime, "idle", "the sender did not take the end of the TLS session");
                await secure.ShutdownAsync();
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The peer went first.
        }

        _deadline.Clear();
        Abort();
        if (_stream is not null)
        {
            await _stream.DisposeAsync();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Connection of {Peer} closed: {Reason}.")]
        public static partial void LimitReached(ILogger logger, string peer, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "TLS handshake of {Peer} refused: {Reason}.")]
        public static partial void HandshakeRefused(ILogger logger, string peer, string reason);

        [LoggerMessage(Level = LogLevel.Debug, Message = "Connection of {Peer} was cut.")]
        public static partial void ConnectionLost(ILogger logger, string peer, Exception exception);

        [LoggerMessage(Level = LogLevel.Error, Message = "Connection of {Peer} closed without an answer by an unexpected error.")]
        public static partial void ConnectionFailed(ILogger logger, string peer, Exception exception);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Peer} closed its connection inside a message, after {Bytes} bytes: the end block was missing. Nothing of it is kept.")]
        public static partial void EndedInsideFrame(ILogger logger, string peer, int bytes);

        [LoggerMessage(Level = LogLevel.Warning,
            Message = "{Peer} sent a start block after {Bytes} bytes of a message whose end block was missing. Nothing of those is kept; startInsideFrame says {Choice}.")]
        public static partial void StartInsideFrame(ILogger logger, string peer, int bytes, StartInsideFrame choice);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Peer} sent a message larger than {Limit} (maximumFrame): refused, connection closed.")]
        public static partial void FrameTooLarge(ILogger logger, string peer, string limit);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Peer} sent {Bytes} bytes outside of any message; they are dropped and counted. Said once per connection.")]
        public static partial void JunkReceived(ILogger logger, string peer, long bytes);

        [LoggerMessage(Level = LogLevel.Error, Message = "A message of {Peer} could not be stored and has no answer: connection closed, so that the sender sends again.")]
        public static partial void NotStored(ILogger logger, string peer);
    }
}
