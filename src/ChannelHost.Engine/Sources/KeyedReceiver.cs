using ChannelHost.Engine.Messages;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Sources;

/// <summary>
/// Stands before the receiver and knows senders' keys (<see cref="IncomingMessage.AnswerKey"/>): a request that comes again gets its first answer, one that
/// comes while the first is still worked on waits for it. The key is stored with the message and the answer before it is given, so that both outlive a kill.
/// </summary>
internal sealed partial class KeyedReceiver(string channel, IMessageReceiver inner, Intake intake, IMessageStore store, ILogger logger) : IMessageReceiver
{
    private readonly Dictionary<string, Task> _underWay = new(StringComparer.Ordinal);

    public bool IsTaken(string onceKey) => inner.IsTaken(onceKey);

    public ReadOnlyMemory<byte>? Refuse(ReadOnlyMemory<byte> content, string reason) => inner.Refuse(content, reason);

    public ValueTask<SourceResponse> ReceiveAsync(IncomingMessage message, CancellationToken cancellationToken) =>
        message.AnswerKey is { } key ? ReceiveOnceAsync(message, key, cancellationToken) : inner.ReceiveAsync(message, cancellationToken);

    private async ValueTask<SourceResponse> ReceiveOnceAsync(IncomingMessage message, AnswerKey key, CancellationToken cancellationToken)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (!TryBegin(key.Key, mine, out var first))
        {
            await first.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            if (store.FindAnswer(key.Key) is { } kept && !IsUnfinishedBatch(kept, message, key))
            {
                return Again(kept, key);
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

    /// <summary>The first part of a batch was stored with the key and not the last: there is no answer to give, the rest is to be taken.</summary>
    private bool IsUnfinishedBatch(KeptAnswer kept, IncomingMessage message, AnswerKey key) =>
        kept.Response is null
        && kept.Fingerprint == key.Fingerprint
        && ReceivedBatch.KeyOf(message) is { } batch
        && store.ReadBatchProgress(batch) is not null;

    private SourceResponse Again(KeptAnswer kept, AnswerKey key)
    {
        if (kept.Fingerprint != key.Fingerprint)
        {
            return new SourceResponse(0, false, MessageStatus.Error, null, $"The key was used for another request, which became message {kept.MessageId}.")
            {
                KeyUse = KeyUse.Mismatch,
            };
        }

        return (kept.Response ?? AnswerFromStore(kept.MessageId)) with { KeyUse = KeyUse.Repeated };
    }

    /// <summary>The process ended between commit and answer, so nobody was told anything: the answer is made of what became of the message since.</summary>
    private SourceResponse AnswerFromStore(long messageId)
    {
        var stored = store.Read(messageId) ?? throw new StoreException($"Message {messageId}, whose key was given again, is not in the store.");
        var message = new ConnectorMessage
        {
            Id = messageId,
            ReceivedAt = stored.Summary.ReceivedAt,
            Content = stored.Raw ?? default,
            SourceMap = stored.SourceMap ?? new Dictionary<string, object?>(),
            Description = new MessageDescription(stored.Summary.ControlId, stored.Summary.MessageType),
        };
        var deliveries = stored.Summary.Destinations.Select(destination => new Delivery(destination.Name, Outcome(stored, destination))).ToList();
        var reason = stored.Summary.Status == MessageStatus.Error ? $"Message {messageId} failed; its record says why" : null;
        return intake.Pipeline.Responses.Select(message, stored.Summary.Status, reason, deliveries, null, FailureStage.Source);
    }

    private static Response Outcome(StoredMessage stored, DestinationSummary destination) => new()
    {
        // An attempt whose outcome is not recorded is made again by the recovery: for the sender it waits.
        Status = destination.Status == MessageStatus.Pending ? MessageStatus.Queued : destination.Status,
        Content = stored.Responses.GetValueOrDefault(destination.Name),
        StatusMessage = destination.Status == MessageStatus.Error ? "failed" : "",
    };

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
