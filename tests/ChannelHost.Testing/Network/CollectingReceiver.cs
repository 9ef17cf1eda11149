using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;

namespace ChannelHost.Testing.Network;

/// <summary>A channel as its source sees it: keeps what it gets, in order, and answers as it is told to.</summary>
public sealed class CollectingReceiver : IMessageReceiver
{
    private readonly ConcurrentQueue<IncomingMessage> _messages = new();
    private readonly ConcurrentDictionary<string, bool> _taken = new();
    private readonly ConcurrentQueue<(byte[] Content, string Reason)> _refused = new();
    private readonly Channel<bool> _arrived = Channel.CreateUnbounded<bool>();
    private long _lastId;

    /// <summary>What came, in order of arrival.</summary>
    public IReadOnlyList<IncomingMessage> Messages => [.. _messages];

    /// <summary>The same as text.</summary>
    public IReadOnlyList<string> Texts => [.. _messages.Select(message => Encoding.Latin1.GetString(message.Content.Span))];

    /// <summary>What never became a message.</summary>
    public IReadOnlyList<(byte[] Content, string Reason)> Refused => [.. _refused];

    /// <summary>How a message is answered; the default stores it and answers <c>ACK n</c> with its id.</summary>
    public Func<IncomingMessage, long, CancellationToken, ValueTask<SourceResponse>> Answer { get; set; } =
        (_, id, _) => ValueTask.FromResult(Stored(id));

    /// <summary>The answer to what is refused; null for none.</summary>
    public ReadOnlyMemory<byte>? Refusal { get; set; }

    /// <summary>A message that was stored and processed.</summary>
    public static SourceResponse Stored(long id) => new(id, true, MessageStatus.Sent, Encoding.ASCII.GetBytes($"ACK {id}"), null);

    /// <summary>A message that the store could not keep.</summary>
    public static SourceResponse NotStored(byte[]? answer = null) =>
        new(0, false, MessageStatus.Error, answer is null ? default(ReadOnlyMemory<byte>?) : answer, "the store is full");

    /// <summary>A once-key is known from an earlier life.</summary>
    public void Take(string onceKey) => _taken[onceKey] = true;

    public async ValueTask<SourceResponse> ReceiveAsync(IncomingMessage message, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId);
        _messages.Enqueue(message);
        _arrived.Writer.TryWrite(true);
        var response = await Answer(message, id, cancellationToken);
        if (response.IsStored && message.OnceKey is not null)
        {
            _taken[message.OnceKey] = true;
        }

        return response;
    }

    public bool IsTaken(string onceKey) => _taken.ContainsKey(onceKey);

    public ReadOnlyMemory<byte>? Refuse(ReadOnlyMemory<byte> content, string reason)
    {
        _refused.Enqueue((content.ToArray(), reason));
        return Refusal;
    }

    /// <summary>Waits until so many more messages came than were waited for before.</summary>
    public async Task WaitForAsync(int count, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            await _arrived.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        }
    }
}
