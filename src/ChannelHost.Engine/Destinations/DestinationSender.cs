using ChannelHost.Engine.Attachments;
using ChannelHost.Engine.Transformers;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Destinations;

/// <summary>Makes one attempt at a destination: fills in, sends, judges, transforms the response. Called by as many deliveries at once as the destination has lanes.</summary>
internal sealed partial class DestinationSender(
    string channel,
    string name,
    IDestination connector,
    IMessageCodec answers,
    ResponseTransformer? responseTransformer,
    ScriptEnvironment environment,
    int id,
    Func<DestinationWork, MessageMaps, int, MessageSnapshot> snapshot,
    DestinationAttachments attachments,
    ILogger logger)
{
    private long _count;

    /// <summary>How answers are read.</summary>
    public IMessageCodec Answers => answers;

    /// <summary>The attachments of a stored message.</summary>
    public IAttachments AttachmentsOf(long messageId) => attachments.Stored(messageId);

    /// <summary>Never throws but for cancellation.</summary>
    public async ValueTask<Attempt> AttemptAsync(DestinationWork work, MessageMaps maps, int attempt, CancellationToken cancellationToken)
    {
        OutgoingMessage message;
        Response response;
        bool partnerFailed;
        try
        {
            message = Message(work, maps, attempt);
            CrashPoints.Pass("sending");
            response = await connector.SendAsync(message, cancellationToken).ConfigureAwait(false);
            CrashPoints.Pass("reply-read");
            partnerFailed = response.Status == MessageStatus.Queued && !IsAnswer(message, response);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (AttachmentException exception)
        {
            return new Attempt(Response.Failed(exception.Message), []);
        }
        catch (Exception exception)
        {
            // A connector says what can be expected by a response; what it throws is a fault of ours or of the machine. The message stays.
            return new Attempt(Response.Uncertain(Unexpected(work, exception)), []) { PartnerFailed = true };
        }

        try
        {
            return new Attempt(responseTransformer?.Transform(message, response, cancellationToken) ?? response, message.StateChanges)
            {
                RetryAfter = response.RetryAfter,
                PartnerFailed = partnerFailed,
            };
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new Attempt(Response.Failed(Unexpected(work, exception), response.Content), message.StateChanges)
            {
                RetryAfter = response.RetryAfter,
                PartnerFailed = partnerFailed,
            };
        }
    }

    /// <summary>True when the partner answered this very message: whatever it says, it is there.</summary>
    private static bool IsAnswer(OutgoingMessage message, Response response) =>
        !response.Content.IsEmpty && message.Validator is { ExpectsAnswer: true } validator && !validator.Judge(response.Content).DiscardConnection;

    private OutgoingMessage Message(DestinationWork work, MessageMaps maps, int attempt)
    {
        var kept = attachments.Of(work.MessageId, maps);
        var content = attachments.Put(kept, work.Content);
        MessageSnapshot Snapshot() => snapshot(work, maps, attempt);
        return new OutgoingMessage
        {
            Content = content,
            MessageId = work.MessageId,
            Attempt = attempt,
            IsReattempt = work.IsUncertain,
            Variables = new MessageVariables(work, maps, environment, name, attempt, kept, Snapshot, id, () => Interlocked.Increment(ref _count)),
            Maps = maps,
            Snapshot = Snapshot,
            ConnectorId = id,
            Validator = answers.ValidatorFor(content),
        };
    }

    private string Unexpected(DestinationWork work, Exception exception)
    {
        // Type and trace, not the exception's text: that may hold names made from the message.
        Log.Unexpected(logger, channel, name, work.MessageId, exception.GetType().Name, exception.StackTrace);
        return $"{name}: unexpected failure ({exception.GetType().Name}); the log has the details";
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2302, Level = LogLevel.Error, Message = "{Channel}: unexpected {Failure} of destination {Destination} at message {MessageId}\n{Trace}")]
        public static partial void Unexpected(ILogger logger, string channel, string destination, long messageId, string failure, string? trace);
    }
}

/// <summary>What one attempt gave.</summary>
/// <param name="Response">Sent, Queued (may work later) or Error.</param>
/// <param name="StateChanges">What scripts at the destination changed in <c>globalChannelMap</c>.</param>
internal readonly record struct Attempt(Response Response, IReadOnlyList<StateChange> StateChanges)
{
    /// <summary>How long the partner asked us to wait, whatever a script made of its answer.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True when the connection or the partner failed, whatever a script made of it; false also when it answered that it does not take the message now; null when the attempt did not come that far.</summary>
    public bool? PartnerFailed { get; init; }
}
