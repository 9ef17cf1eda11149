using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ChannelHost.Server.Sending;

namespace ChannelHost.EndToEnd.Tests.Support;

/// <summary>A delivery in the receiver's ledger.</summary>
/// <param name="ControlId">MSH-10.</param>
/// <param name="Hash">Of the body.</param>
internal sealed record Delivery(string ControlId, string Hash);

/// <summary>
/// A partner system that listens on MLLP, writes what it gets into a ledger before it answers, and answers AA. It can keep its answers back.
/// </summary>
internal sealed class MllpReceiver : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Delivery> _ledger = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;
    private volatile TaskCompletionSource _gate = Open();

    /// <summary>Listens on loopback.</summary>
    public MllpReceiver(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>All deliveries so far, in order.</summary>
    public IReadOnlyList<Delivery> Ledger => [.. _ledger];

    /// <summary>How many deliveries came so far.</summary>
    public int Count => _ledger.Count;

    /// <summary>Which control ids it answers with AE.</summary>
    public Func<string, bool> Rejects { get; init; } = _ => false;

    /// <summary>How many bytes its answer to such a control id has.</summary>
    public static int AnswerLength(string controlId) => Acknowledgment("AA", controlId).Length;

    /// <summary>From now on messages are read and written down, but answered only after <see cref="Answer"/>.</summary>
    public void HoldAnswers() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Answers what was held back, and all that follows.</summary>
    public void Answer() => _gate.TrySetResult();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
        _listener.Dispose();
    }

    private static TaskCompletionSource Open()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        var stream = client.GetStream();
        var buffer = new byte[1 << 20];
        var length = 0;
        try
        {
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), _stop.Token);
                if (read == 0)
                {
                    return;
                }

                length += read;
                for (var end = FrameEnd(buffer, length); end > 0; end = FrameEnd(buffer, length))
                {
                    var body = buffer.AsMemory(1, end - 1);
                    var controlId = Er7Text.Field(body.Span, "MSH"u8, 10) ?? "";
                    _ledger.Enqueue(new Delivery(controlId, Some.Hash(body.Span)));
                    await _gate.Task.WaitAsync(_stop.Token);
                    await stream.WriteAsync(Acknowledgment(Rejects(controlId) ? "AE" : "AA", controlId), _stop.Token);
                    buffer.AsSpan(end + 2, length - end - 2).CopyTo(buffer);
                    length -= end + 2;
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or SocketException)
        {
            // The host went away, or the test is over.
        }
    }

    private static int FrameEnd(byte[] buffer, int length) => buffer.AsSpan(0, length).IndexOf("\u001C\r"u8);

    private static byte[] Acknowledgment(string code, string controlId) =>
        Encoding.ASCII.GetBytes($"\u000BMSH|^~\\&|NEXT|N|PMS|P|20260102030405||ACK|R{controlId}|P|2.5.1\rMSA|{code}|{controlId}\r\u001C\r");
}
