using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChannelHost.Server.Bench;

/// <summary>
/// One sender of the load: a blocking socket on a thread of its own, because that costs the least processor time, and the load shares the machine with
/// what it measures. Sends a message, waits for its answer, notes the time.
/// </summary>
internal sealed class LoadConnection : IDisposable
{
    private const byte Start = 0x0B;
    private const byte End = 0x1C;
    private const byte Return = 0x0D;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000, SendTimeout = 30_000 };
    private readonly byte[] _frame;
    private readonly byte[] _answer = new byte[64 * 1024];
    private readonly int _numberAt;
    private readonly int _number;
    private readonly ManualResetEventSlim _pause = new(false);

    /// <summary>Connects.</summary>
    /// <param name="port">The host's listener on loopback.</param>
    /// <param name="message">The message.</param>
    /// <param name="number">Which connection this is: the first digits of its control ids.</param>
    public LoadConnection(int port, byte[] message, int number)
    {
        _frame = [Start, .. message, End, Return];
        _numberAt = _frame.AsSpan().IndexOf(Encoding.ASCII.GetBytes(BenchChannels.ControlIdPlace)) + "BENCH".Length;
        _number = number;
        _socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
    }

    /// <summary>Times of positive answers, in ticks of <see cref="Stopwatch"/>.</summary>
    public List<long> Times { get; } = new(1 << 16);

    /// <summary>Answers that were not positive, and messages without answer.</summary>
    public int Failures { get; private set; }

    /// <summary>What the last failure was.</summary>
    public string? Failure { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _pause.Dispose();
    }

    /// <summary>Sends while it may; <paramref name="mayGoOn"/> is asked before each message.</summary>
    public void Run(Func<bool> mayGoOn, Action sent)
    {
        try
        {
            for (var sequence = 0; mayGoOn(); sequence++)
            {
                Exchange(sequence, Stopwatch.GetTimestamp());
                sent();
            }
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            Failures++;
            Failure = error.Message;
        }
    }

    /// <summary>
    /// Sends a message each time its turn comes. One whose turn came while the answer before it was out has waited since then: its time counts from its turn.
    /// That this thread wakes late is not the host's doing: then it counts from the sending.
    /// </summary>
    /// <param name="mayGoOn">Asked before each message.</param>
    /// <param name="every">From one turn to the next.</param>
    /// <param name="first">When the first turn comes.</param>
    public void RunPaced(Func<bool> mayGoOn, TimeSpan every, TimeSpan first)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            for (var sequence = 0; mayGoOn(); sequence++)
            {
                var turn = started + (long)((first + (every * sequence)).TotalSeconds * Stopwatch.Frequency);
                var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), turn);
                if (left > TimeSpan.Zero)
                {
                    _pause.Wait(left);
                    turn = Stopwatch.GetTimestamp();
                }

                Exchange(sequence, turn);
            }
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            Failures++;
            Failure = error.Message;
        }
    }

    private void Exchange(int sequence, long since)
    {
        ((_number * 1_000_000_000_0L) + sequence).TryFormat(_frame.AsSpan(_numberAt), out _, "D14", CultureInfo.InvariantCulture);
        _socket.Send(_frame);
        var answer = ReadAnswer();
        if (IsPositive(answer))
        {
            Times.Add(Stopwatch.GetTimestamp() - since);
        }
        else
        {
            Failures++;
            Failure = $"a negative answer: {PlainText.OneLine(Encoding.UTF8.GetString(answer[Math.Max(0, answer.IndexOf("\rMSA"u8))..]), 200)}";
        }
    }

    private ReadOnlySpan<byte> ReadAnswer()
    {
        var length = 0;
        while (length < 3 || _answer[length - 1] != Return || _answer[length - 2] != End)
        {
            var read = _socket.Receive(_answer, length, _answer.Length - length, SocketFlags.None);
            if (read == 0 || (length += read) == _answer.Length)
            {
                throw new IOException("the host closed the connection instead of answering");
            }
        }

        return _answer.AsSpan(1, length - 3);
    }

    private static bool IsPositive(ReadOnlySpan<byte> answer) => answer.IndexOf("\rMSA|AA"u8) >= 0 || answer.IndexOf("\rMSA|CA"u8) >= 0;
}
