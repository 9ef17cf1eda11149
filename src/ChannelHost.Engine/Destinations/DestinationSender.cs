using ChannelHost.Engine.Transformers;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Destinations;

/// <summary>Makes one attempt at a destination: fills in, sends, judges, transforms the response. Called by one delivery at a time.</summary>
internal sealed partial class DestinationSender(
    string channel,
    string name,
    IDestination connector,
    IMessageCodec codec,
    ResponseTransformer? responseTransformer,
    ScriptEnvironment environment,
    ILogger logger)
{
    /// <summary>Never throws but for cancellation.</summary>
    public async ValueTask<Attempt> AttemptAsync(DestinationWork work, MessageMaps maps, int attempt, CancellationToken cancellationToken)
    {
        var message = new OutgoingMessage
        {
            Content = work.Content,
            MessageId = work.MessageId,
            Attempt = attempt,
            IsReattempt = work.IsUncertain,
            Variables = new MessageVariables(work, maps, environment, name, attempt),
            Maps = maps,
            Validator = codec.ValidatorFor(work.Content),
        };
        Response response;
        try
        {
            response = await connector.SendAsync(message, cancellationToken).ConfigureAwait(false);
            if (responseTransformer is not null)
            {
                response = responseTransformer.Transform(message, response, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            // A connector says what can be expected by a response; what it throws is a fault of ours or of the machine. The message stays.
            Log.Unexpected(logger, exception, channel, name, work.MessageId);
            response = Response.Uncertain($"{name}: unexpected failure ({exception.GetType().Name}); the log has the details");
        }

        return new Attempt(response, message.StateChanges);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2302, Level = LogLevel.Error, Message = "{Channel}: unexpected failure of destination {Destination} at message {MessageId}")]
        public static partial void Unexpected(ILogger logger, Exception exception, string channel, string destination, long messageId);
    }
}

/// <summary>What one attempt gave.</summary>
/// <param name="Response">Sent, Queued (may work later) or Error.</param>
/// <param name="StateChanges">What scripts at the destination changed in <c>globalChannelMap</c>.</param>
internal readonly record struct Attempt(Response Response, IReadOnlyList<StateChange> StateChanges);
