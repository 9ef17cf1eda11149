using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Sources;

/// <summary>
/// Stands before the receiver and knows senders' keys (<see cref="IncomingMessage.AnswerKey"/>): a request that comes again gets its first answer, one that
/// comes while the first is still worked on waits for it. The key is stored with the message and the answer before it is given, so that both outlive a kill.
/// </summary>
internal sealed partial class KeyedReceiver(string channel, IMessageReceiver inner, Intake intake, IMessageStore store, ILogger logger) : IMessageReceiver
{
    private readonly StoredAnswers _answers = new(intake, store);
    private readonly Dictionary<string, Task> _underWay = new(StringComparer.Ordinal);

    public bool IsTaken(string onceKey) => inner.IsTaken(onceKey);

    public ReadOnlyMemory<byte>? Refuse(ReadOnlyMemory<byte> content, string reason) => inner.Refuse(content, reason);

    public ValueTask<SourceResponse> ReceiveAsync(IncomingMessage message, CancellationToken cancellationToken)
    {
        // What comes from outside came through no channel, whatever it (or the script that reads it) says.
        var map = MessageWay.Without(message.SourceMap);
        message = ReferenceEquals(map, message.SourceMap) ? message : message with { SourceMap = map };
        return message.AnswerKey is { } key ? ReceiveOnceAsync(message, key, cancellationToken) : inner.ReceiveAsync(message, cancellationToken);
    }

    private async ValueTask<SourceResponse> ReceiveOnceAsync(IncomingMessage message, AnswerKey key, CancellationToken cancellationToken)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (!TryBegin(key.Key, mine, out var first))
        {
            await first.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            if (store.FindAnswer(key.Key) is { } kept && Again(kept, key, message) is { } again)
            {
                return again;
            }

            var response = await inner.ReceiveAsync(message, cancellationToken).ConfigureAwait(false);
            if (response.IsStored)
            {
                await RecordAsync(response).ConfigureAwait(false);
            }

            return response;
        }
        catch (StoreException)
        {
            // Why is in the channel's status. Without the ledger nobody can tell whether the message was taken before.
            return intake.Pipeline.Responses.Refuse(message.Content, "The message could not be stored. Send it again.", isRejected: false);
        }
        finally
        {
            lock (_underWay)
            {
                _underWay.Remove(key.Key);
            }

            mine.SetResult();
        }
    }

    private bool TryBegin(string key, TaskCompletionSource mine, out Task first)
    {
        lock (_underWay)
        {
            if (_underWay.TryGetValue(key, out first!))
            {
                return false;
            }

            _underWay.Add(key, first = mine.Task);
            return true;
        }
    }

    /// <summary>What the sender of a known key is told; null when its batch is under way: this request goes on with it.</summary>
    private SourceResponse? Again(KeptAnswer kept, AnswerKey key, IncomingMessage message)
    {
        if (kept.Fingerprint != key.Fingerprint)
        {
            return new SourceResponse(0, false, MessageStatus.Error, null, $"The key was used for another request, which became message {kept.MessageId}.")
            {
                KeyUse = KeyUse.Mismatch,
            };
        }

        // Without an answer the process ended between commit and answer: nobody was told anything.
        var answer = kept.Response ?? _answers.Answer(kept.MessageId, message);
        return answer is null ? null : answer with { KeyUse = KeyUse.Repeated };
    }

    private async ValueTask RecordAsync(SourceResponse response)
    {
        try
        {
            await store.RecordAnswerAsync(response.MessageId, response).ConfigureAwait(false);
        }
        catch (StoreException exception)
        {
            // The message is kept, so its sender hears what became of it; should it ask again, the answer is made anew from the message.
            Log.AnswerNotKept(logger, channel, response.MessageId, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2106, Level = LogLevel.Error, Message = "{Channel}: the answer to message {MessageId} could not be kept for its key; the message itself is stored: {Reason}")]
        public static partial void AnswerNotKept(ILogger logger, string channel, long messageId, string reason);
    }
}
