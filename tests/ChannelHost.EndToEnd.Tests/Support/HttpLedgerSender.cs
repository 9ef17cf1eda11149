using System.Collections.Concurrent;
using System.Net;

namespace ChannelHost.EndToEnd.Tests.Support;

/// <summary>
/// A sender over HTTP: a request without an answer, or with 503, is sent again with the same key until it is answered. Its ledger says what was sent and
/// what was answered positively.
/// </summary>
internal sealed class HttpLedgerSender(Uri url, int seed, string prefix) : ISenderLedger, IDisposable
{
    private static readonly TimeSpan PauseBeforeAgain = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
    private readonly ConcurrentDictionary<string, string> _sent = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _confirmed = new(StringComparer.Ordinal);
    private int _sentAgain;
    private int _replayed;

    /// <summary>Every control id that was sent, with its body's hash.</summary>
    public IReadOnlyDictionary<string, string> Sent => _sent;

    /// <summary>The control ids that were answered positively.</summary>
    public ICollection<string> Confirmed => _confirmed.Keys;

    /// <summary>How many positive answers there are.</summary>
    public int ConfirmedCount => _confirmed.Count;

    /// <summary>How many times a message was sent again because its connection broke.</summary>
    public int SentAgain => Volatile.Read(ref _sentAgain);

    /// <summary>How many answers were those of the first time.</summary>
    public int Replayed => Volatile.Read(ref _replayed);

    /// <summary>Negative answers other than 503.</summary>
    public ConcurrentQueue<string> Refused { get; } = new();

    /// <summary>Sends so many messages over so many connections; ends when each has its answer.</summary>
    public async Task SendAsync(int messages, int connections, CancellationToken cancellationToken)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(
            async () =>
            {
                for (var at = Interlocked.Increment(ref next); at < messages; at = Interlocked.Increment(ref next))
                {
                    await DeliverAsync($"{prefix}{at:D6}", seed + at, cancellationToken);
                }
            },
            cancellationToken)));
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task DeliverAsync(string controlId, int bodySeed, CancellationToken cancellationToken)
    {
        var body = Some.Adt(controlId, bodySeed);
        _sent[controlId] = Some.Hash(body);
        while (!await TryDeliverAsync(controlId, body, cancellationToken))
        {
            await Task.Delay(PauseBeforeAgain, TimeProvider.System, cancellationToken);
        }
    }

    private async Task<bool> TryDeliverAsync(string controlId, byte[] body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Headers.Add("Idempotency-Key", controlId);
        try
        {
            using var response = await _client.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                return false;
            }

            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (response.IsSuccessStatusCode && text.Contains($"MSA|AA|{controlId}", StringComparison.Ordinal))
            {
                _confirmed[controlId] = true;
                Interlocked.Add(ref _replayed, response.Headers.Contains("Idempotent-Replayed") ? 1 : 0);
            }
            else
            {
                Refused.Enqueue($"{controlId}: {(int)response.StatusCode} {text}");
            }

            return true;
        }
        catch (HttpRequestException error)
        {
            Interlocked.Add(ref _sentAgain, error.HttpRequestError == HttpRequestError.ConnectionError ? 0 : 1);
            return false;
        }
    }
}
