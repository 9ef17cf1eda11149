using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using ChannelHost.Connectors.Mllp;
using ChannelHost.Server.Sending;

namespace ChannelHost.EndToEnd.Tests.Support;

/// <summary>
/// A sender as the field has them: a message without answer is sent again with the same control id until it is answered. Its ledger says what was
/// sent and what was answered positively.
/// </summary>
internal sealed class LedgerSender(int port, int seed, string prefix) : ISenderLedger
{
    private static readonly TimeSpan PauseBeforeAgain = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, string> _sent = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _confirmed = new(StringComparer.Ordinal);
    private int _sentAgain;

    /// <summary>Every control id that was sent, with its body's hash.</summary>
    public IReadOnlyDictionary<string, string> Sent => _sent;

    /// <summary>The control ids that were answered positively.</summary>
    public ICollection<string> Confirmed => _confirmed.Keys;

    /// <summary>How many positive answers there are.</summary>
    public int ConfirmedCount => _confirmed.Count;

    /// <summary>How many times a message that may have arrived was sent again because no answer came.</summary>
    public int SentAgain => Volatile.Read(ref _sentAgain);

    /// <summary>How long each connection waits after an answer: what keeps the load below what the host could take.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>How long after one message each connection sends its next, whatever the answer takes: a load of a given rate. What came later than its turn is not made up for.</summary>
    public TimeSpan Every { get; init; }

    /// <summary>Negative answers, which this sender takes for final.</summary>
    public ConcurrentQueue<string> Refused { get; } = new();

    /// <summary>Sends so many messages over so many connections; ends when each has its answer.</summary>
    public async Task SendAsync(int messages, int connections, CancellationToken cancellationToken)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(
            async () =>
            {
                MllpClient? client = null;
                var (started, turn) = (Stopwatch.GetTimestamp(), TimeSpan.Zero);
                for (var at = Interlocked.Increment(ref next); at < messages; at = Interlocked.Increment(ref next))
                {
                    client = await DeliverAsync(client, $"{prefix}{at:D6}", seed + at, cancellationToken);
                    var passed = Stopwatch.GetElapsedTime(started);
                    turn = Every > TimeSpan.Zero && turn + Every > passed ? turn + Every : passed + Pause;
                    if (turn > passed)
                    {
                        await Task.Delay(turn - passed, TimeProvider.System, cancellationToken);
                    }
                }

                if (client is not null)
                {
                    await client.DisposeAsync();
                }
            },
            cancellationToken)));
    }

    private async Task<MllpClient?> DeliverAsync(MllpClient? client, string controlId, int bodySeed, CancellationToken cancellationToken)
    {
        var body = Some.Adt(controlId, bodySeed);
        _sent[controlId] = Some.Hash(body);
        while (true)
        {
            try
            {
                if (client is not null && !client.IsReusable())
                {
                    await client.DisposeAsync();
                    client = null;
                }

                client ??= await MllpClient.ConnectAsync("127.0.0.1", port, new MllpClientOptions(), cancellationToken);
                var answer = await client.ExchangeAsync(body, cancellationToken);
                Note(controlId, answer.Span);
                return client;
            }
            catch (MllpException error)
            {
                // No answer: the message may or may not be kept. Once more, with the same control id.
                Interlocked.Add(ref _sentAgain, error.MayHaveArrived ? 1 : 0);
                if (client is not null)
                {
                    await client.DisposeAsync();
                    client = null;
                }

                await Task.Delay(PauseBeforeAgain, TimeProvider.System, cancellationToken);
            }
        }
    }

    private void Note(string controlId, ReadOnlySpan<byte> answer)
    {
        var code = Er7Text.Field(answer, "MSA"u8, 1);
        if (code is "AA" or "CA" && Er7Text.Field(answer, "MSA"u8, 2) == controlId)
        {
            _confirmed[controlId] = true;
        }
        else
        {
            Refused.Enqueue($"{controlId}: {Encoding.UTF8.GetString(answer)}");
        }
    }
}
